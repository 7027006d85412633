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

RECHECK_CHUNK = 250
"""Signatures that are judged between two results: a second of GOST on one core, so a stop costs little."""

RECHECK_TURN = timedelta(minutes=5)
"""A chunk that was taken and has no result by then is taken again: its worker is gone."""

RECHECK_TASK_CHUNKS = 8
"""Chunks that one task judges before it stands in line again, so that other work of the queue waits for seconds only."""

RECHECK_ALONE = timedelta(seconds=50)
"""A run of which nobody has taken a chunk for so long is sent to the workers again."""

RECHECK_TASKS = 8
"""Tasks of one run that are sent at a time: more cores than that are the exception."""

ASKED_EVERY = timedelta(minutes=1)
"""A responder that no voter asked for so long is asked by the portal: its silence is known before a voter meets it."""

UNREACHABLE_ALARM = timedelta(minutes=10)
"""A silence that administrators are told of: restarts and short faults of networks are over by then."""

PENDING_ALARM = timedelta(hours=2)
"""So long a vote may wait before administrators are told, whatever the responders look like."""

EXPIRY_WARNING = timedelta(days=90)
"""Before an authority's certificate ends: a new one takes weeks to come by official ways."""

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

STAMP_TIMEOUT_SECONDS = 10
"""A task waits for a time stamp, no person does."""

LARGEST_STAMP_ANSWER = 64 * 1024
"""A token with its certificate has two to four kilobytes."""

STAMP_SKEW = timedelta(minutes=5)
"""By so much the authority's clock and the portal's may differ; a stamp of another time was not made for this question."""

EVIDENCE_BATCH = 500
"""Signatures that are read at once to be judged again: a second of work, between two lines of progress."""

SECOND_OPINION_SECONDS = 3
"""A voter waits for it, as for the responder."""

LARGEST_SECOND_OPINION = 256 * 1024
"""Octets of an answer: it describes one signature, in some kilobytes."""

DISAGREEMENT_KEPT = timedelta(days=1)
"""How long an incident of two different judgements stays open after it began: somebody has looked at it by then."""

SIGN_IN_KEPT = timedelta(days=30)
"""How long a sign-in's evidence is kept, to answer "it was not me"; then nothing of the person is left. The portal's own."""
