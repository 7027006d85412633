"""The portal in numbers: a page of charts with their tables, and the same tables as CSV."""

import csv
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from initiatives import switches
from initiatives.forms import PeriodForm
from initiatives.selectors.outcomes import ALWAYS, Period, Share
from initiatives.selectors.statistics import ENOUGH, AnswerRow, Statistics
from initiatives.selectors.statistics import statistics as count_everything
from portal import clock
from portal.errors import NotVisible
from portal.switches import require
from portal.web.access import public
from portal.web.caching import shared
from portal.web.numbers import grouped, percent
from portal.web.sheets import safe

logger = logging.getLogger(__name__)

FRESH_SECONDS = 60
Cell = str | int | float | None


@public
@shared(seconds=10)
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """The portal in numbers."""
    form = PeriodForm(request.GET or None)
    found = _numbers(_period(form))
    context = {
        "numbers": found,
        "form": form,
        "period_query": _query(found.period),
        "days": _chart(found.days, "m.Y" if found.by_month else "d.m"),
        "outcomes": _share_chart(_("Decisions"), found.outcomes),
        "busiest": max(found.days, key=lambda row: row[1], default=None),
        "map_votes": {row.kato: row.votes for row in found.regions},
        "map_initiatives": {row.kato: row.initiatives for row in found.regions},
        "map_links": {row.kato: f"{reverse('initiatives:index')}?region={row.kato}" for row in found.regions},
        "tables": {name: _shown(name, found) for name in TABLES},
        "enough": ENOUGH,
    }
    return render(request, "initiatives/statistics.html", context)


@public
@require_safe
@cache_control(public=True, max_age=FRESH_SECONDS)
def download(request: HttpRequest, table: str) -> HttpResponse:
    """One table of the page as CSV: UTF-8 with its mark, so that spreadsheets read Kazakh letters."""
    if table not in TABLES:
        raise NotVisible
    headings, rows = TABLES[table](_numbers(_period(PeriodForm(request.GET or None))))
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{table}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow([safe(one) for one in headings])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return response


def _period(form: PeriodForm) -> Period:
    """Return the days asked for; what makes no sense is said above the form and does not limit."""
    if not form.is_bound or not form.is_valid():
        return ALWAYS
    return Period(form.cleaned_data["since"], form.cleaned_data["until"])


def _query(period: Period) -> str:
    given = {"since": period.since, "until": period.until}
    asked = {name: day.isoformat() for name, day in given.items() if day}
    return f"?{urlencode(asked)}" if asked else ""


def _numbers(period: Period) -> Statistics:
    """Return the numbers, counted at most once a minute for each language and period: names are part of them."""
    require(switches.STATISTICS)
    key = f"initiatives:statistics:{get_language()}:{period.since}:{period.until}"
    try:
        known: Statistics | None = cache.get(key)
        if known is not None:
            return known
        found = count_everything(at=clock.now(), period=period)
        cache.set(key, found, FRESH_SECONDS)
    except (RedisError, OSError):
        logger.warning("The cache does not answer: the statistics are counted anew.", exc_info=True)
        return count_everything(at=clock.now(), period=period)
    return found


def _share_chart(label: str, shares: Sequence[Share]) -> dict[str, Any]:
    return {
        "labels": [one.label for one in shares],
        "series": [{"label": label, "values": [one.number for one in shares]}],
    }


def _chart(days: Sequence[tuple[date, int]], form: str) -> dict[str, Any]:
    return {
        "labels": [date_format(day, form) for day, _votes in days],
        "series": [{"label": _("Votes"), "values": [votes for _day, votes in days]}],
    }


def _states(found: Statistics) -> tuple[list[str], list[list[Cell]]]:
    headings = [_("Stage"), _("Petitions"), _("Public ideas"), _("Consolidated requests")]
    return headings, [[row.label, row.petitions, row.ideas, row.requests] for row in found.states]


def _funnel(found: Statistics) -> tuple[list[str], list[list[Cell]]]:
    return [_("Step"), _("Petitions that came at least so far")], [[label, count] for label, count in found.funnel]


