"""`manage.py export_open_data`: writes the open data now, as the worker does each night."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from initiatives.services import opening
from portal.clock import now


class Command(BaseCommand):
    help = "Write a new edition of the open data into OPEN_DATA_ROOT."

    def handle(self, *args: Any, **options: Any) -> None:
        edition = opening.export(at=now())
        if edition is None:
            raise CommandError("Another export is under way.")
        size = sum(one.bytes for one in edition.files)
        self.stdout.write(f"Edition {edition.name}: {len(edition.files)} files, {size} bytes.")
