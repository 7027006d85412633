"""The numbers of webhooks: the portal's own, no law sets them."""

from datetime import timedelta

MOST_ENDPOINTS = 5
"""Endpoints of one person."""

MOST_KEYS = 50
"""Chosen things of one endpoint."""

PORTS = frozenset({443, 8443})
"""Where HTTPS is spoken. Other ports belong to other services, which must not hear from us."""

TIMEOUT_SECONDS = 5.0
TOTAL_SECONDS = 10.0
LARGEST_ANSWER = 16_384
EXCERPT = 500

FIRST_WAIT = timedelta(seconds=10)
GROWTH = 4
LONGEST_WAIT = timedelta(hours=12)
JITTER = 0.2
MAX_ATTEMPTS = 11
"""Ten seconds, forty, three minutes … twelve hours: the last try is some two days after the first."""

FAILING_TOO_LONG = timedelta(days=3)
"""An endpoint that has answered nothing well for so long is switched off."""

LEASE = timedelta(minutes=2)
"""Longer than a round of deliveries can take."""

PARALLEL = 8
ROUND_BUDGET_SECONDS = 25.0
KEPT = timedelta(days=30)
"""How long the log of deliveries is kept."""
