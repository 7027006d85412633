"""`manage.py recount`: counts every vote anew and says whether the public counts agree."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from initiatives.models import Initiative
from initiatives.services import recounting
from portal.clock import now


class Command(BaseCommand):
    """Ends with an error when a count had to be corrected, so that a scheduler notices."""

    help = "Count all votes anew from the acts, compare with the public counts, correct and report differences."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only compare; correct nothing")
        parser.add_argument("--rebuild", action="store_true", help="make all tallies, series and trends anew first")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            recounting.rebuild(list(Initiative.objects.values_list("pk", flat=True)))
        result = recounting.compare() if options["check"] else recounting.recount(at=now())
        for found in result.differences:
            self.stderr.write(f"initiative {found.initiative_id}: shown {found.shown}, counted {found.counted}")
        if result.differences:
            raise CommandError(f"{len(result.differences)} of {result.initiatives} counts differ from the votes.")
        self.stdout.write(f"{result.votes} votes on {result.initiatives} initiatives: all counts agree.")
