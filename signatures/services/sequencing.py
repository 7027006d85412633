"""The sequencer: entries get their places, the tree grows, and its head is signed.

One transaction holds the lock of one log, takes what waits in the order of arrival, and writes places, tiles, size and root.
It commits whole or not at all, so a process that is killed loses nothing and doubles nothing: the next run finds the rows as
they were. The head is signed in a transaction of its own, after the tree it names is kept. Two sequencers at once go past
each other: a log that one of them holds is skipped by the other.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from signatures.limits import LOG_BATCH
from signatures.log import tiles, tree
from signatures.log.notes import Checkpoint, Key, sign_note
from signatures.models import LogEntry, TreeHead, VoteLog
from signatures.models.log import ARCHIVE
from signatures.selectors import vote_log as reads
from signatures.services import log_keys
from signatures.services.vote_log import open_log

logger = logging.getLogger(__name__)

PLACE = """
UPDATE signatures_logentry entry SET sequence = placed.sequence, leaf_hash = placed.leaf_hash
FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[]) AS placed (id, sequence, leaf_hash) WHERE entry.id = placed.id
"""
ARCHIVED = """
UPDATE signatures_treehead head SET archived = placed.sequence
FROM unnest(%s::bigint[], %s::bigint[]) AS placed (id, sequence) WHERE head.id = placed.id
"""
KEEP_TILES = """
INSERT INTO signatures_logtile (log_id, level, index, hashes)
SELECT %s, * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[])
ON CONFLICT (log_id, level, index) DO UPDATE SET hashes = EXCLUDED.hashes
"""
UNSIGNED = """
SELECT log.id FROM signatures_votelog log WHERE log.size > 0 AND log.code <> %s AND NOT EXISTS (
    SELECT FROM signatures_treehead head WHERE head.log_id = log.id AND head.size = log.size
)
"""
WAITING = "SELECT DISTINCT log_id FROM signatures_logentry WHERE sequence IS NULL ORDER BY log_id"


@dataclass(frozen=True, slots=True)
class Sequenced:
    """What one run did."""

    entries: int = 0
    heads: int = 0


def run(*, at: datetime, batch: int = LOG_BATCH) -> Sequenced:
    """Fold all that waits, sign a head for each log that grew, and put the heads into the archive. Idempotent."""
    entries = 0
    for log_id in _numbers(WAITING):
        while folded := fold(log_id, batch=batch):
            entries += folded
            sign(log_id, at=at)
            if folded < batch:
                break
    heads = sum(sign(log_id, at=at) is not None for log_id in _numbers(UNSIGNED, ARCHIVE))
    while archive(at=at, batch=batch) == batch:
        pass
    return Sequenced(entries, heads)


def fold(log_id: int, *, batch: int = LOG_BATCH) -> int:
    """Give places to up to `batch` waiting entries; return to how many. 0 also when another one holds the log."""
    with transaction.atomic():
        log = _hold(log_id)
        if log is None:
            return 0
        rows = LogEntry.objects.filter(log=log, sequence__isnull=True).order_by("id")
        waiting = reads.entries_of(log, rows[:batch])
        if not waiting:
            return 0
        places = range(log.size, log.size + len(waiting))
        hashes = [tree.leaf_hash(entry.leaf(place)) for place, (_pk, entry) in zip(places, waiting, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(PLACE, [[pk for pk, _entry in waiting], list(places), hashes])
        _grow(log, hashes)
        return len(waiting)


def archive(*, at: datetime, batch: int = LOG_BATCH) -> int:
    """Put up to `batch` signed heads of the other logs into the archive, in the order of signing; return how many."""
    log_id = open_log(ARCHIVE, at=at).pk
    with transaction.atomic():
        log = _hold(log_id)
        if log is None:
            return 0
        unarchived = TreeHead.objects.filter(archived__isnull=True).exclude(log=log)
        heads = list(unarchived.order_by("id")[:batch])
        if not heads:
            return 0
        places = range(log.size, log.size + len(heads))
        for head, place in zip(heads, places, strict=True):
            head.archived = place
        with connection.cursor() as cursor:
            cursor.execute(ARCHIVED, [[head.pk for head in heads], list(places)])
        _grow(log, [tree.leaf_hash(reads.archived_leaf(head)) for head in heads])
        return len(heads)


def sign(log_id: int, *, at: datetime) -> TreeHead | None:
    """Sign the head of the tree as it is kept; None when it is signed, empty, held by another one, or does not fit.

    A head that contradicts the one before it would be a proof against the portal that nobody can take back; so the
    older root is worked out anew from the tiles first.
    """
    with transaction.atomic():
        log = _hold(log_id)
        if log is None or log.size == 0:
            return None
        before = reads.latest_head(log)
        if before is not None and before.size == log.size:
            return None
        if not _fits(log, before):
            logger.error("vote log: the tree of %s does not go on from its signed head; no head is signed", log.origin)
            return None
        key = log_keys.in_use()
        log_keys.publish(at=at)
        checkpoint = Checkpoint(log.origin, log.size, bytes(log.root))
        note = sign_note(checkpoint.text, Key(log.origin, key.public), key.sign)
        return TreeHead.objects.create(log=log, size=log.size, root=checkpoint.root, note=note, at=at)


def _fits(log: VoteLog, before: TreeHead | None) -> bool:
    try:
        is_kept = reads.root_at(log, log.size) == bytes(log.root)
        return is_kept and (before is None or reads.root_at(log, before.size) == bytes(before.root))
    except ValueError:
        return False


def _hold(log_id: int) -> VoteLog | None:
    """Lock the log until the transaction ends; None when another one holds it."""
    return VoteLog.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=log_id).first()


def _grow(log: VoteLog, hashes: Sequence[bytes]) -> None:
    changed, root = tiles.append(log.size, reads.read_tiles(log, tiles.edge(log.size)), hashes)
    names = sorted(changed)
    with connection.cursor() as cursor:
        cursor.execute(
            KEEP_TILES,
            [log.pk, [level for level, _ in names], [index for _, index in names], [changed[name] for name in names]],
        )
    log.size, log.root = log.size + len(hashes), root
    log.save(update_fields=["size", "root"])


def _numbers(statement: str, *values: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]
