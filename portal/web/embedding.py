"""What other sites may show: pages for their frames, pictures and a count for their scripts.

At these addresses nobody is anybody: a cookie that arrives is not read, none is set, and the language is that of the
address. So a stranger's page learns nothing about its reader through us, and one drawing serves all (`portal.web.caching`).
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_exempt

V = TypeVar("V", bound=Callable[..., HttpResponseBase])
Respond = Callable[[HttpRequest], HttpResponse]

NAMELESS = re.compile(r"^/(?:embed/|[a-z]{2}/embed/|[a-z]{2}/petitions/[^/]+/card\.png$)")
CREDENTIALS = ("HTTP_COOKIE", "HTTP_AUTHORIZATION")


def is_nameless(path: str) -> bool:
    """Whether the address is answered alike for everybody, whoever they are signed in as."""
    return NAMELESS.match(path) is not None


class NamelessMiddleware:
    """Forgets who asks, at the addresses of this module. Place it before everything that reads a cookie."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_nameless(request.path_info):
            return self.get_response(request)
        for name in CREDENTIALS:
            request.META.pop(name, None)
        # The language of the address, also for what would else remember a difference in a cookie.
        language = translation.get_language_from_path(request.path_info)
        request.META["HTTP_ACCEPT_LANGUAGE"] = language or settings.LANGUAGE_CODE
        response = self.get_response(request)
        response.cookies.clear()
        return response


def framed(view: V) -> V:
    """Declare a page that any site may put into a frame; every other page of the portal refuses that."""

    @wraps(view)
    def opening(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return cast(V, csp_replace({"frame-ancestors": ["*"]})(xframe_options_exempt(opening)))


def open_to_scripts(response: HttpResponse) -> HttpResponse:
    """Let scripts of any site read the answer, without credentials (Fetch standard, CORS)."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
