"""What strangers and voters read: a constant number of questions to the database, and one's own vote after voting."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Body, User
from initiatives.models import Comment, Initiative, Topic, VoteAct
from initiatives.selectors import ListFilter, list_page, rules
from initiatives.services import voting
from initiatives.states import State
from initiatives.views import own_votes
from portal import switches
from tests.actors import AT
from tests.factories.initiatives import make_idea, make_petition
from tests.initiatives.voters import make_initiative, make_voter

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition(ministry: Body, citizen: User) -> Initiative:
    """A petition that collects votes."""
    return make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=AT)


def _topic(number: int) -> Topic:
    return Topic.objects.get_or_create(slug=f"topic-{number}", defaults={"name": f"Topic {number}"})[0]


@pytest.mark.parametrize(("page", "most"), [("home", 6), ("index", 8), ("index?q=асхана", 8)])
def test_a_list_asks_the_same_number_of_questions_however_long_it_is(
    page: str, most: int, ministry: Body, citizen: User, django_assert_max_num_queries: Any
) -> None:
    name, _question, query = page.partition("?")
    path = f"{reverse(f'initiatives:{name}')}?{query}"
    for number in range(24):
        state = State.COLLECTING if number % 2 else State.PUBLISHED
        topic = _topic(number % 3)
        make_petition(body=ministry, author=citizen, state=state, at=AT, votes=number, topic=topic)
    switches.is_on("initiatives.search")  # asked once in two seconds, not for each page
    with django_assert_max_num_queries(most):
        assert "Мектеп асханаларындағы" in Client().get(path).content.decode()


def test_a_petitions_page_asks_the_same_number_of_questions_however_long_its_discussion(
    petition: Initiative, citizen: User, django_assert_num_queries: Any
) -> None:
    path = reverse("initiatives:detail", args=[petition.code])
    Client().get(path)
    with CaptureQueriesContext(connection) as few:
        Client().get(path)
    for number in range(5):
        said = Comment.objects.create(initiative=petition, author=citizen, text=f"{number}", created_at=AT)
        Comment.objects.create(initiative=petition, parent=said, author=citizen, text="reply", created_at=AT)
    assert len(few) <= 18
    with django_assert_num_queries(len(few) + 3):  # the replies, the questions, the strongest of both sides
        Client().get(path)


def test_the_rules_of_a_petition_are_read_once(petition: Initiative, django_assert_num_queries: Any) -> None:
    rules.forget()
    with django_assert_num_queries(2):
        known = rules.version(petition.kind_version_id)
    with django_assert_num_queries(0):
        assert rules.version(petition.kind_version_id) is known


class TestFacets:
    """Counts beside the filters: what one would find with that value and the other filters as they are."""

    @pytest.fixture(autouse=True)
    def _some(self, ministry: Body, citizen: User) -> None:
        first, second = _topic(0), _topic(1)
        made = {"body": ministry, "author": citizen, "at": AT}
        make_petition(state=State.COLLECTING, topic=first, **made)
        make_petition(state=State.PUBLISHED, topic=first, **made)
        make_idea(state=State.DISCUSSION, topic=second, **made)
        make_idea(state=State.DISCUSSION, topic=None, **made)
        self.topic = first.slug

    def _counts(self, facet: str, **asked: str) -> dict[str, int]:
        options = list_page(ListFilter(**asked), at=AT).facets[facet]  # type: ignore[arg-type]
        return {one.value: one.count for one in options if one.count}

    def test_without_filters_everything_counts(self) -> None:
        assert self._counts("stage") == {"open": 3, "answered": 1}
        assert sum(self._counts("topic").values()) == 3
        assert self._counts("kind") == {"idea": 2, "petition-central": 2}
        assert list_page(ListFilter(), at=AT).total == 4

    def test_a_filter_narrows_the_other_facets_and_not_its_own(self) -> None:
        assert self._counts("stage", stage="open") == {"open": 3, "answered": 1}
        assert self._counts("topic", stage="open")[self.topic] == 1
        assert self._counts("kind", stage="open") == {"idea": 2, "petition-central": 1}
        assert self._counts("kind", topic=self.topic) == {"petition-central": 2}
        assert list_page(ListFilter(stage="open", topic=self.topic), at=AT).total == 1
        assert list_page(ListFilter(topic="there-is-none"), at=AT).total == 0


class TestOwnVote:
    """Who voted without signing in is known in this browser alone."""

    @pytest.fixture
    def act(self) -> VoteAct:
        idea = make_initiative()
        act = voting.cast_signed_in(initiative=idea, by=make_voter(1), at=AT).act
        act.voter = None
        return act

    def _remembering(self, act: VoteAct, by: User | None = None) -> Any:
        response = HttpResponse()
        own_votes.remember(request_of(by), response, act)
        return response.cookies[own_votes.COOKIE + "kk"] if response.cookies else None

    def _recalled(self, value: str, initiative: Initiative, by: User | None = None) -> int | None:
        request = request_of(by)
        request.COOKIES[own_votes.COOKIE + "kk"] = value
        return own_votes.recall(request, initiative)

    def test_the_browser_knows_its_act_again_and_no_other(self, act: VoteAct) -> None:
        value = self._remembering(act).value
        assert self._recalled(value, act.initiative) == act.pk
        assert self._recalled(value, make_initiative()) is None
        assert self._recalled(value.replace(str(act.pk), str(act.pk + 1), 1), act.initiative) is None
        assert self._recalled("", act.initiative) is None

    def test_scripts_and_other_sites_and_other_pages_do_not_get_it(self, act: VoteAct) -> None:
        cookie = self._remembering(act)
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
        assert cookie["path"].endswith(f"/petitions/{act.initiative.code}/")

    def test_each_language_of_the_page_gets_it(self, act: VoteAct) -> None:
        response = HttpResponse()
        own_votes.remember(request_of(None), response, act)
        paths = {cookie["path"].split("/")[1] for cookie in response.cookies.values()}
        assert paths == {"kk", "ru", "en"}

    def test_a_signed_in_persons_vote_leaves_nothing_in_the_browser(self, act: VoteAct) -> None:
        act.voter = make_voter(2)
        assert self._remembering(act, act.voter) is None

    def test_who_signs_in_later_in_the_same_browser_is_not_told(self, act: VoteAct) -> None:
        value, other = self._remembering(act).value, make_voter(3)
        assert self._recalled(value, act.initiative, other) is None
        assert self._recalled(value, act.initiative) == act.pk

    def test_what_a_person_did_by_anothers_key_is_not_told_to_who_comes_after(self, act: VoteAct) -> None:
        staff, other = make_voter(2), make_voter(3)
        value = self._remembering(act, staff).value
        assert self._recalled(value, act.initiative, staff) == act.pk
        assert self._recalled(value, act.initiative, other) is None
        assert self._recalled(value, act.initiative) is None


def request_of(user: User | None) -> HttpRequest:
    """A request of that person, or of somebody who has not signed in."""
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    return request
