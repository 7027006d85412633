"""The notification centre, the preferences, and leaving a topic from a letter."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages as toasts
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock
from portal.notifications import messages, preferences, selectors, unsubscribing
from portal.notifications.channels import inapp
from portal.notifications.forms import PreferencesForm, WishForm
from portal.web.access import guarded, public

if TYPE_CHECKING:
    from accounts.models import User

PAGE_SIZE = 20


def _user(request: HttpRequest) -> "User":
    return cast("User", request.user)


@guarded("notifications.may_read")
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """One's notices, newest first."""
    page = Paginator(selectors.notices_of(_user(request)), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "entries": [messages.entry(notice) for notice in page],
        "unread": selectors.unread_count(_user(request)),
    }
    return render(request, "notifications/index.html", context)


@guarded("notifications.may_read")
@never_cache
@require_safe
def follow(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Go to what a notice is about; having gone there is having read it."""
    notice = selectors.get_own(_user(request), notification_id)
    inapp.mark_read(user=_user(request), ids=[notice.pk], at=clock.now())
    return redirect(messages.path(notice))


@guarded("notifications.may_read")
@require_POST
def mark(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Mark one notice as read."""
    notice = selectors.get_own(_user(request), notification_id)
    inapp.mark_read(user=_user(request), ids=[notice.pk], at=clock.now())
    return redirect("notifications:index")


@guarded("notifications.may_read")
@require_POST
def mark_all(request: HttpRequest) -> HttpResponse:
    """Mark all notices as read."""
    inapp.mark_read(user=_user(request), ids=None, at=clock.now())
    toasts.success(request, _("All notifications are marked as read."))
    return redirect("notifications:index")


@guarded("notifications.may_read")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Which topics one wants to hear of, and how."""
    user = _user(request)
    form = PreferencesForm(request.POST or None, chosen=preferences.channels_by_topic(user))
    letters = WishForm(request.POST or None, wish=preferences.wish_of(user))
    if request.method == "POST" and form.is_valid() and letters.is_valid():
        preferences.choose(user=user, chosen=form.cleaned_data)
        preferences.wish(user=user, chosen=letters.wish(), at=clock.now())
        toasts.success(request, _("Your choice is saved."))
        return redirect("notifications:preferences")
    has_address = bool(user.email and user.is_email_confirmed)
    crumbs = [{"label": _("Notifications"), "href": reverse("notifications:index")}, {"label": _("What you are told")}]
    context = {"form": form, "letters": letters, "has_address": has_address, "crumbs": crumbs}
    status = 422 if form.errors or letters.errors else 200
    return render(request, "notifications/preferences.html", context, status=status)


@public
@csrf_exempt  # the token is the authority: mail programs post here without cookies (RFC 8058, 3.2)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the letters of one topic. GET only asks: programs that check links in letters must not unsubscribe anybody."""
    subscription = unsubscribing.read(token)
    state = "asked"
    if request.method == "POST":
        state = "resumed" if request.POST.get("resume") else "stopped"
        unsubscribing.switch(subscription, is_enabled=state == "resumed")
    context = {"topic": subscription.topic, "state": state}
    return render(request, "notifications/unsubscribe.html", context)
