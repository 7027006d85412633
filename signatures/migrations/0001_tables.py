"""The table of accepted signatures."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("vote", "Vote for"),
                            ("withdraw", "Withdraw the vote"),
                            ("sign_in", "Sign in"),
                            ("sign_document", "Sign a document"),
                        ],
                        max_length=16,
                    ),
                ),
                ("subject", models.CharField(max_length=100)),
                ("revision", models.PositiveIntegerField()),
                ("text_sha256", models.CharField(blank=True, max_length=64)),
                ("choice", models.CharField(blank=True, max_length=40)),
                ("statement", models.TextField()),
                ("nonce", models.CharField(max_length=32, unique=True)),
                ("cms", models.BinaryField()),
                ("cms_sha256", models.CharField(max_length=64, unique=True)),
                ("certificate_sha256", models.CharField(max_length=64)),
                ("serial", models.CharField(max_length=48)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("valid", "Valid"),
                            ("pending", "Waiting for the answer about revocation"),
                            ("refused", "Refused after waiting"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "trust_domain",
                    models.CharField(
                        choices=[
                            ("demo", "Demo"),
                            ("test", "Test"),
                            ("production", "National certification authority"),
                        ],
                        max_length=10,
                    ),
                ),
                ("report", models.JSONField()),
                ("signing_time", models.DateTimeField(blank=True, null=True)),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "purpose"], name="signatures_by_subject"),
                    models.Index(
                        condition=models.Q(("status", "pending")), fields=["received_at"], name="signatures_pending"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["vote", "withdraw", "sign_in", "sign_document"])),
                        name="signatures_known_purpose",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["valid", "pending", "refused"])),
                        name="signatures_known_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("trust_domain__in", ["demo", "test", "production"])),
                        name="signatures_known_domain",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cms_sha256__regex", "^[0-9a-f]{64}$"),
                            ("certificate_sha256__regex", "^[0-9a-f]{64}$"),
                            models.Q(("text_sha256", ""), ("text_sha256__regex", "^[0-9a-f]{64}$"), _connector="OR"),
                        ),
                        name="signatures_sha256_in_hex",
                    ),
                ],
            },
        ),
    ]
