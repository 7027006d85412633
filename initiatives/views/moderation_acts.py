"""The acts of the moderators' desk: which are offered to whom, what each needs, and what is said once it is done."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from initiatives.forms import BilingualReasonForm, MergeForm, ReasonForm, RejectForm, RemovalForm, StepForm
from initiatives.models import Initiative
from initiatives.policies import moderating as policies
from initiatives.selectors import get_visible_or_404
from initiatives.services import appealing, moderation, refusing, removing
from initiatives.workflow import workflow_of
from portal import clock
from portal.errors import Conflict, InvalidInput, NotVisible
from portal.permissions import Policy
from portal.workflow import offers

if TYPE_CHECKING:
    from accounts.models import User

Act = Callable[[HttpRequest, Initiative, dict[str, Any]], None]

FORMS: Mapping[str, type[forms.Form]] = {
    "publish": StepForm,
    "propose": RejectForm,
    "confirm": StepForm,
    "return": ReasonForm,
    "uphold": BilingualReasonForm,
    "dismiss": BilingualReasonForm,
    "merge": MergeForm,
    "send": StepForm,
    "propose_removal": RemovalForm,
    "confirm_removal": StepForm,
    "return_removal": ReasonForm,
}
ASKED: Mapping[str, Policy] = {
    "propose": policies.may_propose_rejection,
    "confirm": policies.may_confirm_rejection,
    "return": policies.may_return_rejection,
    "uphold": policies.may_decide_appeal,
    "dismiss": policies.may_decide_appeal,
    "propose_removal": policies.may_propose_removal,
    "confirm_removal": policies.may_confirm_removal,
    "return_removal": policies.may_return_removal,
}
"""Acts that are no step of the process by themselves, with the policy of each."""


def offered(initiative: Initiative, user: "User") -> set[str]:
    """Return the names of the acts that this person may take now."""
    steps = {step.name for step in offers(workflow_of(initiative), subject=initiative, to=user)}
    return (steps & {"publish", "merge", "send"}) | {name for name, policy in ASKED.items() if policy(user, initiative)}


def _by(request: HttpRequest) -> "User":
    return cast("User", request.user)


def _publish(request: HttpRequest, initiative: Initiative, data: dict[str, Any]) -> None:
    moderation.publish(initiative=initiative, by=_by(request), seen_revision=data["revision"], at=clock.now())


def _propose(request: HttpRequest, initiative: Initiative, data: dict[str, Any]) -> None:
    refusing.propose(
        initiative=initiative,
        by=_by(request),
        reason=data["reason"],
        reason_other=data["reason_other"],
        subject_code=data["subject"],
        seen_revision=data["revision"] or 0,
        at=clock.now(),
    )


def _confirm(request: HttpRequest, initiative: Initiative, data: dict[str, Any]) -> None:
    refusing.confirm(initiative=initiative, by=_by(request), seen_revision=data["revision"], at=clock.now())


def _return(request: HttpRequest, initiative: Initiative, data: dict[str, Any]) -> None:
    refusing.send_back(
        initiative=initiative,
        by=_by(request),
        note=data["reason"],
        seen_revision=data["revision"] or 0,
        at=clock.now(),
    )


def _uphold(request: HttpRequest, initiative: Initiative, data: dict[str, Any]) -> None:
    appealing.uphold(
        initiative=initiative,
        by=_by(request),
        reason=data["reason"],
        reason_other=data["reason_other"],
        seen_revision=data["revision"] or 0,
        at=clock.now(),
    )


def _dismiss(request: HttpRequest, initiative: Initiative, data: dict[str, Any]) -> None:
    appealing.dismiss(
        initiative=initiative,
        by=_by(request),
        reason=data["reason"],
        reason_other=data["reason_other"],
        seen_revision=data["revision"] or 0,
        at=clock.now(),
    )


def _propose_removal(request: HttpRequest, initiative: Initiative, data: dict[str, Any]) -> None:
    removing.propose(
        initiative=initiative,
        by=_by(request),
        article=data["article"],
        reason=data["reason"],
        reason_other=data["reason_other"],
        seen_revision=data["revision"] or 0,
        at=clock.now(),
    )


def _confirm_removal(request: HttpRequest, initiative: Initiative, data: dict[str, Any]) -> None:
    removing.confirm(initiative=initiative, by=_by(request), seen_revision=data["revision"], at=clock.now())


def _return_removal(request: HttpRequest, initiative: Initiative, data: dict[str, Any]) -> None:
    removing.send_back(
        initiative=initiative,
        by=_by(request),
        note=data["reason"],
        seen_revision=data["revision"] or 0,
        at=clock.now(),
    )


def _merge(request: HttpRequest, initiative: Initiative, data: dict[str, Any]) -> None:
    if data["revision"] != initiative.revision:
        raise Conflict(code="stale_page")
    moderation.merge(
        initiative=initiative,
        into=_target(request, data["into"]),
        by=_by(request),
        reason=data["reason"],
        at=clock.now(),
    )


def _send(request: HttpRequest, initiative: Initiative, data: dict[str, Any]) -> None:
    moderation.send_to_body(initiative=initiative, by=_by(request), seen_revision=data["revision"], at=clock.now())


def _target(request: HttpRequest, typed: str) -> Initiative:
    """Return the idea that was named by its code or by the link of its page."""
    parts = [part for part in urlsplit(typed.strip()).path.split("/") if part]
    try:
        return get_visible_or_404(request.user, parts[-1] if parts else "")
    except NotVisible as error:
        raise InvalidInput(fields={"into": _("There is no idea of that code or link.")}) from error


ACTS: Mapping[str, Act] = {
    "publish": _publish,
    "propose": _propose,
    "confirm": _confirm,
    "return": _return,
    "uphold": _uphold,
    "dismiss": _dismiss,
    "merge": _merge,
    "send": _send,
    "propose_removal": _propose_removal,
    "confirm_removal": _confirm_removal,
    "return_removal": _return_removal,
}
DONE: Mapping[str, Callable[[], str]] = {
    "publish": lambda: _("It is published and open to votes."),
    "propose": lambda: _("The rejection is proposed; a second moderator confirms it or returns it."),
    "confirm": lambda: _("It is rejected; the reason is public."),
    "return": lambda: _("The proposal is returned; the text waits in the queue as before."),
    "uphold": lambda: _("The appeal is upheld; the text is published."),
    "dismiss": lambda: _("The appeal is dismissed; your reasons are public."),
    "merge": lambda: _("The idea is merged; both pages link to each other."),
    "send": lambda: _("The petition is sent to the body."),
    "propose_removal": lambda: _("The removal is proposed; a second moderator confirms it or returns it."),
    "confirm_removal": lambda: _("The text is removed; a tombstone stands on its page."),
    "return_removal": lambda: _("The proposal is returned; the text stays."),
}
