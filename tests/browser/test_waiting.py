"""Before a real screen: the responder is stopped, a vote is received and waits; it returns, and the count rises."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from accounts.models import Body
from initiatives.services import waiting
from initiatives.states import State
from portal import clock
from signatures.services import trust
from signatures.services.demo_responder import DemoResponder
from tests.browser.screens import Screen
from tests.factories.accounts import make_citizen
from tests.factories.initiatives import make_petition
from tests.journeys.conftest import Clock

pytestmark = pytest.mark.django_db(transaction=True)
SitDown = Callable[..., Screen]


@pytest.fixture
def responder(portal: object) -> Iterator[DemoResponder]:
    found = trust.source()
    assert isinstance(found, DemoResponder)
    yield found
    found.start()


@pytest.mark.parametrize("width", [360, 1280])
def test_a_vote_waits_and_is_counted(
    sit_down: SitDown, responder: DemoResponder, small_akimat: Body, width: int
) -> None:
    author = make_citizen("850312400115", "Айгүл", "Серікова")
    petition = make_petition(body=small_akimat, author=author, state=State.COLLECTING, at=clock.now(), threshold=51)
    responder.stop(at=clock.now())
    citizen = sit_down("olga", width=width)
    citizen.visit(f"petitions/{petition.code}/vote/").sign().look()
    citizen.sees("Your vote is received").sees("1 more vote is received and waits")
    citizen.visit(f"petitions/{petition.code}/vote/").sees("It waits for the certification authority")
    citizen.page.goto(f"{citizen.address}/kk/petitions/{petition.code}/")
    citizen.look()

    responder.start()
    assert waiting.recheck(at=clock.now() + timedelta(minutes=1)).settled == 1
    Clock.work()
    citizen.visit(f"petitions/{petition.code}/").sees("Your vote stands")
    assert citizen.page.get_by_text("waits for the certification authority").count() == 0
