"""Heads that are shown around: the archive's head, hourly and at the end of each voting, stamped with the time by others.

The archive holds the signed heads of all logs, so one time stamp and one witness's signature over its head speak for every
vote of the portal.
"""

import hashlib
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from signatures.limits import STAMPS_A_RUN
from signatures.log.notes import Note
from signatures.models import LogEntry, TreeHead, VoteLog
from signatures.models.log import ARCHIVE
from signatures.selectors import vote_log as reads
from signatures.services import sequencing
from signatures.services.stamping import stamp

logger = logging.getLogger(__name__)


def publish(*, at: datetime, now: bool = False) -> TreeHead | None:
    """Sign the archive's head when it is due, or `now`; return the new head. None when it is not due or nothing came."""
    log = reads.find_log(ARCHIVE)
    if log is None:
        return None
    latest = reads.latest_head(log)
    every = timedelta(seconds=settings.VOTE_LOG_ARCHIVE_SECONDS)
    if not now and latest is not None and at < latest.at + every:
        return None
    return sequencing.sign(log.pk, at=at)


def close(codes: Iterable[str], *, at: datetime) -> int:
    """Make the final heads of logs whose voting has ended; return how many. Idempotent, and to be repeated until none is open.

    A log is closed when all its entries have their places and a head says so; votes of a later stage open it again.
    """
    sequencing.run(at=at)
    closed = sum(_close(code, at) for code in codes)
    if closed:
        publish(at=at, now=True)
    return closed


def _close(code: str, at: datetime) -> bool:
    with transaction.atomic():
        log = VoteLog.objects.select_for_update(no_key=True).filter(code=code).first()
        if log is None or log.closed_size == log.size or LogEntry.objects.filter(log=log, sequence=None).exists():
            return False
        if not TreeHead.objects.filter(log=log, size=log.size).exists():
            return False
        log.closed_size, log.closed_at = log.size, at
        log.save(update_fields=["closed_size", "closed_at"])
        return True


def stamp_heads(*, at: datetime) -> int:
    """Have the newest heads of the archive stamped that are not yet; return how many were. The authority may be away."""
    done = 0
    unstamped = TreeHead.objects.filter(log__code=ARCHIVE, stamp__isnull=True).order_by("-size")
    for head in unstamped[:STAMPS_A_RUN]:
        token = stamp(digest=imprint(head), at=at)
        if token is None:
            break
        done += TreeHead.objects.filter(pk=head.pk, stamp__isnull=True).update(stamp=token, stamped_at=at)
    return done


def imprint(head: TreeHead) -> bytes:
    """Return what the authority stamps: the SHA-256 of the head's three lines."""
    return hashlib.sha256(Note.parse(head.note).text.encode()).digest()
