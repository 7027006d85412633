"""The table of dated exceptions to the five-day week."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("date", models.DateField(unique=True, verbose_name="date")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("holiday", "Holiday"),
                            ("transferred_day_off", "Day off moved here"),
                            ("transferred_working_day", "Working day at a weekend"),
                        ],
                        max_length=30,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_kk", models.CharField(max_length=200, null=True, verbose_name="name")),
                ("name_ru", models.CharField(max_length=200, null=True, verbose_name="name")),
                ("name_en", models.CharField(max_length=200, null=True, verbose_name="name")),
                ("moved_from", models.DateField(blank=True, null=True, verbose_name="moved from")),
                ("source", models.CharField(max_length=250, verbose_name="law or order")),
                ("is_verified", models.BooleanField(default=False, verbose_name="confirmed by two sources")),
                ("updated_at", models.DateTimeField(auto_now=True, db_index=True)),
            ],
            options={
                "verbose_name": "calendar day",
                "verbose_name_plural": "calendar days",
                "ordering": ("date",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["holiday", "transferred_day_off", "transferred_working_day"])),
                        name="calendar_day_of_a_known_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("moved_from", models.F("date")), _negated=True),
                        name="calendar_day_moved_from_another_day",
                    ),
                ],
            },
        ),
    ]
