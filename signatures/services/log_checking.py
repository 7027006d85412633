"""The nightly check of the vote log: every leaf, tile, root and signed head anew, in flat memory.

Whoever can write into the database past its triggers can change rows; they cannot change them so that the roots still fit
the heads that were signed, stamped and shown around.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from signatures.log import tiles, tree
from signatures.log.errors import LogError
from signatures.log.notes import Checkpoint, Note
from signatures.models import LogEntry, TreeHead, VoteLog
from signatures.selectors import vote_log as reads
from signatures.services import log_keys

CHUNK = 4_096
MOST_FINDINGS = 20
"""Of one log: whoever reads the alarm needs the first ones."""

WRONG_WITHDRAWALS = """
SELECT entry.entry FROM signatures_logentry entry LEFT JOIN signatures_logentry vote
    ON vote.entry = entry.cancels AND vote.log_id = entry.log_id AND vote.action = 'vote'
    AND (vote.sequence < entry.sequence OR entry.sequence IS NULL)
WHERE entry.log_id = %s AND entry.action = 'withdraw' AND vote.id IS NULL LIMIT 20
"""
COUNTS = """
SELECT log.code, 2 * count(*) FILTER (WHERE entry.action = 'vote') - count(*)
FROM signatures_logentry entry JOIN signatures_votelog log ON log.id = entry.log_id
WHERE %(code)s::text IS NULL OR log.code = %(code)s GROUP BY log.code
"""


@dataclass(frozen=True, slots=True)
class LogCheck:
    """What was found of one log; no findings mean that it is sound."""

    origin: str
    size: int
    findings: tuple[str, ...]


def check_all() -> Iterator[LogCheck]:
    """Check one log after the other, the archive among them."""
    for pk in VoteLog.objects.order_by("pk").values_list("pk", flat=True):
        yield check(VoteLog.objects.get(pk=pk))


def check(log: VoteLog) -> LogCheck:
    """Compute the tree of the log anew from its entries and compare all that is kept of it."""
    findings = [*_tree(log), *_notes(log), *_withdrawals(log)]
    return LogCheck(log.origin, log.size, tuple(findings[:MOST_FINDINGS]))


def counts(code: str | None = None) -> dict[str, int]:
    """Return votes less withdrawals of each log, or of one, entries without a place among them."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"code": code})
        return {found: int(count) for found, count in cursor.fetchall()}


def _tree(log: VoteLog) -> Iterator[str]:
    heads = TreeHead.objects.filter(log=log, size__lte=log.size).order_by("size").values_list("size", "root")
    expected = iter(heads.iterator(chunk_size=2_000))
    head = next(expected, None)
    peaks, edge = tree.Peaks(), dict[tiles.Tile, bytes]()
    for start in range(0, log.size, CHUNK):
        end = min(log.size, start + CHUNK)
        hashes = [tree.leaf_hash(leaf) for leaf in reads.read_leaves(log, start, end)]
        if len(hashes) != end - start:
            yield f"between {start} and {end} there are {len(hashes)} leaves"
            return
        yield from _stored_hashes(log, start, hashes)
        for place, leaf in enumerate(hashes, start + 1):
            peaks.add(leaf)
            if head is not None and head[0] == place:
                if bytes(head[1]) != peaks.root():
                    yield f"the signed head of size {place} has another root"
                head = next(expected, None)
        changed, _root = tiles.append(start, edge, hashes)
        kept = reads.read_tiles(log, sorted(changed))
        yield from (
            f"tile {name} is another one"
            for name in changed
            if kept.get(name, b"")[: len(changed[name])] != changed[name]
        )
        edge = {name: (edge | changed)[name] for name in tiles.edge(end) if name in edge or name in changed}
    if peaks.root() != bytes(log.root):
        yield "the root is another one"
    if LogEntry.objects.filter(log=log, sequence__gte=log.size).exists():
        yield "there are leaves beyond the size"


def _stored_hashes(log: VoteLog, start: int, hashes: Sequence[bytes]) -> Iterator[str]:
    """Compare the hashes by which entries are found; the archive's heads are found by number."""
    rows = LogEntry.objects.filter(log=log, sequence__gte=start, sequence__lt=start + len(hashes))
    for place, kept in rows.values_list("sequence", "leaf_hash"):
        if place is not None and (kept is None or bytes(kept) != hashes[place - start]):
            yield f"the hash of leaf {place} is another one"


def _notes(log: VoteLog) -> Iterator[str]:
    keys = [key.named(log.origin) for key in log_keys.published()]
    for head in TreeHead.objects.filter(log=log).order_by("size").iterator(chunk_size=2_000):
        try:
            note = Note.parse(head.note)
            note.verify(keys)
            if Checkpoint.parse(note.text) != Checkpoint(log.origin, head.size, bytes(head.root)):
                yield f"the note of size {head.size} says something else"
        except LogError as error:
            yield f"the note of size {head.size}: {error}"


def _withdrawals(log: VoteLog) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(WRONG_WITHDRAWALS, [log.pk])
        for (entry,) in cursor.fetchall():
            yield f"the withdrawal {entry} takes back no vote before it"
