"""Open data: the page that explains the files, and the files themselves."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from initiatives.limits import MINIMUM_CELL
from initiatives.selectors import editions
from initiatives.selectors.datasets import DATASETS
from initiatives.services.describing import LICENCE, MEDIA_TYPES
from portal.errors import NotVisible
from portal.web.access import public
from portal.web.caching import shared

LATEST_SECONDS = 300
FOR_EVER = "public, max-age=31536000, immutable"


@public
@shared(seconds=60)
@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """Which files there are, what is in them, how to check and reuse them."""
    edition = editions.edition(editions.LATEST)
    context: dict[str, Any] = {
        "edition": edition,
        "datasets": [(one, edition.file(one.file_name) if edition else None) for one in DATASETS],
        "about": [one for one in edition.files if one.rows is None] if edition else [],
        "earlier": editions.names()[1:],
        "licence": LICENCE,
        "minimum": MINIMUM_CELL,
    }
    return render(request, "initiatives/open_data.html", context)


@public
@require_safe
def file(request: HttpRequest, edition: str, name: str) -> HttpResponseBase:
    """A file of an edition: under the edition's own name for ever the same, under `latest` the newest."""
    found = editions.edition(edition)
    wanted = found.file(name) if found else None
    if found is None or wanted is None:
        raise NotVisible
    etag = f'"{wanted.sha256}"'
    response: HttpResponseBase | None = get_conditional_response(
        request, etag=etag, last_modified=int(found.made_at.timestamp())
    )
    if response is None:
        try:
            response = FileResponse(found.path(wanted).open("rb"), content_type=_media_type(name))
        except FileNotFoundError as gone:  # removed between the two questions
            raise NotVisible from gone
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["ETag"] = etag
    response["Last-Modified"] = http_date(found.made_at.timestamp())
    is_latest = edition == editions.LATEST
    response["Cache-Control"] = f"public, max-age={LATEST_SECONDS}" if is_latest else FOR_EVER
    # Public to every site's pages: it holds nothing of the reader's.
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _media_type(name: str) -> str:
    kind = MEDIA_TYPES.get(name.rpartition(".")[2], "text/plain")
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
