"""Language memory, and refusals as pages."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from portal.errors import Refusal, TooMany
from portal.web.pages import trouble_page

Respond = Callable[[HttpRequest], HttpResponse]


class LanguageMemoryMiddleware:
    """Remembers the language of the last page with a language prefix. Place it after AuthenticationMiddleware.

    An address without a prefix is answered in the language of the profile, else of the cookie, else of the browser.
    The cookie is written only where it would change the answer, so most visitors never get one.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        in_path = translation.get_language_from_path(request.path_info)
        if in_path is None:
            self._prefer_profile(request)
        response = self.get_response(request)
        if in_path is not None and translation.get_language_from_request(request) != in_path:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                in_path,
                max_age=60 * 60 * 24 * 365,
                secure=request.is_secure(),
                samesite="Lax",
            )
        return response

    @staticmethod
    def _prefer_profile(request: HttpRequest) -> None:
        if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return
        chosen = getattr(request.user, "language", "")
        if chosen in dict(settings.LANGUAGES):
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen


class RefusalMiddleware:
    """Shows a Refusal as a page in the reader's language, and dresses Django's bare 405. Place it last.

    API paths are left to the API's own handler, which answers with problem+json.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_bare = response.status_code == 405 and not response.streaming and not response.content
        if is_bare and not request.path_info.startswith("/api/"):
            page = trouble_page(request, 405)
            page["Allow"] = response.get("Allow", "")
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal) or request.path_info.startswith("/api/"):
            return None
        page = trouble_page(request, int(exception.status), message=exception.message, fields=exception.fields)
        if isinstance(exception, TooMany) and exception.seconds is not None:
            page["Retry-After"] = str(exception.seconds)
        return page
