"""Numbers of signatures, each with its reason."""

from datetime import timedelta

STATEMENT_LIFETIME = timedelta(minutes=15)
"""From showing the text to receiving its signature: time to find the key and its password, too short for a stranger who
finds an open page; also the sanity bound that the reference implementations use between signing and receipt."""

NONCE_OCTETS = 16
"""128 random bits: two statements never share a nonce."""

LONGEST_LINE = 400
"""Of one line in a statement: more cannot be read and compared by a person. Longer values are cut with an ellipsis; the
SHA-256 of the frozen text binds the whole."""

MOST_LINES = 12
"""Lines that an act may add to a statement: it must be readable at a glance."""

OCSP_TIMEOUT_SECONDS = 3
"""A voter waits for it; the revocation list answers when the responder is slower."""

LARGEST_OCSP_ANSWER = 64 * 1024
LARGEST_REVOCATION_LIST = 64 * 1024 * 1024
"""The national lists have grown to several megabytes."""

LIST_CACHE = timedelta(hours=1)
"""How long a fetched revocation list is used before it is fetched again."""

BREAKER_FAILURES = 3
BREAKER_PAUSE = timedelta(seconds=30)
"""After three failures a responder is left in peace for half a minute, so that each voter does not wait in turn."""

RECHECKS_A_RUN = 200
"""Pending signatures that one task run asks about again."""

LOG_BATCH = 5_000
"""Entries that get their places in one transaction: it takes about half a second and some 10 MB."""

LEAVES_A_PAGE = 4_096
"""Leaves that one answer holds: some 2 MB, sixteen tiles."""

STAMPS_A_RUN = 3
"""Heads of the archive that one run asks time stamps for: the newest says all that older ones say, but the time."""
