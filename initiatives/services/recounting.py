"""The recount: every vote is counted anew from the acts, compared with the tallies, and a difference is corrected loudly.

Counted is by parity: an odd act gives a vote, the even one after it takes it back. What the tallies must show is the acts
less those that wait to be folded; both are written in one transaction, so the difference of the two stands still while no
folding runs, however many people vote meanwhile. A recount therefore stops nobody from voting.
"""

import json
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from initiatives.limits import TRENDING_HALF_LIFE_HOURS
from initiatives.models import Initiative, Tally
from portal.audit.log import record
from portal.ranking.decay import EPOCH
from portal.ranking.rates import progress

logger = logging.getLogger(__name__)

WRITER = 90_004
"""Advisory lock of the one who writes tallies: the folder or the recount."""

CORRECTED = "count_corrected"

COMPARE = """
WITH acts AS (
    SELECT initiative_id, 2 * count(*) FILTER (WHERE (sequence & 1) = 1) - count(*) AS votes
    FROM initiatives_voteact GROUP BY 1
), waiting AS (
    SELECT initiative_id, sum(delta) AS votes FROM initiatives_pendingtally GROUP BY 1
), hours AS (
    SELECT initiative_id, sum(votes) AS votes FROM initiatives_hourtally GROUP BY 1
), regions AS (
    SELECT initiative_id, sum(votes) AS votes FROM initiatives_territorytally GROUP BY 1
), ages AS (
    SELECT initiative_id, sum(votes) AS votes FROM initiatives_agetally GROUP BY 1
), found AS (
    SELECT initiative_id, coalesce(acts.votes, 0) - coalesce(waiting.votes, 0) AS counted,
           coalesce(tally.votes, 0) AS shown,
           coalesce(hours.votes, 0) AS hours, coalesce(regions.votes, 0) AS regions, coalesce(ages.votes, 0) AS ages
    FROM acts FULL JOIN waiting USING (initiative_id) FULL JOIN initiatives_tally tally USING (initiative_id)
    FULL JOIN hours USING (initiative_id) FULL JOIN regions USING (initiative_id) FULL JOIN ages USING (initiative_id)
)
SELECT count(*), coalesce(sum(counted), 0),
       coalesce(jsonb_agg(jsonb_build_array(initiative_id, counted, shown, hours, regions, ages))
           FILTER (WHERE (shown, hours, regions, ages) IS DISTINCT FROM (counted, counted, counted, counted)), '[]')
FROM found
"""

LEDGER = """
    SELECT act.initiative_id, act.at AS counted_at, act.territory_id, act.age_band, 1 AS votes
    FROM initiatives_voteact act WHERE (act.sequence & 1) = 1 AND act.initiative_id = ANY(%(ids)s)
    UNION ALL
    SELECT vote.initiative_id, vote.at, vote.territory_id, vote.age_band, -1
    FROM initiatives_voteact act JOIN initiatives_voteact vote
        ON vote.initiative_id = act.initiative_id AND vote.signer_tag = act.signer_tag AND vote.sequence = act.previous
    WHERE (act.sequence & 1) = 0 AND act.initiative_id = ANY(%(ids)s)
    UNION ALL
    SELECT initiative_id, counted_at, territory_id, age_band, -delta
    FROM initiatives_pendingtally WHERE initiative_id = ANY(%(ids)s)
"""
"""What the tallies of these initiatives must add up to, line by line."""

TRENDS = f"""
WITH hours AS (
    SELECT *, date_trunc('hour', counted_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS hour FROM ({LEDGER}) ledger
), given AS (
    SELECT initiative_id, sum(votes) AS votes,
           extract(epoch FROM hour - %(epoch)s)::float8 / 3600 / %(half_life)s AS weight, max(counted_at) AS counted_at
    FROM hours GROUP BY initiative_id, hour HAVING sum(votes) <> 0
), top AS (
    SELECT initiative_id, max(weight) AS weight, max(counted_at) AS last_vote_at FROM given GROUP BY 1
)
SELECT top.initiative_id,
       top.weight + ln(sum(given.votes * CASE
           WHEN given.weight > top.weight - 200 THEN power(2.0::float8, given.weight - top.weight) ELSE 0 END
       )) / ln(2.0::float8),
       sum(given.votes), top.last_vote_at
FROM given JOIN top USING (initiative_id)
GROUP BY top.initiative_id, top.weight, top.last_vote_at
"""

SET_TOTALS = """
INSERT INTO initiatives_tally (initiative_id, votes, progress, trend, last_vote_at, rising, comments, followers)
SELECT *, 0, 0, 0 FROM unnest(%s::bigint[], %s::int[], %s::float8[], %s::float8[], %s::timestamptz[])
ON CONFLICT (initiative_id) DO UPDATE SET votes = EXCLUDED.votes, progress = EXCLUDED.progress,
    trend = EXCLUDED.trend, last_vote_at = EXCLUDED.last_vote_at
"""
"""Sets the totals of initiatives, column by column."""

