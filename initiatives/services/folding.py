"""Folding: acts that wait are added to the tallies, each exactly once.

One transaction deletes a batch of waiting rows and adds what they say. It commits whole or not at all: a crash leaves
the rows where they were, and the next run takes them. Only one folder works at a time; a second one leaves at once. The
cost grows with the acts that came, not with the votes there are.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from initiatives import ranking
from initiatives.services import recounting, standing
from portal.ranking.rates import progress

BATCH = 20_000
LOSS_BITS = 20
"""A trend that withdrawals shrank by more bits than this has lost its precision and is recomputed from the votes."""

TAKE = """
DELETE FROM initiatives_pendingtally
WHERE id IN (SELECT id FROM initiatives_pendingtally ORDER BY id LIMIT %s)
RETURNING initiative_id, delta, counted_at, territory_id, age_band,
    date_trunc('hour', counted_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
"""


@dataclass(frozen=True, slots=True)
class Folded:
    """What one run did: acts folded, the initiatives they touched, whether more may wait."""

    acts: int
    initiative_ids: frozenset[int]
    is_full: bool


@dataclass(slots=True)
class _Change:
    """What the batch says of one initiative: when votes were given and when those were given that are taken back."""

    gained: list[datetime] = field(default_factory=list)
    lost: list[datetime] = field(default_factory=list)

    @property
    def delta(self) -> int:
        return len(self.gained) - len(self.lost)


@dataclass(slots=True)
class _Batch:
    """A batch of waiting acts, summed for each table."""

    acts: int = 0
    changes: dict[int, _Change] = field(default_factory=lambda: defaultdict(_Change))
    hours: Counter[tuple[int, datetime]] = field(default_factory=Counter)
    territories: Counter[tuple[int, str | None]] = field(default_factory=Counter)
    ages: Counter[tuple[int, int | None]] = field(default_factory=Counter)


def fold(*, at: datetime, limit: int = BATCH) -> Folded:
    """Fold up to `limit` waiting acts, then take the steps that the new counts call for."""
    with transaction.atomic():
        if not recounting.is_sole_writer(wait=False):
            return Folded(0, frozenset(), is_full=False)
        batch = _take(limit)
        _add(batch)
    touched = frozenset(batch.changes)
    if touched:
        standing.advance(touched, at=at)
    return Folded(batch.acts, touched, is_full=batch.acts == limit)


def fold_all(*, at: datetime) -> int:
    """Fold until nothing waits; return how many acts were folded."""
    total = 0
    while True:
        done = fold(at=at)
        total += done.acts
        if not done.is_full:
            return total


def _take(limit: int) -> _Batch:
    batch = _Batch()
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [limit])
        for initiative_id, delta, counted_at, territory, age_band, hour in cursor.fetchall():
            batch.acts += 1
            change = batch.changes[initiative_id]
            (change.gained if delta > 0 else change.lost).append(counted_at)
            batch.hours[initiative_id, hour] += delta
            batch.territories[initiative_id, territory] += delta
            batch.ages[initiative_id, age_band] += delta
    return batch


def _add(batch: _Batch) -> None:
    if not batch.acts:
        return
    _add_totals(batch.changes)
    _add_cells("initiatives_hourtally", "hour", "timestamptz", batch.hours)
    _add_cells("initiatives_territorytally", "territory_id", "varchar", batch.territories)
    _add_cells("initiatives_agetally", "age_band", "smallint", batch.ages)


def _add_totals(changes: dict[int, _Change]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT i.id, i.threshold, t.votes, t.trend, t.last_vote_at
            FROM initiatives_initiative i LEFT JOIN initiatives_tally t ON t.initiative_id = i.id
            WHERE i.id = ANY(%s) ORDER BY i.id
            """,
            [list(changes)],
        )
        rows = [_total(changes[row[0]], *row) for row in cursor.fetchall()]
        cursor.execute(recounting.SET_TOTALS, [list(column) for column in zip(*rows, strict=True)])


def _total(
    change: _Change,
    initiative_id: int,
    threshold: int | None,
    votes: int | None,
    trend: float | None,
    last_vote_at: datetime | None,
) -> tuple[Any, ...]:
    """Return the initiative's new row. Nobody else writes these columns meanwhile, so they are set, not added to."""
    total = (votes or 0) + change.delta
    grown = ranking.trend_after(trend, change.gained)
    after = ranking.trend_after(grown, (), change.lost)
    if change.lost and grown is not None and (after is None or grown - after > LOSS_BITS):
        after = recounting.trend_from_acts(initiative_id) if total else None
    moments = [moment for moment in (last_vote_at, *change.gained) if moment is not None]
    return initiative_id, total, progress(total, threshold), after, max(moments, default=None)


def _add_cells(table: str, column: str, column_type: str, cells: Counter[Any]) -> None:
    rows: Sequence[tuple[int, Any, int]] = [(*key, delta) for key, delta in cells.items() if delta]
    if not rows:
        return
    # Table and column are this module's own words; what came from people is passed as parameters.
    statement = f"""
        INSERT INTO {table} (initiative_id, {column}, votes)
        SELECT * FROM unnest(%s::bigint[], %s::{column_type}[], %s::int[])
        ON CONFLICT (initiative_id, {column}) DO UPDATE SET votes = {table}.votes + EXCLUDED.votes
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])
