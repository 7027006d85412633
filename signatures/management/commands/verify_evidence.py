"""`manage.py verify_evidence`: judges every stored signature again, from what is stored alone."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from portal.clock import now
from signatures.services import reverification


class Command(BaseCommand):
    """Ends with an error when a signature does not verify as it once did, so that a scheduler notices."""

    help = "Judge all stored signatures again from their stored evidence; nobody is asked. Prints how to resume."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--after", type=UUID, metavar="ID", help="resume behind this signature")
        parser.add_argument("--most", type=int, metavar="N", help="judge at most so many")
        parser.add_argument("--subject", default="", help="only signatures about this object, as initiative:…")

    def handle(self, *args: Any, **options: Any) -> None:
        found = reverification.Tally()
        steps = reverification.run(after=options["after"], most=options["most"], subject=options["subject"], now=now())
        for found in steps:
            for fault in found.new_faults:
                self.stdout.write(f"{fault.signature}: {fault.code}")
            self.stdout.write(f"{found.judged} of {found.total} judged, {found.faulty} faulty; --after {found.last}")
        self.stdout.write(f"{found.good} verify, {found.faulty} do not, {found.unsettled} were never settled.")
        if found.faulty:
            raise CommandError(f"{found.faulty} signatures do not verify from their evidence.")
