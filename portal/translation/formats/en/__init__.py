"""English formats as used in Kazakhstan."""
