"""Template tags of switches."""
