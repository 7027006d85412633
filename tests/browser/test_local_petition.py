"""Before real screens: a district's petition gets the last of its 2,500 votes, is sent, decided and published."""

from collections.abc import Callable

import pytest

from accounts.models import Body, Territory
from initiatives.models import Initiative, InitiativeKind
from initiatives.services.thresholds import threshold_for
from initiatives.states import State
from portal import clock
from signatures.eds.demo_people import BY_SLUG
from tests.browser.screens import Screen
from tests.browser.test_story import akimat_answers, officials
from tests.factories.accounts import make_citizen
from tests.factories.initiatives import make_petition
from tests.journeys.conftest import Clock
from tests.journeys.test_petition import DECISION, TITLE

pytestmark = pytest.mark.django_db(transaction=True)
SitDown = Callable[..., Screen]
__all__ = ["officials"]


@pytest.fixture
def petition(small_akimat: Body, officials: None) -> Initiative:
    """Aigerim's petition in a district of 64,300 people: the law's number is 2,500, and one vote is missing."""
    district = Territory.objects.get(pk=small_akimat.territory_id)
    Territory.objects.filter(pk=district.pk).update(population=64_300)
    district.refresh_from_db()
    who = BY_SLUG["aigerim"]
    author = make_citizen(who.iin, who.given_name, who.surname.title(), birth_date=who.birth_date)
    made = make_petition(
        body=small_akimat, author=author, state=State.COLLECTING, at=clock.now(), votes=2499, title=TITLE
    )
    needed = threshold_for(InitiativeKind.objects.get(pk=made.kind_id).versions.get(number=1), district)
    assert needed.votes == 2500
    Initiative.objects.filter(pk=made.pk).update(threshold=needed.votes, threshold_basis=needed.basis)
    return made


def test_the_last_of_2500_votes_sends_it_to_the_akimat(sit_down: SitDown, petition: Initiative) -> None:
    code = petition.code
    yerlan = sit_down("yerlan", width=360)
    yerlan.visit(f"petitions/{code}/").sees("2,499")
    yerlan.visit(f"petitions/{code}/vote/").sign().sees("Your vote stands")
    Clock.work()
    yerlan.visit(f"petitions/{code}/").sees("Threshold reached").sees("2,500")
    moderator = sit_down("moderator").sign_in()
    moderator.visit(f"moderation/{code}/").press("Send to the body").look()
    akimat_answers(sit_down, code)
    reader = sit_down(width=360)
    reader.visit(f"petitions/{code}/").sees(DECISION[:50]).sees("2,500")
