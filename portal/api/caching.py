"""Answers that are asked for again and again: an ETag over what is said, 304 when it is still the same (RFC 9110, 13).

The tag is computed from the body, so it is right whatever the body is made of, counts included. `Last-Modified` is given for
people and crawlers but not judged by: a withdrawn vote changes a count within the second in which another one came.
"""

import hashlib
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response


def answer(
    request: Request, data: Any, *, seconds: int = 0, is_public: bool = True, last_modified: datetime | None = None
) -> HttpResponse:
    """Answer a read. `seconds` is how long anyone may keep it; what is not public may be kept by nobody.

    Public answers to people who are not signed in may be read from any site's pages: they hold nothing of the reader's own.
    """
    response = Response(data)
    digest = hashlib.sha256(JSONRenderer().render(data)).hexdigest()[:32]
    response["ETag"] = f'W/"{digest}"'
    if last_modified is not None:
        response["Last-Modified"] = http_date(last_modified.timestamp())
    if is_public and not request.user.is_authenticated:
        response["Cache-Control"] = f"public, max-age={seconds}"
        response["Access-Control-Allow-Origin"] = "*"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    else:
        response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    found = get_conditional_response(request._request, etag=response["ETag"], response=response)
    return found if found is not None else response
