"""Publication, merging, sending, and comments that break the rules (arts 90-2(5) to 90-4). Two persons reject: `refusing`."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from initiatives import events, policies
from initiatives.limits import REASON_MAX
from initiatives.models import Comment, Initiative
from initiatives.services.moderation_log import append
from initiatives.states import LogAction, NormCode, ReportOutcome, State
from initiatives.workflow import workflow_of
from portal.audit.log import record
from portal.errors import Conflict, InvalidInput
from portal.events.outbox import publish as announce
from portal.permissions import require
from portal.text import clean, clean_line
from portal.workflow import perform

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def publish(*, initiative: Initiative, by: "User", seen_revision: int, at: datetime) -> Initiative:
    """Publish and open to votes for the period of its kind; return the initiative as it now stands."""
    published = perform(
        workflow_of(initiative),
        "publish",
        subject=initiative,
        by=by,
        at=at,
        expected_revision=seen_revision,
        changes={"published_at": at, "closes_at": moment_of_closing(initiative, at)},
    )
    append(action=LogAction.PUBLISH, initiative=published, by=by, at=at, text_sha256=published.text_sha256)
    return published


def moment_of_closing(initiative: Initiative, at: datetime) -> datetime | None:
    """Return when the votes or the discussion of what is published at that moment end."""
    code = NormCode.COLLECTION_PERIOD if initiative.is_answered_in_writing else NormCode.DISCUSSION_PERIOD
    norm = initiative.kind_version.norm(code)
    return norm.term_after(at).due_at if norm else None


@transaction.atomic
def merge(*, initiative: Initiative, into: Initiative, by: "User", reason: str, at: datetime) -> Initiative:
    """Merge an idea into another that is open; its votes stay where they were given and both pages link to each other."""
    # Both rows are held, in one order for all: two ideas are never merged into each other, nor into one that is gone.
    pair = Initiative.objects.select_for_update(no_key=True).filter(pk__in=[initiative.pk, into.pk]).order_by("pk")
    into = next(one for one in pair if one.pk == into.pk)
    reason = clean(reason, field="reason")
    if into.pk == initiative.pk or into.state != State.DISCUSSION:
        raise Conflict(_("Choose another idea that is under discussion."), code="cannot_merge_there")
    require(policies.may_moderate(by, into))
    merged = perform(
        workflow_of(initiative),
        "merge",
        subject=initiative,
        by=by,
        at=at,
        reason=reason,
        changes={"merged_into": into, "closes_at": at},
        data={"into": into.code},
    )
    append(action=LogAction.MERGE, initiative=merged, by=by, at=at, reason=reason)
    return merged


def send_to_body(*, initiative: Initiative, by: "User", seen_revision: int, at: datetime) -> Initiative:
    """Send a petition over the threshold to its body; acceptance cannot be refused (art. 90-4)."""
    return perform(workflow_of(initiative), "send", subject=initiative, by=by, at=at, expected_revision=seen_revision)


def hide_comment(*, comment: Comment, by: "User", reason: str, at: datetime, reason_other: str = "") -> Comment:
    """Take a comment from view, leaving a line with the reason; return it. Reports about it are settled."""
    require(policies.may_hide_comment(by, comment))
    reason = clean_line(reason, field="reason")
    if not reason:
        raise InvalidInput(fields={"reason": _("Give the reason: the people concerned will read it.")})
    with transaction.atomic():
        current = Comment.objects.select_for_update(of=("self",)).select_related("initiative").get(pk=comment.pk)
        if current.is_hidden:
            raise Conflict(_("Another moderator has already hidden this comment."), code="already_hidden")
        current.hidden_at, current.hidden_by, current.hidden_reason = at, by, reason[:REASON_MAX]
        current.hidden_reason_other = clean(reason_other, field="reason_other")[:REASON_MAX]
        current.save(update_fields=["hidden_at", "hidden_by", "hidden_reason", "hidden_reason_other"])
        record(subject=current, action="hide", actor=by, at=at, data={"reason": reason})
        announce(
            events.CommentHidden(
                at=at, subject_id=str(current.initiative_id), actor_id=str(by.pk), comment_id=str(current.pk)
            )
        )
        settle_reports(current, ReportOutcome.UPHELD, by=by, at=at)
        append(action=LogAction.HIDE_COMMENT, initiative=current.initiative, by=by, at=at, comment=current,
               reason=current.hidden_reason, reason_other=current.hidden_reason_other,
               text_sha256=current.sha256)  # fmt: skip
    return current


def keep_comment(*, comment: Comment, by: "User", at: datetime) -> Comment:
    """Leave a reported comment where it is and settle the reports about it; return it."""
    require(policies.may_hide_comment(by, comment))
    with transaction.atomic():
        current = Comment.objects.select_for_update(of=("self",)).select_related("initiative").get(pk=comment.pk)
        settled = 0 if current.is_hidden else settle_reports(current, ReportOutcome.UNFOUNDED, by=by, at=at)
        if not settled:
            raise Conflict(_("Another moderator has already decided on this comment."), code="already_decided")
        record(subject=current, action="keep", actor=by, at=at, data={"reports": settled})
        append(action=LogAction.KEEP_COMMENT, initiative=current.initiative, by=by, at=at, comment=current,
               text_sha256=current.sha256)  # fmt: skip
    return current


def settle_reports(comment: Comment, outcome: ReportOutcome, *, by: "User", at: datetime) -> int:
    """Close the open reports about a comment; their reporters will be told. Return how many there were."""
    settled = comment.reports.filter(settled_at__isnull=True).update(settled_at=at, outcome=outcome)
    if settled:
        announce(
            events.ReportsSettled(
                at=at,
                subject_id=str(comment.initiative_id),
                actor_id=str(by.pk),
                comment_id=str(comment.pk),
                outcome=str(outcome.value),
            )
        )
    return settled
