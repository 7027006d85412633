"""Load the demo world once; with --scale, make many more votes for benchmarks."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import Body
from demo.world import ballots, moderating, numbers, paper, people, results, scale, searching, together, waiting
from demo.world.stories import Teller, read_all
from initiatives.models import Initiative
from initiatives.services import folding, opening, recounting, rising
from portal import clock
from signatures.services import sequencing, trust

RARELY = (200_000, 50, 50)
"""The load makes some 10^5 rows that live to its end: to look through them for rubbish at the usual pace takes half its time."""


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    usual = gc.get_threshold()
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


class Command(BaseCommand):
    help = "Load the demo world: people, petitions and ideas of all states, votes signed by the demo authority."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=int, metavar="VOTES", help="add that many unsigned votes for benchmarks")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are initiatives already")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["scale"]:
            made = scale.add_votes(options["scale"], at=clock.now())
            self.stdout.write(f"{made} votes added and counted.")
            return
        if Initiative.objects.exists():
            if options["if_empty"]:
                self.stdout.write("The demo world is loaded already.")
                return
            raise CommandError("There are initiatives already. `make reset` clears them.")
        if trust.demo_pki() is None:
            raise CommandError("The demo's keys are missing: run `manage.py demo_pki` first.")
        started = time.monotonic()
        with _collecting_rarely():
            self._load()
        self.stdout.write(
            f"The demo world is loaded: {Initiative.objects.count()} petitions and ideas, {people.VOTERS} voters,"
            f" {time.monotonic() - started:.0f} s."
        )

    def _load(self) -> None:
        now = clock.now()
        with transaction.atomic():
            teller, told = self._tell(now)
        sealed = ballots.seal(
            ballot for story, initiative, path in told for ballot in teller.ballots(story, initiative, path)
        )
        ballots.store(sealed, teller.voters)
        for story, initiative, path in told:
            if not initiative.is_petition:
                ballots.store_plain(initiative, teller.plain_votes(story, initiative, path), teller.voters)
        together.tell_requests(teller)
        paper.bring_lists(named=teller.named, voters=teller.voters, at=now)
        waiting.keep(named=teller.named, at=now)
        folding.fold_all(at=now)
        sequencing.run(at=now)
        recounting.recount(at=now)
        rising.refresh_rising(at=now)
        opening.export(at=now)
        searching.tell(teller.named, at=now)

    def _tell(self, now: Any) -> tuple[Teller, list[Any]]:
        first_day = now - timedelta(days=900)
        numbers.divide_thresholds(today=clock.local_date(now) - timedelta(days=60))
        named = people.enrol_named(at=first_day)
        voters = people.enrol_voters(at=first_day)
        stories = read_all()
        slugs = sorted({story["body"] for story in stories} | set(people.HOMES.values()))
        offices = {
            slug: people.open_office(Body.objects.get(slug=slug), named, number, at=first_day)
            for number, slug in enumerate(slugs)
        }
        teller = Teller(named, voters, offices, now)
        # A merged idea needs the one it goes into to be there.
        ordered = sorted(stories, key=lambda one: one["state"] == "merged")
        begun = [(story, *teller.begin(story, number)) for number, story in enumerate(ordered)]
        # The public log of moderation tells of them one after the other, as they were decided.
        begun.sort(key=lambda one: (one[0]["state"] == "merged", one[2].at.get("publish", now)))
        told = [(story, teller.go_on(story, initiative, path), path) for story, initiative, path in begun]
        results.tell({story["key"]: initiative for story, initiative, _path in told}, offices, voters, now)
        moderating.moderate(named, voters, now)
        return teller, told
