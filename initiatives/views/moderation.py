"""The moderators' desk: the queue, one item with its decision, one reported comment."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from initiatives import policies
from initiatives.forms import HideCommentForm, MergeForm, RejectForm, StepForm
from initiatives.models import Comment, Initiative
from initiatives.selectors import get_visible_or_404, queues, reasons
from initiatives.selectors.pages import public_history
from initiatives.selectors.twins import copies_of
from initiatives.services import moderation
from initiatives.states import ExcludedSubject
from initiatives.workflow import workflow_of
from portal import clock
from portal.errors import Conflict, InvalidInput, NotVisible, Refusal
from portal.permissions import Denied
from portal.web.access import answer_or_sign_in, decides, guarded
from portal.workflow import offers

if TYPE_CHECKING:
    from accounts.models import User

FILTERS = ("kind", "body", "language")


FORMS: Mapping[str, type[forms.Form]] = {
    "publish": StepForm,
    "reject": RejectForm,
    "merge": MergeForm,
    "send": StepForm,
}


@guarded("initiatives.may_see_moderation")
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a moderator, the nearest deadline first, or the comments that readers reported."""
    asked = queues.QueueFilter(**{name: _word(request, name) for name in FILTERS})
    shows_comments = request.GET.get("show") == "comments"
    context = {
        "asked": asked,
        "shows_comments": shows_comments,
        "queue": queues.moderation_queue(asked, user=cast("User", request.user), at=clock.now()),
        "comments": queues.reported_comments() if shows_comments else [],
        "reported": queues.count_reported(),
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
    messages.success(request, str(DONE[name]()))
    return redirect("initiatives:moderation")


@decides("initiatives.may_hide_comment")
@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: HttpRequest, number: int) -> HttpResponse:
    """One reported comment; a POST takes it from view with a reason that stands in its place."""
    refused = answer_or_sign_in(request, policies.may_see_moderation(request.user, None))
    if refused:
        return refused
    found, reports = queues.get_reported_or_404(number)
    canned = reasons.find_reason(request.GET.get("reason", ""), reasons.COMMENT)
    initial = {"reason": canned.text(found.initiative.language)} if canned else {}
    form = HideCommentForm(request.POST or None, initial=initial)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            moderation.hide_comment(
                comment=found, by=cast("User", request.user), reason=form.cleaned_data["reason"], at=clock.now()
            )
            messages.success(request, _("The comment is hidden; its author can read why."))
            return redirect("initiatives:moderation")
        except Refusal as refused_step:
            refusal = refused_step
            found = Comment.objects.select_related("author", "initiative", "initiative__body").get(pk=number)
    context = {
        "comment": found,
        "reports": reports,
        "is_open": any(report.settled_at is None for report in reports),
        "form": form,
        "refusal": refusal,
        "decision": policies.may_hide_comment(request.user, found),
        "canned": reasons.reasons_for(reasons.COMMENT),
        "canned_key": canned.key if canned else "",
    }
    status = int(refusal.status) if refusal else (422 if form.is_bound else 200)
    return render(request, "initiatives/staff/moderation_comment.html", context, status=status)


@decides("initiatives.may_hide_comment")
@require_POST
def keep_comment(request: HttpRequest, number: int) -> HttpResponse:
    """Leave a reported comment where it is; its reports are settled."""
    refused = answer_or_sign_in(request, policies.may_see_moderation(request.user, None))
    if refused:
        return refused
    found, _reports = queues.get_reported_or_404(number)
    moderation.keep_comment(comment=found, by=cast("User", request.user), at=clock.now())
    messages.success(request, _("The comment stays; the reports are settled."))
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
    given = {"reason": canned.text(initiative.language), "subject": canned.subject} if canned else {}
    shown = _forms(initiative, user, given, bound or {})
    decision = policies.may_moderate(user, initiative)
    similar = queues.similar_to(initiative)
    code = request.GET.get("beside", "")
    beside = next((one for one in similar if one.code == code), None)
    context = {
        "initiative": initiative,
        "term": queues.running_term(initiative, clock.now()),
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


def _forms(
    initiative: Initiative, user: "User", given: Mapping[str, Any], bound: Mapping[str, forms.Form]
) -> dict[str, forms.Form]:
    """Return a form for each step that is offered: the one that was sent, or one that begins with what is given."""
    offered = {step.name for step in offers(workflow_of(initiative), subject=initiative, to=user)} & set(FORMS)
    initial = {"revision": initiative.revision, **given}
    shown = {name: FORMS[name](initial=initial, auto_id=f"{name}_%s") for name in sorted(offered)}
    for name, form in bound.items():
        form.auto_id = f"{name}_%s"
        if name in shown:
            shown[name] = form
    return shown


def _publish(request: HttpRequest, initiative: Initiative, data: dict[str, Any]) -> None:
    moderation.publish(
        initiative=initiative, by=cast("User", request.user), seen_revision=data["revision"], at=clock.now()
    )


def _reject(request: HttpRequest, initiative: Initiative, data: dict[str, Any]) -> None:
    moderation.reject(
        initiative=initiative,
        by=cast("User", request.user),
        reason=data["reason"],
        subject_code=data["subject"],
        seen_revision=data["revision"] or 0,
        at=clock.now(),
    )


def _merge(request: HttpRequest, initiative: Initiative, data: dict[str, Any]) -> None:
    if data["revision"] != initiative.revision:
        raise Conflict(code="stale_page")
    moderation.merge(
        initiative=initiative,
        into=_target(request, data["into"]),
        by=cast("User", request.user),
        reason=data["reason"],
        at=clock.now(),
    )


def _send(request: HttpRequest, initiative: Initiative, data: dict[str, Any]) -> None:
    moderation.send_to_body(
        initiative=initiative, by=cast("User", request.user), seen_revision=data["revision"], at=clock.now()
    )


def _target(request: HttpRequest, typed: str) -> Initiative:
    """Return the idea that was named by its code or by the link of its page."""
    parts = [part for part in urlsplit(typed.strip()).path.split("/") if part]
    try:
        return get_visible_or_404(request.user, parts[-1] if parts else "")
    except NotVisible as error:
        raise InvalidInput(fields={"into": _("There is no idea of that code or link.")}) from error


ACTS: Mapping[str, Callable[[HttpRequest, Initiative, dict[str, Any]], None]] = {
    "publish": _publish,
    "reject": _reject,
    "merge": _merge,
    "send": _send,
}
DONE: Mapping[str, Callable[[], str]] = {
    "publish": lambda: _("It is published and open to votes."),
    "reject": lambda: _("It is rejected; the reason is public."),
    "merge": lambda: _("The idea is merged; both pages link to each other."),
    "send": lambda: _("The petition is sent to the body."),
}
