"""The moderators' desk for comments: one reported or contested comment with its decision."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from initiatives import policies
from initiatives.forms import ContestDecisionForm, HideCommentForm
from initiatives.models import Comment
from initiatives.policies import moderating
from initiatives.selectors import queues, reasons
from initiatives.services import contesting, moderation
from portal import clock
from portal.errors import InvalidInput, Refusal
from portal.web.access import answer_or_sign_in, decides

if TYPE_CHECKING:
    from accounts.models import User

QUEUE = reverse_lazy("initiatives:moderation", query={"show": "comments"})


@decides("initiatives.may_hide_comment")
@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: HttpRequest, number: int) -> HttpResponse:
    """One reported comment; a POST takes it from view with a reason that stands in its place."""
    refused = answer_or_sign_in(request, policies.may_see_moderation(request.user, None))
    if refused:
        return refused
    found, _reports = queues.get_reported_or_404(number)
    canned = reasons.find_reason(request.GET.get("reason", ""), reasons.COMMENT)
    initial = {}
    if canned:
        language = found.initiative.language
        initial = {
            "reason": canned.text_in(language),
            "reason_other": canned.text_in(reasons.other_language(language)),
        }
    form = HideCommentForm(request.POST or None, initial=initial)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            moderation.hide_comment(
                comment=found,
                by=cast("User", request.user),
                reason=form.cleaned_data["reason"],
                reason_other=form.cleaned_data["reason_other"],
                at=clock.now(),
            )
            messages.success(request, _("The comment is hidden; its author can read why."))
            return redirect(QUEUE)
        except Refusal as refused_step:
            refusal = refused_step
    return _page(request, number, form, refusal, canned.key if canned else "")


def _page(
    request: HttpRequest, number: int, form: HideCommentForm, refusal: Refusal | None, canned_key: str
) -> HttpResponse:
    found, reports = queues.get_reported_or_404(number)
    context = {
        "comment": found,
        "reports": reports,
        "is_open": any(report.settled_at is None for report in reports),
        "form": form,
        "refusal": refusal,
        "decision": policies.may_hide_comment(request.user, found),
        "contest": getattr(found, "contest", None),
        "contest_decision": moderating.may_decide_contest(request.user, found),
        "canned": reasons.reasons_for(reasons.COMMENT),
        "canned_key": canned_key,
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
    return redirect(QUEUE)


@decides("initiatives.may_decide_contest")
@require_POST
def decide_contest(request: HttpRequest, number: int) -> HttpResponse:
    """Show a hidden comment again or leave it hidden, with a reason that its writer reads."""
    refused = answer_or_sign_in(request, policies.may_see_moderation(request.user, None))
    if refused:
        return refused
    found: Comment = queues.get_reported_or_404(number)[0]
    form = ContestDecisionForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(fields={name: str(errors[0]) for name, errors in form.errors.items()})
    decide = contesting.restore if form.cleaned_data["act"] == "restore" else contesting.confirm_hiding
    decide(comment=found, by=cast("User", request.user), reason=form.cleaned_data["reason"], at=clock.now())
    messages.success(request, _("Decided; the writer of the comment is told."))
    return redirect(QUEUE)
