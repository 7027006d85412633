"""Pages of signatures: signing in, the demo authority, step by step."""
