"""Pages of the frame: the live design system, preferences, the offline page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from portal.web import preferences, samples
from portal.web.access import public
from portal.web.components import CATALOGUE


@public
@require_GET
def design(request: HttpRequest) -> HttpResponse:
    """Show every component in every state; what is not here does not exist."""
    return render(request, "web/design.html", {"catalogue": CATALOGUE.values(), **samples.everything()})


@public
@require_POST
def set_preferences(request: HttpRequest) -> HttpResponse:
    """Remember a choice of looks and go back to the page it was made on."""
    changes = {name: request.POST[name] for name in preferences.FIELD_NAMES if name in request.POST}
    chosen = preferences.read(request).with_changes(changes)
    response = redirect(_safe_path(request))
    preferences.write(response, chosen, secure=request.is_secure())
    return response


@public
@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "web/offline.html")


def _safe_path(request: HttpRequest) -> str:
    """Only back to this site: `next` comes from the visitor."""
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return "/"
