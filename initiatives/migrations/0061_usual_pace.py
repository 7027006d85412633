"""How fast votes usually come, by kind and region: what is rising is measured by it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("initiatives", "0053_discussions_kept"),
    ]

    operations = [
        migrations.CreateModel(
            name="UsualPace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region", models.CharField(max_length=9)),
                ("hour", models.DateTimeField()),
                ("votes", models.BigIntegerField()),
                ("exposure", models.FloatField()),
                (
                    "kind",
                    models.ForeignKey(on_delete=models.CASCADE, related_name="+", to="initiatives.initiativekind"),
                ),
            ],
            options={
                "verbose_name": "usual pace",
                "verbose_name_plural": "usual paces",
                "constraints": [models.UniqueConstraint(fields=("kind", "region"), name="initiatives_pace_once")],
            },
        ),
    ]
