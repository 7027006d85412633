"""Votes that must not count: each is refused with its status and sentence, what was typed stays, and nothing changes."""

import base64
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from accounts.models import Body
from initiatives.models import Initiative, PendingTally, VoteAct
from initiatives.selectors.counts import exact_count
from initiatives.states import State
from signatures.models import Signature
from tests.factories.accounts import make_citizen
from tests.factories.initiatives import make_petition
from tests.journeys.conftest import Clock, Meet
from tests.journeys.pages import Page
from tests.journeys.people import Person

pytestmark = pytest.mark.django_db
REGION = "190000000"


@pytest.fixture
def petition(story: Clock, akimat_of_district: Body, at: datetime) -> Initiative:
    """A petition that collects votes."""
    author = make_citizen("850312400115", "Айгүл", "Серікова")
    return make_petition(body=akimat_of_district, author=author, state=State.COLLECTING, at=at, threshold=58)


def ballot(person: Person, petition: Initiative) -> Page:
    return person.visit(f"petitions/{petition.code}/vote/")


def refused(person: Person, page: Page, cms: str, *, status: int, sentence: str) -> Page:
    """Send that signature with a region; expect the refusal, the region kept, a fresh statement, and no trace."""
    before = traces()
    after = person.send(page, page.form(field="token"), status=status, cms=cms, territory=REGION)
    assert "Your vote was not counted" in after.words
    assert sentence in after.words, after.words[:800]
    assert after.form(field="token").fields["territory"] == [REGION]
    assert after.statement != page.statement
    assert traces() == before
    return after


def traces() -> tuple[int, int, int]:
    return VoteAct.objects.count(), PendingTally.objects.count(), Signature.objects.count()


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("revoked", "revoked"),
        ("expired", "expired"),
        ("auth-only", "signing"),
        ("foreign", "authority"),
        ("ngo-head", "organisation"),
    ],
)
def test_a_wrong_certificate(petition: Initiative, meet: Meet, key: str, sentence: str) -> None:
    person = meet("yerlan")
    person.key = key
    page = ballot(person, petition)
    refused(person, page, person.signature(page.statement), status=422, sentence=sentence)


def half(cms: str) -> str:
    return base64.b64encode(base64.b64decode(cms)[: len(cms) * 3 // 8]).decode()


def nonsense(cms: str) -> str:
    return "бұл қолтаңба емес"


@pytest.mark.parametrize("spoil", [half, nonsense])
def test_half_a_signature_and_none_at_all(petition: Initiative, meet: Meet, spoil: Callable[[str], str]) -> None:
    person = meet("yerlan")
    page = ballot(person, petition)
    refused(person, page, spoil(person.signature(page.statement)), status=422, sentence="signature")


def test_a_signature_over_an_altered_text(petition: Initiative, meet: Meet) -> None:
    person = meet("yerlan")
    page = ballot(person, petition)
    altered = page.statement.replace("support", "against")
    assert altered != page.statement
    refused(person, page, person.signature(altered), status=422, sentence="text")


def test_an_empty_form_is_told_to_sign_again(petition: Initiative, meet: Meet) -> None:
    person = meet("yerlan")
    page = ballot(person, petition)
    after = person.send(page, page.form(field="token"), status=422, territory=REGION)
    assert "The signature has not arrived." in after.words
    assert after.form(field="token").fields["territory"] == [REGION]
    assert traces() == (0, 0, 0)


def test_a_replayed_signature(petition: Initiative, meet: Meet) -> None:
    person, thief = meet("yerlan"), meet("marina")
    page = ballot(person, petition)
    cms = person.signature(page.statement)
    person.send(page, page.form(field="token"), cms=cms)
    stolen = page.form(field="token").fields["token"]
    own = ballot(thief, petition)
    own.form(field="token").fields["token"] = stolen
    refused(thief, own, cms, status=409, sentence="already")
    assert exact_count(petition) == 1


def test_a_sign_in_cannot_be_turned_into_a_vote(petition: Initiative, meet: Meet) -> None:
    person = meet("yerlan")
    door = person.visit("sign-in/")
    page = ballot(person, petition)
    page.form(field="token").fields["token"] = door.form(field="token").fields["token"]
    refused(person, page, person.signature(door.statement), status=422, sentence="")


def test_the_same_person_from_two_tabs_has_one_vote(petition: Initiative, meet: Meet) -> None:
    person = meet("yerlan")
    first, second = ballot(person, petition), ballot(person, petition)
    person.sign(first)
    cms = person.signature(second.statement)
    refused(person, second, cms, status=409, sentence="You have already voted here.")
    assert exact_count(petition) == 1


def test_two_certificates_of_one_person_are_one_vote(petition: Initiative, meet: Meet) -> None:
    one, other = meet("two-keys"), meet("two-keys.second")
    one.sign(ballot(one, petition))
    page = ballot(other, petition)
    refused(other, page, other.signature(page.statement), status=409, sentence="You have already voted here.")


def test_anothers_certificate_in_a_signed_in_browser(petition: Initiative, meet: Meet) -> None:
    person, relative = meet("yerlan").sign_in(), meet("marina")
    page = ballot(person, petition)
    refused(
        person, page, relative.signature(page.statement), status=403, sentence="This is another person's signature."
    )
    person.sign(ballot(person, petition))
    assert exact_count(petition) == 1


def test_someone_under_age(petition: Initiative, meet: Meet) -> None:
    alua = meet("alua")
    page = ballot(alua, petition)
    refused(alua, page, alua.signature(page.statement), status=403, sentence="from the age of 18")


def test_a_statement_that_lay_too_long(petition: Initiative, meet: Meet, story: Clock) -> None:
    person = meet("yerlan")
    page = ballot(person, petition)
    story.later(minutes=16)
    refused(person, page, person.signature(page.statement), status=409, sentence="")


def test_a_petition_that_closed_while_the_page_was_open(petition: Initiative, meet: Meet, story: Clock) -> None:
    person = meet("yerlan")
    Initiative.objects.filter(pk=petition.pk).update(closes_at=petition.published_at + timedelta(minutes=5))  # type: ignore[operator]
    page = ballot(person, petition)
    story.later(minutes=6)
    after = person.sign(page, status=403)
    assert "The time for votes has run out." in after.words
    assert traces() == (0, 0, 0)


@pytest.mark.parametrize("state", [State.CHECK, State.THRESHOLD_REACHED, State.PUBLISHED, State.BELOW_THRESHOLD])
def test_a_petition_that_takes_no_votes(petition: Initiative, meet: Meet, state: str) -> None:
    person = meet("yerlan")
    page = ballot(person, petition)
    Initiative.objects.filter(pk=petition.pk).update(state=state)
    after = person.sign(page, status=403)
    assert "Votes are not taken at this stage." in after.words
    assert traces() == (0, 0, 0)


def test_a_wrong_key_opens_no_door(meet: Meet, story: Clock) -> None:
    for key in ("revoked", "expired", "foreign"):
        person = meet("yerlan")
        person.key = key
        page = person.sign(person.visit("sign-in/"), status=422)
        assert "You are not signed in" in page.words
        person.visit("my/initiatives/")
        assert not person.client.session.get("_auth_user_id")
