"""The list: search, filters, facets with counts, order, pages."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import F
from django.db.models.functions import Left

from initiatives import switches
from initiatives.models import Initiative
from initiatives.querysets import InitiativeQuerySet
from initiatives.selectors.cards import RELEVANCE, WHOLE, Card, cards
from initiatives.selectors.facets import (
    COLUMNS,
    FACETS,
    GOALS,
    KINDS_OF_ROWS,
    PLACES,
    STAGES,
    Names,
    Option,
    count,
    options,
    rows_of,
    wanted,
)
from initiatives.selectors.searching import by_relevance, text_query, with_words
from initiatives.states import BOTH, Order
from portal.switches import is_on

PAGE_SIZE = 20
LAST_PAGE = 100
"""Beyond 2,000 results people should search, not leaf; the API has cursors for machines."""

MOST_FOUND = 1000
"""Results of a search by words that are counted and put in order; beyond them the page says "1,000+"."""


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


EMPTY: dict[str, Any] = {**dict.fromkeys(FACETS, ""), "sdg": None}


@dataclass(frozen=True, slots=True)
class ListPage:
    """What the list page shows. With `is_capped` there are more results than `total`."""

    cards: list[Card]
    total: int
    page: int
    pages: int
    facets: dict[str, list[Option]] = field(default_factory=dict)
    is_capped: bool = False


def list_page(asked: ListFilter, *, at: datetime) -> ListPage:
    """Return one page of published initiatives with facets; a constant number of queries."""
    return _searched(asked, at) if asked.words else _browsed(asked, at)


def _browsed(asked: ListFilter, at: datetime) -> ListPage:
    """Every published one, in one of the orders: the page is read off the order's index, the counts off another."""
    names, chosen = Names(), wanted(asked)
    whole = _fit_for_order(Initiative.objects.listed(), asked.order, at)
    counts, total = _counted(whole, asked, names, chosen) if is_on(switches.FACETS) else (None, None)
    if total is None:
        total = narrowed(whole, asked).count()
    page, pages, start = _place(asked.page, total)
    shown = narrowed(whole, asked).ranked(asked.order).for_cards()[start : start + PAGE_SIZE]
    return ListPage(cards(shown, order=asked.order, at=at), total, page, pages, options(counts, asked, names))


def _counted(
    whole: InitiativeQuerySet, asked: ListFilter, names: Names, chosen: dict[str, str]
) -> tuple[dict[str, Counter[str]], int]:
    """Return what each facet counts, and how many fit all filters: three passes over one index."""
    counts: dict[str, Counter[str]] = {}
    total = 0
    for facets, columns in ((FACETS[:4], KINDS_OF_ROWS), (FACETS[4:6], PLACES), (FACETS[6:], GOALS)):
        # What these facets count leaves their own filters to `count`, and narrows by the others here.
        rows = rows_of(narrowed(whole, replace(asked, **{name: EMPTY[name] for name in facets})), columns)
        counts |= count(rows, chosen, facets, names)
        if facets[0] == FACETS[0]:
            here = {name: value for name, value in chosen.items() if name in facets}
            total = sum(
                row["number"] for row in rows if all(value in names.values(row, name) for name, value in here.items())
            )
    return counts, total


def _searched(asked: ListFilter, at: datetime) -> ListPage:
    """What has the words: those in the title first, then the most supported; never more than MOST_FOUND are looked at."""
    query, names = text_query(asked.words[:200]), Names()
    plain = replace(asked, **EMPTY)
    all_hits = _hits(plain, query)
    chosen = wanted(asked)
    hits = _hits(asked, query) if chosen else all_hits
    counts = count(all_hits, chosen, FACETS, names) if is_on(switches.FACETS) else None
    total = min(len(hits), MOST_FOUND)
    page, pages, start = _place(asked.page, total)
    ordered = sorted(hits[:MOST_FOUND], key=lambda row: (-row["in_title"], -row["tally__votes"], -row["pk"]))
    shown = cards(_rows(ordered[start : start + PAGE_SIZE]), order=RELEVANCE, at=at)
    capped = len(hits) > MOST_FOUND
    return ListPage(shown, total, page, pages, options(counts, asked, names), is_capped=capped)


def _rows(hits: list[dict[str, Any]]) -> list[Initiative]:
    """Return the initiatives of these hits, each with how well the words fit it, as a card says."""
    found = Initiative.objects.for_cards().in_bulk([hit["pk"] for hit in hits])
    for hit in hits:
        if hit["pk"] in found:
            fit = {"similarity": WHOLE if hit["in_title"] else 0.0, "relevance": 1.0}
            vars(found[hit["pk"]]).update(fit)
    return [found[hit["pk"]] for hit in hits if hit["pk"] in found]


def _hits(asked: ListFilter, query: str) -> list[dict[str, Any]]:
    """Return what tells the results apart, those with the words in the title first, at most one more than is counted."""
    if not query:
        return []
    found = narrowed(Initiative.objects.listed(), asked).filter(tally__isnull=False)
    found = found.annotate(place=Left("territory", 2))
    hits: dict[int, dict[str, Any]] = {}
    for in_title in (True, False):
        if len(hits) <= MOST_FOUND:
            rows = with_words(found, query, in_title=in_title).order_by().values("pk", "tally__votes", *COLUMNS)
            for row in rows[: MOST_FOUND + 1]:
                hits.setdefault(row["pk"], {**row, "in_title": in_title})
    return list(hits.values())[: MOST_FOUND + 1]


def _place(page: int, total: int) -> tuple[int, int, int]:
    """Return the page that there is, how many there are, and where it starts."""
    pages = max(1, min(-(-total // PAGE_SIZE), LAST_PAGE))
    page = min(max(page, 1), pages)
    return page, pages, (page - 1) * PAGE_SIZE


def filtered(asked: ListFilter, *, at: datetime) -> InitiativeQuerySet:
    """Return the published initiatives that fit, without an order; some orders make sense for some of them only."""
    found = Initiative.objects.listed()
    # What is searched for is ordered by relevance.
    if asked.words:
        typed = asked.words[:200]
        query = text_query(typed)
        found = by_relevance(with_words(found, query), query, typed)
    else:
        found = _fit_for_order(found, asked.order, at)
    return narrowed(found, asked)


def narrowed(found: InitiativeQuerySet, asked: ListFilter) -> InitiativeQuerySet:
    """Return those of them that fit the filters."""
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
        found = found.filter(written_in__in=[asked.language, BOTH])
    if asked.body:
        found = found.filter(body__slug=asked.body)
    if asked.sdg:
        found = found.annotate(served=F("goals").bitand(1 << asked.sdg)).filter(served__gt=0)
    return found


def _fit_for_order(found: InitiativeQuerySet, order: str, at: datetime) -> InitiativeQuerySet:
    if order == Order.ANSWERED:
        return found.filter(answered_at__isnull=False)
    if order == Order.CLOSING_SOON:
        return found.open_to_votes(at)
    return found
