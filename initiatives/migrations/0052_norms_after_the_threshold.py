"""The numbers of what follows the votes, for versions that were written before those numbers were kept.

The law has them in force all along, so an open petition gets them too: nothing that was promised to anybody gets less.
"""

from typing import Any

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from initiatives.limits import AFTER_THE_VOTES


def add(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    version_model: Any = apps.get_model("initiatives", "KindVersion")
    norm_model: Any = apps.get_model("initiatives", "Norm")
    for version in version_model.objects.filter(kind__process="petition"):
        norm_model.objects.bulk_create(
            (
                norm_model(
                    version=version,
                    code=norm.code,
                    number=norm.number,
                    unit=norm.unit,
                    start_event=norm.start_event,
                    article=norm.article,
                    is_verified=norm.is_verified,
                )
                for norm in AFTER_THE_VOTES
            ),
            ignore_conflicts=True,
        )


def remove(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    codes = [norm.code for norm in AFTER_THE_VOTES]
    apps.get_model("initiatives", "Norm").objects.filter(code__in=codes).delete()


class Migration(migrations.Migration):
    dependencies = [("initiatives", "0051_after_the_threshold")]

    operations = [migrations.RunPython(add, remove)]
