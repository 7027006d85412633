"""`manage.py verify_moderation_log`: reads the public log of moderation and says whether each line follows from the last."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from initiatives.models import ModerationLogEntry
from initiatives.services.moderation_log import verify

PUBLISHED = (
    "number", "action", "code", "comment", "role", "role_number", "reason", "reason_other", "article", "text_sha256",
    "previous_hash", "entry_hash",
)  # fmt: skip


class Command(BaseCommand):
    """Ends with an error at the first line that does not follow, so that a scheduler notices."""

    help = "Verify the hash chain of the public moderation log, in the database or in a copy taken from the API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--copy", metavar="FILE", help="a JSON list of lines as the API gives them, in any order; - reads stdin"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify(_copied(options["copy"]) if options["copy"] else None)
        if verdict.broken_at is not None:
            raise CommandError(f"Line {verdict.broken_at} does not follow from those before it.")
        self.stdout.write(f"{verdict.lines} lines, each follows from the one before. Head: {verdict.head}")


def _copied(name: str) -> Iterator[ModerationLogEntry]:
    text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
    for row in sorted(json.loads(text), key=lambda row: int(row["number"])):
        facts = {field: row[field] for field in PUBLISHED}
        yield ModerationLogEntry(at=datetime.fromisoformat(row["at"]), **facts)
