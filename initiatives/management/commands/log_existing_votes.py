"""Write votes from before the vote log into it. May be stopped and run again: it goes on where it was."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from initiatives.services import vote_logging
from portal.clock import now
from signatures.services import sequencing


class Command(BaseCommand):
    """Each batch is one transaction; votes may come meanwhile."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=2_000, help="acts in one transaction (default: 2000)")

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        while logged := vote_logging.log_existing(limit=max(1, options["batch"])):
            total += logged
            self.stdout.write(f"{total} votes and withdrawals are in the log")
        done = sequencing.run(at=now())
        self.stdout.write(self.style.SUCCESS(f"Done: {total} written, {done.entries} got their places."))
