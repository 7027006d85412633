"""Goals and languages of an initiative as one value each, and the one index that the counts of the list's filters are read off."""

import django.db.models as models
from django.db import migrations

GOALS = """
CREATE FUNCTION initiatives_goals(smallint[]) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(bit_or(1 << goal), 0) FROM unnest($1) AS goal
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0063_words_of_texts")]

    operations = [
        migrations.RunSQL(GOALS, "DROP FUNCTION initiatives_goals(smallint[])"),
        migrations.AddField(
            model_name="initiative",
            name="goals",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func(models.F("sdgs"), function="initiatives_goals"),
                output_field=models.IntegerField(),
            ),
        ),
        migrations.AddField(
            model_name="initiative",
            name="written_in",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(parallel_title="", then=models.F("language")), default=models.Value("both")
                ),
                output_field=models.CharField(max_length=4),
            ),
        ),
        migrations.AddIndex(
            model_name="initiative",
            index=models.Index(
                fields=["state", "kind", "topic", "written_in", "territory", "body"],
                include=("id", "goals", "answered_at", "closes_at"),
                name="initiatives_facets",
            ),
        ),
    ]
