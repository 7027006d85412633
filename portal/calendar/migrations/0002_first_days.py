"""Enter the holidays and moved days of 2024–2027."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from portal.calendar import seed


def enter(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    seed.enter(apps.get_model("calendar", "CalendarDay"))


def withdraw(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    dates = [row["date"] for row in seed.first_days()]
    apps.get_model("calendar", "CalendarDay").objects.filter(date__in=dates).delete()


class Migration(migrations.Migration):
    dependencies = [("calendar", "0001_calendar_days")]

    operations = [migrations.RunPython(enter, withdraw)]
