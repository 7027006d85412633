"""Atom and iCalendar, read back by other people's parsers."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import feedparser
import pytest
import vobject
from django.core.cache import cache
from django.test import Client
from icalendar import Calendar

from accounts.models import Body, User
from initiatives.models import Initiative, Topic
from initiatives.services import drafting
from initiatives.states import State
from tests.actors import AT
from tests.factories.initiatives import make_decision, make_idea, make_milestone, make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_that_time(time_machine: Any) -> None:
    cache.clear()
    time_machine.move_to(AT, tick=False)


@pytest.fixture
def petition(ministry: Body, citizen: User) -> Initiative:
    """A petition that collects votes until the end of August."""
    topic = Topic.objects.get_or_create(slug="test-water", defaults={"name": "Water"})[0]
    return make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=AT, topic=topic)


def atom(path: str, client: Client | None = None) -> Any:
    """Read a feed: it must be well-formed, and say what RFC 4287 asks of it."""
    response = (client or Client()).get(path)
    assert response.status_code == 200, path
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    found = feedparser.parse(response.content)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    assert found.feed.id
    assert found.feed.title
    assert found.feed.updated
    assert found.feed.author or all(entry.author for entry in found.entries)
    for entry in found.entries:
        assert entry.id.startswith("tag:testserver,2026:")
        assert entry.title
        assert entry.updated
        assert entry.link.startswith("http://testserver/")
    assert len({entry.id for entry in found.entries}) == len(found.entries)
    return found


class TestFeeds:
    """Lists and histories."""

    def test_the_newest_comes_first(self, petition: Initiative, ministry: Body, citizen: User) -> None:
        later = make_idea(body=ministry, author=citizen, state=State.DISCUSSION, at=AT + timedelta(hours=1))
        found = atom("/ru/petitions.atom")
        assert [entry.id for entry in found.entries] == [
            f"tag:testserver,2026:initiatives/{one.code}" for one in (later, petition)
        ]
        assert (found.feed.language, found.entries[0].title_detail.language) == ("ru", "kk")
        assert found.entries[1].tags[0].term == "test-water"
        assert found.entries[1].summary.startswith("Ауылдағы мектеп")
        assert found.entries[0].link == f"http://testserver/ru/petitions/{later.code}/"

    def test_drafts_and_joining_ones_are_not_there(self, ministry: Body, citizen: User) -> None:
        for state in (State.DRAFT, State.JOINING, State.CHECK, State.WITHDRAWN):
            make_petition(body=ministry, author=citizen, state=state, at=AT)
        assert atom("/kk/petitions.atom").entries == []

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("body=test-ministry", 1), ("body=test-akimat", 1), ("topic=test-water", 1), ("region=190000000", 1),
            ("q=асхана", 2), ("q=жоқсөз", 0), ("stage=answered", 0), ("language=ru", 0),
        ],
    )  # fmt: skip
    def test_a_feed_takes_the_filters_of_the_list(
        self, petition: Initiative, akimat: Body, citizen: User, query: str, found: int
    ) -> None:
        make_petition(body=akimat, author=citizen, state=State.COLLECTING, at=AT)
        assert len(atom(f"/kk/petitions.atom?{query}").entries) == found

    def test_feeds_of_different_lists_have_different_ids(self, petition: Initiative) -> None:
        paths = ("/kk/petitions.atom", "/ru/petitions.atom", "/kk/petitions.atom?q=x", "/kk/answered.atom")
        assert len({atom(path).feed.id for path in paths}) == len(paths)

    def test_answers_have_a_feed_of_their_own(self, petition: Initiative, ministry: Body, citizen: User) -> None:
        done = make_petition(body=ministry, author=citizen, state=State.PUBLISHED, at=AT)
        assert [entry.id for entry in atom("/kk/answered.atom").entries] == [f"tag:testserver,2026:answers/{done.code}"]

    def test_an_id_stays_when_the_petition_goes_on(self, petition: Initiative) -> None:
        before = atom("/kk/petitions.atom").entries[0]
        Initiative.objects.filter(pk=petition.pk).update(title="Басқа атау", state_since=AT + timedelta(days=3))
        after = atom("/kk/petitions.atom").entries[0]
        assert after.id == before.id
        assert after.updated > before.updated

    def test_while_nothing_happens_the_feed_stays_the_same(self, petition: Initiative, time_machine: Any) -> None:
        empty = Client().get("/kk/petitions.atom?q=жоқсөз").content
        full = Client().get("/kk/petitions.atom").content
        time_machine.move_to(AT + timedelta(hours=5))
        assert Client().get("/kk/petitions.atom?q=жоқсөз").content == empty
        assert Client().get("/kk/petitions.atom").content == full

    @pytest.mark.parametrize(
        "title", ["<script>alert(1)</script>", "a & b ]]> c", "ctrl \x0b\x01\x1f end", "\ufffe x \uffff"]
    )
    def test_any_title_makes_a_well_formed_feed(self, petition: Initiative, title: str) -> None:
        Initiative.objects.filter(pk=petition.pk).update(title=title, problem=title)
        entry = atom("/kk/petitions.atom").entries[0]
        assert "\x0b" not in entry.title
        assert "<script>alert" not in Client().get("/kk/petitions.atom").content.decode()

    def test_a_search_that_makes_no_sense_does_no_harm(self, petition: Initiative) -> None:
        for query in ("q=%00%0b", "region=%27", "page=-1&order=hack", "q=" + "x" * 3000):
            atom(f"/kk/petitions.atom?{query}")

    def test_the_history_of_a_petition(
        self, petition: Initiative, ministry: Body, citizen: User, moderator: User
    ) -> None:
        from initiatives.services import moderation

        checked = make_petition(body=ministry, author=citizen, state=State.CHECK, at=AT)
        moderation.publish(initiative=checked, by=moderator, seen_revision=checked.revision, at=AT + timedelta(days=1))
        found = atom(f"/en/petitions/{checked.code}/history.atom")
        assert [(entry.title, entry.id) for entry in found.entries] == [
            ("Collecting votes", f"tag:testserver,2026:history/{checked.code}/1")
        ]

    def test_what_only_a_link_opens_has_no_feed(self, ministry: Body, citizen: User) -> None:
        joining = make_petition(body=ministry, author=citizen, state=State.JOINING, at=AT)
        drafting.withdraw(initiative=joining, by=citizen, at=AT)
        checked = make_petition(body=ministry, author=citizen, state=State.CHECK, at=AT)
        client = Client()
        client.force_login(citizen, backend="django.contrib.auth.backends.ModelBackend")
        for one in (joining, checked):
            for name in ("history.atom", "calendar.ics"):
                assert client.get(f"/kk/petitions/{one.code}/{name}").status_code == 404

    def test_pages_tell_of_their_feeds(self, petition: Initiative) -> None:
        text = Client().get("/kk/petitions/?q=асхана&topic=test-water").content.decode()
        found = feed_links(text)
        assert len(found) >= 1
        assert len(atom(found[0]).entries) == 1
        assert feed_links(Client().get("/kk/").content.decode())[:2] == ["/kk/petitions.atom", "/kk/answered.atom"]
        detail = Client().get(f"/kk/petitions/{petition.code}/").content.decode()
        assert feed_links(detail) == [f"/kk/petitions/{petition.code}/history.atom"]

    def test_strangers_share_it(self, petition: Initiative, settings: Any, time_machine: Any) -> None:
        settings.SHARED_PAGES = True
        first = Client().get("/kk/petitions.atom")
        assert "public" in first["Cache-Control"]
        assert "max-age=60" in first["Cache-Control"]
        again = Client().get("/kk/petitions.atom", headers={"if-none-match": first["ETag"]})
        assert again.status_code == 304


def feed_links(html: str) -> list[str]:
    """Return the addresses of the feeds that a page tells programs of."""
    from html.parser import HTMLParser

    found: list[str] = []

    class Links(HTMLParser):
        def handle_starttag(self, name: str, given: list[tuple[str, str | None]]) -> None:
            said = dict(given)
            if name == "link" and said.get("type") == "application/atom+xml":
                found.append(said.get("href") or "")

    Links().feed(html)
    return found


def events(path: str) -> list[Any]:
    """Read a calendar twice, by two parsers, and look at its bytes (RFC 5545, 3.1)."""
    response = Client().get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    content = response.content
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    found = Calendar.from_ical(content)
    assert found["VERSION"] == "2.0"
    assert found["PRODID"]
    other = vobject.readOne(content.decode())
    mine = list(found.walk("VEVENT"))
    theirs = list(getattr(other, "vevent_list", []))
    assert [str(event["UID"]) for event in mine] == [event.uid.value for event in theirs]
    assert [str(event["SUMMARY"]) for event in mine] == [event.summary.value for event in theirs]
    assert len({str(event["UID"]) for event in mine}) == len(mine)
    for event in mine:
        assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(days=1)
        assert event.decoded("DTSTAMP").tzinfo is not None
    return mine


class TestCalendars:
    """Days ahead."""

    def test_the_last_day_to_vote(self, petition: Initiative) -> None:
        closes = datetime(2026, 8, 31, 18, 59, tzinfo=UTC)  # 23:59 in Almaty
        Initiative.objects.filter(pk=petition.pk).update(closes_at=closes)
        event = events(f"/en/petitions/{petition.code}/calendar.ics")[0]
        assert (str(event["UID"]), event.decoded("DTSTART")) == (
            f"closing-{petition.code}@testserver",
            date(2026, 8, 31),
        )
        assert str(event["SUMMARY"]) == f"Last day to vote: {petition.title}"
        assert str(event["URL"]) == f"http://testserver/en/petitions/{petition.code}/"
        assert event["SUMMARY"].params["LANGUAGE"] == "kk"

    def test_the_term_of_the_body(self, ministry: Body, citizen: User) -> None:
        waiting = make_petition(body=ministry, author=citizen, state=State.REGISTERED, at=AT)
        event = events(f"/en/petitions/{waiting.code}/calendar.ics")[0]
        assert str(event["SUMMARY"]).startswith("Time to decide ends: ")
        assert event.decoded("DTSTART") > date(2026, 4, 20)

    def test_promises_until_they_are_kept(self, ministry: Body, citizen: User, clerk: User) -> None:
        under_way = make_petition(body=ministry, author=citizen, state=State.EXECUTION, at=AT)
        make_decision(under_way, by=clerk, at=AT)
        make_milestone(under_way, at=AT, days=9, title="Асхананы ашу")
        make_milestone(under_way, at=AT, days=3, done_date=AT.date(), evidence="Ашылды.")
        found = events(f"/en/petitions/{under_way.code}/calendar.ics")
        assert [str(event["SUMMARY"]) for event in found] == ["Promised by this day: Асхананы ашу"]

    def test_a_calendar_takes_the_filters_of_the_list_and_is_in_order(
        self, petition: Initiative, akimat: Body, citizen: User
    ) -> None:
        make_petition(body=akimat, author=citizen, state=State.COLLECTING, at=AT, closes_at=AT + timedelta(days=2))
        make_petition(body=akimat, author=citizen, state=State.REJECTED, at=AT)
        both = events("/kk/calendar.ics")
        assert [event.decoded("DTSTART") for event in both] == sorted(event.decoded("DTSTART") for event in both)
        assert len(both) == 2
        assert len(events("/kk/calendar.ics?body=test-akimat")) == 1
        assert events("/kk/calendar.ics?body=test-akimat&stage=answered") == []

    def test_what_is_past_is_not_ahead(self, petition: Initiative, time_machine: Any) -> None:
        time_machine.move_to(AT + timedelta(days=400))
        assert events("/kk/calendar.ics") == []

    def test_no_title_writes_lines_of_its_own(self, petition: Initiative) -> None:
        evil = "x\r\nATTENDEE:mailto:evil@example.org\r\nEND:VEVENT\nBEGIN:VALARM; , \\ \x0b"
        Initiative.objects.filter(pk=petition.pk).update(title=evil)
        event = events("/kk/calendar.ics")[0]
        assert "ATTENDEE" not in event
        assert event.subcomponents == []

    def test_long_kazakh_lines_are_folded_between_letters(self, petition: Initiative) -> None:
        Initiative.objects.filter(pk=petition.pk).update(title="Ұңғыма әуеңі өңірдегі һәм " * 5)
        assert "Ұңғыма әуеңі өңірдегі һәм Ұңғыма" in str(events("/kk/calendar.ics")[0]["SUMMARY"])

    def test_the_number_of_questions_does_not_grow(
        self, petition: Initiative, ministry: Body, citizen: User, django_assert_max_num_queries: Any
    ) -> None:
        for _number in range(9):
            make_petition(body=ministry, author=citizen, state=State.REGISTERED, at=AT)
            make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=AT)
        with django_assert_max_num_queries(7):
            Client().get("/kk/calendar.ics")
        with django_assert_max_num_queries(4):
            Client().get("/kk/petitions.atom")
