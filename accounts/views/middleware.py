"""Keeps "last seen" of a session up to date, without a query on most pages."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse

from accounts.limits import LAST_SEEN_STEP
from accounts.services import sessions
from portal.clock import now

SEEN = "accounts.seen_at"


class SessionSeenMiddleware:
    """Touch the record of the session once in a step; the time of the last touch travels in the session itself.

    Place it after AuthenticationMiddleware. Visitors without a session cost nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.session_key and request.user.is_authenticated:
            self._touch(request)
        return self.get_response(request)

    @staticmethod
    def _touch(request: HttpRequest) -> None:
        at = now()
        last = request.session.get(SEEN)
        if last and at - datetime.fromisoformat(last) < LAST_SEEN_STEP:
            return
        request.session[SEEN] = at.isoformat()
        sessions.touch(session_key=str(request.session.session_key), at=at)
