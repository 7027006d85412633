"""The years 2024–2027 as first entered: holidays, days moved by law and by order.

Sources: docs/data-sources.md. Read by the data migration, and by whoever has to put an emptied table back.
"""

from collections.abc import Iterator
from csv import DictReader
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import Model

DAYS = Path(__file__).parent / "migrations" / "data" / "days.csv"


def first_days() -> Iterator[dict[str, Any]]:
    """Yield the rows as field values."""
    with DAYS.open(encoding="utf-8", newline="") as lines:
        for row in DictReader(lines):
            yield row | {
                "date": date.fromisoformat(row["date"]),
                "moved_from": date.fromisoformat(row["moved_from"]) if row["moved_from"] else None,
                "name": row["name_kk"],
                "is_verified": row["is_verified"] == "1",
            }


def enter(model: type[Model]) -> None:
    """Add the rows whose dates the table does not have yet."""
    model._default_manager.bulk_create([model(**row) for row in first_days()], ignore_conflicts=True)
