"""Digital signatures: verification, evidence, statements."""
