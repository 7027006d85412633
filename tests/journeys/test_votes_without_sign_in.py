"""A vote by somebody who had not signed in: whose it is, where its owner finds it, and who must not learn of it."""

from datetime import datetime

import pytest

from accounts.models import Body, User
from initiatives.models import Initiative, VoteAct
from initiatives.states import State
from tests.factories.accounts import make_citizen
from tests.factories.initiatives import make_petition
from tests.journeys.conftest import Clock, Meet
from tests.journeys.people import Person, browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition(story: Clock, akimat_of_district: Body, at: datetime) -> Initiative:
    """A petition that collects votes."""
    author = make_citizen("850312400115", "Айгүл", "Серікова")
    return make_petition(body=akimat_of_district, author=author, state=State.COLLECTING, at=at, threshold=58)


def vote(person: Person, petition: Initiative) -> str:
    return person.sign(person.visit(f"petitions/{petition.code}/vote/")).words


def exported(person: Person) -> str:
    """What the person is handed out of their own data."""
    form = person.visit("profile/").form(to="/profile/data/")
    return person.client.post(form.action, form.filled({})).content.decode()


def account(person: Person) -> User:
    return User.objects.get(family_name__iexact=person.who.surname)


def test_it_belongs_to_the_account_of_whoever_signed(meet: Meet, petition: Initiative) -> None:
    aigerim = meet("aigerim").sign_in()
    aigerim.client = browser()  # another browser, where she has not signed in
    assert "Your vote stands" in vote(aigerim, petition)
    assert VoteAct.objects.get().voter == account(aigerim)

    # This browser knows it without a name; so does her account, everywhere.
    assert "You voted here already" in aigerim.visit(f"petitions/{petition.code}/vote/").words
    aigerim.sign_in()
    assert petition.title in aigerim.visit("my/initiatives/").words
    assert petition.code in exported(aigerim)
    assert "Your vote stands" in aigerim.visit(f"petitions/{petition.code}/").words
    page = aigerim.visit(f"petitions/{petition.code}/vote/")
    assert "You voted here already" in page.words
    assert page.statement == "", "nothing is offered to be signed twice"

    # She takes it back from there, and may then vote again.
    aigerim.sign(aigerim.visit(f"petitions/{petition.code}/vote/withdraw/"))
    assert "withdrawn" in aigerim.visit("my/initiatives/").words
    assert "Your vote stands" in vote(aigerim, petition)


def test_a_withdrawal_without_sign_in_is_the_same_persons(meet: Meet, petition: Initiative) -> None:
    aigerim = meet("aigerim").sign_in()
    vote(aigerim, petition)
    aigerim.client = browser()
    aigerim.sign(aigerim.visit(f"petitions/{petition.code}/vote/withdraw/"))
    assert {act.voter for act in VoteAct.objects.all()} == {account(aigerim)}
    aigerim.sign_in()
    assert "withdrawn" in aigerim.visit("my/initiatives/").words


def test_another_person_in_the_same_browser_learns_nothing(meet: Meet, petition: Initiative) -> None:
    aigerim, yerlan = meet("aigerim").sign_in(), meet("yerlan").sign_in()
    aigerim.client = browser()
    vote(aigerim, petition)
    # Yerlan signs in at the same screen, with her cookies still there.
    kept = aigerim.client.cookies
    yerlan.sign_in()
    session = yerlan.client.cookies
    for name, morsel in kept.items():
        if name.startswith("vote-"):
            session[name] = morsel.value
    for page in (f"petitions/{petition.code}/", "my/initiatives/"):
        assert "Your vote stands" not in yerlan.visit(page).words
    assert petition.title not in yerlan.visit("my/initiatives/").words
    assert petition.code not in exported(yerlan)
    assert yerlan.visit(f"petitions/{petition.code}/vote/").statement, "he may vote himself"
    assert "Your vote stands" in vote(yerlan, petition)
    assert VoteAct.objects.count() == 2


def test_a_vote_from_before_the_account_stays_unlinked_and_still_counts_once(meet: Meet, petition: Initiative) -> None:
    stranger = meet(7)
    vote(stranger, petition)
    stranger.sign_in()
    assert VoteAct.objects.get().voter is None
    assert petition.title not in stranger.visit("my/initiatives/").words
    page = stranger.visit(f"petitions/{petition.code}/vote/")
    after = stranger.sign(page, status=409)
    assert "already voted" in after.words
    assert VoteAct.objects.count() == 1
    # A withdrawal and a new vote are the account's.
    stranger.sign(stranger.visit(f"petitions/{petition.code}/vote/withdraw/"))
    assert "Your vote stands" in vote(stranger, petition)
    assert petition.title in stranger.visit("my/initiatives/").words


def test_an_erased_account_is_not_found_again_by_its_iin(meet: Meet, petition: Initiative) -> None:
    aigerim = meet("aigerim").sign_in()
    User.objects.filter(pk=account(aigerim).pk).update(identity_tag=None)
    aigerim.client = browser()
    vote(aigerim, petition)
    assert VoteAct.objects.get().voter is None
