"""The author's appeal against a rejection: once, in time, decided by a moderator who took no part."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from initiatives import events
from initiatives.limits import TEXT_MAX
from initiatives.models import Appeal, Initiative
from initiatives.policies import is_author
from initiatives.policies import moderating as policies
from initiatives.services.moderation import moment_of_closing
from initiatives.services.moderation_log import append
from initiatives.services.refusing import WHY, locked, touch
from initiatives.states import AppealOutcome, LogAction, LogRole, NormCode
from initiatives.workflow import workflow_of
from portal.audit.log import record
from portal.errors import InvalidInput
from portal.events.outbox import publish as announce
from portal.permissions import require
from portal.permissions.predicates import first_denial
from portal.text import clean
from portal.workflow import perform

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def appeal(*, initiative: Initiative, by: "User", text: str, at: datetime) -> Appeal:
    """File the appeal and return it, with the day by which it must be decided."""
    current = Initiative.objects.select_for_update(no_key=True).get(pk=initiative.pk)
    require(first_denial(is_author(by, current), policies.takes_appeal(current, at)))
    said = clean(text, field="text")
    if not said or len(said) > TEXT_MAX:
        raise InvalidInput(fields={"text": _("Write between 1 and %(number)d characters.") % {"number": TEXT_MAX}})
    norm = current.kind_version.norm(NormCode.REJECTION_REVIEW_PERIOD) or current.kind_version.norm(
        NormCode.REJECTION_APPEAL_PERIOD
    )
    assert norm is not None  # a kind without the term takes no appeal
    made = Appeal.objects.create(initiative=current, text=said, filed_at=at, due_at=norm.term_after(at).due_at)
    touch(current)
    record(subject=current, action="appeal", actor=by, at=at, data={"reason": said, "due_at": made.due_at})
    append(action=LogAction.APPEAL, initiative=current, by=by, at=at, role=LogRole.AUTHOR, reason=said)
    announce(events.AppealFiled(at=at, subject_id=str(current.pk), actor_id=str(by.pk)))
    return made


@transaction.atomic
def uphold(
    *, initiative: Initiative, by: "User", reason: str, seen_revision: int, at: datetime, reason_other: str = ""
) -> Initiative:
    """Publish what was rejected, as if it had been published today; return it as it now stands."""
    current = locked(initiative, seen_revision)
    require(policies.may_decide_appeal(by, current))
    if not clean(reason, field="reason"):
        raise InvalidInput(fields={"reason": WHY})
    reinstated = perform(
        workflow_of(current),
        "reinstate",
        subject=current,
        by=by,
        at=at,
        reason=clean(reason, field="reason"),
        expected_revision=seen_revision,
        changes={
            "published_at": at,
            "closes_at": moment_of_closing(current, at),
            "rejection_reason": "",
            "rejection_subject": None,
        },
    )
    _decide(reinstated, AppealOutcome.UPHELD, by=by, reason=reason, reason_other=reason_other, at=at)
    append(action=LogAction.REINSTATE, initiative=reinstated, by=by, at=at, reason=clean(reason, field="reason"),
           reason_other=clean(reason_other, field="reason_other"))  # fmt: skip
    return reinstated


@transaction.atomic
def dismiss(
    *, initiative: Initiative, by: "User", reason: str, seen_revision: int, at: datetime, reason_other: str = ""
) -> Initiative:
    """Leave it rejected, with reasons that all can read; return it as it now stands."""
    current = locked(initiative, seen_revision)
    require(policies.may_decide_appeal(by, current))
    if not clean(reason, field="reason"):
        raise InvalidInput(fields={"reason": WHY})
    _decide(current, AppealOutcome.DISMISSED, by=by, reason=reason, reason_other=reason_other, at=at)
    touch(current)
    record(subject=current, action="dismiss_appeal", actor=by, at=at, data={"reason": clean(reason, field="reason")})
    append(action=LogAction.DISMISS_APPEAL, initiative=current, by=by, at=at, reason=clean(reason, field="reason"),
           reason_other=clean(reason_other, field="reason_other"))  # fmt: skip
    return current


def _decide(
    initiative: Initiative, outcome: AppealOutcome, *, by: "User", reason: str, reason_other: str, at: datetime
) -> None:
    found = Appeal.objects.select_for_update().get(initiative=initiative, outcome="")
    found.outcome, found.reason, found.reason_other = (
        outcome,
        clean(reason, field="reason"),
        clean(reason_other, field="reason_other"),
    )
    found.decided_by, found.decided_at = by, at
    found.save()
    announce(
        events.AppealDecided(at=at, subject_id=str(initiative.pk), actor_id=str(by.pk), outcome=str(outcome.value))
    )
