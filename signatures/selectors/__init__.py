"""Reads of signatures and of the vote log."""
