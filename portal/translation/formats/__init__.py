"""Formats of dates and numbers by language (settings.FORMAT_MODULE_PATH)."""
