"""What other sites may show of an initiative: a page for a frame, a count for a script, the script itself. Nothing else."""

from dataclasses import asdict

from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from initiatives import switches
from initiatives.selectors import sharing
from portal.errors import NotVisible
from portal.switches import off
from portal.web.access import decides, public
from portal.web.caching import shared
from portal.web.embedding import framed, open_to_scripts

THEMES = ("light", "dark")
SCRIPT = "js/embed/halyk-uni-petition.js"


@decides("initiatives.may_read")
@framed
@shared(seconds=5)
@require_safe
def frame(request: HttpRequest, code: str) -> HttpResponse:
    """Title, count and a link, for the frame of any site; the reader is nobody here, whoever is signed in."""
    theme = request.GET.get("theme", "")
    context: dict[str, object] = {"theme": theme if theme in THEMES else "auto", "facts": None}
    if away := off(switches.EMBED):
        return render(request, "initiatives/embed.html", {**context, "away": away}, status=503)
    try:
        initiative = sharing.embedded_or_404(AnonymousUser(), code)
    except NotVisible:
        return render(request, "initiatives/embed.html", context, status=404)
    context |= {
        "facts": sharing.embed_facts(initiative),
        "page_url": sharing.page_url(initiative),
        "language": initiative.shown_language,
        "state_label": initiative.get_state_display(),
        "takes_votes": initiative.takes_votes,
    }
    return render(request, "initiatives/embed.html", context)


@decides("initiatives.may_read")
@shared(seconds=5)
@require_safe
def count(request: HttpRequest, code: str) -> HttpResponse:
    """Exactly six facts, for scripts of any site; no question more is answered here."""
    if away := off(switches.EMBED):
        return open_to_scripts(JsonResponse({"code": "switched_off", "detail": away.sentence}, status=503))
    try:
        facts = sharing.embed_facts(sharing.embedded_or_404(AnonymousUser(), code))
    except NotVisible:
        return open_to_scripts(JsonResponse({"code": "not_found"}, status=404))
    return open_to_scripts(JsonResponse(asdict(facts), json_dumps_params={"ensure_ascii": False}))


@public
@require_safe
def script(request: HttpRequest) -> HttpResponseBase:
    """The web component, at an address that stays: other sites write it into their pages."""
    found = finders.find(SCRIPT)
    assert isinstance(found, str)  # it is part of the portal
    response = FileResponse(open(found, "rb"), content_type="text/javascript; charset=utf-8")  # noqa: SIM115
    patch_cache_control(response, public=True, max_age=3600)
    open_to_scripts(response)  # type: ignore[arg-type]  # headers only
    return response
