"""What must hold for the whole house, whichever room one is in."""
