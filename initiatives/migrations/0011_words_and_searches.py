"""Folded words of each text with how rare they are, searches that people keep, and what a draft was left for."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("initiatives", "0007_word_similarity"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="initiative",
            name="left_for",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="initiatives.initiative",
            ),
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                ("stem", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("documents", models.PositiveIntegerField(default=1)),
            ],
            options={
                "verbose_name": "term",
                "verbose_name_plural": "terms",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("stem", name="gin_trgm_ops"),
                        name="initiatives_term_trigrams",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                (
                    "initiative",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="wording",
                        serialize=False,
                        to="initiatives.initiative",
                    ),
                ),
                ("heading", models.CharField(max_length=300)),
                ("title_stems", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ("stems", django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
            ],
            options={
                "verbose_name": "wording",
                "verbose_name_plural": "wordings",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        models.Func(models.F("title_stems"), function="array_to_tsvector"),
                        name="initiatives_wording_titles",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        models.Func(models.F("stems"), function="array_to_tsvector"), name="initiatives_wording_stems"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("query", models.JSONField()),
                (
                    "frequency",
                    models.CharField(
                        choices=[("daily", "Each morning"), ("weekly", "Each Monday morning"), ("never", "Never")],
                        default="daily",
                        max_length=6,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("seen_until", models.DateTimeField()),
                ("looked_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_searches",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "saved search",
                "verbose_name_plural": "saved searches",
                "ordering": ("name", "pk"),
                "indexes": [models.Index(fields=["frequency", "looked_at"], name="initiatives_searches_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "query"), name="initiatives_search_kept_once")
                ],
            },
        ),
    ]
