"""What every view of the API does with its answer: says what is left of the caller's share, and who may read it where.

Scripts of any site may read what is public, without credentials (CORS). An answer to somebody who is signed in is for no
other site, and no answer ever allows credentials.
"""

from typing import Any

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.api import throttles

EXPOSED = "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"


class PortalView(APIView):
    """A view of the API. `is_open`: scripts of other sites may read it."""

    is_open = False
    standings: list[Any] = []  # noqa: RUF012  # replaced for each request by the throttle

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        finished: HttpResponseBase = super().finalize_response(request, response, *args, **kwargs)
        for name, value in throttles.headers(self.standings).items():
            finished[name] = value
        is_refused_read = finished.status_code >= 400 and request.method in ("GET", "HEAD")
        if self.is_open and is_refused_read and not getattr(request.user, "is_authenticated", True):
            finished["Access-Control-Allow-Origin"] = "*"
        if "Access-Control-Allow-Origin" in finished:
            finished["Access-Control-Expose-Headers"] = EXPOSED
        return finished

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer a browser that asks before a script of another site reads with a header of its own."""
        if not self.is_open:
            return super().options(request, *args, **kwargs)
        return Response(
            status=204,
            headers={
                "Allow": "GET, HEAD, OPTIONS",
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Allow-Methods": "GET, HEAD",
                "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match",
                "Access-Control-Max-Age": "86400",
            },
        )
