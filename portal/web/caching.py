"""Whole pages kept for a moment for everybody who has not signed in.

A petition that is on the news is read by thousands a second, and all strangers see the same page. A view says
`@shared(seconds=…)`; the middleware keeps its answer in the cache that all web processes share, and sends `Cache-Control` and
`ETag`, so that browsers and proxies keep it too (RFC 9111, RFC 5861).

Nothing personal can get in: a page is kept only when the request carried no cookie but those named here, and when the
answer sets no cookie, holds no CSRF token and names nobody. An unknown cookie means a visitor of their own. When the life
of a page is over, one request draws it anew and the others get the old one for that moment. When the cache is gone, pages are
drawn as ever.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from redis.exceptions import RedisError

from portal import clock
from portal.web import embedding, preferences

logger = logging.getLogger(__name__)

V = TypeVar("V", bound=Callable[..., HttpResponseBase])
Respond = Callable[[HttpRequest], HttpResponse]

STALE_SECONDS = 5
"""How long after its life a page may be shown while one request draws it anew."""

DRAWING_SECONDS = 5
"""How long one request may take to draw a page before another one tries."""

VARY = ("Cookie", "HX-Request")
PARTIAL = ("HX-Request", "Authorization", "Range")
"""Headers with which a request asks for something else than the whole page."""

OF_NO_CHANGE = ("Cache-Control", "Vary", "Access-Control-Allow-Origin", "Cross-Origin-Resource-Policy")
"""What an answer without a body says besides its ETag."""

LIFE = "_shared_seconds"


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it is kept. `fresh_until` is a POSIX time."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str
    fresh_until: float


def shared(*, seconds: int) -> Callable[[V], V]:
    """Declare that strangers may share this page for so many seconds. It must draw the same for all of them."""

    def declare(view: V) -> V:
        @wraps(view)
        def marking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            setattr(response, LIFE, seconds)
            return response

        return cast(V, marking)

    return declare


class SharedPageMiddleware:
    """Answers strangers from the cache. Place it before everything that knows the visitor (session, language, CSRF)."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = _key(request)
        if key is None:
            return self._own(request)
        now = clock.now().timestamp()
        kept: Kept | None = _quietly(lambda: cache.get(key))
        if kept is not None and (now < kept.fresh_until or not _draws(key, kept)):
            return _answer(request, kept)
        response = self.get_response(request)
        life = getattr(response, LIFE, None)
        if life is None:
            return response
        if not _may_be_shared(request, response):
            return _as_own(response)
        kept = _keep(response, life, now)
        if request.method == "GET":
            _quietly(lambda: cache.set(key, kept, life + STALE_SECONDS))
        return _answer(request, kept)

    def _own(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return response if getattr(response, LIFE, None) is None else _as_own(response)


def _key(request: HttpRequest) -> str | None:
    """Return under which name a stranger's page is kept; None for a visitor who may see a page of their own."""
    language = translation.get_language_from_path(request.path_info)
    if not settings.SHARED_PAGES or request.method not in ("GET", "HEAD"):
        return None
    if language is None and not embedding.is_nameless(request.path_info):
        return None
    if any(name in request.headers for name in PARTIAL):
        return None
    if not set(request.COOKIES) <= {settings.LANGUAGE_COOKIE_NAME, settings.CSRF_COOKIE_NAME, preferences.COOKIE}:
        return None
    if language is not None and translation.get_language_from_request(request) != language:
        return None  # the answer will remember the language, in a cookie
    try:
        place = f"{request.scheme}://{request.get_host()}{request.get_full_path()}"
    except DisallowedHost:
        return None
    looks = preferences.read(request).as_cookie()
    return "page:" + hashlib.sha256(f"{place}\n{looks}".encode("utf-8", "surrogatepass")).hexdigest()


def _draws(key: str, old: Kept) -> bool:
    """Return whether this request is the one that draws the page anew, after the old one."""
    return bool(_quietly(lambda: cache.add(f"{key}:after:{old.fresh_until}", 1, DRAWING_SECONDS), otherwise=True))


def _may_be_shared(request: HttpRequest, response: HttpResponse) -> bool:
    user = getattr(request, "user", None)
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        # A token that was drawn goes with a cookie that the CSRF middleware sets: two visitors must not share it.
        and "CSRF_COOKIE_NEEDS_UPDATE" not in request.META
        and not (user is not None and user.is_authenticated)
        and "no-store" not in response.get("Cache-Control", "")
        and "private" not in response.get("Cache-Control", "")
    )


def _keep(response: HttpResponse, life: int, now: float) -> Kept:
    patch_vary_headers(response, VARY)
    patch_cache_control(response, public=True, max_age=life, stale_while_revalidate=STALE_SECONDS)
    body = bytes(response.content)
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = tuple(response.headers.items())
    return Kept(body, headers, etag, now + life)


def _answer(request: HttpRequest, kept: Kept) -> HttpResponse:
    if kept.etag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
        headers = tuple((name, value) for name, value in kept.headers if name in OF_NO_CHANGE)
        kept = replace(kept, headers=headers)
    else:
        response = HttpResponse(kept.body)
    for name, value in kept.headers:
        response.headers[name] = value
    response.headers["ETag"] = kept.etag
    return response


def _as_own(response: HttpResponse) -> HttpResponse:
    """This visitor's page is theirs: no proxy keeps it, and the browser asks again."""
    patch_vary_headers(response, VARY)
    patch_cache_control(response, private=True, max_age=0)
    return response


def _quietly(ask: Callable[[], Any], otherwise: Any = None) -> Any:
    """Ask the cache; a cache that is gone costs speed and not the page."""
    try:
        return ask()
    except (RedisError, OSError):
        logger.warning("The cache does not answer: pages are drawn for each reader.", exc_info=True)
        return otherwise
