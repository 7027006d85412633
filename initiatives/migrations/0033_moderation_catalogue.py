"""The prepared reasons, which staff edit from now on, and the two terms of an appeal in each version of the numbers."""

import json
from pathlib import Path
from typing import Any

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from initiatives.limits import APPEAL_NORMS

REASONS = Path(__file__).with_name("rejection_reasons.json")


def seed(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    reason: Any = apps.get_model("initiatives", "RejectionReason")
    rows = json.loads(REASONS.read_text("utf-8"))
    reason.objects.bulk_create(
        reason(position=position, name=row["name_kk"], text=row["text_kk"], **row) for position, row in enumerate(rows)
    )
    version: Any = apps.get_model("initiatives", "KindVersion")
    norm: Any = apps.get_model("initiatives", "Norm")
    for one in version.objects.all():
        for seeded in APPEAL_NORMS:
            norm.objects.get_or_create(
                version=one,
                code=seeded.code,
                defaults={
                    "number": seeded.number,
                    "unit": seeded.unit,
                    "start_event": seeded.start_event,
                    "article": seeded.article,
                    "is_verified": seeded.is_verified,
                },
            )


def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("initiatives", "RejectionReason").objects.all().delete()
    codes = [seeded.code for seeded in APPEAL_NORMS]
    apps.get_model("initiatives", "Norm").objects.filter(code__in=codes).delete()


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0032_moderation_promises")]

    operations = [migrations.RunPython(seed, remove)]
