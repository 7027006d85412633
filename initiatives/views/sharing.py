"""Passing an initiative on: the page of ways to do it, the poster, the card for messengers, the short address."""

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from initiatives import switches
from initiatives.models import Initiative
from initiatives.selectors import get_visible_or_404, sharing
from initiatives.states import LINK_ONLY, LISTED
from portal.errors import NotVisible
from portal.press import card as cards
from portal.press import poster as posters
from portal.press import qr
from portal.switches.gate import needs
from portal.web.access import decides, public
from portal.web.layout import LANGUAGE_NAMES

DRAWN_AGAIN_AFTER = 300
POSTER_LIFE = 86_400


@decides("initiatives.may_read")
@require_safe
def share(request: HttpRequest, code: str) -> HttpResponse:
    """All ways to pass it on, in one place: messengers, short address, QR code, poster, widget."""
    initiative = shareable_or_404(request, code)
    language = get_language() or settings.LANGUAGE_CODE
    context = {
        "initiative": initiative,
        "short_url": sharing.short_url(initiative),
        "spelled": sharing.spelled(initiative.code),
        "ways": sharing.ways(initiative),
        "qr": qr.picture(sharing.short_url(initiative)),
        "posters": [
            (name, code, f"/{code}" + reverse("initiatives:poster", args=[initiative.code])[3:])
            for code, name in LANGUAGE_NAMES.items()
        ],
        "embeddable": initiative.state in LISTED,
        "origin": settings.PORTAL_ORIGIN,
        "frame_url": reverse("initiatives:embed", args=[initiative.code]),
        "script_url": reverse("initiatives-machines:embed_script"),
        "language_code": language,
    }
    return render(request, "initiatives/share.html", context)


@decides("initiatives.may_read")
@needs(switches.PICTURES)
@require_safe
def poster(request: HttpRequest, code: str) -> HttpResponse:
    """The poster in the language of the address: one A4 sheet, or two of A5 on one (`?sheet=a5x2`)."""
    initiative = shareable_or_404(request, code)
    asked = request.GET.get("sheet", "")
    sheet = posters.Sheet(asked) if asked in set(posters.Sheet) else posters.Sheet.A4
    facts = sharing.poster_facts(initiative)
    drawn = _kept(f"poster:{sheet}:{_digest(facts)}", POSTER_LIFE, lambda: posters.draw(facts, sheet))
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{initiative.code}-{facts.language}-{sheet}.pdf"'
    return _conditional(request, response, initiative, seconds=60)


@decides("initiatives.may_read")
@needs(switches.PICTURES)
@require_safe
def card(request: HttpRequest, code: str) -> HttpResponse:
    """The picture that messengers show beside the link. Asked for by machines, which are nobody here."""
    initiative = get_visible_or_404(AnonymousUser(), code)
    key = f"card:{initiative.code}:{initiative.revision}:{get_language()}"
    drawn = _kept(key, DRAWN_AGAIN_AFTER, lambda: cards.draw(sharing.card_facts(initiative)))
    response = HttpResponse(drawn, content_type="image/png")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return _conditional(request, response, initiative, seconds=DRAWN_AGAIN_AFTER)


@public
@require_safe
def short(request: HttpRequest, typed: str) -> HttpResponse:
    """Lead to the page in the reader's language: that of the profile, the cookie or the browser."""
    response = redirect("initiatives:detail", code=sharing.code_of(typed))
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    patch_cache_control(response, private=True, no_cache=True)
    return response


def shareable_or_404(request: HttpRequest, code: str) -> Initiative:
    """Return what may be passed on: anything a stranger with the link could read. A draft is passed on by nobody."""
    initiative = get_visible_or_404(request.user, code)
    if initiative.state not in LISTED | LINK_ONLY:
        raise NotVisible
    return initiative


def _digest(facts: object) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]


def _kept(key: str, seconds: int, draw: Callable[[], bytes]) -> bytes:
    """Return the drawing from the cache, else draw it; a cache that is gone costs time and not the drawing."""
    try:
        drawn: bytes | None = cache.get(key)
    except (RedisError, OSError):
        return draw()
    if drawn is None:
        drawn = draw()
        try:
            cache.set(key, drawn, seconds)
        except (RedisError, OSError):
            return drawn
    return drawn


def _conditional(request: HttpRequest, response: HttpResponse, initiative: Initiative, *, seconds: int) -> HttpResponse:
    """Give the answer its ETag; what is not listed anywhere is kept by nobody but its reader."""
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    if initiative.state in LISTED:
        patch_cache_control(response, public=True, max_age=seconds)
    else:
        patch_cache_control(response, private=True, no_cache=True)
    found = get_conditional_response(request, etag=response["ETag"], response=response)
    return found if isinstance(found, HttpResponse) else response
