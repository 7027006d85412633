"""Searches that people keep: told once, in their morning, and never passed over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Body, User
from accounts.services.privacy import export
from initiatives.limits import SEARCHES_PER_PERSON
from initiatives.models import Initiative, SavedSearch
from initiatives.services import searches
from initiatives.states import State
from portal.errors import Conflict, InvalidInput, NotAllowed, TooMany
from portal.notifications import unsubscribing
from portal.notifications.messages import entry, letter
from portal.notifications.models import Delivery, Notification
from tests.factories.initiatives import make_petition

pytestmark = pytest.mark.django_db
MORNING = timedelta(days=1, hours=-1)
"""From the tests' 10:00 to the next morning's 9:00."""

Publish = Callable[..., Initiative]


@pytest.fixture
def search(citizen: User, at: datetime) -> SavedSearch:
    return searches.keep(by=citizen, name="Жол", query={"words": "жол"}, frequency="daily", at=at)


@pytest.fixture
def publish(other_citizen: User, ministry: Body) -> Publish:
    def one(title: str, at: datetime, **more: Any) -> Initiative:
        values = {"author": other_citizen, "body": ministry, "state": State.COLLECTING, **more}
        return make_petition(at=at, title=title, **values)

    return one


def told(person: User) -> list[Notification]:
    return list(Notification.objects.filter(recipient=person, topic="searches").order_by("pk"))


def test_the_owner_hears_next_morning_of_what_fits_and_only_once(
    search: SavedSearch, citizen: User, publish: Publish, at: datetime
) -> None:
    publish("Ауыл жолын жөндеу", at + timedelta(hours=1))
    publish("Кітапхана ашу", at + timedelta(hours=1))
    assert searches.tell_due(at=at + timedelta(hours=2)) == 0, "not before the morning"
    assert searches.tell_due(at=at + MORNING) == 1
    assert searches.tell_due(at=at + MORNING) == 0
    assert searches.tell_due(at=at + MORNING + timedelta(days=1)) == 0
    (notice,) = told(citizen)
    assert notice.context["titles"] == ["Ауыл жолын жөндеу"]
    assert "Ауыл жолын жөндеу" in entry(notice).content
    assert str(search.pk) in notice.url_args or search.pk in notice.url_args


def test_what_was_there_before_is_no_news(search: SavedSearch, citizen: User, publish: Publish, at: datetime) -> None:
    publish("Ауыл жолын жөндеу", at - timedelta(days=3))
    assert searches.tell_due(at=at + MORNING) == 0


def test_a_publication_that_is_committed_after_the_look_is_told_the_next_time(
    search: SavedSearch, citizen: User, publish: Publish, at: datetime
) -> None:
    morning = at + MORNING
    publish("Жолды жөндеу", at + timedelta(hours=1))
    searches.tell_due(at=morning)
    publish("Жолды кеңейту", morning - timedelta(seconds=30))  # its transaction was still open at the look
    searches.tell_due(at=morning + timedelta(days=1))
    assert [notice.context["titles"] for notice in told(citizen)] == [["Жолды жөндеу"], ["Жолды кеңейту"]]


def test_a_weekly_search_waits_for_monday(citizen: User, publish: Publish, at: datetime) -> None:
    searches.keep(by=citizen, name="Жол", query={"words": "жол"}, frequency="weekly", at=at)
    publish("Жолды жөндеу", at + timedelta(hours=1))
    assert [searches.tell_due(at=at + MORNING + timedelta(days=day)) for day in range(7)] == [0, 0, 0, 0, 0, 0, 1]


def test_one_that_is_never_told_is_never_told(citizen: User, publish: Publish, at: datetime) -> None:
    searches.keep(by=citizen, name="Жол", query={"words": "жол"}, frequency="never", at=at)
    publish("Жолды жөндеу", at + timedelta(hours=1))
    assert searches.tell_due(at=at + timedelta(days=8)) == 0


def test_many_are_one_message_with_the_number_of_the_rest(
    search: SavedSearch, citizen: User, publish: Publish, at: datetime
) -> None:
    for number in range(13):
        publish(f"Жол {number}", at + timedelta(minutes=number + 1))
    searches.tell_due(at=at + MORNING)
    (notice,) = told(citizen)
    assert (notice.context["number"], len(notice.context["titles"]), notice.context["rest"]) == (13, 10, 3)


def test_the_letter_is_escaped_and_its_link_ends_the_letters(
    search: SavedSearch, citizen: User, publish: Publish, at: datetime
) -> None:
    User.objects.filter(pk=citizen.pk).update(email="a@example.kz", is_email_confirmed=True)
    publish("Жол <script>alert(1)</script>", at + timedelta(hours=1))
    searches.tell_due(at=at + MORNING)
    (notice,) = told(citizen)
    message = letter(Notification.objects.get(pk=notice.pk))
    assert "<script>" not in str(message.alternatives[0][0])
    unsubscribing.switch(unsubscribing.read(unsubscribing.token(citizen.pk, "searches")), is_enabled=False)
    before = Delivery.objects.count()
    publish("Жолды кеңейту", at + timedelta(days=1, hours=2))
    searches.tell_due(at=at + MORNING + timedelta(days=1))
    assert Delivery.objects.count() == before
    assert len(told(citizen)) == 2, "the centre still shows it"


class TestKeeping:
    def test_the_same_search_is_kept_once(self, search: SavedSearch, citizen: User, at: datetime) -> None:
        with pytest.raises(Conflict):
            searches.keep(by=citizen, name="Again", query={"words": "жол"}, frequency="daily", at=at)

    def test_at_most_twenty(self, citizen: User, at: datetime) -> None:
        for number in range(SEARCHES_PER_PERSON):
            searches.keep(by=citizen, name="x", query={"words": f"w{number}"}, frequency="daily", at=at)
        with pytest.raises(TooMany):
            searches.keep(by=citizen, name="x", query={"words": "more"}, frequency="daily", at=at)

    @pytest.mark.parametrize(
        ("name", "query", "frequency"),
        [("", {"words": "a"}, "daily"), ("x" * 81, {"words": "a"}, "daily"), ("x", {}, "daily"),
         ("x", {"words": "a"}, "hourly"), ("a\x00", {"words": "a"}, "daily"), ("x", {"order": "newest"}, "daily")],
    )  # fmt: skip
    def test_nonsense_is_refused(
        self, citizen: User, at: datetime, name: str, query: dict[str, Any], frequency: str
    ) -> None:
        with pytest.raises(InvalidInput):
            searches.keep(by=citizen, name=name, query=query, frequency=frequency, at=at)

    def test_anothers_search_is_not_mine(self, search: SavedSearch, other_citizen: User) -> None:
        with pytest.raises(NotAllowed):
            searches.drop(search=search, by=other_citizen)
        with pytest.raises(NotAllowed):
            searches.change(search=search, by=other_citizen, name="x", frequency="never")

    def test_it_is_handed_out_with_the_persons_data(self, search: SavedSearch, citizen: User, at: datetime) -> None:
        assert "жол" in str(export(user=citizen, by=citizen, at=at))


def test_the_pages_from_the_list_to_deletion(client: Client, citizen: User, publish: Publish, at: datetime) -> None:
    publish("Ауыл жолын жөндеу", at)
    client.force_login(citizen)
    listed = client.get(reverse("initiatives:index"), {"q": "жол", "language": "kk"})
    assert listed.context["save_link"] in listed.content.decode().replace("&amp;", "&")
    saved = client.post(listed.context["save_link"], {"name": "Жол <b>", "frequency": "weekly"})
    assert saved.status_code == 302
    page = client.get(reverse("initiatives:searches")).content.decode()
    assert "Жол &lt;b&gt;" in page
    kept = SavedSearch.objects.get(owner=citizen)
    assert kept.query == {"words": "жол", "language": "kk"}
    followed = client.get(reverse("initiatives:open_search", args=[kept.pk]), follow=True)
    assert [card.title for card in followed.context["page"].cards] == ["Ауыл жолын жөндеу"]
    client.post(reverse("initiatives:edit_search", args=[kept.pk]), {"name": "Жолдар", "frequency": "never"})
    kept.refresh_from_db()
    assert (kept.name, kept.frequency) == ("Жолдар", "never")
    client.post(reverse("initiatives:drop_search", args=[kept.pk]))
    assert not SavedSearch.objects.exists()
