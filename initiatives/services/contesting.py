"""The writer of a hidden comment may contest the hiding once; another moderator restores it or confirms the hiding."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from initiatives import events
from initiatives.limits import REASON_MAX
from initiatives.models import Comment, CommentContest
from initiatives.policies import moderating as policies
from initiatives.services.moderation_log import append
from initiatives.states import AppealOutcome, LogAction, LogRole
from portal.audit.log import record
from portal.errors import InvalidInput
from portal.events.outbox import publish as announce
from portal.permissions import require
from portal.text import clean

if TYPE_CHECKING:
    from accounts.models import User


def _held(comment: Comment) -> Comment:
    return Comment.objects.select_for_update(of=("self",)).select_related("initiative").get(pk=comment.pk)


@transaction.atomic
def contest(*, comment: Comment, by: "User", text: str, at: datetime) -> CommentContest:
    """Say why the comment should be shown again; return what was filed."""
    current = _held(comment)
    require(policies.may_contest_hiding(by, current))
    text = clean(text, field="text")
    if not text or len(text) > REASON_MAX:
        raise InvalidInput(fields={"text": _("Write between 1 and %(number)d characters.") % {"number": REASON_MAX}})
    assert current.hidden_by is not None  # a hidden comment names who hid it
    made = CommentContest.objects.create(comment=current, text=text, filed_at=at, hidden_by=current.hidden_by)
    record(subject=current, action="contest", actor=by, at=at, data={"reason": made.text})
    append(action=LogAction.CONTEST_HIDING, initiative=current.initiative, by=by, at=at, comment=current,
           role=LogRole.COMMENTER, reason=made.text)  # fmt: skip
    announce(
        events.HidingContested(
            at=at, subject_id=str(current.initiative_id), actor_id=str(by.pk), comment_id=str(current.pk)
        )
    )
    return made


def restore(*, comment: Comment, by: "User", reason: str, at: datetime) -> Comment:
    """Show the comment again; return it."""
    return _decide(comment, AppealOutcome.UPHELD, by=by, reason=reason, at=at)


def confirm_hiding(*, comment: Comment, by: "User", reason: str, at: datetime) -> Comment:
    """Leave the comment hidden; return it."""
    return _decide(comment, AppealOutcome.DISMISSED, by=by, reason=reason, at=at)


@transaction.atomic
def _decide(comment: Comment, outcome: AppealOutcome, *, by: "User", reason: str, at: datetime) -> Comment:
    current = _held(comment)
    require(policies.may_decide_contest(by, current))
    reason = clean(reason, field="reason")
    if not reason or len(reason) > REASON_MAX:
        raise InvalidInput(fields={"reason": _("Give the reason: the people concerned will read it.")})
    found = CommentContest.objects.select_for_update().get(comment=current)
    found.outcome, found.reason, found.decided_by, found.decided_at = outcome, reason, by, at
    found.save()
    action = LogAction.CONFIRM_HIDING
    if outcome == AppealOutcome.UPHELD:
        action = LogAction.RESTORE_COMMENT
        current.hidden_at = current.hidden_by = None
        current.hidden_reason = current.hidden_reason_other = ""
        current.save(update_fields=["hidden_at", "hidden_by", "hidden_reason", "hidden_reason_other"])
    record(subject=current, action=str(action.value), actor=by, at=at, data={"reason": reason})
    append(action=action, initiative=current.initiative, by=by, at=at, comment=current, reason=reason,
           text_sha256=current.sha256)  # fmt: skip
    announce(
        events.ContestDecided(
            at=at,
            subject_id=str(current.initiative_id),
            actor_id=str(by.pk),
            comment_id=str(current.pk),
            outcome=str(outcome.value),
        )
    )
    return current
