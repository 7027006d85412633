"""What is rising: votes of the last hours against the usual pace of the kind and the place.

The usual pace rests on two weeks of hourly votes. It changes slowly, so a task of its own makes it anew once an hour and keeps
it in a small table; each minute reads the last hours alone. Both are published (open data); the formula is in
`initiatives.ranking`.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction

from initiatives import ranking
from initiatives.models import UsualPace

LOCK = 90_061
"""Name space among Postgres' advisory locks: one refreshes at a time."""

RESIDENTS_SQL = f"coalesce(place.population, {ranking.RESIDENTS})"
REGION_SQL = "CASE place.level WHEN 'district' THEN place.parent_id ELSE place.kato END"

PACE_SQL = f"""
WITH open AS (
    SELECT i.id, i.kind_id, {REGION_SQL} AS region, {RESIDENTS_SQL} / {ranking.RESIDENTS}.0 AS residents,
           greatest(coalesce(i.published_at, i.created_at), %(start)s) AS since
    FROM initiatives_initiative i JOIN accounts_territory place ON place.kato = i.territory_id
    WHERE i.state IN ('collecting', 'discussion')
), past AS (
    SELECT open.kind_id, open.region, sum(h.votes) AS votes
    FROM initiatives_hourtally h JOIN open ON open.id = h.initiative_id
    WHERE h.hour >= %(start)s AND h.hour < %(recent)s AND h.hour >= date_trunc('hour', open.since)
    GROUP BY 1, 2
)
SELECT kind_id, region, coalesce(past.votes, 0),
       sum(greatest(extract(epoch FROM %(recent)s - open.since) / 3600, 0) * open.residents)::float8
FROM open LEFT JOIN past USING (kind_id, region) GROUP BY 1, 2, 3
"""

RECENT_SQL = f"""
WITH lately AS (
    SELECT initiative_id, sum(votes) AS votes FROM initiatives_hourtally
    WHERE hour >= %(recent)s GROUP BY 1 HAVING sum(votes) >= %(fewest)s
), asked AS (
    SELECT initiative_id FROM lately UNION SELECT initiative_id FROM initiatives_tally WHERE rising > 0
)
SELECT initiative_id, i.kind_id, {REGION_SQL}, {RESIDENTS_SQL}, tally.rising,
       CASE WHEN i.state IN ('collecting', 'discussion') THEN coalesce(lately.votes, 0) ELSE 0 END
FROM asked JOIN initiatives_tally tally USING (initiative_id) JOIN initiatives_initiative i ON i.id = initiative_id
JOIN accounts_territory place ON place.kato = i.territory_id
LEFT JOIN lately USING (initiative_id)
ORDER BY initiative_id
"""

SET_RISING = """
UPDATE initiatives_tally SET rising = fresh.rising
FROM unnest(%s::bigint[], %s::float8[]) AS fresh (id, rising) WHERE initiative_id = fresh.id
"""


def recent_since(at: datetime) -> datetime:
    """Return where the last hours begin: they are those that began in the last six, the present one among them."""
    return ranking.hour_of(at - timedelta(hours=ranking.RISING_HOURS)) + timedelta(hours=1)


def refresh_rising(*, at: datetime) -> int:
    """Recompute what is rising; return how many scores changed. Closed ones and those without recent votes fall to 0."""
    recent = recent_since(at)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if not UsualPace.objects.filter(hour__in=(recent, recent - timedelta(hours=1))).exists():
            refresh_pace(recent=recent)  # the task of each hour did not come
        usual = ranking.usual(known_paces())
        cursor.execute(RECENT_SQL, {"recent": recent, "fewest": ranking.FEWEST_RISING})
        changed: dict[int, float] = {}
        for initiative_id, kind, region, residents, before, votes in cursor.fetchall():
            score = ranking.rising(int(votes), usual.per_hour(kind, region, int(residents)))
            if abs(score - before) > 1e-9:
                changed[initiative_id] = score
        if changed:
            cursor.execute(SET_RISING, [list(changed), list(changed.values())])
    return len(changed)


def refresh_pace(*, recent: datetime) -> int:
    """Make the usual paces anew from the two weeks before that hour; return how many there are."""
    moments = {"recent": recent, "start": recent - timedelta(days=ranking.BASELINE_DAYS)}
    with transaction.atomic(), connection.cursor() as cursor:
        # Two weeks of hours are read once through; looked up one initiative after the other they take three times as long.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(PACE_SQL, moments)
        found = cursor.fetchall()
        cursor.execute("SET LOCAL enable_nestloop = on")
        paces = [
            UsualPace(kind_id=kind, region=region, hour=recent, votes=int(votes), exposure=float(exposure))
            for kind, region, votes, exposure in found
        ]
        UsualPace.objects.all().delete()
        UsualPace.objects.bulk_create(paces)
    return len(paces)


def known_paces() -> list[ranking.Pace]:
    """Return the usual paces as they were last made."""
    rows = UsualPace.objects.values_list("kind_id", "region", "votes", "exposure")
    return [ranking.Pace(*row) for row in rows]
