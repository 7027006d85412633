"""Pages of the frame: the live design system, preferences, the offline page."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from portal.errors import NotAllowed
from portal.web import preferences, samples
from portal.web.access import public
from portal.web.components import CATALOGUE


@public
@require_GET
def design(request: HttpRequest) -> HttpResponse:
    """Show every component in every state; what is not here does not exist."""
    return render(request, "web/design.html", {"catalogue": CATALOGUE.values(), **samples.everything()})


@public
@csrf_exempt  # a token would make every page that has this form one visitor's own; see `_is_from_here`
@require_POST
def set_preferences(request: HttpRequest) -> HttpResponse:
    """Remember a choice of looks and go back to the page it was made on."""
    if not _is_from_here(request):
        raise NotAllowed(_("This form was sent from another site."), code="foreign_origin")
    changes = {name: request.POST[name] for name in preferences.FIELD_NAMES if name in request.POST}
    chosen = preferences.read(request).with_changes(changes)
    response = redirect(_safe_path(request))
    preferences.write(response, chosen, secure=request.is_secure())
    return response


@public
@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "web/offline.html")


def _is_from_here(request: HttpRequest) -> bool:
    """Whether a page of this site sent the form: browsers say so themselves, and no script can make them lie.

    Who sends neither header is no browser of today that another site could use; all there is to win is a colour.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()


def _safe_path(request: HttpRequest) -> str:
    """Only back to this site: `next` comes from the visitor."""
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return "/"
