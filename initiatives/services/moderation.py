"""The check of a petition and the moderation of an idea (arts 90-2(5) to 90-2(7))."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from initiatives import events, policies
from initiatives.models import Comment, Initiative
from initiatives.states import ExcludedSubject, NormCode, State
from initiatives.workflow import workflow_of
from portal.audit.log import record
from portal.errors import Conflict, InvalidInput
from portal.events.outbox import publish as announce
from portal.permissions import require
from portal.text import clean, clean_line
from portal.workflow import perform

if TYPE_CHECKING:
    from accounts.models import User


def publish(*, initiative: Initiative, by: "User", seen_revision: int, at: datetime) -> Initiative:
    """Publish and open to votes for the period of its kind; return the initiative as it now stands."""
    code = NormCode.COLLECTION_PERIOD if initiative.is_answered_in_writing else NormCode.DISCUSSION_PERIOD
    norm = initiative.kind_version.norm(code)
    closes_at = norm.term_after(at).due_at if norm else None
    return perform(
        workflow_of(initiative),
        "publish",
        subject=initiative,
        by=by,
        at=at,
        expected_revision=seen_revision,
        changes={"published_at": at, "closes_at": closes_at},
    )


def reject(
    *, initiative: Initiative, by: "User", reason: str, subject_code: int | None, seen_revision: int, at: datetime
) -> Initiative:
    """Reject with a reason that is published; a petition also names the excluded subject where that is the ground.

    Raises InvalidInput for a subject outside the closed list of art. 90-2(3).
    """
    if subject_code is not None and subject_code not in ExcludedSubject.values:
        raise InvalidInput(fields={"subject": _("Choose a subject of the closed list.")})
    reason = clean(reason, field="reason")
    changes: dict[str, Any] = {"rejection_reason": reason, "rejection_subject": subject_code}
    return perform(
        workflow_of(initiative),
        "reject",
        subject=initiative,
        by=by,
        at=at,
        reason=reason,
        expected_revision=seen_revision,
        changes=changes,
        data={"excluded_subject": subject_code},
    )


def merge(*, initiative: Initiative, into: Initiative, by: "User", reason: str, at: datetime) -> Initiative:
    """Merge an idea into another that is open; its votes stay where they were given and both pages link to each other."""
    if into.pk == initiative.pk or into.state != State.DISCUSSION:
        raise Conflict(_("Choose another idea that is under discussion."), code="cannot_merge_there")
    return perform(
        workflow_of(initiative),
        "merge",
        subject=initiative,
        by=by,
        at=at,
        reason=clean(reason, field="reason"),
        changes={"merged_into": into, "closes_at": at},
        data={"into": into.code},
    )


def send_to_body(*, initiative: Initiative, by: "User", seen_revision: int, at: datetime) -> Initiative:
    """Send a petition over the threshold to its body; acceptance cannot be refused (art. 90-4)."""
    return perform(workflow_of(initiative), "send", subject=initiative, by=by, at=at, expected_revision=seen_revision)


def hide_comment(*, comment: Comment, by: "User", reason: str, at: datetime) -> Comment:
    """Take a comment from view, leaving a line with the reason; return it. Reports about it are settled."""
    require(policies.may_hide_comment(by, comment))
    reason = clean_line(reason, field="reason")
    if not reason:
        raise InvalidInput(fields={"reason": _("Give the reason: the people concerned will read it.")})
    with transaction.atomic():
        current = Comment.objects.select_for_update().get(pk=comment.pk)
        if current.is_hidden:
            raise Conflict(_("Another moderator has already hidden this comment."), code="already_hidden")
        current.hidden_at, current.hidden_by, current.hidden_reason = at, by, reason[:300]
        current.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
        current.reports.filter(settled_at__isnull=True).update(settled_at=at)
        record(subject=current, action="hide", actor=by, at=at, data={"reason": reason})
        announce(
            events.CommentHidden(
                at=at, subject_id=str(current.initiative_id), actor_id=str(by.pk), comment_id=str(current.pk)
            )
        )
    return current


def keep_comment(*, comment: Comment, by: "User", at: datetime) -> Comment:
    """Leave a reported comment where it is and settle the reports about it; return it."""
    require(policies.may_hide_comment(by, comment))
    with transaction.atomic():
        current = Comment.objects.select_for_update().get(pk=comment.pk)
        settled = current.reports.filter(settled_at__isnull=True).update(settled_at=at)
        if current.is_hidden or not settled:
            raise Conflict(_("Another moderator has already decided on this comment."), code="already_decided")
        record(subject=current, action="keep", actor=by, at=at, data={"reports": settled})
    return current
