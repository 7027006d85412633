"""What waits between the QR code on a page and the telephone that signs: rows of minutes, no evidence."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("signatures", "0022_vote_log_promises"),
    ]

    operations = [
        migrations.CreateModel(
            name="MobileRequest",
            fields=[
                ("code_sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("browser_sha256", models.CharField(max_length=64)),
                ("document", models.PositiveBigIntegerField()),
                ("token", models.TextField()),
                ("language", models.CharField(max_length=2)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting for the telephone"),
                            ("opened", "Open on the telephone"),
                            ("received", "Signed, not taken yet"),
                            ("taken", "Taken by the page"),
                            ("refused", "Refused too often"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("cms", models.BinaryField(null=True)),
                ("refusals", models.PositiveSmallIntegerField(default=0)),
                ("refusal", models.CharField(blank=True, max_length=40)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["waiting", "opened", "received", "taken", "refused"])),
                        name="signatures_mobile_known_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("code_sha256__regex", "^[0-9a-f]{64}$"), ("browser_sha256__regex", "^[0-9a-f]{64}$")
                        ),
                        name="signatures_mobile_sha256_in_hex",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cms__isnull", False), ("status", "received")),
                            models.Q(models.Q(("status", "received"), _negated=True), ("cms__isnull", True)),
                            _connector="OR",
                        ),
                        name="signatures_mobile_cms_while_received",
                    ),
                ],
            },
        ),
    ]
