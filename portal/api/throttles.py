"""How often a program may call. The counters are those of the pages (`portal.web.throttle`): without a cache the door is open.

A view names its share: `spends = READ`. The refusal is a 429 problem that says how long to wait.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from portal import clock
from portal.web.throttle import STATEMENT, Throttle, spend

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which itself imports the throttles of the settings

__all__ = ["READ", "STATEMENT", "VOTE", "SharedThrottle"]

READ = Throttle("api_read", timedelta(minutes=1), by_address=600, by_subnet=6_000, by_account=600)
"""Ten a second: a journalist's script copies the whole list, and one script does not slow everybody's pages."""

VOTE = Throttle("api_vote", timedelta(minutes=10), by_address=300, by_subnet=3_000, by_account=60)
"""As for statements: each verification costs processor time, and a campaign's hall sits behind one address."""


class SharedThrottle(BaseThrottle):
    """Counts each call against the view's share; raises TooMany when it is used up."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        account = str(request.user.pk) if request.user.is_authenticated else ""
        share: Throttle = getattr(view, "spends", READ)
        spend(share, request._request, at=clock.now(), account=account)
        return True
