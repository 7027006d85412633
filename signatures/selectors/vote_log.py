"""Reads of the vote log: entries and leaves as bytes, tiles, proofs, heads."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from signatures.log import leaves, tiles, tree
from signatures.log.leaves import Entry
from signatures.log.tree import Node
from signatures.models import LogEntry, TreeHead, VoteLog
from signatures.models.log import ARCHIVE as ARCHIVE

LogRow = VoteLog
HeadRow = TreeHead
"""The rows by their names for other domains, which do not know the tables."""

CHUNK = 5_000
"""Leaves read at a time: memory stays flat however long a log is."""

TILES = """
SELECT level, index, hashes FROM signatures_logtile
JOIN unnest(%s::smallint[], %s::bigint[]) AS wanted (level, index) USING (level, index) WHERE log_id = %s
"""


def find_log(code: str) -> VoteLog | None:
    """Return the log of this code; None while nothing was ever written into it."""
    return VoteLog.objects.filter(code=code).first()


def entry_of(row: LogEntry, petition: str) -> Entry:
    """Return the row as the leaf says it."""
    return Entry(
        id=row.entry.hex,
        petition=petition,
        revision=row.revision,
        text_sha256=row.text_sha256,
        action=row.action,
        cancels=row.cancels.hex if row.cancels else None,
        source=row.source,
        commitment=row.commitment,
        time=leaves.timestamp(row.at),
    )


def entries_of(log: VoteLog, rows: QuerySet[LogEntry]) -> list[tuple[int, Entry]]:
    """Return number of arrival and entry of many rows, without the cost of a model's instance for each."""
    columns = ("pk", "entry", "revision", "text_sha256", "action", "cancels", "source", "commitment", "at")
    return [
        (
            pk,
            Entry(
                entry.hex,
                log.code,
                revision,
                text_sha256,
                action,
                cancels.hex if cancels else None,
                source,
                committed,
                leaves.timestamp(at),
            ),
        )
        for pk, entry, revision, text_sha256, action, cancels, source, committed, at in rows.values_list(*columns)
    ]


def find_entry(log: VoteLog, *, entry: uuid.UUID | None = None, leaf_hash: bytes | None = None) -> LogEntry | None:
    """Return the entry of this id, or the one whose leaf has this hash."""
    wanted: dict[str, Any] = {"entry": entry} if entry else {"leaf_hash": leaf_hash}
    return LogEntry.objects.filter(log=log, **wanted).first()


def receipt_of(log: VoteLog, row: LogEntry) -> dict[str, Any]:
    """Return the receipt as the voter got it."""
    return leaves.receipt(
        log.origin, entry_of(row, log.code), public_key=bytes(row.key), signature=bytes(row.signature)
    )


def leaf_of(log: VoteLog, row: LogEntry) -> bytes:
    """Return the bytes of the leaf; ValueError while the entry waits for its place."""
    if row.sequence is None:
        raise ValueError("the entry has no place yet")
    return entry_of(row, log.code).leaf(row.sequence)


def read_leaves(log: VoteLog, start: int, end: int) -> Iterator[bytes]:
    """Yield the leaves from `start` to before `end`, in order."""
    rows = _archived if log.code == ARCHIVE else _entries
    while start < end:
        upto = min(end, start + CHUNK)
        yield from rows(log, start, upto)
        start = upto


def _entries(log: VoteLog, start: int, end: int) -> Iterator[bytes]:
    rows = LogEntry.objects.filter(log=log, sequence__gte=start, sequence__lt=end).order_by("sequence")
    places = rows.values_list("sequence", flat=True)
    for place, (_pk, entry) in zip(places, entries_of(log, rows), strict=True):
        yield entry.leaf(place or 0)


def _archived(_log: VoteLog, start: int, end: int) -> Iterator[bytes]:
    for head in TreeHead.objects.filter(archived__gte=start, archived__lt=end).order_by("archived"):
        yield archived_leaf(head)


def archived_leaf(head: TreeHead) -> bytes:
    """Return the leaf by which a head stands in the archive; ValueError while it waits for its place."""
    if head.archived is None:
        raise ValueError("the head has no place yet")
    return leaves.archive_leaf(checkpoint=head.note, time=leaves.timestamp(head.at), sequence=head.archived)


def read_tiles(log: VoteLog, wanted: Sequence[tiles.Tile]) -> Mapping[tiles.Tile, bytes]:
    """Return the tiles of these names that there are, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(TILES, [[level for level, _index in wanted], [index for _level, index in wanted], log.pk])
        return {(level, index): bytes(hashes) for level, index, hashes in cursor.fetchall()}


def read_nodes(log: VoteLog, wanted: Sequence[Node]) -> list[bytes]:
    """Return the hashes of complete nodes of the tree."""
    return tiles.nodes(wanted, lambda names: read_tiles(log, names)) if wanted else []


def root_at(log: VoteLog, size: int) -> bytes:
    """Return the root that the log had at this size."""
    return tree.root_of(size, lambda wanted: read_nodes(log, wanted))


def inclusion_proof(log: VoteLog, index: int, size: int) -> list[bytes]:
    """Return the audit path of a leaf in the log as it was at `size`; LogError when there is no such leaf."""
    return tree.inclusion_proof(index, size, lambda wanted: read_nodes(log, wanted))


def consistency_proof(log: VoteLog, old: int, new: int) -> list[bytes]:
    """Return the proof that the log only grew between two sizes; LogError when the sizes make no sense."""
    return tree.consistency_proof(old, new, lambda wanted: read_nodes(log, wanted))


def latest_head(log: VoteLog) -> TreeHead | None:
    """Return the newest signed head."""
    return TreeHead.objects.filter(log=log).order_by("-size").first()


def waiting(log: VoteLog) -> int:
    """Return how many entries have no place yet."""
    return LogEntry.objects.filter(log=log, sequence__isnull=True).count()


def unclosed_codes() -> list[str]:
    """Return the codes of logs that have grown since they were closed, or were never closed; the archive is none of them."""
    waiting = LogEntry.objects.filter(log=OuterRef("pk"), sequence__isnull=True)
    grown = Q(closed_size__isnull=True) | Q(closed_size__lt=F("size")) | Exists(waiting)
    return list(VoteLog.objects.exclude(code=ARCHIVE).filter(grown).values_list("code", flat=True))


def final_head(log: VoteLog) -> TreeHead | None:
    """Return the head that ended the voting; None while votes may come, or came since."""
    if log.closed_size is None or log.closed_size != log.size:
        return None
    return TreeHead.objects.filter(log=log, size=log.closed_size).first()


def heads(log: VoteLog, *, below: int | None, limit: int) -> list[TreeHead]:
    """Return signed heads, newest first; `below`: only those of fewer leaves."""
    found = TreeHead.objects.filter(log=log).prefetch_related("cosignatures").order_by("-size")
    return list((found if below is None else found.filter(size__lt=below))[:limit])


def head_at(log: VoteLog, size: int) -> TreeHead | None:
    """Return the signed head of this size."""
    return TreeHead.objects.filter(log=log, size=size).first()


def cosigned(head: TreeHead) -> str:
    """Return the signed note with the lines of the witnesses below the portal's own."""
    lines = sorted(head.cosignatures.all(), key=lambda one: one.pk)
    return head.note + "".join(one.line for one in lines)


def final_head_of(code: str) -> TreeHead | None:
    """Return the final head of a petition's log; None while it is not made."""
    closed = TreeHead.objects.filter(log__code=code, log__closed_size=F("log__size"), size=F("log__size"))
    return closed.select_related("log").first()
