"""A third process, and the outcome that a question has."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0023_attachment_checks")]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("full", "Satisfied in full"),
                    ("partial", "Satisfied in part"),
                    ("refused", "Refused"),
                    ("answered", "Answered"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="initiativekind",
            name="process",
            field=models.CharField(
                choices=[("petition", "Petition"), ("idea", "Public idea"), ("request", "Consolidated request")],
                max_length=10,
            ),
        ),
    ]
