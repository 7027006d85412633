"""Addresses that go wrong on purpose, for the tests of the error pages."""

from django.conf.urls.i18n import i18n_patterns
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from portal.errors import Conflict, InvalidInput, NotAllowed, TooMany, Unavailable

REFUSALS = {
    "allowed": NotAllowed("Only the author may do this."),
    "conflict": Conflict(),
    "input": InvalidInput(fields={"title": "The title is too long."}),
    "many": TooMany(),
    "away": Unavailable(),
}


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("home")


def refuse(request: HttpRequest, name: str) -> HttpResponse:
    raise REFUSALS[name]


def denied(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault of ours")


@require_POST
@csrf_protect
def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse("accepted")


urlpatterns = i18n_patterns(
    path("", include("portal.web.urls")),
    path("", include("demo.urls")),  # the foot of a demo's page leads to the telephone's stand-in
    path("", home),
    path("refuse/<str:name>/", refuse),
    path("denied/", denied),
    path("broken/", broken),
    path("form/", form),
)

handler400 = "portal.web.handlers.bad_request"
handler403 = "portal.web.handlers.forbidden"
handler404 = "portal.web.handlers.not_found"
handler500 = "portal.web.handlers.server_error"
