"""The panel by which anyone checks a count; ages that cannot be worked out; why a card stands where it stands."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from accounts.models import Body, User
from initiatives.models import AgeTally, HourTally, Initiative, Tally
from initiatives.selectors import ListFilter, list_page
from initiatives.selectors.pages import votes_by_age
from initiatives.selectors.verifying import last_hours, verification
from initiatives.services import folding, recounting, voting
from initiatives.states import Order, State
from tests.actors import AT
from tests.factories.initiatives import make_petition
from tests.initiatives.voters import district, make_initiative, make_voter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english_and_nothing_remembered() -> Iterator[None]:
    cache.clear()
    with translation.override("en"):
        yield


def vote(idea: Initiative, count: int) -> None:
    for number in range(1, count + 1):
        voting.cast_signed_in(initiative=idea, by=make_voter(number, territory=district()), at=AT)


class TestVerification:
    """Where the count comes from."""

    def test_acts_are_told_by_how_they_were_given(self) -> None:
        idea = make_initiative()
        vote(idea, 4)
        voting.withdraw_signed_in(initiative=idea, by=User.objects.get(given_name="Voter2"), at=AT + timedelta(hours=1))
        found = verification(idea)
        assert [(row.label, row.given, row.withdrawn) for row in found.sources] == [("Signed-in person", 4, 1)]
        assert (found.counted, found.folded, found.recounted_at) == (3, 0, None)
        folding.fold_all(at=AT)
        assert verification(idea).folded == 3

    def test_a_correction_is_told_for_ever(self) -> None:
        idea = make_initiative()
        vote(idea, 3)
        folding.fold_all(at=AT)
        Tally.objects.filter(initiative=idea).update(votes=30)
        recounting.recount(at=AT + timedelta(days=1))
        recounting.recount(at=AT + timedelta(days=2))
        found = verification(idea)
        assert [(one.shown, one.counted) for one in found.corrections] == [(30, 3)]
        assert found.recounted_at == AT + timedelta(days=2)
        text = Client().get(f"/en/petitions/{idea.code}/verify/").content.decode()
        assert "shown 30, counted 3" in text

    def test_the_page_without_votes_and_without_a_recount(self) -> None:
        idea = make_initiative()
        text = Client().get(f"/en/petitions/{idea.code}/verify/").content.decode()
        assert "not recounted yet" in text
        assert "No recount ever found another number" not in text

    def test_the_page_with_votes(self) -> None:
        idea = make_initiative()
        vote(idea, 5)
        folding.fold_all(at=AT)
        recounting.recount(at=AT)
        text = Client().get(f"/kk/petitions/{idea.code}/verify/").content.decode()
        assert idea.code in text
        assert "/open-data/" in text
        assert f"/api/v1/initiatives/{idea.code}/votes/series/" in text
        assert (
            "No recount ever found another number"
            in Client().get(f"/en/petitions/{idea.code}/verify/").content.decode()
        )

    def test_without_the_cache_it_counts_anyway(self, monkeypatch: pytest.MonkeyPatch) -> None:
        idea = make_initiative()
        vote(idea, 2)

        def away(*_args: Any, **_kwargs: Any) -> None:
            raise ConnectionError("the cache is away")

        monkeypatch.setattr("initiatives.selectors.verifying.cache.get", away)
        assert verification(idea).counted == 2

    def test_the_hours_are_the_last_two_days_with_votes(self) -> None:
        idea = make_initiative()
        assert last_hours(idea) == []
        for hours_ago, votes in ((100, 7), (47, 2), (0, 3)):
            HourTally.objects.create(initiative=idea, hour=AT - timedelta(hours=hours_ago), votes=votes)
        found = last_hours(idea)
        assert (len(found), found[0], found[-1]) == (48, (AT - timedelta(hours=47), 2), (AT, 3))
        assert sum(votes for _hour, votes in found) == 5


class TestAges:
    """Bands on the page."""

    def test_a_hidden_band_takes_another_along_and_the_page_says_so(self, ministry: Body, citizen: User) -> None:
        petition = make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=AT)
        HourTally.objects.create(initiative=petition, hour=AT, votes=132)
        for band, votes in ((18, 3), (25, 80), (35, 9), (45, 40), (None, 0)):
            AgeTally.objects.create(initiative=petition, age_band=band, votes=votes)
        assert votes_by_age(petition) == [("18–24", None), ("25–34", 80), ("35–44", None), ("45–54", 40)]
        text = Client().get(f"/en/petitions/{petition.code}/").content.decode()
        assert text.count("hidden</td>") == 2
        assert "Small numbers are hidden" in text

    def test_who_did_not_say_is_a_band_too(self, ministry: Body, citizen: User) -> None:
        petition = make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=AT)
        for band, votes in ((18, 3), (None, 80), (25, 90)):
            AgeTally.objects.create(initiative=petition, age_band=band, votes=votes)
        assert [votes for _label, votes in votes_by_age(petition)] == [None, 90, None]


class TestWhy:
    """Each card says why it stands where it stands, in every order."""

    @pytest.mark.parametrize("order", Order.values)
    def test_in_every_order(self, order: str, ministry: Body, citizen: User) -> None:
        state = State.PUBLISHED if order == Order.ANSWERED else State.COLLECTING
        made = make_petition(body=ministry, author=citizen, state=state, at=AT, votes=10)
        Tally.objects.filter(initiative=made).update(rising=1.5, progress=0.2, trend=900.0)
        assert all(card.why for card in list_page(ListFilter(order=order), at=AT).cards)

    @pytest.mark.parametrize(
        ("words", "why"),
        [
            ("асханаларындағы", "Your words stand in the title."),
            ("ата-аналар комитетімен", "Your words stand in the title or the text, as typed or in another form."),
            ("асханаларындагы", "Your words stand in the title."),
        ],
    )
    def test_in_a_search(self, words: str, why: str, ministry: Body, citizen: User) -> None:
        make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=AT)
        assert [card.why for card in list_page(ListFilter(words=words), at=AT).cards] == [why]


def test_the_home_page_shows_the_biggest_and_the_rising(ministry: Body, citizen: User, client: Client) -> None:
    small, big = (
        make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=AT, votes=votes, title=f"{votes} votes")
        for votes in (3, 40)
    )
    shown = client.get("/en/").context["shown"]
    assert [card.code for card in shown["biggest"]] == [big.code, small.code]
    assert shown["rising"] == []
    Tally.objects.filter(initiative=small).update(rising=2.0)
    page = client.get("/en/")
    assert [card.code for card in page.context["shown"]["rising"]] == [small.code]
    assert "3.0 times as fast" in page.content.decode()
