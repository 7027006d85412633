"""How often a program may call. The counters are those of the pages (`portal.web.throttle`): without a cache the door is open.

A view names its share: `spends = READ`. Every call also spends of BURST, so that a minute's share is not called for in a
second. The refusal is a 429 problem that says how long to wait; each answer says what is left (RateLimit headers of
draft-ietf-httpapi-ratelimit-headers).
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from portal import clock
from portal.errors import TooMany
from portal.web.throttle import STATEMENT, Standing, Throttle, spend

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which itself imports the throttles of the settings

__all__ = ["BURST", "READ", "STATEMENT", "VOTE", "SharedThrottle"]

READ = Throttle("api_read", timedelta(minutes=1), by_address=600, by_subnet=6_000, by_account=1_200)
"""Ten a second without a name, twice that for who signed in: a script copies the whole list, and slows nobody's pages."""

BURST = Throttle("api_burst", timedelta(seconds=10), by_address=200, by_subnet=2_000, by_account=300)
"""What one may ask at once: a page that draws twenty petitions with their counts, several times over."""

VOTE = Throttle("api_vote", timedelta(minutes=10), by_address=300, by_subnet=3_000, by_account=60)
"""As for statements: each verification costs processor time, and a campaign's hall sits behind one address."""


class SharedThrottle(BaseThrottle):
    """Counts each call against the view's share and against the burst; raises TooMany when one is used up."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        account = str(request.user.pk) if request.user.is_authenticated else ""
        share: Throttle = getattr(view, "spends", READ)
        standings: list[Standing] = []
        view.standings = standings  # type: ignore[attr-defined]  # read when the answer is finished
        for each in (share, BURST):
            try:
                standings.append(spend(each, request._request, at=clock.now(), account=account))
            except TooMany as refusal:
                most = each.by_account if account else each.by_address
                window = int(each.window.total_seconds())
                standings.append(Standing(each.name, most, window, 0, refusal.seconds or window))
                raise
        return True


def headers(standings: list[Standing]) -> dict[str, str]:
    """Return the RateLimit headers: the policies, and where the caller stands with each."""
    if not standings:
        return {}
    return {
        "RateLimit-Policy": ", ".join(f'"{one.name}";q={one.most};w={one.window}' for one in standings),
        "RateLimit": ", ".join(f'"{one.name}";r={one.left};t={one.resets_in}' for one in standings),
    }
