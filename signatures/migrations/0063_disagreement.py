"""Administrators are told when a second opinion disagrees with our own."""

from django.db import migrations, models

KINDS = ["unreachable", "pending_long", "disagreement"]


class Migration(migrations.Migration):
    dependencies = [("signatures", "0062_rechecks")]

    operations = [
        migrations.AlterField(
            "incident",
            "kind",
            models.CharField(
                choices=[
                    ("unreachable", "The certification authority does not answer"),
                    ("pending_long", "Votes wait for long"),
                    ("disagreement", "Two programs judge a signature differently"),
                ],
                max_length=12,
            ),
        ),
        migrations.RemoveConstraint("incident", "signatures_known_trouble"),
        migrations.AddConstraint(
            "incident",
            models.CheckConstraint(condition=models.Q(("kind__in", KINDS)), name="signatures_known_trouble"),
        ),
    ]
