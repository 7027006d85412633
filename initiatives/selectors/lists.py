"""The list: search, filters, facets with counts, order, pages."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from initiatives import switches
from initiatives.models import Initiative, InitiativeKind, Topic
from initiatives.querysets import InitiativeQuerySet
from initiatives.selectors.cards import RELEVANCE, Card, cards
from initiatives.states import ANSWERED_STATES, WITH_THE_BODY, Order, State
from portal.switches import is_on

PAGE_SIZE = 20
LAST_PAGE = 100
"""Beyond 2,000 results people should search, not leaf; the API has cursors for machines."""

STAGES: dict[str, tuple[Any, frozenset[str]]] = {
    "open": (_("Open for votes"), frozenset({State.COLLECTING, State.DISCUSSION})),
    "considered": (_("Before the body"), frozenset({State.THRESHOLD_REACHED, *WITH_THE_BODY})),
    "answered": (_("Answered"), ANSWERED_STATES),
    "closed": (_("Closed without an answer"), frozenset({State.BELOW_THRESHOLD, State.MERGED, State.ARCHIVED})),
    "rejected": (_("Rejected"), frozenset({State.REJECTED})),
}
"""How a reader divides the states."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """What the reader asked for; empty fields do not filter."""

    words: str = ""
    stage: str = ""
    kind: str = ""
    topic: str = ""
    region: str = ""
    language: str = ""
    body: str = ""
    sdg: int | None = None
    order: str = Order.TRENDING
    page: int = 1


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet: how many results it would give (None: not counted now), and whether it is chosen."""

    value: str
    label: str
    count: int | None
    is_chosen: bool


class _Group(NamedTuple):
    """So many rows agree in what the facets divide by."""

    state: str
    topic: str | None
    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class ListPage:
    """What the list page shows."""

    cards: list[Card]
    total: int
    page: int
    pages: int
    facets: dict[str, list[Option]] = field(default_factory=dict)


def list_page(asked: ListFilter, *, at: datetime) -> ListPage:
    """Return one page of published initiatives with facets; a constant number of queries."""
    found = filtered(asked, at=at)
    total, facets = _counted(asked, at) if is_on(switches.FACETS) else (found.count(), _uncounted(asked))
    pages = max(1, min(-(-total // PAGE_SIZE), LAST_PAGE))
    page = min(max(asked.page, 1), pages)
    start = (page - 1) * PAGE_SIZE
    rows = _ordered(found, asked).for_cards()
    return ListPage(
        cards=cards(rows[start : start + PAGE_SIZE], order=RELEVANCE if asked.words else asked.order, at=at),
        total=total,
        page=page,
        pages=pages,
        facets=facets,
    )


def filtered(asked: ListFilter, *, at: datetime) -> InitiativeQuerySet:
    """Return the published initiatives that fit, without an order; some orders make sense for some of them only."""
    found = Initiative.objects.listed()
    # What is searched for is ordered by relevance.
    found = found.matching(asked.words[:200]) if asked.words else _fit_for_order(found, asked.order, at)
    if asked.stage in STAGES:
        found = found.filter(state__in=STAGES[asked.stage][1])
    if asked.kind:
        found = found.filter(kind__slug=asked.kind)
    if asked.topic:
        found = found.filter(topic__slug=asked.topic)
    if asked.region:
        # The first two digits of a KATO code are the region's.
        found = found.filter(territory__kato__startswith=asked.region[:2])
    if asked.language:
        found = found.filter(Q(language=asked.language) | ~Q(parallel_title=""))
    if asked.body:
        found = found.filter(body__slug=asked.body)
    if asked.sdg:
        found = found.filter(sdgs__contains=[asked.sdg])
    return found


def _fit_for_order(found: InitiativeQuerySet, order: str, at: datetime) -> InitiativeQuerySet:
    if order == Order.ANSWERED:
        return found.filter(answered_at__isnull=False)
    if order == Order.CLOSING_SOON:
        return found.open_to_votes(at)
    return found


def _ordered(found: InitiativeQuerySet, asked: ListFilter) -> InitiativeQuerySet:
    if asked.words:
        return found.order_by((F("relevance") + F("similarity")).desc(), "-pk")
    return found.ranked(asked.order)


def _counted(asked: ListFilter, at: datetime) -> tuple[int, dict[str, list[Option]]]:
    """Return how many fit, and for each facet how many each of its values would give, from one pass over the rows."""
    groups = [
        _Group(*row)
        for row in filtered(replace(asked, stage="", topic="", kind=""), at=at)
        .order_by()
        .values_list("state", "topic__slug", "kind__slug")
        .annotate(number=Count("pk"))
    ]
    states = STAGES[asked.stage][1] if asked.stage in STAGES else None
    in_stage = [one for one in groups if states is None or one.state in states]
    of_topic = {one for one in groups if asked.topic in ("", one.topic)}
    of_kind = {one for one in groups if asked.kind in ("", one.kind)}
    topics = _sums((one.topic or "", one.number) for one in in_stage if one in of_kind)
    kinds = _sums((one.kind, one.number) for one in in_stage if one in of_topic)
    by_state = _sums((one.state, one.number) for one in of_topic & of_kind)
    facets = {
        "stage": [
            Option(name, str(label), sum(by_state[state] for state in states), name == asked.stage)
            for name, (label, states) in STAGES.items()
        ],
        "topic": [Option(one.slug, str(one), topics[one.slug], one.slug == asked.topic) for one in Topic.objects.all()],
        "kind": [
            Option(one.slug, str(one), kinds[one.slug], one.slug == asked.kind) for one in InitiativeKind.objects.all()
        ],
    }
    return sum(one.number for one in in_stage if one in of_topic and one in of_kind), facets


def _uncounted(asked: ListFilter) -> dict[str, list[Option]]:
    """Return the values of each facet without asking how many each would give."""
    stages = [Option(name, str(label), None, name == asked.stage) for name, (label, _states) in STAGES.items()]
    topics = [Option(one.slug, str(one), None, one.slug == asked.topic) for one in Topic.objects.all()]
    kinds = [Option(one.slug, str(one), None, one.slug == asked.kind) for one in InitiativeKind.objects.all()]
    return {"stage": stages, "topic": topics, "kind": kinds}


def _sums(pairs: Iterable[tuple[str, int]]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for key, number in pairs:
        sums[key] += number
    return sums
