"""Votes that were received and wait for the certification authority: one unsettled act of a person on an initiative."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_first_territories_and_bodies"),
        ("initiatives", "0071_questions"),
        ("signatures", "0003_not_emptied"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WaitingAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("signer_tag", models.BinaryField(max_length=33)),
                ("gives", models.BooleanField()),
                ("shown_name", models.CharField(blank=True, max_length=160)),
                ("received_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("counted", "Counted"),
                            ("refused", "Refused: the signature is not good"),
                            ("not_needed", "Not needed: the person acted otherwise meanwhile"),
                            ("taken_back", "Taken back by the person before it was counted"),
                            ("void", "Void: the petition was withdrawn, removed or closed"),
                            ("expired", "Not counted: nobody could tell in time"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("vote_act", models.BigIntegerField(blank=True, null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="signatures.signature",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waiting_acts",
                        to="initiatives.initiative",
                    ),
                ),
                (
                    "signature",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="signatures.signature"
                    ),
                ),
                (
                    "territory",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.territory",
                    ),
                ),
                (
                    "voter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="waiting_acts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "waiting vote",
                "verbose_name_plural": "waiting votes",
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled_at__isnull", True)),
                        fields=["asked_at"],
                        name="initiatives_waiting_asked",
                    ),
                    models.Index(fields=["settled_at"], name="initiatives_waiting_settled"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("settled_at__isnull", True)),
                        fields=("initiative", "signer_tag"),
                        name="initiatives_one_act_waits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", ""), ("settled_at__isnull", True)),
                            models.Q(
                                ("outcome__in", ["counted", "refused", "not_needed", "taken_back", "void", "expired"]),
                                ("settled_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="initiatives_waiting_settled_with_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "counted"), ("vote_act__isnull", False)),
                            models.Q(("vote_act__isnull", True), models.Q(("outcome", "counted"), _negated=True)),
                            _connector="OR",
                        ),
                        name="initiatives_waiting_counted_is_an_act",
                    ),
                ],
            },
        ),
    ]
