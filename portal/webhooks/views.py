"""A person's webhooks: their addresses, the secret shown once, the log, trying out and sending again."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from django.contrib import messages as toasts
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock, switches
from portal.errors import InvalidInput
from portal.web import throttle
from portal.web.access import guarded, public
from portal.webhooks import limits, registry, selectors, services, signing
from portal.webhooks.forms import EndpointForm
from portal.webhooks.models import Endpoint

if TYPE_CHECKING:
    from accounts.models import User

PAGE_SIZE = 25
ACTS = throttle.Throttle("webhooks", timedelta(minutes=10), by_address=120, by_subnet=1200, by_account=30)
"""New addresses, tests and repetitions: each makes the portal call somebody."""


def _user(request: HttpRequest) -> "User":
    return cast("User", request.user)


def _spend(request: HttpRequest) -> None:
    throttle.spend(ACTS, request, at=clock.now(), account=str(_user(request).pk))


@public
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """How messages look, how they are signed, what is expected of the receiver."""
    told = next((one for one in registry.kinds() if one.example), None)
    message = {"type": told.name, "timestamp": "2026-03-02T05:00:00+00:00", "data": told.example} if told else {}
    example = json.dumps(message, ensure_ascii=False, indent=2)
    return render(request, "webhooks/guide.html", {"webhook_kinds": registry.kinds(), "webhook_example": example})


@guarded("webhooks.may_use")
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """One's addresses."""
    endpoints = list(selectors.endpoints_of(_user(request)))
    return render(request, "webhooks/index.html", {"endpoints": endpoints, "most": limits.MOST_ENDPOINTS})


@guarded("webhooks.may_use")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add an address; the answer shows its secret, this once."""
    switches.require(services.REGISTERING)
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _spend(request)
        data = form.cleaned_data
        try:
            endpoint = services.register(
                owner=_user(request), url=data["url"].strip(), note=data["note"], kinds=data["kinds"],
                keys=data["keys"], at=clock.now(),
            )  # fmt: skip
        except InvalidInput as refused:
            for name, sentence in refused.fields.items():
                form.add_error(name if name in form.fields else None, str(sentence))
        else:
            return _with_secret(request, endpoint)
    context = {"form": form, "crumbs": [*_crumbs(), {"label": _("New address")}]}
    return render(request, "webhooks/new.html", context, status=422 if form.errors else 200)


@guarded("webhooks.may_use")
@never_cache
@require_safe
def one(request: HttpRequest, uid: str) -> HttpResponse:
    """One address: what it hears of, how it is, the log."""
    endpoint = selectors.get_own(_user(request), uid)
    labels = {found.name: str(found.label) for found in registry.kinds()} | {services.TEST: _("Test")}
    page = Paginator(selectors.deliveries_of(endpoint), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "endpoint": endpoint,
        "kinds": [labels.get(kind, kind) for kind in endpoint.kinds],
        "page": page,
        "entries": [(entry, labels.get(entry.occurrence.kind, entry.occurrence.kind)) for entry in page],
        "crumbs": [*_crumbs(), {"label": endpoint.note or endpoint.url}],
    }
    return render(request, "webhooks/one.html", context)


@guarded("webhooks.may_use")
@never_cache
@require_POST
def secret(request: HttpRequest, uid: str) -> HttpResponse:
    """Make another secret and show it, this once."""
    endpoint = services.make_secret_anew(endpoint=selectors.get_own(_user(request), uid))
    return _with_secret(request, endpoint)


@guarded("webhooks.may_use")
@require_POST
def test(request: HttpRequest, uid: str) -> HttpResponse:
    """Send a message that says nothing has happened."""
    _spend(request)
    services.send_test(endpoint=selectors.get_own(_user(request), uid), at=clock.now())
    toasts.success(request, _("A test message is on its way. Look at the log in a few seconds."))
    return redirect("webhooks:one", uid=uid)


@guarded("webhooks.may_use")
@require_POST
def switch(request: HttpRequest, uid: str) -> HttpResponse:
    """Switch the address off or on."""
    endpoint = selectors.get_own(_user(request), uid)
    if request.POST.get("on"):
        services.resume(endpoint=endpoint)
        toasts.success(request, _("The address is switched on."))
    else:
        services.pause(endpoint=endpoint, at=clock.now())
        toasts.success(request, _("The address is switched off."))
    return redirect("webhooks:one", uid=uid)


@guarded("webhooks.may_use")
@require_POST
def remove(request: HttpRequest, uid: str) -> HttpResponse:
    """Delete the address and its log."""
    services.remove(endpoint=selectors.get_own(_user(request), uid))
    toasts.success(request, _("The address and its log are removed."))
    return redirect("webhooks:index")


@guarded("webhooks.may_use")
@require_POST
def resend(request: HttpRequest, uid: str, number: int) -> HttpResponse:
    """Send one message of the log again."""
    _spend(request)
    services.resend(delivery=selectors.get_own_delivery(_user(request), uid, number), at=clock.now())
    toasts.success(request, _("The message is sent again, under the same number."))
    return redirect("webhooks:one", uid=uid)


def _with_secret(request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
    context = {"endpoint": endpoint, "secret": signing.secret(endpoint), "crumbs": [*_crumbs(), {"label": _("Secret")}]}
    return render(request, "webhooks/secret.html", context)


def _crumbs() -> list[dict[str, str]]:
    return [{"label": _("Webhooks"), "href": reverse("webhooks:index")}]
