"""The emergency stop: while `portal.writes` is off, nothing that changes anything is taken, from pages or from programs.

Two things still work, or nobody could end it: staff sign in and out, and administrators turn switches.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from portal import switches
from portal.api.problems import CONTENT_TYPE, problem
from portal.web.pages import trouble_page

Respond = Callable[[HttpRequest], HttpResponse]

READING = ("GET", "HEAD", "OPTIONS", "TRACE")
ALWAYS_TAKEN = frozenset(
    {
        "accounts:staff_sign_in",
        "accounts:staff_code",
        "accounts:sign_out",
        "web:switch",
        "web:preferences",
        "set_language",
    }
)


class ReadOnlyMiddleware:
    """Refuses with 503 and the administrator's reason. Place it last but one, before refusals become pages."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.method in READING or (request.resolver_match and request.resolver_match.view_name in ALWAYS_TAKEN):
            return None
        found = switches.off(switches.WRITES)
        if found is None:
            return None
        if request.path_info.startswith("/api/"):
            said = problem(503, "switched_off", found.sentence, request.path)
            return JsonResponse(said.data, status=503, content_type=CONTENT_TYPE)
        return trouble_page(request, 503, message=found.sentence)
