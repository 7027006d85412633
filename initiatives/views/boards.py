"""The execution board: all bodies that have petitions, one body with its petitions, and both as CSV."""

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from initiatives import switches
from initiatives.selectors import boards
from initiatives.selectors.boards import ORDERS, BoardRow, BodyMatter
from initiatives.selectors.statistics import ENOUGH
from initiatives.views.statistics import FRESH_SECONDS, Cell
from portal import clock
from portal.switches.gate import needs
from portal.web.access import public
from portal.web.caching import shared
from portal.web.numbers import grouped, percent
from portal.web.sheets import safe


@public
@needs(switches.BOARDS)
@shared(seconds=30)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All bodies with petitions: what is before each, what is late, what was kept."""
    words, order = _words(request), request.GET.get("order", "late")
    order = order if order in ORDERS else "late"
    rows = boards.board(at=clock.now(), words=words, order=order)
    context = {
        "words": words,
        "order": order,
        "orders": ORDERS.items(),
        "rows": rows,
        "columns": [{"label": label, "numeric": place > 0} for place, label in enumerate(_short_headings())],
        "table": [_line(row) for row in rows],
        "totals": {name: sum(getattr(row, name) for row in rows) for name in ("before", "late", "broken", "kept")},
        "enough": ENOUGH,
    }
    return render(request, "initiatives/bodies.html", context)


@public
@needs(switches.BOARDS)
@shared(seconds=30)
@require_safe
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """One body: its overdue petitions first, then the stages with the running terms, then what it promised."""
    page = boards.body_page(slug, at=clock.now())
    return render(request, "initiatives/body.html", {"page": page, "share": _share(page.row), "enough": ENOUGH})


@public
@needs(switches.BOARDS)
@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def download(request: HttpRequest) -> HttpResponse:
    """The board as CSV."""
    rows = boards.board(at=clock.now(), words=_words(request), order="name")
    return _csv("bodies", _headings(), (_cells(row) for row in rows))


@public
@needs(switches.BOARDS)
@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def download_one(request: HttpRequest, slug: str) -> HttpResponse:
    """The petitions of one body as CSV."""
    headings = [_("Code"), _("Title"), _("Stage"), _("Registered on"), _("Term ends on"), _("Days late"), _("By")]
    rows = boards.matters_of(slug, at=clock.now())
    return _csv(slug, headings, (_matter(row) for row in rows))


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:100]


def _csv(name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([safe(one) for one in headings])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return response


def _short_headings() -> list[str]:
    return [
        _("Body"),
        _("Before it now"),
        _("Late now"),
        _("Answered on time"),
        _("Promises kept"),
        _("Promises late"),
        _("Promises open"),
    ]


def _line(row: BoardRow) -> list[Any]:
    return [
        {"text": str(row.body), "href": reverse("initiatives:body", args=[row.body.slug])},
        grouped(row.before),
        grouped(row.late),
        _share(row),
        grouped(row.kept + row.kept_late),
        grouped(row.broken),
        grouped(row.promised),
    ]


def _share(row: BoardRow) -> str:
    """Return the share answered on time with the numbers it rests on; words where they are too few."""
    if not row.is_enough:
        return _("not enough data")
    facts = {"share": percent(row.in_time, row.due), "part": grouped(row.in_time), "whole": grouped(row.due)}
    return _("%(share)s (%(part)s of %(whole)s)") % facts


def _headings() -> list[str]:
    return [
        _("Slug"),
        _("Body"),
        _("Territory"),
        _("Before it now"),
        _("Late now"),
        _("Decided"),
        _("Decided or overdue"),
        _("Decided in time"),
        _("Promises kept in time"),
        _("Promises kept late"),
        _("Promises late"),
        _("Promises open"),
        _("Promises moved"),
    ]


def _cells(row: BoardRow) -> list[Cell]:
    """Counts are given as they are; a share of few cases would be none, so the CSV has no share at all."""
    numbers = (row.before, row.late, row.decided, row.due, row.in_time, row.kept, row.kept_late, row.broken)
    return [row.body.slug, str(row.body), str(row.body.territory), *numbers, row.promised, row.moved]


def _matter(row: BodyMatter) -> list[Cell]:
    initiative = row.initiative
    registered = clock.local_date(initiative.registered_at).isoformat() if initiative.registered_at else ""
    return [
        initiative.code,
        initiative.title,
        initiative.get_state_display(),
        registered,
        row.term.due.isoformat() if row.term else "",
        row.late.days if row.late else 0,
        row.term.article if row.term else "",
    ]
