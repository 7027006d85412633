"""The same text in the other language, found by search as the original is.

Postgres cannot change what a generated column is made of, so the column of the search is made anew.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0011_words_and_searches")]

    operations = [
        migrations.AddField(
            model_name="initiative",
            name="parallel_problem",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="initiative",
            name="parallel_proposal",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="initiative",
            name="parallel_title",
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.RemoveIndex("initiative", "initiatives_search"),
        migrations.RemoveField("initiative", "search"),
        migrations.AddField(
            model_name="initiative",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.contrib.postgres.search.CombinedSearchVector(
                    django.contrib.postgres.search.CombinedSearchVector(
                        django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.SearchVector(
                                "title", "parallel_title", config="russian", weight="A"
                            ),
                            "||",
                            django.contrib.postgres.search.SearchVector(
                                "title", "parallel_title", config="simple", weight="A"
                            ),
                            django.contrib.postgres.search.SearchConfig("russian"),
                        ),
                        "||",
                        django.contrib.postgres.search.SearchVector(
                            "problem", "proposal", "parallel_problem", "parallel_proposal", config="russian", weight="C"
                        ),
                        django.contrib.postgres.search.SearchConfig("russian"),
                    ),
                    "||",
                    django.contrib.postgres.search.SearchVector(
                        "problem", "proposal", "parallel_problem", "parallel_proposal", config="simple", weight="C"
                    ),
                    django.contrib.postgres.search.SearchConfig("russian"),
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            "initiative", django.contrib.postgres.indexes.GinIndex(fields=("search",), name="initiatives_search")
        ),
        migrations.AddIndex(
            model_name="initiative",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Upper("parallel_title"), name="gin_trgm_ops"
                ),
                name="initiatives_parallel_trigrams",
            ),
        ),
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("draft", "withdrawn")),
                    models.Q(("parallel_problem", ""), ("parallel_proposal", ""), ("parallel_title", "")),
                    models.Q(
                        ("parallel_title", ""),
                        ("parallel_problem", ""),
                        ("parallel_proposal", ""),
                        _connector="OR",
                        _negated=True,
                    ),
                    _connector="OR",
                ),
                name="initiatives_parallel_text_is_whole",
            ),
        ),
    ]
