"""How the lists are ordered, in words and formulas that anyone can recompute."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from initiatives.limits import TRENDING_HALF_LIFE_HOURS
from initiatives.ranking import BASELINE_DAYS, PRIOR_EXPOSURE, RISING_HOURS
from portal.web.access import public


@public
@require_safe
def ranking(request: HttpRequest) -> HttpResponse:
    """The published formulas, with the numbers the code uses."""
    context = {
        "half_life": TRENDING_HALF_LIFE_HOURS,
        "rising_hours": RISING_HOURS,
        "baseline_days": BASELINE_DAYS,
        "prior": int(PRIOR_EXPOSURE),
    }
    return render(request, "initiatives/ranking.html", context)
