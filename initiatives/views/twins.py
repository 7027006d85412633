"""While one writes: what says the same already, joining that instead, and "mine is different"."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.selectors import get_body
from initiatives import policies, switches
from initiatives.forms import TwinForm
from initiatives.models import Initiative
from initiatives.selectors import get_visible_or_404
from initiatives.selectors.twins import Twin, twins_of_text
from initiatives.services import drafting
from portal import clock
from portal.errors import InvalidInput, NotVisible
from portal.permissions import require
from portal.switches import is_on
from portal.switches import require as require_on
from portal.web.access import decides, guarded
from portal.web.throttle import LOOKING, spend

if TYPE_CHECKING:
    from accounts.models import User

DIFFERENT = "different"
KEPT = 50
"""Answers "mine is different" that a session keeps, over all drafts."""


@guarded("initiatives.may_write")
@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """What says the same as a title, before there is a draft."""
    require_on(switches.SIMILAR)
    title, body, language = _typed(request)
    try:
        territory_id = get_body(request.POST.get("body", "")[:80].replace("\x00", "")).territory_id
    except NotVisible:
        territory_id = ""
    spend(LOOKING, request, at=clock.now(), account=str(request.user.pk))
    found = twins_of_text(title=title, body=body, language=language, territory_id=territory_id, at=clock.now())
    return render(request, "initiatives/_twins.html", {"twins": found, "asked": bool(title)})


@decides("initiatives.may_edit")
@require_POST
def twins(request: HttpRequest, code: str) -> HttpResponse:
    """What says the same as the draft as it is typed, for the page that asks after each pause."""
    initiative = get_visible_or_404(request.user, code)
    require(policies.may_edit(request.user, initiative))
    require_on(switches.SIMILAR)
    spend(LOOKING, request, at=clock.now(), account=str(request.user.pk))
    title, body, language = _typed(request)
    found = _found(request, initiative, title=title, body=body, language=language)
    return render(request, "initiatives/_twins.html", {"twins": found, "draft": initiative, "asked": True})


@decides("initiatives.may_withdraw")
@require_POST
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Leave the draft for the one that says the same, and lead to its vote or its answer."""
    initiative = get_visible_or_404(request.user, code)
    twin = _named(request)
    drafting.join_instead(initiative=initiative, twin=twin, by=cast("User", request.user), at=clock.now())
    messages.success(request, _("Your draft is withdrawn. This one says the same: each voice counts more together."))
    return redirect("initiatives:vote" if twin.takes_votes else "initiatives:detail", code=twin.code)


@decides("initiatives.may_edit")
@require_POST
def different(request: HttpRequest, code: str) -> HttpResponse:
    """Remember that the author has looked at that one and means something else."""
    initiative = get_visible_or_404(request.user, code)
    require(policies.may_edit(request.user, initiative))
    answer = [initiative.code, _named(request).code]
    answers = [one for one in request.session.get(DIFFERENT, []) if one != answer]
    request.session[DIFFERENT] = [*answers, answer][-KEPT:]
    if getattr(request, "htmx", False):
        return render(
            request,
            "initiatives/_twins.html",
            {"twins": of_draft(request, initiative), "draft": initiative, "asked": True},
        )
    return redirect(reverse("initiatives:edit", args=[code]) + "?similar=1#similar")


def of_draft(request: HttpRequest, initiative: Initiative) -> list[Twin]:
    """Return what says the same as the draft as it is saved; nothing while nobody is shown it."""
    if not is_on(switches.SIMILAR):
        return []
    body = f"{initiative.problem}\n{initiative.proposal}"
    return _found(request, initiative, title=initiative.title, body=body, language=initiative.language)


def _found(request: HttpRequest, initiative: Initiative, *, title: str, body: str, language: str) -> list[Twin]:
    answered = [other for draft, other in request.session.get(DIFFERENT, []) if draft == initiative.code]
    apart = [initiative.pk, *Initiative.objects.filter(code__in=answered).values_list("pk", flat=True)]
    return twins_of_text(
        title=title,
        body=body,
        language=language,
        territory_id=initiative.territory_id,
        apart_from=apart,
        at=clock.now(),
    )


def _typed(request: HttpRequest) -> tuple[str, str, str]:
    form = TwinForm(request.POST)
    form.is_valid()  # what is too long or strange is not looked for
    data = form.cleaned_data
    body = f"{data.get('problem', '')}\n{data.get('proposal', '')}"
    return data.get("title", ""), body, data.get("language", "") or "kk"


def _named(request: HttpRequest) -> Initiative:
    try:
        return get_visible_or_404(request.user, request.POST.get("twin", "")[:20].replace("\x00", ""))
    except NotVisible as error:
        raise InvalidInput(_("Choose one of the list."), code="unknown_twin") from error
