"""Comments, reports and followers."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from initiatives import events, policies, switches
from initiatives.limits import COMMENT_MAX, QUESTIONS_OPEN, REASON_MAX, REPORTS_PER_DAY
from initiatives.models import Comment, CommentEdit, CommentMark, CommentReport, Follow, Initiative
from initiatives.policies import moderating
from initiatives.states import ReportCategory, Stance
from portal.errors import Conflict, InvalidInput, NotAllowed, TooMany
from portal.events.outbox import publish
from portal.permissions import require
from portal.permissions.predicates import is_signed_in
from portal.switches import require as require_on
from portal.text import clean, clean_line

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def comment(
    *,
    initiative: Initiative,
    by: "User",
    text: str,
    stance: str,
    parent: Comment | None,
    at: datetime,
    is_question: bool = False,
) -> Comment:
    """Add a comment or a reply and return it. A reply to a reply goes under the same comment: one level, as on a page.

    A reply is never a question to the author. Raises Conflict "questions_open" when too many of one person's wait.
    """
    require_on(switches.COMMENTS)
    require(policies.may_comment(by, initiative))
    said = _checked(text)
    if stance not in Stance.values:
        raise InvalidInput(fields={"stance": _("Choose for, against or neutral.")})
    if parent is not None and parent.initiative_id != initiative.pk:
        raise InvalidInput(fields={"text": _("The comment you answer belongs to another initiative.")})
    top = parent.parent or parent if parent else None
    if top is not None and top.is_gone:
        raise Conflict(_("The comment you answer is no longer shown."), code="already_gone")
    is_question = is_question and top is None
    if is_question:
        _require_few_questions(initiative, by)
    made = Comment.objects.create(
        initiative=initiative,
        author=by,
        text=said,
        stance=stance,
        parent=top,
        created_at=at,
        is_question=is_question,
    )
    told = events.CommentReplied if top is not None else events.QuestionAsked if is_question else None
    if told is not None:
        publish(told(at=at, subject_id=str(initiative.pk), actor_id=str(by.pk), comment_id=str(made.pk)))
    return made


def _require_few_questions(initiative: Initiative, by: "User") -> None:
    require(moderating.may_ask(by, initiative))
    # The person's own row is held, so that two questions at once are counted one after the other.
    get_user_model().objects.select_for_update().filter(pk=by.pk).exists()
    if Comment.objects.filter(initiative=initiative, author=by).open_questions().count() >= QUESTIONS_OPEN:
        sentence = _("%(number)d questions of yours wait for an answer here. Ask again when one is answered.")
        raise Conflict(sentence % {"number": QUESTIONS_OPEN}, code="questions_open")


def report(*, comment: Comment, by: "User", reason: str, at: datetime, category: str = "other") -> CommentReport:
    """Tell the moderators about a comment, once a person and so many times a day; return the report. Nothing hides by it."""
    require(is_signed_in(by))
    reason = clean_line(reason, field="reason")
    if category not in ReportCategory.values:
        raise InvalidInput(fields={"category": _("Choose what is wrong with it.")})
    if len(reason) > REASON_MAX or (category == ReportCategory.OTHER and not reason):
        raise InvalidInput(fields={"reason": _("Say in at most 300 characters what is wrong with it.")})
    try:
        with transaction.atomic():
            # The person's own row is held, so that two reports at once are counted one after the other.
            get_user_model().objects.select_for_update().filter(pk=by.pk).exists()
            lately = CommentReport.objects.filter(reporter=by, created_at__gt=at - timedelta(days=1))
            if lately.count() >= REPORTS_PER_DAY:
                raise TooMany(_("You have reported as much as one person can in a day. Please go on tomorrow."))
            return CommentReport.objects.create(
                comment=comment, reporter=by, category=category, reason=reason, created_at=at
            )
    except IntegrityError as error:
        raise Conflict(_("You have already reported this comment."), code="already_reported") from error


@transaction.atomic
def correct(*, comment: Comment, by: "User", text: str, at: datetime) -> Comment:
    """Correct one's own comment within a quarter of an hour; what it said before stays readable. Return it."""
    current = _held(comment)
    require(policies.may_comment(by, current.initiative))
    if current.author_id != by.pk:
        raise NotAllowed(_("Only its writer may do this."), code="writer_only")
    if not current.is_editable(at):
        raise Conflict(_("It can no longer be changed."), code="too_late_to_edit")
    said = _checked(text)
    if said != current.text:
        CommentEdit.objects.create(comment=current, text=current.text, at=at)
        current.text, current.edited_at = said, at
        current.save(update_fields=["text", "edited_at"])
    return current


@transaction.atomic
def delete(*, comment: Comment, by: "User", at: datetime) -> Comment:
    """Take one's own comment back; a line stays in its place, so that answers keep their sense. Return it."""
    current = _held(comment)
    require(moderating.may_delete_comment(by, current))
    current.deleted_at = at
    current.save(update_fields=["deleted_at"])
    return current


@transaction.atomic
def agree(*, comment: Comment, by: "User", at: datetime) -> bool:
    """Agree with a comment, or take that back when it was said before; return whether the person agrees now."""
    current = _held(comment)
    require(moderating.may_agree(by, current))
    _mark, is_new = CommentMark.objects.get_or_create(comment=current, user=by, defaults={"at": at})
    if not is_new:
        CommentMark.objects.filter(comment=current, user=by).delete()
    return is_new


def _held(comment: Comment) -> Comment:
    return Comment.objects.select_for_update(of=("self",)).select_related("initiative").get(pk=comment.pk)


def _checked(text: str) -> str:
    said = clean(text)
    if not said or len(said) > COMMENT_MAX:
        raise InvalidInput(fields={"text": _("Write between 1 and %(number)d characters.") % {"number": COMMENT_MAX}})
    return said


def follow(*, initiative: Initiative, by: "User", at: datetime) -> None:
    """Let the person hear what becomes of it; following twice changes nothing."""
    require(policies.may_follow(by, initiative))
    Follow.objects.get_or_create(initiative=initiative, user=by, defaults={"since": at})


def unfollow(*, initiative: Initiative, by: "User") -> None:
    """Stop telling the person."""
    Follow.objects.filter(initiative=initiative, user=by).delete()
