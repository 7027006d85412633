"""Every page declares its policy; one that forgets fails a test.

`@public` pages are for everyone, and their querysets hide what is not. `@guarded("app.policy")` asks the policy before the view
runs. `@decides("app.policy")` says that the view asks the policy itself, about the object in its address.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url

from portal.errors import NotAllowed
from portal.permissions import Decision, Denied, lookup

V = TypeVar("V", bound=Callable[..., HttpResponseBase])
PUBLIC = "public"


def public(view: V) -> V:
    """Declare a page for everyone."""
    view.policy = PUBLIC  # type: ignore[attr-defined]
    return view


def decides(policy_name: str) -> Callable[[V], V]:
    """Declare that the view asks the policy about its object (`get_visible_or_404`, `answer_or_sign_in`, a service)."""

    def declare(view: V) -> V:
        view.policy = policy_name  # type: ignore[attr-defined]
        return view

    return declare


def guarded(policy_name: str) -> Callable[[V], V]:
    """Declare and ask a policy that needs no object; strangers are led to sign in, others are told why not."""

    def declare(view: V) -> V:
        @wraps(view)
        def asking(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            policy = lookup(policy_name)
            if policy is None:
                raise LookupError(f"No app registered the policy {policy_name}")
            refused = answer_or_sign_in(request, policy(request.user, None))
            return refused or view(request, *args, **kwargs)

        asking.policy = policy_name  # type: ignore[attr-defined]
        return cast(V, asking)

    return declare


def answer_or_sign_in(request: HttpRequest, decision: Decision) -> HttpResponse | None:
    """Return None when allowed, a way to sign in when that is all that is missing; raise NotAllowed otherwise."""
    if not isinstance(decision, Denied):
        return None
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
    raise NotAllowed(decision.reason, code=decision.code)
