"""`manage.py rotate_encryption`: seal stored signatures and scans anew under the newest key (docs/operations.md)."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from initiatives.services import paper_sealing
from portal import clock
from signatures.services import rotation
from signatures.states import RotationKind

BATCH = 500


class Command(BaseCommand):
    help = "Seal everything anew under the newest encryption key. May be stopped and started again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="seal nothing, only say which keys are needed")
        parser.add_argument("--batch", type=int, default=BATCH, help="signatures of one step")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        moved = scans = lost = 0
        if not options["check"]:
            at = clock.now()
            kept = rotation.rotation_of(RotationKind.ENCRYPTION, settings.SIGNATURES_ENCRYPTION_KEYS, at=at)
            for done in rotation.batches(kept, limit=max(1, options["batch"]), at=at):
                moved, lost = moved + done.moved, lost + done.lost
            moved += rotation.reseal_waiting()
            scans = paper_sealing.reseal_scans()
        needed = rotation.under_older_keys()
        old_scans = paper_sealing.needing_older_keys()
        report = {
            "resealed": {"signatures": moved, "scans": scans},
            "cannot_be_opened": lost,
            "still_needed": {"signatures": needed, "scans": old_scans},
            "older_keys_may_be_dropped": not needed and not old_scans,
        }
        if options["json"]:
            self.stdout.write(json.dumps(report, indent=2, sort_keys=True))
            return
        self.stdout.write(f"Sealed anew: {moved} signatures, {scans} scans. Cannot be opened by any key: {lost}.")
        for name, count in needed.items():
            self.stdout.write(f"Key {name or '(without a name)'} is still needed by {count} signatures.")
        self.stdout.write(f"Older keys {'may' if report['older_keys_may_be_dropped'] else 'may not'} be dropped.")
