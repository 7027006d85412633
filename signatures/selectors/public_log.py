"""The vote log as outsiders get it: the archive with its witnesses, and entries by their places."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from signatures.models import LogEntry, TreeHead
from signatures.models.log import ARCHIVE

HEADS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ArchiveHead:
    """A head of the archive, and who else vouches for it."""

    size: int
    at: datetime
    note: str
    stamped_at: datetime | None
    witnesses: Sequence[str]


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
