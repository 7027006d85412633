"""The launcher: an embedded Postgres and broker, and the portal's processes, for one machine.

For `make run`, `make test` and `make bench`; a deployment runs the same commands under its own supervisor
(docs/operations.md). Nothing in the portal imports this package. Entry: `python -m portal.launch`.
"""
