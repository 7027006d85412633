"""Comments, reports, following."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from initiatives import policies
from initiatives.forms import CommentForm, HideCommentForm, ReportForm
from initiatives.models import Comment
from initiatives.selectors import get_visible_or_404
from initiatives.services import discussing, moderation
from portal import clock
from portal.errors import InvalidInput
from portal.web import throttle
from portal.web.access import answer_or_sign_in, decides

if TYPE_CHECKING:
    from accounts.models import User


@decides("initiatives.may_comment")
@require_POST
def comment(request: HttpRequest, code: str) -> HttpResponse:
    """Say something; comes back to the discussion."""
    initiative = get_visible_or_404(request.user, code)
    refused = answer_or_sign_in(request, policies.may_comment(request.user, initiative))
    if refused:
        return refused
    throttle.spend(throttle.SPEECH, request, at=clock.now(), account=str(request.user.pk))
    form = CommentForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(fields={name: str(errors[0]) for name, errors in form.errors.items()})
    parent = form.cleaned_data["parent"]
    made = discussing.comment(
        initiative=initiative,
        by=cast("User", request.user),
        text=form.cleaned_data["text"],
        stance=form.cleaned_data["stance"],
        parent=get_object_or_404(Comment, initiative=initiative, pk=parent) if parent else None,
        is_question=form.cleaned_data["is_question"],
        at=clock.now(),
    )
    return redirect(f"{reverse('initiatives:detail', args=[code])}#comment-{made.pk}")


@decides("initiatives.may_read")
@require_POST
def report(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Report a comment to the moderators."""
    initiative = get_visible_or_404(request.user, code)
    refused = answer_or_sign_in(request, policies.may_follow(request.user, initiative))
    if refused:
        return refused
    found = get_object_or_404(Comment, initiative=initiative, pk=number)
    throttle.spend(throttle.SPEECH, request, at=clock.now(), account=str(request.user.pk))
    form = ReportForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(fields={name: str(errors[0]) for name, errors in form.errors.items()})
    discussing.report(
        comment=found,
        by=cast("User", request.user),
        category=form.cleaned_data["category"],
        reason=form.cleaned_data["reason"],
        at=clock.now(),
    )
    messages.success(request, _("Thank you. The moderators will look at it."))
    return redirect(f"{reverse('initiatives:detail', args=[code])}#discussion")


@decides("initiatives.may_hide_comment")
@require_POST
def hide(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Take a comment from view, with a reason that is shown in its place."""
    initiative = get_visible_or_404(request.user, code)
    found = get_object_or_404(Comment, initiative=initiative, pk=number)
    refused = answer_or_sign_in(request, policies.may_hide_comment(request.user, found))
    if refused:
        return refused
    form = HideCommentForm(request.POST)
    if not form.is_valid():
        raise InvalidInput(fields={name: str(errors[0]) for name, errors in form.errors.items()})
    moderation.hide_comment(
        comment=found,
        by=cast("User", request.user),
        reason=form.cleaned_data["reason"],
        reason_other=form.cleaned_data["reason_other"],
        at=clock.now(),
    )
    return redirect(f"{reverse('initiatives:detail', args=[code])}#discussion")


@decides("initiatives.may_follow")
@require_POST
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Follow or stop following; comes back to the page."""
    initiative = get_visible_or_404(request.user, code)
    refused = answer_or_sign_in(request, policies.may_follow(request.user, initiative))
    if refused:
        return refused
    by = cast("User", request.user)
    if request.POST.get("stop"):
        discussing.unfollow(initiative=initiative, by=by)
        messages.success(request, _("You no longer follow this."))
    else:
        discussing.follow(initiative=initiative, by=by, at=clock.now())
        messages.success(request, _("You will be told what becomes of it."))
    return redirect("initiatives:detail", code=code)
