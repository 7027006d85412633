"""Initiatives for programs: the published ones to read, and signed votes to give."""
