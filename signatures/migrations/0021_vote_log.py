"""The tables of the vote log."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("signatures", "0011_evidence"),
    ]

    operations = [
        migrations.CreateModel(
            name="LogKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public", models.BinaryField(max_length=32, unique=True)),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="VoteLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=32, unique=True)),
                ("origin", models.CharField(max_length=200, unique=True)),
                ("size", models.BigIntegerField(default=0)),
                ("root", models.BinaryField(max_length=32)),
                ("opened_at", models.DateTimeField()),
                ("closed_size", models.BigIntegerField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("size__gte", 0)), name="signatures_log_size_not_negative"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TreeHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.BigIntegerField()),
                ("root", models.BinaryField(max_length=32)),
                ("note", models.TextField()),
                ("at", models.DateTimeField()),
                ("archived", models.BigIntegerField(blank=True, null=True, unique=True)),
                ("stamp", models.BinaryField(blank=True, null=True)),
                ("stamped_at", models.DateTimeField(blank=True, null=True)),
                (
                    "log",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="heads", to="signatures.votelog"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LogTile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hashes", models.BinaryField(max_length=8192)),
                (
                    "log",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tiles", to="signatures.votelog"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entry", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("revision", models.PositiveIntegerField()),
                ("text_sha256", models.CharField(max_length=64)),
                ("action", models.CharField(max_length=8)),
                ("cancels", models.UUIDField(blank=True, null=True)),
                ("source", models.CharField(max_length=8)),
                ("commitment", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("key", models.BinaryField(max_length=32)),
                ("signature", models.BinaryField(max_length=64)),
                ("sequence", models.BigIntegerField(blank=True, null=True)),
                ("leaf_hash", models.BinaryField(blank=True, max_length=32, null=True)),
                (
                    "log",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="signatures.votelog",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="EntrySecret",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="secret",
                        serialize=False,
                        to="signatures.logentry",
                        to_field="entry",
                    ),
                ),
                ("salt", models.BinaryField(max_length=32)),
                ("signer_tag", models.BinaryField(max_length=33)),
                (
                    "signature",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="log_secrets",
                        to="signatures.signature",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("witness", models.CharField(max_length=200)),
                ("line", models.TextField()),
                ("signed_at", models.DateTimeField()),
                (
                    "head",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cosignatures",
                        to="signatures.treehead",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("head", "witness"), name="signatures_witness_signs_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="treehead",
            constraint=models.UniqueConstraint(fields=("log", "size"), name="signatures_one_head_of_a_size"),
        ),
        migrations.AddConstraint(
            model_name="logtile",
            constraint=models.UniqueConstraint(fields=("log", "level", "index"), name="signatures_tile_once"),
        ),
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(
                condition=models.Q(("sequence__isnull", True)), fields=["log", "id"], name="signatures_entries_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(
                condition=models.Q(("leaf_hash__isnull", False)),
                fields=["log", "leaf_hash"],
                name="signatures_entry_by_leaf",
            ),
        ),
        migrations.AddConstraint(
            model_name="logentry",
            constraint=models.UniqueConstraint(fields=("log", "sequence"), name="signatures_place_in_log_once"),
        ),
        migrations.AddConstraint(
            model_name="logentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cancels__isnull", False)),
                fields=("cancels",),
                name="signatures_vote_cancelled_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="logentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("action", "vote"), ("cancels__isnull", True)),
                    models.Q(("action", "withdraw"), ("cancels__isnull", False)),
                    _connector="OR",
                ),
                name="signatures_withdrawal_names_its_vote",
            ),
        ),
        migrations.AddConstraint(
            model_name="logentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("source__in", ("eds", "session", "paper")),
                    ("commitment__regex", "^[0-9a-f]{64}$"),
                    ("text_sha256__regex", "^[0-9a-f]{64}$"),
                ),
                name="signatures_entry_is_of_its_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="logentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("leaf_hash__isnull", True), ("sequence__isnull", True)),
                    models.Q(("leaf_hash__isnull", False), ("sequence__gte", 0)),
                    _connector="OR",
                ),
                name="signatures_leaf_with_its_place",
            ),
        ),
    ]