CELLS = (
    ("initiatives_hourtally", "hour", "date_trunc('hour', ledger.counted_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'"),
    (
        "initiatives_territorytally",
        "territory_id",
        "CASE place.level WHEN 'region' THEN place.kato WHEN 'district' THEN place.parent_id END",
    ),
    ("initiatives_agetally", "age_band", "ledger.age_band"),
)
"""The breakdowns: table, column, and how the column follows from a line of the ledger."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An initiative whose tallies did not say what its votes do."""

    initiative_id: int
    counted: int
    shown: int
    hours: int
    regions: int
    ages: int


@dataclass(frozen=True, slots=True)
class Recount:
    """What a recount found."""

    initiatives: int
    votes: int
    differences: tuple[Difference, ...]


def is_sole_writer(*, wait: bool) -> bool:
    """Take the right to write tallies until the transaction ends; return whether it was got."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITER])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [WRITER])
        return bool(cursor.fetchone()[0])


def compare() -> Recount:
    """Count all votes anew and compare, in one statement: one snapshot of acts, waiting rows and tallies."""
    with connection.cursor() as cursor:
        cursor.execute(COMPARE)
        initiatives, votes, found = cursor.fetchone()
    rows: list[list[int]] = json.loads(found)
    return Recount(initiatives, int(votes), tuple(Difference(*map(int, row)) for row in sorted(rows)))


def recount(*, at: datetime) -> Recount:
    """Recount everything; correct and report each difference. The audit entry stands in the initiative's public history."""
    result = compare()
    for difference in result.differences:
        with transaction.atomic():
            is_sole_writer(wait=True)
            _report(difference, at)
            rebuild([difference.initiative_id])
    Tally.objects.update(recounted_at=at)
    return result


def rebuild(initiative_ids: Collection[int]) -> None:
    """Make the tallies of these initiatives anew from their acts: totals, trends, hours, regions and ages."""
    ids = sorted(initiative_ids)
    with transaction.atomic(), connection.cursor() as cursor:
        is_sole_writer(wait=True)
        thresholds = dict(Initiative.objects.filter(pk__in=ids).values_list("pk", "threshold"))
        totals = {row[0]: row[1:] for row in _trends(ids)}
        rows = []
        for initiative_id in ids:
            trend, votes, last_vote_at = totals.get(initiative_id, (None, 0, None))
            rows.append((initiative_id, votes, progress(votes, thresholds[initiative_id]), trend, last_vote_at))
        cursor.execute(SET_TOTALS, [list(column) for column in zip(*rows, strict=True)])
        for table, column, value in CELLS:
            # The names are this module's own words.
            cursor.execute(f"DELETE FROM {table} WHERE initiative_id = ANY(%s)", [ids])
            cursor.execute(
                f"""
                INSERT INTO {table} (initiative_id, {column}, votes)
                SELECT initiative_id, {value}, sum(votes) FROM ({LEDGER}) ledger
                LEFT JOIN accounts_territory place ON place.kato = ledger.territory_id
                GROUP BY 1, 2 HAVING sum(votes) <> 0
                """,
                {"ids": ids},
            )


def trend_from_acts(initiative_id: int) -> float | None:
    """Return the trend (log2) of one initiative from its folded votes; None when it has none in force."""
    return next((trend for _initiative_id, trend, _votes, _last in _trends([initiative_id])), None)


def _trends(ids: Sequence[int]) -> list[tuple[int, float, int, datetime]]:
    """Return (initiative, trend, votes, last vote) of those that have votes in force."""
    with connection.cursor() as cursor:
        cursor.execute(TRENDS, {"ids": list(ids), "epoch": EPOCH, "half_life": TRENDING_HALF_LIFE_HOURS})
        return [(row[0], row[1], int(row[2]), row[3]) for row in cursor.fetchall()]


def _report(difference: Difference, at: datetime) -> None:
    logger.error(
        "recount: initiative %s shows %s votes, its acts give %s (hours %s, regions %s, ages %s)",
        difference.initiative_id,
        difference.shown,
        difference.counted,
        difference.hours,
        difference.regions,
        difference.ages,
    )
    initiative = Initiative.objects.select_for_update(no_key=True).get(pk=difference.initiative_id)
    data = {
        "shown": difference.shown,
        "counted": difference.counted,
        "hours": difference.hours,
        "regions": difference.regions,
        "ages": difference.ages,
    }
    record(subject=initiative, action=CORRECTED, actor=None, at=at, data=data)
