"""The administrators' page of all that signatures rely on: authorities, responders, lists, what waits."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal import clock
from portal.web import throttle
from portal.web.access import guarded
from signatures.services import overview, trust, watching
from signatures.services.demo_responder import DemoResponder


@guarded("accounts.may_administer")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def standing(request: HttpRequest) -> HttpResponse:
    """Show how everything stands; ask the responders now; in the demo, stop and start its responder."""
    if request.method == "POST":
        _act(request)
        return redirect("signatures:standing")
    crumbs = [
        {"label": _("Administration"), "href": reverse("web:administration")},
        {"label": _("What signatures rely on")},
    ]
    context = {"standing": overview.overview(at=clock.now()), "crumbs": crumbs}
    return render(request, "signatures/standing.html", context)


def _act(request: HttpRequest) -> None:
    at, source = clock.now(), trust.source()
    if isinstance(source, DemoResponder) and request.POST.get("demo") == "stop":
        source.stop(at=at)
        messages.warning(request, _("The demo's responder is stopped: votes wait from now on."))
    elif isinstance(source, DemoResponder) and request.POST.get("demo") == "start":
        source.start()
        messages.success(request, _("The demo's responder answers again: what waits is counted within a minute."))
    else:
        throttle.spend(throttle.SPEECH, request, at=at, account=str(request.user.pk))
        _report(request, watching.ask_all(at=at, forced=True))


def _report(request: HttpRequest, answered: dict[str, bool]) -> None:
    silent = [watching.shown_address(address) for address, is_there in answered.items() if not is_there]
    if not answered:
        messages.warning(request, _("No responder and no list is set: nobody can be asked."))
    elif silent:
        messages.error(request, _("Asked. No answer from: %(places)s") % {"places": ", ".join(silent)})
    else:
        messages.success(request, _("Asked. All answer."))
