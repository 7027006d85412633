"""Numbers of accounts, each with its reason."""

from datetime import timedelta

EMAIL_LINK_LIFETIME = timedelta(days=3)
"""Long enough for a letter found after a weekend."""

SECOND_FACTOR_WAIT = timedelta(minutes=5)
"""How long a correct password waits for its code (OWASP ASVS 5.0, 6.6.3: out-of-band and one-time codes live shortly)."""

RECOVERY_CODES = 10
"""One-time codes for a lost telephone."""

LAST_SEEN_STEP = timedelta(minutes=5)
"""How exact "last seen" of a session is: finer would write on every page."""
