"""Rechecks of stored signatures, in chunks whose results are written once."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("signatures", "0061_incidents"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecheckRun",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("subject", models.CharField(max_length=100)),
                ("label", models.CharField(blank=True, max_length=200)),
                ("total", models.PositiveIntegerField()),
                ("began_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "recheck",
                "verbose_name_plural": "rechecks",
                "ordering": ("-began_at",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("finished_at__isnull", True)),
                        fields=("subject",),
                        name="signatures_one_recheck_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RecheckChunk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("first", models.UUIDField()),
                ("last", models.UUIDField()),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("good", models.PositiveIntegerField(default=0)),
                ("bad", models.JSONField(default=list)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="chunks", to="signatures.recheckrun"
                    ),
                ),
            ],
            options={
                "verbose_name": "part of a recheck",
                "verbose_name_plural": "parts of rechecks",
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=["run", "taken_at"],
                        name="signatures_chunks_left",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "number"), name="signatures_chunk_once"),
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="signatures_chunk_has_an_order"
                    ),
                ],
            },
        ),
    ]
