"""Whether a body's name was checked: staff see which names still are to be."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_session_records")]

    operations = [
        migrations.AddField(
            model_name="body",
            name="is_verified",
            field=models.BooleanField(default=False, verbose_name="name checked against the body's own site"),
        ),
    ]
