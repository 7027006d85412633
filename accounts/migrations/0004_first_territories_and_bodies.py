"""The classifier of territories (NK RK 11-2025) and the bodies that answer petitions, from the files in data/.

docs/data-sources.md says where each figure comes from. Rows that exist already are brought up to date, so that the
migration may run over a catalogue that staff began by hand.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

DATA = Path(__file__).parent / "data"
LEVELS = {
    "country": "country",
    "region": "region",
    "district": "district",
    "city": "district",
    "city_district": "district",
}
"""The portal knows three levels; a city of oblast significance and a district of a major city stand beside districts."""


def load(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write territories, parents first as the file has them, then bodies."""
    territory, body = apps.get_model("accounts", "Territory"), apps.get_model("accounts", "Body")
    for row in _rows("territories.csv"):
        territory.objects.update_or_create(
            kato=row["kato"],
            defaults={
                "parent_id": row["parent_kato"] or None,
                "level": LEVELS[row["level"]],
                "kind": row["kind"],
                "iso": row["iso_3166_2"],
                **_names(row),
                "population": int(row["population"]) if row["population"] else None,
                "population_year": int(row["population_year"]) if row["population_year"] else None,
                "population_source": row["source"],
                "is_verified": row["verified"] == "1",
            },
        )
    for row in _rows("bodies.csv"):
        values = {"kind": row["kind"], "territory_id": row["kato"], "is_verified": row["verified"] == "1"}
        body.objects.update_or_create(slug=row["slug"], defaults={**values, **_names(row)})


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _names(row: dict[str, str]) -> dict[str, str]:
    return {"name": row["name_kk"], **{f"name_{code}": row[f"name_{code}"] for code in ("kk", "ru", "en")}}


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_body_is_verified")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
