"""Each initiative gets its tally from the database, and each order its index.

With a row in the tallies for every initiative, lists join them inwards and Postgres reads the first page off an index. A
trigger makes the row, so that no way of writing an initiative (a service, an import, a restored table) can forget it.
"""

from django.db import migrations, models
from django.db.models import F

TALLY_WITH_INITIATIVE = """
CREATE FUNCTION initiatives_tally_with_initiative() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO initiatives_tally (initiative_id, votes, progress, rising, comments, followers)
    VALUES (NEW.id, 0, 0, 0, 0, 0) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER initiatives_tally_with_initiative AFTER INSERT ON initiatives_initiative
    FOR EACH ROW EXECUTE FUNCTION initiatives_tally_with_initiative();
"""

THOSE_BEFORE = """
INSERT INTO initiatives_tally (initiative_id, votes, progress, rising, comments, followers)
SELECT id, 0, 0, 0, 0, 0 FROM initiatives_initiative ON CONFLICT DO NOTHING;
-- The foreign key is checked now: the next step changes the table, which waits for no pending check.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

TALLIED = {
    "initiatives_by_votes": F("votes").desc(),
    "initiatives_by_progress": F("progress").desc(),
    "initiatives_by_trend": F("trend").desc(nulls_last=True),
    "initiatives_by_rising": F("rising").desc(),
}
"""Ties go to the newer one, as in the orders by date: the index must say so, too."""


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0004_topics")]

    operations = [
        migrations.RunSQL(TALLY_WITH_INITIATIVE, "DROP FUNCTION initiatives_tally_with_initiative() CASCADE"),
        migrations.RunSQL(THOSE_BEFORE, migrations.RunSQL.noop),
        migrations.RemoveIndex("initiative", "initiatives_answered"),
        migrations.AddIndex(
            "initiative",
            models.Index(F("answered_at").desc(nulls_last=True), F("id").desc(), name="initiatives_by_answer"),
        ),
        migrations.AddIndex(
            "initiative",
            models.Index(F("published_at").desc(nulls_last=True), F("id").desc(), name="initiatives_by_newest"),
        ),
        migrations.AddIndex(
            "initiative",
            models.Index(F("closes_at").asc(nulls_last=True), F("id").desc(), name="initiatives_by_closing"),
        ),
        *(
            step
            for name, key in TALLIED.items()
            for step in (
                migrations.RemoveIndex("tally", name),
                migrations.AddIndex("tally", models.Index(key, F("initiative").desc(), name=name)),
            )
        ),
    ]
