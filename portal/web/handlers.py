"""Django's error hooks: name these in the root urlconf (handler400 … handler500) and in settings.CSRF_FAILURE_VIEW."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse

from portal.web.pages import PAGE_EXPIRED, trouble_page

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return trouble_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return trouble_page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return trouble_page(request, 404)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    try:
        return trouble_page(request, 500)
    except Exception:  # the frame itself is broken: plain words are better than a blank page
        logger.exception("The page of status 500 could not be drawn")
        return HttpResponse("Порталда ақау пайда болды. На портале произошёл сбой. A fault on our side.", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A forged or long-forgotten form. The technical reason goes to Django's security log, not to the page."""
    return trouble_page(request, PAGE_EXPIRED)
