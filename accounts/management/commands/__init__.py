"""For the operator at the machine."""
