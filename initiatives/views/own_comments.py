"""What a reader does with one comment: agree, correct or delete one's own, contest its hiding."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from initiatives.forms import CorrectForm, HidingContestForm
from initiatives.models import Comment
from initiatives.policies import moderating as policies
from initiatives.selectors import get_visible_or_404
from initiatives.services import contesting, discussing
from portal import clock
from portal.errors import InvalidInput
from portal.permissions import Policy
from portal.web import throttle
from portal.web.access import answer_or_sign_in, decides

if TYPE_CHECKING:
    from accounts.models import User


@decides("initiatives.may_agree")
@require_POST
def agree(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Agree with a comment, or take it back."""
    found, refused = _found(request, code, number, policies.may_agree)
    if refused:
        return refused
    throttle.spend(throttle.SPEECH, request, at=clock.now(), account=str(request.user.pk))
    discussing.agree(comment=found, by=cast("User", request.user), at=clock.now())
    return _back(code, number)


@decides("initiatives.may_edit_comment")
@require_POST
def correct(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Correct one's own comment."""
    found, refused = _found(request, code, number, policies.may_edit_comment)
    if refused:
        return refused
    throttle.spend(throttle.SPEECH, request, at=clock.now(), account=str(request.user.pk))
    text = _valid(CorrectForm(request.POST)).cleaned_data["text"]
    discussing.correct(comment=found, by=cast("User", request.user), text=text, at=clock.now())
    return _back(code, number)


@decides("initiatives.may_delete_comment")
@require_POST
def delete(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Take one's own comment back."""
    found, refused = _found(request, code, number, policies.may_delete_comment)
    if refused:
        return refused
    discussing.delete(comment=found, by=cast("User", request.user), at=clock.now())
    return _back(code, number)


@decides("initiatives.may_contest_hiding")
@require_POST
def contest(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Say why one's hidden comment should be shown again."""
    found, refused = _found(request, code, number, policies.may_contest_hiding)
    if refused:
        return refused
    text = _valid(HidingContestForm(request.POST)).cleaned_data["text"]
    contesting.contest(comment=found, by=cast("User", request.user), text=text, at=clock.now())
    messages.success(request, _("Another moderator will look at it and decide."))
    return _back(code, number)


def _found(request: HttpRequest, code: str, number: int, policy: Policy) -> tuple[Comment, HttpResponse | None]:
    initiative = get_visible_or_404(request.user, code)
    comment = get_object_or_404(Comment, initiative=initiative, pk=number)
    comment.initiative = initiative
    return comment, answer_or_sign_in(request, policy(request.user, comment))


def _valid(form: Form) -> Form:
    if not form.is_valid():
        raise InvalidInput(fields={name: str(errors[0]) for name, errors in form.errors.items()})
    return form


def _back(code: str, number: int) -> HttpResponse:
    return redirect(f"{reverse('initiatives:detail', args=[code])}#comment-{number}")
