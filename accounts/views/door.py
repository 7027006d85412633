"""Beginning and ending a session of the browser; where to go afterwards."""

from datetime import datetime
from typing import cast

from django.contrib.auth import login, logout
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_otp import login as otp_login
from django_otp.models import Device

from accounts.models import User
from accounts.services import sessions
from portal.web.throttle import client_address, subnet

BACKEND = "django.contrib.auth.backends.ModelBackend"


def open_session(request: HttpRequest, user: User, *, at: datetime, device: Device | None = None) -> None:
    """Sign the person in under a new session key, so that a key planted before is worth nothing, and remember where.

    `device` is the second factor that was proved, if any.
    """
    login(request, user, backend=BACKEND)
    if device is not None:
        otp_login(request, device)
    request.session.save()
    sessions.remember(
        session_key=str(request.session.session_key),
        user=user,
        user_agent=request.headers.get("User-Agent", ""),
        network=subnet(client_address(request)),
        at=at,
    )


def close_session(request: HttpRequest) -> None:
    """Sign out here; Django's row of the session and our record of it go."""
    logout(request)


def wanted_page(request: HttpRequest) -> str:
    """Return the page asked for in ?next=, if it is a page of this portal; else ""."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_ours else ""


def next_page(request: HttpRequest) -> str:
    """Return where a person goes after signing in: the page they came from, else their profile."""
    return wanted_page(request) or reverse("accounts:profile")


def person_of(request: HttpRequest) -> User:
    """Return the signed-in person; only for views that ask `accounts.may_see_account` first."""
    return cast(User, request.user)
