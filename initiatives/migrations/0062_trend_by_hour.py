"""Trends are weighed by the hour of the vote, so that the published hourly series gives the same score.

The scores there are made anew from the hourly tallies; 2024-01-01 and 24 hours are those of `portal.ranking.decay`.
"""

from django.db import migrations

FORWARD = """
WITH given AS (
    SELECT initiative_id, votes,
           extract(epoch FROM hour - '2024-01-01 00:00:00+00'::timestamptz)::float8 / 3600 / 24 AS weight
    FROM initiatives_hourtally WHERE votes > 0
), top AS (
    SELECT initiative_id, max(weight) AS weight FROM given GROUP BY 1
), fresh AS (
    SELECT initiative_id, top.weight + ln(sum(given.votes * CASE
        WHEN given.weight > top.weight - 200 THEN power(2.0::float8, given.weight - top.weight) ELSE 0 END
    )) / ln(2.0::float8) AS trend
    FROM given JOIN top USING (initiative_id) GROUP BY initiative_id, top.weight
)
UPDATE initiatives_tally SET trend = fresh.trend FROM fresh WHERE initiatives_tally.initiative_id = fresh.initiative_id
"""


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0061_usual_pace")]

    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
