"""What signatures do: issue statements, accept signatures, know whom to trust."""
