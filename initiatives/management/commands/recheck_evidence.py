"""Judge all signatures of a petition again: `python manage.py recheck_evidence CODE`."""

import time
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser

from initiatives.models import Initiative
from portal import clock
from signatures.services import rechecking
from signatures.tasks import send_recheck


class Command(BaseCommand):
    """Begin the recheck, or go on with the one that is under way, and say how far it is."""

    help = "Judge all signatures of an initiative again from what is stored; exit 1 when one does not verify."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="The public code of the initiative.")
        parser.add_argument("--here", action="store_true", help="Judge in this process and not by the workers.")
        parser.add_argument("--no-wait", action="store_true", help="Begin and leave; administrators see how far it is.")

    def handle(self, *args: Any, **options: Any) -> None:
        initiative = Initiative.objects.filter(code=options["code"]).first()
        if initiative is None:
            raise CommandError(f"There is no initiative {options['code']}.")
        run = rechecking.begin(subject=initiative.signing_subject, label=initiative.code, at=clock.now())
        if options["here"]:
            rechecking.work(run=run, at=clock.now)
        else:
            send_recheck(run)
        while not options["no_wait"]:
            found = rechecking.progress(run)
            self.stdout.write(f"{found.checked} of {run.total} ({found.percent} %)")
            if run.finished_at is not None:
                self._report(found)
                return
            time.sleep(2)

    def _report(self, found: rechecking.Progress) -> None:
        for one in found.bad:
            self.stderr.write(f"signature {one['signature']}: {one['code']}")
        if found.bad:
            raise CommandError(f"{len(found.bad)} of {found.run.total} signatures do not verify.")
        self.stdout.write(f"All {found.run.total} signatures verify.")
