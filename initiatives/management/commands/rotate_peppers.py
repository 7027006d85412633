"""`manage.py rotate_peppers`: move codes of people to the newest keys, and say what could not be moved (docs/operations.md)."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from initiatives.services import rotation_run
from portal import clock

BATCH = 500


class Command(BaseCommand):
    help = "Move codes of people to the newest peppers. Restart every process with the new list first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="move nothing, only say what is left")
        parser.add_argument("--batch", type=int, default=BATCH, help="rows of one step")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        say = self.stderr.write if options["verbosity"] > 1 else lambda _text: None
        if options["check"]:
            report = rotation_run.report()
        else:
            report = rotation_run.run(at=clock.now(), batch=max(1, options["batch"]), say=say)
        if options["json"]:
            self.stdout.write(json.dumps(report, indent=2, sort_keys=True))
            return
        moved, left = report["moved"], report["left"]
        self.stdout.write(
            f"Moved {moved['acts']} votes, {moved['accounts']} accounts, {moved['lines']} lines of paper lists;"
            f" {moved['stuck']} could not be moved."
        )
        for number, ways in left["acts"].items():
            for way, count in ways.items():
                self.stdout.write(f"Left under {number}: {count} ({way}): {report['reasons'][way]}.")
        if left["accounts"]:
            self.stdout.write(
                f"Left under older identity peppers: {left['accounts']}: {report['reasons']['accounts']}."
            )
        self.stdout.write(
            f"Of the oldest peppers of signatures {report['signature_peppers_to_drop']} may be dropped; peppers of identities"
            f" {'may' if report['identity_peppers_may_be_dropped'] else 'may not'} be dropped."
        )
