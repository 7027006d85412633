"""The portal in numbers: right sums, honest rates, the same number of queries whatever there is to count."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import Body, Territory, User
from initiatives.models import HourTally, Tally, TerritoryTally, Topic
from initiatives.selectors.outcomes import Period
from initiatives.selectors.statistics import Statistics, statistics
from initiatives.states import State
from initiatives.views.statistics import TABLES
from portal.web.sheets import safe
from tests.factories.initiatives import make_decision, make_idea, make_petition

NOW = datetime(2026, 3, 31, 5, 0, tzinfo=UTC)
"""Tuesday, 31 March 2026, 10:00 in Almaty."""


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """What one test counted is not shown in the next."""
    cache.clear()


@pytest.fixture(autouse=True)
def in_english() -> Any:
    with translation.override("en"):
        yield


def counted() -> Statistics:
    return statistics(at=NOW)


def answered(body: Body, author: User, clerk: User, *, registered: datetime, signed: datetime) -> None:
    """A petition registered and decided at these moments."""
    petition = make_petition(body=body, author=author, state=State.DECIDED, at=signed, registered_at=registered)
    make_decision(petition, by=clerk, at=signed, signed_by=clerk)


@pytest.mark.django_db
def test_an_empty_portal_has_statistics_too() -> None:
    found = counted()
    assert found.totals == {"petitions": 0, "ideas": 0, "requests": 0, "open": 0, "answered": 0, "votes": 0}
    assert [votes for _day, votes in found.days] == [0] * 30
    assert (found.states, found.topics, found.answers, found.bodies) == ([], [], [], [])
    assert Client().get("/en/statistics/").status_code == 200


def test_the_totals_count_what_is_public(ministry: Body, citizen: User) -> None:
    make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=NOW, votes=40)
    make_idea(body=ministry, author=citizen, state=State.TAKEN_UP, at=NOW, votes=2)
    for hidden in (State.DRAFT, State.JOINING, State.CHECK, State.WITHDRAWN):
        make_petition(body=ministry, author=citizen, state=hidden, at=NOW, votes=100)
    assert counted().totals == {"petitions": 1, "ideas": 1, "requests": 0, "open": 1, "answered": 1, "votes": 42}
    assert [(row.state, row.petitions, row.ideas) for row in counted().states] == [
        (State.COLLECTING, 1, 0),
        (State.TAKEN_UP, 0, 1),
    ]


def test_each_step_of_the_funnel_holds_those_after_it(ministry: Body, citizen: User) -> None:
    for state in (State.DRAFT, State.JOINING, State.COLLECTING, State.THRESHOLD_REACHED, State.REGISTERED):
        make_petition(body=ministry, author=citizen, state=state, at=NOW)
    assert [count for _label, count in counted().funnel] == [4, 3, 2, 1, 0, 0]


def test_a_vote_counts_on_the_day_in_kazakhstan(ministry: Body, citizen: User) -> None:
    petition = make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=NOW)
    before_midnight_in_london = datetime(2026, 3, 29, 20, 0, tzinfo=UTC)  # 01:00 of 30 March in Almaty
    HourTally.objects.create(initiative=petition, hour=before_midnight_in_london, votes=7)
    HourTally.objects.create(initiative=petition, hour=NOW - timedelta(days=60), votes=1000)
    days = dict(counted().days)
    assert (days[date(2026, 3, 30)], sum(days.values())) == (7, 7)
    assert (min(days), max(days)) == (date(2026, 3, 2), date(2026, 3, 31))


def test_votes_are_counted_where_the_voter_lives(ministry: Body, akimat: Body, citizen: User) -> None:
    petition = make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=NOW)
    make_petition(body=akimat, author=citizen, state=State.COLLECTING, at=NOW)
    TerritoryTally.objects.create(initiative=petition, territory=akimat.territory, votes=3000)
    TerritoryTally.objects.create(initiative=petition, territory=None, votes=5)
    Territory.objects.filter(kato=akimat.territory_id).update(population=1_500_000, population_year=2025)
    found = counted()
    row = next(row for row in found.regions if row.kato == "190000000")
    assert (row.votes, row.initiatives, row.per_thousand) == (3000, 1, 2.0)
    assert (found.votes_elsewhere, found.initiatives_countrywide) == (5, 1)
    assert found.regions[0] == row


def test_topics_carry_their_votes(ministry: Body, citizen: User) -> None:
    water, roads = (Topic.objects.create(slug=slug, name=slug) for slug in ("test-water", "test-roads"))
    for topic, votes in ((water, 3), (water, 4), (roads, 90)):
        make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=NOW, topic=topic, votes=votes)
    make_petition(body=ministry, author=citizen, state=State.CHECK, at=NOW, topic=water, votes=500)
    rows = [(row.slug, row.initiatives, row.votes) for row in counted().topics]
    assert rows == [("test-roads", 1, 90), ("test-water", 2, 7)]


def test_fewer_than_five_answers_make_no_rate(ministry: Body, citizen: User, clerk: User) -> None:
    for _number in range(4):
        answered(ministry, citizen, clerk, registered=NOW - timedelta(days=7), signed=NOW)
    row = counted().answers[0]
    assert (row.answered, row.median_days, row.due, row.is_enough) == (4, None, 4, False)
    text = Client().get("/en/statistics/").content.decode()
    assert text.count("not enough data") == 2


def test_the_median_counts_working_days(ministry: Body, citizen: User, clerk: User) -> None:
    tuesday = datetime(2026, 2, 3, 5, 0, tzinfo=UTC)
    for days in (1, 2, 7, 14, 14):  # calendar days: 1, 2, 5, 10 and 10 working days
        answered(ministry, citizen, clerk, registered=tuesday, signed=tuesday + timedelta(days=days))
    row = counted().answers[0]
    assert (row.kind, row.median_days, row.in_time, row.due) == ("central", 5.0, 5, 5)


def test_a_late_answer_and_an_overdue_silence_both_count_as_late(
    akimat: Body, citizen: User, clerk_elsewhere: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.clock.now", lambda: NOW)
    for _number in range(3):
        answered(akimat, citizen, clerk_elsewhere, registered=NOW - timedelta(days=7), signed=NOW)
    answered(akimat, citizen, clerk_elsewhere, registered=NOW - timedelta(days=60), signed=NOW)
    make_petition(body=akimat, author=citizen, state=State.REGISTERED, at=NOW - timedelta(days=60))
    make_petition(body=akimat, author=citizen, state=State.REGISTERED, at=NOW)
    row = counted().answers[0]
    assert (row.answered, row.in_time, row.due) == (4, 3, 5)
    assert "60% (3 of 5)" in Client().get("/en/statistics/").content.decode()


def test_bodies_are_ordered_by_answers(ministry: Body, akimat: Body, citizen: User) -> None:
    for state in (State.COLLECTING, State.COLLECTING, State.REGISTERED):
        make_petition(body=ministry, author=citizen, state=state, at=NOW - timedelta(days=90))
    make_petition(body=akimat, author=citizen, state=State.DONE, at=NOW)
    rows = [(row.slug, row.received, row.answered, row.overdue) for row in counted().bodies]
    assert rows == [("test-akimat", 1, 1, 0), ("test-ministry", 3, 0, 1)]


def queries() -> int:
    with CaptureQueriesContext(connection) as captured:
        counted()
    return len(captured)


def test_the_number_of_queries_does_not_grow(ministry: Body, akimat: Body, citizen: User, clerk: User) -> None:
    def fill() -> None:
        for body in (ministry, akimat):
            petition = make_petition(body=body, author=citizen, state=State.COLLECTING, at=NOW)
            TerritoryTally.objects.create(initiative=petition, territory=akimat.territory, votes=3)
            HourTally.objects.create(initiative=petition, hour=NOW, votes=3)
            answered(body, citizen, clerk, registered=NOW - timedelta(days=7), signed=NOW)

    fill()
    counted()
    once = queries()
    fill()
    assert queries() == once <= 16


def test_the_page_is_counted_once_a_minute(ministry: Body, citizen: User) -> None:
    petition = make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=NOW, votes=1)
    client = Client()
    assert client.get("/en/statistics/").context["numbers"].totals["votes"] == 1
    Tally.objects.filter(initiative=petition).update(votes=2)
    assert client.get("/en/statistics/").context["numbers"].totals["votes"] == 1
    cache.clear()
    assert client.get("/en/statistics/").context["numbers"].totals["votes"] == 2


@pytest.mark.django_db
def test_the_page_is_shown_although_the_cache_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: Any, **_kwargs: Any) -> None:
        raise ConnectionError("the cache is away")

    monkeypatch.setattr("initiatives.views.statistics.cache.get", away)
    assert Client().get("/en/statistics/").status_code == 200


@pytest.mark.parametrize("table", TABLES)
def test_each_table_can_be_taken_away(table: str, ministry: Body, citizen: User) -> None:
    make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=NOW)
    response = Client().get(f"/kk/statistics/{table}.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="{table}.csv"'
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len({len(row) for row in rows}) == 1


@pytest.mark.django_db
def test_a_table_that_does_not_exist_is_not_found() -> None:
    assert Client().get("/en/statistics/passwords.csv").status_code == 404


def test_a_name_that_looks_like_a_formula_is_harmless(ministry: Body, citizen: User) -> None:
    name = {"name_en": '=HYPERLINK("http://example.org")'}
    Body.objects.filter(pk=ministry.pk).update(**name)
    make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=NOW)
    text = Client().get("/en/statistics/bodies.csv").content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1][0] == '\'=HYPERLINK("http://example.org")'


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_every_start_of_a_formula_is_disarmed(start: str) -> None:
    assert safe(f"{start}1+1") == f"'{start}1+1"


def test_numbers_stay_numbers() -> None:
    assert (safe(-3), safe(0.5), safe(None), safe("Астана")) == (-3, 0.5, "", "Астана")


def test_decisions_are_shared_out_by_outcome(ministry: Body, citizen: User, clerk: User) -> None:
    for outcome, state in (("full", State.PUBLISHED), ("refused", State.DONE), ("refused", State.EXECUTION)):
        made = make_petition(body=ministry, author=citizen, state=state, at=NOW)
        make_decision(made, by=clerk, at=NOW, signed_by=clerk, published_at=NOW, outcome=outcome)
    unpublished = make_petition(body=ministry, author=citizen, state=State.DECIDED, at=NOW)
    make_decision(unpublished, by=clerk, at=NOW, signed_by=clerk, outcome="full")
    assert [(one.label, one.number) for one in counted().outcomes] == [
        ("Satisfied in full", 1), ("Satisfied in part", 0), ("Refused", 2), ("Answered", 0),
    ]  # fmt: skip


def test_a_share_of_too_few_is_not_given(ministry: Body, citizen: User) -> None:
    def shown() -> list[str]:
        cache.clear()
        return next(csv.reader(Client().get("/en/statistics/languages.csv").content.decode().splitlines()[1:]))

    for _number in range(4):
        make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=NOW)
    assert shown() == ["Қазақша", "4", ""]
    make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=NOW, language="ru")
    assert shown() == ["Қазақша", "4", "80.0"]


def test_rejections_are_told_by_subject_and_the_most_frequent_first(ministry: Body, citizen: User) -> None:
    for subject in (5, 14, 14, None, None, None):
        make_petition(body=ministry, author=citizen, state=State.REJECTED, at=NOW, rejection_subject=subject)
    rows = [(one.label[:12], one.number) for one in counted().rejections]
    assert rows == [("The status o", 2), ("Operative-se", 1), ("Another reas", 3)]


def test_the_days_in_a_stage_are_a_median_of_enough(ministry: Body, citizen: User, clerk: User) -> None:
    for days in (10, 20, 30, 40, 100):
        made = make_petition(
            body=ministry, author=citizen, state=State.REGISTERED, at=NOW,
            opened_at=NOW - timedelta(days=200), published_at=NOW - timedelta(days=190),
            threshold_reached_at=NOW - timedelta(days=190 - days), registered_at=NOW - timedelta(days=1),
        )  # fmt: skip
    make_decision(made, by=clerk, at=NOW, signed_by=clerk)
    rows = [(row.stage, row.cases, row.median_days) for row in counted().stages]
    assert ("From opening to publication", 5, 10.0) in rows
    assert ("From publication to the threshold", 5, 30.0) in rows
    assert ("From registration to the decision", 1, None) in rows


class TestPeriod:
    """The page for a span of days."""

    def test_only_what_was_opened_in_these_days_counts(self, ministry: Body, citizen: User) -> None:
        for day, votes in ((1, 5), (10, 70), (11, 900)):
            make_petition(
                body=ministry,
                author=citizen,
                state=State.COLLECTING,
                at=datetime(2026, 3, day, 5, tzinfo=UTC),
                votes=votes,
            )
        found = statistics(at=NOW, period=Period(date(2026, 3, 10), date(2026, 3, 10)))
        assert (found.totals["petitions"], found.totals["votes"]) == (1, 70)
        assert found.funnel[0][1] == 1
        assert [row.initiatives for row in found.regions if row.initiatives] == []
        assert statistics(at=NOW, period=Period(since=date(2026, 3, 10))).totals["votes"] == 970

    def test_a_day_is_one_of_kazakhstan(self, ministry: Body, citizen: User) -> None:
        late = datetime(2026, 3, 9, 20, tzinfo=UTC)  # 01:00 of 10 March in Almaty
        make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=late)
        for day, found in ((9, 0), (10, 1)):
            period = Period(date(2026, 3, day), date(2026, 3, day))
            assert statistics(at=NOW, period=period).totals["petitions"] == found

    def test_a_long_span_is_told_by_the_month(self, ministry: Body, citizen: User) -> None:
        petition = make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=NOW)
        for month, votes in ((11, 3), (12, 4)):
            HourTally.objects.create(initiative=petition, hour=datetime(2025, month, 15, tzinfo=UTC), votes=votes)
        found = statistics(at=NOW, period=Period(date(2025, 11, 10), date(2026, 3, 1)))
        assert found.by_month
        assert [votes for _month, votes in found.days] == [3, 4, 0, 0, 0]
        assert not statistics(at=NOW, period=Period(date(2026, 3, 1), date(2026, 3, 5))).by_month

    def test_days_to_come_are_not_drawn(self, ministry: Body) -> None:
        found = statistics(at=NOW, period=Period(date(2026, 3, 30), date(2027, 1, 1)))
        assert [day for day, _votes in found.days] == [date(2026, 3, 30), date(2026, 3, 31)]

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        "query", ["since=2026-02-31", "since=2026-03-02&until=2026-03-01", "until=0001-01-01", "since=x%00"]
    )
    def test_days_that_make_no_sense_are_refused_in_words(self, query: str) -> None:
        response = Client().get(f"/en/statistics/?{query}")
        assert response.status_code == 200
        assert "There is a problem" in response.content.decode() or "error" in response.content.decode()
        assert Client().get(f"/en/statistics/days.csv?{query}").status_code == 200

    @pytest.mark.django_db
    def test_a_period_wholly_to_come_has_no_days(self) -> None:
        assert statistics(at=NOW, period=Period(since=date(2027, 1, 1))).days == []
        assert Client().get("/en/statistics/?since=2099-01-01").status_code == 200

    def test_the_files_are_of_the_same_days(self, ministry: Body, citizen: User) -> None:
        make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=NOW)
        assert "statistics/days.csv?since=2026-03-01&amp;until=2026-03-31" in (
            Client().get("/en/statistics/?since=2026-03-01&until=2026-03-31").content.decode()
        )
        text = Client().get("/en/statistics/funnel.csv?since=2020-01-01&until=2020-01-02").content.decode()
        assert text.splitlines()[1] == "Opened to joiners,0"
