"""The vote log as outsiders get it: pieces of leaves, heads, keys, the archive with its witnesses."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from signatures.models import LogEntry, TreeHead
from signatures.models.log import ARCHIVE
from signatures.selectors import vote_log as reads
from signatures.services import log_keys

HEADS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ArchiveHead:
    """A head of the archive, and who else vouches for it."""

    size: int
    at: datetime
    note: str
    stamped_at: datetime | None
    witnesses: Sequence[str]


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A key of the portal's logs as a line to copy, and since when it signs; None while it has signed nothing."""

    line: str
    since: datetime | None
    is_in_use: bool


def keys(code: str) -> list[PublishedKey]:
    """Return the portal's keys under the name of this log, the one in use first; none while nothing is in the log."""
    log = reads.find_log(code)
    if log is None:
        return []
    return [PublishedKey(one.named(log.origin).line, one.since, one.is_in_use) for one in log_keys.published()]


def archive_keys() -> list[PublishedKey]:
    """Return the portal's keys under the name of the archive."""
    return keys(ARCHIVE)


def archive_heads() -> list[ArchiveHead]:
    """Return the newest heads of the archive, with the witnesses who signed them."""
    heads = TreeHead.objects.filter(log__code=ARCHIVE).order_by("-size").prefetch_related("cosignatures")
    return [
        ArchiveHead(one.size, one.at, one.note, one.stamped_at, sorted(c.witness for c in one.cosignatures.all()))
        for one in heads[:HEADS_SHOWN]
    ]


def entry_at(code: str, place: int) -> uuid.UUID | None:
    """Return the entry at this place of a log; None when there is none."""
    return LogEntry.objects.filter(log__code=code, sequence=place).values_list("entry", flat=True).first()
