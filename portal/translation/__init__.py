"""Language choice and fallback."""
