"""Rows of the open data, read page by page by key: flat memory, no server-side cursor, nothing that a pooler would break.

Only what is listed is here; nothing says who voted. The order of the values is that of the columns in `datasets`.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection
from django.db.models import Model, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import translation

from accounts import selectors as places
from initiatives import ranking
from initiatives.limits import MINIMUM_CELL
from initiatives.models import (
    AgeTally,
    Decision,
    Initiative,
    InitiativeKind,
    Milestone,
    PendingTally,
    TerritoryTally,
    Topic,
    UsualPace,
)
from initiatives.selectors import rules
from initiatives.selectors.counts import on_paper
from initiatives.states import LISTED, OPEN_TO_VOTES, ExcludedSubject, NormCode, State
from portal.clock import local_date
from portal.ranking.cells import shown_cells
from portal.ranking.rates import progress

M = TypeVar("M", bound=Model)
Row = tuple[Any, ...]
Rows = Iterator[Row]

PAGE = 1000
PAGE_WITH_TEXTS = 200
"""Rows that may hold ten printed pages each."""

ANY_CODE = "any-code"
HOURS_AT_A_TIME = 5_000
"""Hourly rows that one question to the votes may come to."""


def in_pages(found: "QuerySet[M]", size: int = PAGE_WITH_TEXTS) -> Iterator[M]:
    """Yield the rows by primary key, `size` at a time: each page is a query of its own that begins after the last."""
    last: Any = None
    while True:
        page = list((found if last is None else found.filter(pk__gt=last)).order_by("pk")[:size])
        yield from page
        if len(page) < size:
            return
        last = page[-1].pk


def initiatives(at: datetime) -> Rows:
    """Yield what a list says of each initiative, with the scores that order the lists."""
    for one in in_pages(_counted()):
        yield _line(one, at)


def texts(at: datetime) -> Rows:
    """Yield the same with the texts."""
    for one in in_pages(_counted()):
        yield (*_line(one, at), one.problem, one.proposal)


def _counted() -> "QuerySet[Initiative]":
    waiting = PendingTally.objects.filter(initiative=OuterRef("pk")).order_by().values("initiative")
    return (
        Initiative.objects.listed()
        .select_related("kind", "body", "territory", "topic", "tally")
        .annotate(waiting=Coalesce(Subquery(waiting.annotate(sum=Sum("delta")).values("sum")), 0))
        .annotate(paper=Coalesce(on_paper(), 0))
    )


def _line(one: Any, at: datetime) -> Row:
    place = one.territory
    votes = one.tally.votes + one.waiting
    is_open = one.state in OPEN_TO_VOTES
    return (
        one.pk,
        one.code,
        address(one.code),
        one.kind.process,
        one.kind.slug,
        one.state,
        one.language,
        one.title,
        one.body.slug,
        place.kato,
        place.parent_id if place.level == "district" else place.kato,
        place.population if place.population is not None else ranking.RESIDENTS,
        one.topic.slug if one.topic else None,
        " ".join(map(str, one.sdgs)),
        one.opened_at,
        one.published_at,
        one.closes_at,
        one.threshold_reached_at,
        one.registered_at,
        one.answered_at,
        is_open and (one.closes_at is None or one.closes_at > at),
        one.threshold,
        votes,
        one.paper,
        progress(votes, one.threshold),
        ranking.trending_votes(one.tally.trend, at),
        one.tally.rising,
        one.text_sha256,
    )


def address(code: str) -> str:
    """Return the public address of an initiative, in the state language."""
    return f"{settings.PORTAL_ORIGIN}{_path()}".replace(ANY_CODE, code)


@cache
def _path() -> str:
    with translation.override("kk"):
        return reverse("initiatives:detail", args=[ANY_CODE])


NEXT = """
SELECT id, code, (SELECT count(*) FROM initiatives_hourtally hour WHERE hour.initiative_id = initiative.id)
FROM initiatives_initiative initiative WHERE id > %s AND state = ANY(%s) ORDER BY id LIMIT %s
"""

HOURLY = """
WITH acts AS (
    SELECT initiative_id, at, source, 1 AS given, 0 AS withdrawn, 1 AS in_force
    FROM initiatives_voteact WHERE initiative_id = ANY(%(ids)s) AND (sequence & 1) = 1
    UNION ALL
    SELECT initiative_id, at, source, 0, 1, 0
    FROM initiatives_voteact WHERE initiative_id = ANY(%(ids)s) AND (sequence & 1) = 0
    UNION ALL
    SELECT vote.initiative_id, vote.at, vote.source, 0, 0, -1
    FROM initiatives_voteact act JOIN initiatives_voteact vote
        ON vote.initiative_id = act.initiative_id AND vote.signer_tag = act.signer_tag AND vote.sequence = act.previous
    WHERE act.initiative_id = ANY(%(ids)s) AND (act.sequence & 1) = 0
)
SELECT initiative_id, date_trunc('hour', at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', source,
       sum(given), sum(withdrawn), sum(in_force)
FROM acts GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def votes_by_hour(at: datetime) -> Rows:
    """Yield the acts of each hour, and how many of the votes given in it are in force, by how they were given."""
    for codes in _groups():
        with connection.cursor() as cursor:
            cursor.execute(HOURLY, {"ids": list(codes)})
            for initiative, hour, source, given, withdrawn, in_force in cursor.fetchall():
                yield codes[initiative], hour, source, int(given), int(withdrawn), int(in_force)


def _groups() -> Iterator[dict[int, str]]:
    """Yield the listed initiatives (number -> code) in groups of not too many hourly rows."""
    last, group, hours = 0, dict[int, str](), 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(NEXT, [last, sorted(LISTED), PAGE])
            page = cursor.fetchall()
        for initiative, code, number in page:
            if group and hours + number > HOURS_AT_A_TIME:
                yield group
                group, hours = {}, 0
            group[initiative] = code
            hours += number
        if len(page) < PAGE:
            break
        last = page[-1][0]
    if group:
        yield group


def votes_by_region(at: datetime) -> Rows:
    """Yield the votes of each initiative by the voter's region; an empty region means that it was not given."""
    last = 0
    while True:
        found = TerritoryTally.objects.filter(pk__gt=last).order_by("pk")
        names = ("pk", "initiative__state", "initiative__code", "territory_id", "votes")
        page: list[Any] = list(found.values_list(*names)[:PAGE])
        # Which are listed is asked here: with the condition in the query, each page would read and sort the whole table.
        yield from ((code, region, votes) for _pk, state, code, region, votes in page if state in LISTED and votes > 0)
        if len(page) < PAGE:
            return
        last = page[-1][0]


def votes_by_age(at: datetime) -> Rows:
    """Yield the votes of each initiative by age; where a number is hidden, it is empty and the row says so."""
    listed = Initiative.objects.listed().only("pk", "code")
    page: list[Initiative] = []
    for one in in_pages(listed):
        page.append(one)
        if len(page) == PAGE_WITH_TEXTS:
            yield from _ages(page)
            page = []
    yield from _ages(page)


def _ages(page: list[Initiative]) -> Rows:
    by_initiative: dict[int, dict[int | None, int]] = {}
    cells = AgeTally.objects.filter(initiative__in=[one.pk for one in page], votes__gt=0).order_by(
        "initiative", "age_band"
    )
    for initiative, band, votes in cells.values_list("initiative", "age_band", "votes"):
        by_initiative.setdefault(initiative, {})[band] = votes
    for one in page:
        found = by_initiative.get(one.pk, {})
        shown = shown_cells(found, MINIMUM_CELL)
        for band in found:
            number = shown.get(band)
            yield one.code, band, number, number is None


def rejected(at: datetime) -> Rows:
    """Yield the rejected ones with the ground of the closed list and the reason given."""
    found = Initiative.objects.filter(state=State.REJECTED).select_related("kind", "body")
    for one in in_pages(found):
        subject = one.rejection_subject
        names = [_in(language, ExcludedSubject(subject).label) if subject else None for language in ("kk", "ru", "en")]
        yield (
            one.code, address(one.code), one.kind.slug, one.body.slug, one.language, one.title, one.state_since,
            subject, *names, one.rejection_reason,
        )  # fmt: skip


def _in(language: str, text: Any) -> str:
    with translation.override(language):
        return str(text)


def decisions(at: datetime) -> Rows:
    """Yield the published decisions with the term and whether it was kept."""
    found = Decision.objects.filter(published_at__isnull=False, initiative__state__in=LISTED)
    for one in in_pages(found.select_related("initiative__body")):
        initiative = one.initiative
        norm = rules.version(initiative.kind_version_id).norm(NormCode.ANSWER_PERIOD)
        due = norm.term_after(initiative.registered_at).due if norm and initiative.registered_at else None
        signed = local_date(one.signed_at) if one.signed_at else None
        yield (
            initiative.code, initiative.body.slug, one.outcome, one.language, initiative.registered_at, due,
            one.signed_at, one.published_at, signed <= due if signed and due else None, one.statement_at,
            one.text_sha256, one.text,
        )  # fmt: skip


def milestones(at: datetime) -> Rows:
    """Yield what bodies promised, and what they showed for it."""
    found = Milestone.objects.filter(initiative__state__in=LISTED).select_related("initiative")
    for one in in_pages(found):
        yield one.initiative.code, one.title, one.due_date, one.done_date, one.evidence


def usual_paces(at: datetime) -> Rows:
    """Yield what `rising` is measured by."""
    for one in in_pages(UsualPace.objects.select_related("kind")):
        yield one.kind.slug, one.region, one.hour, one.votes, one.exposure


def territories(at: datetime) -> Rows:
    """Yield the territories with their residents."""
    for one in in_pages(places.territories()):
        yield (one.kato, one.parent_id, one.level, *_names(one), one.population, one.population_year)


def bodies(at: datetime) -> Rows:
    """Yield the bodies that answer."""
    for one in in_pages(places.all_bodies()):
        yield one.slug, one.kind, one.territory_id, *_names(one)


def kinds(at: datetime) -> Rows:
    """Yield the kinds."""
    for one in in_pages(InitiativeKind.objects.all()):
        yield one.slug, one.process, *_names(one)


def topics(at: datetime) -> Rows:
    """Yield the topics."""
    for one in in_pages(Topic.objects.all()):
        yield one.slug, *_names(one)


def _names(one: Any) -> tuple[str, str, str]:
    return one.name_kk or "", one.name_ru or "", one.name_en or ""
