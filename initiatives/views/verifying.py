"""How a petition's count comes about, and how anyone can check it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.selectors import regions_by_name
from initiatives import switches
from initiatives.selectors import editions, get_visible_or_404
from initiatives.selectors.counts import exact_count
from initiatives.selectors.pages import votes_by_region
from initiatives.selectors.verifying import Verification, last_hours, verification
from portal.switches.gate import needs
from portal.web.access import decides
from portal.web.caching import shared
from portal.web.numbers import grouped
from signatures.services import log_keys


@decides("initiatives.may_read")
@needs(switches.VERIFY)
@shared(seconds=10)
@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """The acts by how they were given, the votes by hour and region, the last recount, and where the data are."""
    initiative = get_visible_or_404(request.user, code)
    found = verification(initiative)
    hours = last_hours(initiative)
    context = {
        "initiative": initiative,
        "found": found,
        "votes": exact_count(initiative),
        "sources": _table(found),
        "hours": {
            "labels": [date_format(localtime(hour), "d.m H") for hour, _votes in hours],
            "series": [{"label": _("Votes"), "values": [votes for _hour, votes in hours]}],
        },
        "regions": _regions(votes_by_region(initiative)),
        "edition": editions.edition(editions.LATEST),
        "keys": log_keys.lines(initiative.code),
    }
    return render(request, "initiatives/verify.html", context)


def _table(found: Verification) -> dict[str, Any]:
    columns = [_("How the votes were given"), _("Given"), _("Withdrawn"), _("In force")]
    rows = [
        [row.label, grouped(row.given), grouped(row.withdrawn), grouped(row.given - row.withdrawn)]
        for row in found.sources
    ]
    rows.append([_("Together"), grouped(found.given), grouped(found.withdrawn), grouped(found.counted)])
    return {"columns": _headings(columns), "rows": rows}


def _regions(votes: dict[str, int]) -> dict[str, Any]:
    columns = [_("Region"), _("Votes"), _("Votes per 1,000 residents")]
    rows = []
    for region in regions_by_name():
        number = votes.get(region.kato, 0)
        share = grouped(1000 * number / region.population, 2) if region.population else "–"
        if number:
            rows.append([region.name, grouped(number), share])
    return {"columns": _headings(columns), "rows": rows}


def _headings(columns: list[str]) -> list[dict[str, Any]]:
    return [{"label": label, "numeric": place > 0} for place, label in enumerate(columns)]