def _days(found: Statistics) -> tuple[list[str], list[list[Cell]]]:
    return [_("Day"), _("Votes")], [[day.isoformat(), votes] for day, votes in found.days]


def _regions(found: Statistics) -> tuple[list[str], list[list[Cell]]]:
    headings = [_("Region"), _("Votes"), _("Votes per 1,000 residents"), _("Petitions and ideas")]
    rows: list[list[Cell]] = [[row.name, row.votes, row.per_thousand, row.initiatives] for row in found.regions]
    rows.append(
        [_("The whole country, or place not given"), found.votes_elsewhere, None, found.initiatives_countrywide]
    )
    return headings, rows


def _topics(found: Statistics) -> tuple[list[str], list[list[Cell]]]:
    headings = [_("Topic"), _("Petitions and ideas"), _("Votes")]
    return headings, [[row.name, row.initiatives, row.votes] for row in found.topics]


def _answers(found: Statistics) -> tuple[list[str], list[list[Cell]]]:
    headings = [
        _("Kind of body"),
        _("Decisions"),
        _("Median working days to the decision"),
        _("Decided in time"),
        _("Decided or overdue"),
    ]
    return headings, [[row.name, row.answered, row.median_days, row.in_time, row.due] for row in found.answers]


def _bodies(found: Statistics) -> tuple[list[str], list[list[Cell]]]:
    headings = [_("Body"), _("Received"), _("Answered"), _("Overdue now")]
    return headings, [[row.name, row.received, row.answered, row.overdue] for row in found.bodies]


def _shares(what: str, shares: Sequence[Share]) -> tuple[list[str], list[list[Cell]]]:
    whole = sum(one.number for one in shares)
    rows: list[list[Cell]] = [
        [one.label, one.number, round(100 * one.number / whole, 1) if whole >= ENOUGH else None] for one in shares
    ]
    return [what, _("Number"), _("Share, %")], rows


def _outcomes(found: Statistics) -> tuple[list[str], list[list[Cell]]]:
    return _shares(_("Outcome"), found.outcomes)


def _languages(found: Statistics) -> tuple[list[str], list[list[Cell]]]:
    return _shares(_("Language of the text"), found.languages)


def _rejections(found: Statistics) -> tuple[list[str], list[list[Cell]]]:
    return _shares(_("Why"), found.rejections)


def _stages(found: Statistics) -> tuple[list[str], list[list[Cell]]]:
    headings = [_("Kind of body"), _("Stage"), _("Petitions that passed it"), _("Median of days")]
    return headings, [[row.kind, row.stage, row.cases, row.median_days] for row in found.stages]


TABLES: Mapping[str, Callable[[Statistics], tuple[list[str], list[list[Cell]]]]] = {
    "states": _states,
    "funnel": _funnel,
    "days": _days,
    "regions": _regions,
    "topics": _topics,
    "answers": _answers,
    "bodies": _bodies,
    "outcomes": _outcomes,
    "languages": _languages,
    "rejections": _rejections,
    "stages": _stages,
}


def _shown(name: str, found: Statistics) -> dict[str, Any]:
    """Return a table as the page shows it: numbers grouped, and a rate of too few cases replaced by words."""
    headings, rows = TABLES[name](found)
    columns = [{"label": label, "numeric": place > (name == "stages")} for place, label in enumerate(headings)]
    if name == "answers":
        texts = [_answer(row) for row in found.answers]
        return {"columns": columns[:4], "rows": texts}
    return {"columns": columns, "rows": [[_text(cell) for cell in row] for row in rows]}


def _answer(row: AnswerRow) -> list[str]:
    too_few = _("not enough data")
    days = too_few if row.median_days is None else grouped(row.median_days, 0 if row.median_days % 1 == 0 else 1)
    share = too_few
    if row.is_enough:
        share = _("%(share)s (%(part)s of %(whole)s)") % {
            "share": percent(row.in_time, row.due),
            "part": grouped(row.in_time),
            "whole": grouped(row.due),
        }
    return [row.name, grouped(row.answered), days, share]


def _text(cell: Cell) -> str:
    if cell is None:
        return "–"
    return cell if isinstance(cell, str) else grouped(cell)
