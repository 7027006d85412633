"""Signing by telephone: three addresses for the page that shows the QR code, two for the app that reads it.

All of them speak JSON. The page's are held to CSRF tokens and to the browser's cookie; the app has neither, and is known by the
code that it read and the token that it was given.
"""

import base64
import json
import secrets
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import clock
from portal.errors import Refusal, TooMany
from portal.press import qr
from portal.switches import require as require_on
from portal.web import throttle
from portal.web.access import public
from signatures import limits, switches
from signatures.services import mobile
from signatures.services.refusals import SignatureRefused

SECRET_OCTETS = 32
View = Callable[..., HttpResponse]


def _speaks_json(view: View) -> View:
    """Answer refusals as JSON; the reader is a script or an app."""

    @wraps(view)
    def answering(request: HttpRequest, **address: str) -> HttpResponse:
        try:
            return view(request, **address)
        except Refusal as refusal:
            answer = JsonResponse({"code": refusal.code, "message": str(refusal.message)}, status=int(refusal.status))
            if isinstance(refusal, TooMany) and refusal.seconds:
                answer.headers["Retry-After"] = str(refusal.seconds)
            return answer

    return answering


# --- the page


@public
@never_cache
@require_POST
@_speaks_json
def mobile_ask(request: HttpRequest) -> HttpResponse:
    """Make a code for the statement that the page shows, and remember by a cookie which browser asked."""
    at = clock.now()
    require_on(switches.MOBILE)
    throttle.spend(throttle.MOBILE_CODE, request, at=at)
    browser = _browser(request) or secrets.token_urlsafe(SECRET_OCTETS)
    wanted = request.POST.get("language", "")
    language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(language):
        asked = mobile.ask(token=request.POST.get("token", ""), browser=browser, language=language, at=at)
    answer = JsonResponse({
        "code": asked.code,
        "qr": qr.picture(asked.qr_text),
        "qr_text": asked.qr_text,
        "link": asked.app_link,
        "seconds": max(0, int((asked.expires_at - at).total_seconds())),
    })  # fmt: skip
    answer.set_cookie(
        _cookie(),
        browser,
        max_age=int(limits.STATEMENT_LIFETIME.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return answer


@public
@never_cache
@require_GET
@_speaks_json
def mobile_standing(request: HttpRequest, code: str) -> HttpResponse:
    """Say how far it has come, to the browser that asked."""
    at = clock.now()
    throttle.spend(throttle.MOBILE_APP, request, at=at)
    found = mobile.standing(code=code, browser=_browser(request), at=at)
    with translation.override(_language(request)):
        return JsonResponse({"state": found.state, "refused": str(found.refused)})


@public
@never_cache
@require_POST
@_speaks_json
def mobile_take(request: HttpRequest, code: str) -> HttpResponse:
    """Hand the signature to the browser that asked, once."""
    cms = mobile.take(code=code, browser=_browser(request), at=clock.now())
    return JsonResponse({"cms": base64.b64encode(cms).decode("ascii")})


# --- the app


@public
@never_cache
@require_GET
@_speaks_json
def mobile_invitation(request: HttpRequest, code: str) -> HttpResponse:
    """Say who asks, until when, and where the statement lies (API 1)."""
    at = clock.now()
    throttle.spend(throttle.MOBILE_APP, request, at=at)
    return JsonResponse(mobile.invitation(code=code, at=at))


@public
@never_cache
@csrf_exempt
@require_http_methods(["GET", "PUT"])
@_speaks_json
def mobile_documents(request: HttpRequest, code: str) -> HttpResponse:
    """Hand out the statement, and take it back signed (API 2).

    A PUT needs no CSRF token: the app brings no cookies and is known by its bearer token.
    """
    at = clock.now()
    throttle.spend(throttle.MOBILE_APP, request, at=at)
    authorization = request.headers.get("Authorization", "")
    if request.method == "GET":
        return JsonResponse(mobile.documents(code=code, authorization=authorization, at=at))
    try:
        mobile.receive(code=code, authorization=authorization, returned=_body(request), at=at)
    except SignatureRefused as refusal:
        # The app knows 200 and 403: every signature that is not good is a 403, whatever a page would be told.
        if refusal.status not in (HTTPStatus.GONE, HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST):
            refusal.status = HTTPStatus.FORBIDDEN
        raise
    return JsonResponse({"message": "success"})


def _body(request: HttpRequest) -> object:
    size = request.headers.get("Content-Length", "")
    if size.isdecimal() and int(size) > limits.LARGEST_MOBILE_RETURN:
        refusal = SignatureRefused("too_large")
        refusal.status = HTTPStatus.FORBIDDEN
        raise refusal
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        raise SignatureRefused("mobile_unreadable") from None


def _browser(request: HttpRequest) -> str:
    return request.COOKIES.get(_cookie(), "")


def _cookie() -> str:
    """With the prefix, browsers take the cookie from this very host only: no neighbour can plant a secret that it knows."""
    return "__Host-mobile" if settings.SESSION_COOKIE_SECURE else "mobile"


def _language(request: HttpRequest) -> str:
    wanted = request.GET.get("language", "")
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
