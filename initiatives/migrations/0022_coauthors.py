"""People who write together with the author."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0021_parallel_texts"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="CoAuthor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("invited", "Invited"),
                            ("accepted", "Writes with you"),
                            ("declined", "Declined"),
                            ("removed", "Removed by the author"),
                            ("left", "Left"),
                        ],
                        default="invited",
                        max_length=8,
                    ),
                ),
                ("invited_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "co-author",
                "verbose_name_plural": "co-authors",
                "ordering": ("invited_at", "pk"),
            },
        ),
        migrations.AddField(
            model_name="coauthor",
            name="initiative",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="coauthors", to="initiatives.initiative"
            ),
        ),
        migrations.AddField(
            model_name="coauthor",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="coauthorships",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="coauthor",
            constraint=models.UniqueConstraint(
                condition=models.Q(("standing", "accepted")),
                fields=("initiative", "user"),
                name="initiatives_coauthor_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="coauthor",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("standing", "accepted"), _negated=True),
                    models.Q(("answered_at__isnull", False), ("user__isnull", False)),
                    _connector="OR",
                ),
                name="initiatives_coauthor_is_somebody",
            ),
        ),
    ]
