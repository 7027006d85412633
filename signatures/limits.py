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
"""For all that is asked while one voter waits, responder and lists together: longer waits look like a page that hangs, and each
keeps one of few web threads."""

SLOW_ANSWER_SECONDS = 1.0
"""Slower answers count against the place that gives them: eight threads that wait a second each take eight votes a second."""

PATIENT_TIMEOUT_SECONDS = 15
"""The same where nobody waits: asking again in the background."""

LIST_TIMEOUT_SECONDS = 60
"""To fetch a list of some megabytes in the background."""

LIST_KEPT = timedelta(days=8)
"""How long a fetched list stays at hand should no newer one come; the authority's lists name a next one within a week."""

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

LARGEST_AUDITED_FILE = 64 * 1024 * 1024
"""What the commands for auditors read into memory: a document with its signature attached, or a national revocation list."""

MOBILE_CODE_OCTETS = 24
"""192 random bits in a QR code: it is the only key to the statement, and cannot be guessed."""

MOBILE_REFUSALS = 3
"""Signatures by telephone that one code may have refused: a wrong key is chosen again, a program that tries on is stopped."""

MOBILE_KEPT = timedelta(minutes=5)
"""How long a code that is over is remembered, so that the page and the telephone are told so; then its row is deleted."""

LARGEST_MOBILE_RETURN = 512 * 1024
"""Octets that a telephone may send back: the largest signature (256 KiB) in base64, and the JSON around it."""

LOG_BATCH = 5_000
"""Entries that get their places in one transaction: it takes about half a second and some 10 MB."""

LEAVES_A_PAGE = 4_096
"""Leaves that one answer holds: some 2 MB, sixteen tiles."""

STAMPS_A_RUN = 3
"""Heads of the archive that one run asks time stamps for: the newest says all that older ones say, but the time."""
