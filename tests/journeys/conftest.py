"""The world of the stories: the demo's keys, a small district whose akimat answers, and a clock that can be moved."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache

from accounts.models import Assignment, Body
from initiatives.tasks import fold_votes, run_due_transitions
from portal.notifications.tasks import dispatch_events, send_mail
from signatures.eds.demo_pki import DemoPki
from tests.factories.accounts import JOINED, make_body, make_country, make_official, make_territory
from tests.journeys.people import Person, Visitor

POPULATION = 1_160
"""5 % of them are 58 votes (art. 90-3(4)): the 50 joiners and eight more."""

Meet = Callable[..., Person]


class Clock:
    """The time of a story; in between, the portal's own work is done as the worker would do it."""

    def __init__(self, traveller: Any) -> None:
        self._traveller = traveller

    def later(self, **by: float) -> None:
        """Let time pass, and the worker work."""
        self._traveller.shift(timedelta(**by))
        cache.clear()
        self.work()

    @staticmethod
    def work() -> None:
        """Do what the worker does each second and each minute."""
        fold_votes()
        run_due_transitions()
        dispatch_events()
        send_mail()


@pytest.fixture
def story(at: datetime, db: None) -> Iterator[Clock]:
    """Monday morning."""
    cache.clear()
    with time_machine.travel(at, tick=True) as traveller:
        yield Clock(traveller)


@pytest.fixture
def akimat_of_district(db: None) -> Body:
    """The akimat of a small district of an oblast."""
    oblast = make_territory("190000000", "Алматы облысы", parent=make_country(), population=1_500_000)
    district = make_territory(
        "199900000", "Шағын аудан", level="district", kind="district", parent=oblast,
        population=POPULATION, population_year=2025,
    )  # fmt: skip
    return make_body("small-district", "district_akimat", district, "Akimat of the small district")


@pytest.fixture
def meet(demo_trust: DemoPki) -> Meet:
    """`meet("aigerim")` is a person with that demo key; a number is one of the demo's voters."""

    def somebody(key: str | int, language: str = "en") -> Person:
        return Person(language=language, pki=demo_trust, key=key)

    return somebody


@pytest.fixture
def officials(akimat_of_district: Body, ministry: Body) -> None:
    """Roles of the demo people: moderators, a clerk and the head of the district's akimat, a clerk of a ministry."""
    from signatures.eds.demo_people import BY_SLUG

    offices: list[tuple[str, str, Body | None]] = [
        ("moderator", "moderator", None),
        ("moderator-2", "moderator", None),
        ("moderator-3", "moderator", None),
        ("akimat-clerk", "clerk", akimat_of_district),
        ("akimat-head", "head", akimat_of_district),
        ("ministry-clerk", "clerk", ministry),
        ("administrator", "administrator", None),
    ]
    for slug, role, body in offices:
        who = BY_SLUG[slug]
        make_official(who.iin, who.given_name, who.surname.title(), role, body, birth_date=who.birth_date)
    assert Assignment.objects.filter(since=JOINED).count() >= len(offices)


@pytest.fixture
def visitor() -> Visitor:
    """Somebody who only looks."""
    return Visitor()
