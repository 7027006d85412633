"""Tests of accounts, room by room."""
