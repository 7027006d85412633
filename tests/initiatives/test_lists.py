"""The list: what is found, in which order, how many each facet counts, and in how many queries."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Body, User
from initiatives.models import Initiative, Tally, Topic
from initiatives.selectors.lists import PAGE_SIZE, ListFilter, list_page
from initiatives.states import LISTED, Order, State
from tests.factories.initiatives import make_idea, make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def make(citizen: User, ministry: Body, at: datetime) -> Any:
    def one(title: str, state: str = State.COLLECTING, **more: Any) -> Initiative:
        values = {"author": citizen, "body": ministry, "at": at, "title": title, "state": state, **more}
        return make_petition(**values)

    return one


def titles(at: datetime, **asked: Any) -> list[str]:
    return [card.title for card in list_page(ListFilter(**asked), at=at).cards]


@pytest.mark.parametrize("state", State.values)
def test_only_published_states_are_listed(make: Any, at: datetime, state: str) -> None:
    more = {"merged_into": make("Басқа", State.DRAFT)} if state == State.MERGED else {}
    make("Асхана", state, **more)
    assert titles(at) == (["Асхана"] if state in LISTED else [])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("дорога", "Отремонтировать дороги в ауле"),
        ("дорогами", "Отремонтировать дороги в ауле"),
        ("жол", "Ауыл жолын жөндеу керек"),
        ("жөндеу", "Ауыл жолын жөндеу керек"),
        ("ауыл жолын жондеу", "Ауыл жолын жөндеу керек"),
        ("ДОРОГИ", "Отремонтировать дороги в ауле"),
        ("ауылдағы жолдың", "Ауыл жолын жөндеу керек"),
        ("атремонтировать дороги", "Отремонтировать дороги в ауле"),
    ],
)
def test_search_finds_inflections_and_slips(make: Any, at: datetime, words: str, found: str) -> None:
    texts = {"problem": "Мәтін.", "proposal": "Ұсыныс."}
    make("Отремонтировать дороги в ауле", language="ru", **texts)
    make("Ауыл жолын жөндеу керек", **texts)
    make("Кітапхана ашу", **texts)
    assert titles(at, words=words)[0] == found
    assert "Кітапхана ашу" not in titles(at, words=words)


@pytest.mark.parametrize("words", ["'", '"', "a & | !", "\\", "%", "<->", "ә" * 500, "-", "((", "*:"])
def test_strange_words_break_nothing(make: Any, at: datetime, words: str) -> None:
    make("Асхана")
    titles(at, words=words)


def test_filters_narrow_and_facets_count_what_each_choice_would_give(
    make: Any, citizen: User, ministry: Body, at: datetime
) -> None:
    first, second = Topic.objects.all()[:2]
    make("Бір", topic=first)
    make("Екі", topic=second)
    make("Үш", State.REGISTERED, topic=second, language="ru")
    make_idea(state=State.DISCUSSION, author=citizen, body=ministry, at=at, title="Ой", topic=first)
    page = list_page(ListFilter(topic=second.slug, order=Order.NEWEST), at=at)
    assert {card.title for card in page.cards} == {"Екі", "Үш"}
    counts = {name: {one.value: one.count for one in options} for name, options in page.facets.items()}
    assert (counts["topic"][first.slug], counts["topic"][second.slug]) == (2, 2)
    assert (counts["stage"]["open"], counts["stage"]["considered"]) == (1, 1)
    assert counts["kind"]["petition-central"] == 2
    assert titles(at, language="ru") == ["Үш"]
    assert set(titles(at, kind="idea")) == {"Ой"}
    assert titles(at, region="190000000") == []


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order.MOST_SUPPORTED, ["Көп", "Орта", "Аз"]),
        (Order.NEWEST, ["Аз", "Орта", "Көп"]),
        (Order.CLOSING_SOON, ["Көп", "Орта", "Аз"]),
        (Order.PROGRESS, ["Аз", "Орта", "Көп"]),
        (Order.TRENDING, ["Орта", "Аз", "Көп"]),
        (Order.ANSWERED, []),
    ],
)
def test_each_order_is_what_it_says(make: Any, at: datetime, order: str, expected: list[str]) -> None:
    for place, (title, votes, progress, trend) in enumerate(
        [("Көп", 30, 0.1, 1.0), ("Орта", 20, 0.2, 3.0), ("Аз", 10, 0.3, 2.0)]
    ):
        one = make(title, published_at=at + timedelta(days=place), closes_at=at + timedelta(days=100 + place))
        Tally.objects.filter(initiative=one).update(votes=votes, progress=progress, trend=trend)
    assert titles(at, order=order) == expected


def test_pages_do_not_overlap_and_the_queries_do_not_grow(make: Any, at: datetime) -> None:
    make("Бірінші")
    with CaptureQueriesContext(connection) as few:
        list_page(ListFilter(), at=at)
    for number in range(PAGE_SIZE + 4):
        make(f"Петиция {number}")
    with CaptureQueriesContext(connection) as many:
        first = list_page(ListFilter(), at=at)
    second = list_page(ListFilter(page=2), at=at)
    seen = [card.href for card in (*first.cards, *second.cards)]
    assert (first.total, first.pages, len(seen), len(set(seen))) == (PAGE_SIZE + 5, 2, PAGE_SIZE + 5, PAGE_SIZE + 5)
    assert len(many) <= len(few)
    assert list_page(ListFilter(page=999), at=at).page == 2
