"""Makers of rows for tests: explicit values, no randomness, names that could be real."""
