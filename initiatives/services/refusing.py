"""Two persons refuse: one moderator proposes a rejection, another confirms it or returns it to the queue."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from initiatives import events
from initiatives.models import Initiative, Refusal
from initiatives.models.moderation import TwoPersonAct
from initiatives.policies import moderating as policies
from initiatives.services.moderation_log import append
from initiatives.states import ExcludedSubject, LogAction
from initiatives.workflow import workflow_of
from portal.audit.log import record
from portal.errors import Conflict, InvalidInput
from portal.events.outbox import publish as announce
from portal.permissions import require
from portal.text import clean
from portal.workflow import perform

if TYPE_CHECKING:
    from accounts.models import User

WHY = _("Give the reason: the people concerned will read it.")


def locked(initiative: Initiative, seen_revision: int) -> Initiative:
    """Return the initiative with its row held; Conflict when it is no longer what the moderator saw."""
    current = Initiative.objects.select_for_update(no_key=True).get(pk=initiative.pk)
    if current.revision != seen_revision:
        raise Conflict(code="stale_page")
    return current


def touch(initiative: Initiative) -> None:
    """Count the revision up: pages that show the matter as it was can no longer decide on it."""
    initiative.revision += 1
    initiative.save(update_fields=["revision"])


@transaction.atomic
def propose(
    *,
    initiative: Initiative,
    by: "User",
    reason: str,
    subject_code: int | None,
    seen_revision: int,
    at: datetime,
    reason_other: str = "",
) -> Refusal:
    """Propose a rejection and return it. Nothing is rejected, and the clock of the check runs on.

    Raises InvalidInput for a subject outside the closed list of art. 90-2(3), or without a reason.
    """
    current = locked(initiative, seen_revision)
    require(policies.may_propose_rejection(by, current))
    if subject_code is not None and subject_code not in ExcludedSubject.values:
        raise InvalidInput(fields={"subject": _("Choose a subject of the closed list.")})
    if not clean(reason, field="reason"):
        raise InvalidInput(fields={"reason": WHY})
    made = Refusal.objects.create(
        initiative=current,
        revision=current.revision,
        subject=subject_code,
        reason=clean(reason, field="reason"),
        reason_other=clean(reason_other, field="reason_other"),
        proposed_by=by,
        proposed_at=at,
    )
    touch(current)
    data: dict[str, Any] = {"reason": made.reason, "excluded_subject": subject_code}
    record(subject=current, action="propose_rejection", actor=by, at=at, data=data)
    append(action=LogAction.PROPOSE_REJECTION, initiative=current, by=by, at=at, reason=made.reason,
           reason_other=made.reason_other)  # fmt: skip
    announce(events.RefusalProposed(at=at, subject_id=str(current.pk), actor_id=str(by.pk)))
    return made


@transaction.atomic
def confirm(*, initiative: Initiative, by: "User", seen_revision: int, at: datetime) -> Initiative:
    """Reject, as the second of two moderators; return the initiative as it now stands."""
    current = locked(initiative, seen_revision)
    require(policies.may_confirm_rejection(by, current))
    refusal = Refusal.objects.select_for_update().get(initiative=current, **policies.OPEN)
    rejected = perform(
        workflow_of(current),
        "reject",
        subject=current,
        by=by,
        at=at,
        reason=refusal.reason,
        expected_revision=seen_revision,
        changes={"rejection_reason": refusal.reason, "rejection_subject": refusal.subject},
        data={"excluded_subject": refusal.subject},
    )
    refusal.confirmed_by, refusal.confirmed_at = by, at
    refusal.save(update_fields=["confirmed_by", "confirmed_at"])
    append(action=LogAction.REJECT, initiative=rejected, by=by, at=at, reason=refusal.reason,
           reason_other=refusal.reason_other, text_sha256=rejected.text_sha256)  # fmt: skip
    return rejected


@transaction.atomic
def send_back(*, initiative: Initiative, by: "User", note: str, seen_revision: int, at: datetime) -> Initiative:
    """Return a proposed rejection to the queue with a note; return the initiative, which waits as before."""
    current = locked(initiative, seen_revision)
    require(policies.may_return_rejection(by, current))
    refusal = Refusal.objects.select_for_update().get(initiative=current, **policies.OPEN)
    mark_returned(refusal, by=by, note=note, at=at)
    touch(current)
    record(subject=current, action="return_rejection", actor=by, at=at, data={"reason": clean(note, field="reason")})
    append(action=LogAction.RETURN_REJECTION, initiative=current, by=by, at=at, reason=clean(note, field="reason"))
    return current


def mark_returned(act: TwoPersonAct, *, by: "User", note: str, at: datetime) -> None:
    """Close a proposed act without its being done."""
    if not clean(note, field="reason"):
        raise InvalidInput(fields={"reason": _("Say why you return it: your colleague will read it.")})
    act.returned_by, act.returned_at, act.return_reason = by, at, clean(note, field="reason")
    act.save(update_fields=["returned_by", "returned_at", "return_reason"])
