"""Sign-in with a digital signature."""

from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.views import door
from portal import clock
from portal.errors import Refusal, TooMany
from portal.web import throttle
from portal.web.access import public
from signatures.services import signing_in

if TYPE_CHECKING:
    from accounts.models import User

LARGEST_UPLOAD = 256 * 1024
"""No signature of a statement is larger; what is cut off here cannot verify."""


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the statement; take its signature; sign in whoever made it."""
    if request.user.is_authenticated:
        return redirect(door.next_page(request))
    trouble: Refusal | None = None
    if request.method == "POST":
        try:
            return _signed_in(request)
        except TooMany:
            raise
        except Refusal as refusal:
            trouble = refusal
    return _ask(request, trouble)


def signature_of(request: HttpRequest) -> bytes:
    """Return what the page's component sent: the signature as text, or the file that was uploaded without JavaScript."""
    upload = request.FILES.get("cms_file")
    if upload is not None:
        return cast(bytes, upload.read(LARGEST_UPLOAD + 1))
    return request.POST.get("cms", "").encode()


def signer_context() -> dict[str, str]:
    """Return what signer.html needs beside the statement: where the signing program listens."""
    return {
        "ncalayer_url": settings.NCALAYER_URL,
        "demo_control_url": getattr(settings, "DEMO_CONTROL_URL", ""),
    }


def _signed_in(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    throttle.spend(throttle.SIGN_IN, request, at=at)
    done = signing_in.sign_in(
        token=request.POST.get("token", ""), cms=signature_of(request), language=_language(), at=at
    )
    door.open_session(request, cast("User", done.user), at=at)
    target = door.wanted_page(request)
    if done.is_new:
        return redirect(
            f"{reverse('accounts:welcome')}?{urlencode({'next': target})}" if target else "accounts:welcome"
        )
    messages.success(request, _("You are signed in."))
    return redirect(target or "accounts:profile")


def _ask(request: HttpRequest, trouble: Refusal | None) -> HttpResponse:
    at = clock.now()
    throttle.spend(throttle.STATEMENT, request, at=at)
    context = {
        "statement": signing_in.ask(language=_language(), at=at),
        "trouble": trouble,
        "next": door.wanted_page(request),
        **signer_context(),
    }
    return render(request, "signatures/sign_in.html", context, status=int(trouble.status) if trouble else 200)


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE
