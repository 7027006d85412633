"""Comments, reports and followers."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from initiatives import events, policies, switches
from initiatives.limits import COMMENT_MAX
from initiatives.models import Comment, CommentReport, Follow, Initiative
from initiatives.states import Stance
from portal.errors import Conflict, InvalidInput
from portal.events.outbox import publish
from portal.permissions import require
from portal.permissions.predicates import is_signed_in
from portal.switches import require as require_on
from portal.text import clean, clean_line

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def comment(
    *, initiative: Initiative, by: "User", text: str, stance: str, parent: Comment | None, at: datetime
) -> Comment:
    """Add a comment or a reply and return it. A reply to a reply goes under the same comment: one level, as on a page."""
    require_on(switches.COMMENTS)
    require(policies.may_comment(by, initiative))
    said = clean(text)
    if not said or len(said) > COMMENT_MAX:
        raise InvalidInput(fields={"text": _("Write between 1 and %(number)d characters.") % {"number": COMMENT_MAX}})
    if stance not in Stance.values:
        raise InvalidInput(fields={"stance": _("Choose for, against or neutral.")})
    if parent is not None and parent.initiative_id != initiative.pk:
        raise InvalidInput(fields={"text": _("The comment you answer belongs to another initiative.")})
    top = parent.parent or parent if parent else None
    made = Comment.objects.create(initiative=initiative, author=by, text=said, stance=stance, parent=top, created_at=at)
    if top is not None:
        publish(
            events.CommentReplied(at=at, subject_id=str(initiative.pk), actor_id=str(by.pk), comment_id=str(made.pk))
        )
    return made


def report(*, comment: Comment, by: "User", reason: str, at: datetime) -> CommentReport:
    """Tell the moderators about a comment, once a person; return the report."""
    require(is_signed_in(by))
    reason = clean_line(reason, field="reason")
    if not reason or len(reason) > 300:
        raise InvalidInput(fields={"reason": _("Say in at most 300 characters what is wrong with it.")})
    try:
        with transaction.atomic():
            return CommentReport.objects.create(comment=comment, reporter=by, reason=reason, created_at=at)
    except IntegrityError as error:
        raise Conflict(_("You have already reported this comment."), code="already_reported") from error


def follow(*, initiative: Initiative, by: "User", at: datetime) -> None:
    """Let the person hear what becomes of it; following twice changes nothing."""
    require(policies.may_follow(by, initiative))
    Follow.objects.get_or_create(initiative=initiative, user=by, defaults={"since": at})


def unfollow(*, initiative: Initiative, by: "User") -> None:
    """Stop telling the person."""
    Follow.objects.filter(initiative=initiative, user=by).delete()
