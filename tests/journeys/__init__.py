"""Whole stories over HTTP only: what a person can do with a browser, a key and the letters they get."""
