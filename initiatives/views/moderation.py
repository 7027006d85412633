"""The moderators' desk: the queue, and one item with its decision."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from initiatives import policies
from initiatives.models import Initiative, RejectionReason
from initiatives.policies import moderating as moderation_policies
from initiatives.selectors import get_visible_or_404, moderating, paper, queues, reasons
from initiatives.selectors.pages import public_history
from initiatives.selectors.twins import copies_of
from initiatives.services import queueing
from initiatives.states import ExcludedSubject
from initiatives.views.moderation_acts import ACTS, DONE, FORMS, offered
from portal import clock
from portal.errors import Conflict, InvalidInput, Refusal
from portal.permissions import Denied
from portal.web.access import answer_or_sign_in, decides, guarded

if TYPE_CHECKING:
    from accounts.models import User

WHOSE = (
    ("", gettext_lazy("All")),
    ("mine", gettext_lazy("Assigned to me")),
    ("nobody", gettext_lazy("Assigned to nobody")),
    ("second", gettext_lazy("Waiting for a second moderator")),
)
FILTERS = ("kind", "body", "language", "whose")
TABS = ("comments", "second")


@guarded("initiatives.may_see_moderation")
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a moderator, the nearest deadline first, or the comments that readers reported."""
    asked = queues.QueueFilter(**{name: _word(request, name) for name in FILTERS})
    user, at = cast("User", request.user), clock.now()
    tab = request.GET.get("show", "")
    context = {
        "asked": asked,
        "tab": tab if tab in TABS else "",
        "queue": queues.moderation_queue(asked, user=user, at=at),
        "cases": moderating.report_cases() if tab == "comments" else [],
        "contests": moderating.open_contests() if tab == "comments" else [],
        "seconds": moderating.second_looks(user=user, at=at) if tab == "second" else [],
        "reported": queues.count_reported(),
        "second_count": moderating.count_second_looks(),
        "paper_count": paper.count_waiting(),
        "moderators": moderating.moderators(at=at),
        "whose_choices": WHOSE,
    }
    return render(request, "initiatives/staff/moderation.html", context)


@decides("initiatives.may_moderate")
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, code: str) -> HttpResponse:
    """One initiative before the moderator; a POST takes one step and comes back to the queue."""
    refused = answer_or_sign_in(request, policies.may_see_moderation(request.user, None))
    if refused:
        return refused
    initiative = get_visible_or_404(request.user, code)
    if request.method != "POST":
        if request.method == "GET":
            queueing.look(initiative=initiative, by=cast("User", request.user), at=clock.now())
        return _page(request, initiative)
    name = request.POST.get("act", "")
    if name not in FORMS:
        raise Conflict(_("Choose a step on the page."), code="unknown_step")
    form = FORMS[name](request.POST)
    if not form.is_valid():
        return _page(request, initiative, bound={name: form}, status=422)
    try:
        ACTS[name](request, initiative, form.cleaned_data)
    except Refusal as refusal:
        return _refused(request, code, name, form, refusal)
    queueing.leave(initiative=initiative, by=cast("User", request.user))
    messages.success(request, str(DONE[name]()))
    return redirect("initiatives:moderation")


def _word(request: HttpRequest, name: str) -> str:
    """Return a filter as it was asked for, fit to be looked up."""
    return request.GET.get(name, "").replace("\x00", "")[:80]


def _refused(request: HttpRequest, code: str, name: str, form: forms.Form, refusal: Refusal) -> HttpResponse:
    """Show the page as it is now, with what was typed still in its place and nothing changed."""
    initiative = get_visible_or_404(request.user, code)
    if isinstance(refusal, InvalidInput):
        for field, sentence in refusal.fields.items():
            form.add_error(field if field in form.fields else None, str(sentence))
        return _page(request, initiative, bound={name: form}, status=int(refusal.status))
    # The form is made anew, so that it carries the revision that is seen from now on.
    again = FORMS[name](initial={**form.cleaned_data, "revision": initiative.revision})
    typed = str(form.cleaned_data.get("reason", ""))
    return _page(request, initiative, bound={name: again}, refusal=refusal, typed=typed, status=int(refusal.status))


@moderation_policies.reading()
def _page(
    request: HttpRequest,
    initiative: Initiative,
    *,
    bound: Mapping[str, forms.Form] | None = None,
    refusal: Refusal | None = None,
    typed: str = "",
    status: int = 200,
) -> HttpResponse:
    user = cast("User", request.user)
    process = initiative.kind.process
    canned = reasons.find_reason(request.GET.get("reason", ""), process)
    given = _given(canned, initiative.language)
    shown = _forms(initiative, user, given, bound or {})
    decision = policies.may_moderate(user, initiative)
    similar = queues.similar_to(initiative)
    code = request.GET.get("beside", "")
    beside = next((one for one in similar if one.code == code), None)
    at = clock.now()
    context = {
        "initiative": initiative,
        "matter": moderating.matter_of(initiative, at=at),
        "lock": moderating.lock_of(initiative, at=at),
        "appeal_refused": moderation_policies.may_decide_appeal(user, initiative),
        "confirm_refused": moderation_policies.may_confirm_rejection(user, initiative),
        "removal_refused": moderation_policies.may_confirm_removal(user, initiative),
        "other_language": reasons.other_language(initiative.language),
        "term": queues.running_term(initiative, at),
        "task": queues.task(initiative),
        "history": public_history(initiative),
        "similar": similar,
        "copies": copies_of(initiative),
        "beside": beside,
        "pair": [(initiative, _("The text before you")), (beside, _("Already published"))] if beside else [],
        "forms": shown,
        "error_form": next((form for form in shown.values() if form.is_bound), None),
        "why_not": decision.reason if isinstance(decision, Denied) else "",
        "refusal": refusal,
        "typed": typed if refusal and not set(bound or {}) & set(shown) else "",
        "subjects": ExcludedSubject.choices if initiative.is_petition else (),
        "canned": reasons.reasons_for(process),
        "canned_key": canned.key if canned else "",
    }
    return render(request, "initiatives/staff/moderation_item.html", context, status=status)


def _given(canned: RejectionReason | None, language: str) -> dict[str, Any]:
    """Return what a prepared reason fills in, in both languages."""
    if canned is None:
        return {}
    other = reasons.other_language(language)
    return {"reason": canned.text_in(language), "reason_other": canned.text_in(other), "subject": canned.subject}


def _forms(
    initiative: Initiative, user: "User", given: Mapping[str, Any], bound: Mapping[str, forms.Form]
) -> dict[str, forms.Form]:
    """Return a form for each step that is offered: the one that was sent, or one that begins with what is given."""
    initial = {"revision": initiative.revision, **given}
    shown = {name: FORMS[name](initial=initial, auto_id=f"{name}_%s") for name in sorted(offered(initiative, user))}
    for name, form in bound.items():
        form.auto_id = f"{name}_%s"
        if name in shown:
            shown[name] = form
    return shown
