"""The certification authority is silent: a citizen votes, reads that the vote waits, and later that it is counted."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from accounts.models import Body
from initiatives.models import Initiative, WaitingAct
from initiatives.states import State
from initiatives.tasks import recheck_waiting
from signatures.services import trust
from signatures.services.demo_responder import DemoResponder
from tests.factories.accounts import make_citizen
from tests.factories.initiatives import make_petition
from tests.journeys.conftest import Clock, Meet
from tests.journeys.people import Person, browser

pytestmark = pytest.mark.django_db
RECEIVED = "Your vote is received"
NOT_YET = "1 more vote is received and waits for the certification authority."


@pytest.fixture
def petition(story: Clock, akimat_of_district: Body, at: datetime) -> Initiative:
    """A petition that collects votes."""
    author = make_citizen("850312400115", "Айгүл", "Серікова")
    return make_petition(body=akimat_of_district, author=author, state=State.COLLECTING, at=at, threshold=58)


@pytest.fixture
def responder(meet: Meet, petition: Initiative) -> Iterator[DemoResponder]:
    """The demo's responder; `story` has begun, so that its times are the story's."""
    found = trust.source()
    assert isinstance(found, DemoResponder)
    yield found
    found.start()


def page_of(person: Person, petition: Initiative) -> str:
    return person.visit(f"petitions/{petition.code}/").words


def vote(person: Person, petition: Initiative) -> str:
    return person.sign(person.visit(f"petitions/{petition.code}/vote/")).words


def an_answer_comes(story: Clock, responder: DemoResponder) -> None:
    responder.start()
    story.later(minutes=2)
    recheck_waiting()
    story.later(seconds=2)


def test_who_has_an_account_sees_it_everywhere_and_is_told(
    meet: Meet, story: Clock, petition: Initiative, responder: DemoResponder, at: datetime
) -> None:
    aigerim = meet("aigerim").sign_in()
    responder.stop(at=at)
    said = vote(aigerim, petition)
    assert RECEIVED in said
    assert "it is not in the count yet" in said
    assert NOT_YET in said
    assert "Your vote stands" not in said
    assert RECEIVED in aigerim.visit(f"petitions/{petition.code}/vote/").words, "it is not offered a second time"
    assert "waits for the certification authority" in aigerim.visit("my/initiatives/").words
    stranger = page_of(meet("yerlan"), petition)
    assert NOT_YET in stranger
    assert RECEIVED not in stranger

    an_answer_comes(story, responder)
    said = page_of(aigerim, petition)
    assert "Your vote stands" in said
    assert NOT_YET not in said
    assert RECEIVED not in said
    assert "is counted, with the time" in aigerim.visit("my/notifications/").words
    form = aigerim.visit("profile/").form(to="/profile/data/")
    handed_out = aigerim.client.post(form.action, form.filled({})).content.decode()
    assert '"waiting_votes"' in handed_out


def test_a_browser_without_account_knows_its_vote_before_and_after(
    meet: Meet, story: Clock, petition: Initiative, responder: DemoResponder, at: datetime
) -> None:
    responder.stop(at=at)
    aigerim = meet("aigerim")
    assert RECEIVED in vote(aigerim, petition)
    an_answer_comes(story, responder)
    assert "Your vote stands" in page_of(aigerim, petition)
    assert "You voted here already" in aigerim.visit(f"petitions/{petition.code}/vote/").words
    aigerim.client = browser()
    assert "Your vote stands" not in page_of(aigerim, petition)


def test_who_is_refused_later_reads_why_and_can_vote_with_another_key(
    meet: Meet, story: Clock, petition: Initiative, responder: DemoResponder, at: datetime
) -> None:
    responder.stop(at=at)
    person = meet("revoked")
    assert RECEIVED in vote(person, petition)
    an_answer_comes(story, responder)
    said = page_of(person, petition)
    assert "Your signature was refused" in said
    assert "Your certificate has been revoked." in said
    assert "Support" in said


def test_what_waits_can_be_taken_back_when_the_authority_answers(
    meet: Meet, story: Clock, petition: Initiative, responder: DemoResponder, at: datetime
) -> None:
    responder.stop(at=at)
    aigerim = meet("aigerim")
    vote(aigerim, petition)
    refused = aigerim.sign(aigerim.visit(f"petitions/{petition.code}/vote/withdraw/"), status=409)
    assert "We have received a signature of yours here already." in refused.words
    responder.start()
    said = aigerim.sign(aigerim.visit(f"petitions/{petition.code}/vote/withdraw/")).words
    assert "Your vote is withdrawn." in said
    assert RECEIVED not in said
    an_answer_comes(story, responder)
    assert WaitingAct.objects.get().outcome == "taken_back"


def test_sign_in_is_refused_with_a_clear_sentence(meet: Meet, responder: DemoResponder, at: datetime) -> None:
    responder.stop(at=at)
    aigerim = meet("aigerim")
    said = aigerim.sign(aigerim.visit("sign-in/"), status=503).words
    assert "The certification authority does not answer" in said
