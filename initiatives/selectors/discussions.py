"""The discussion under an initiative: order, the strongest of both sides, what the reader may do with each comment."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Coalesce

from initiatives.models import Comment, CommentMark, Initiative
from initiatives.states import CommentOrder, Stance

if TYPE_CHECKING:
    from accounts.models import User

COMMENTS_SHOWN = 30
ORDERS = {
    CommentOrder.NEWEST: ("-created_at", "-pk"),
    CommentOrder.OLDEST: ("created_at", "pk"),
    CommentOrder.REPLIES: ("-reply_count", "-created_at"),
    CommentOrder.AGREED: ("-agree_count", "-created_at"),
}


@dataclass(frozen=True, slots=True)
class Discussion:
    """What the page shows of it. `strongest` has the most agreed comment of each side, when both have one."""

    comments: list[Comment]
    order: str
    questions_only: bool
    questions: int
    strongest: list[Comment]


def discussion_of(
    initiative: Initiative, *, user: "User | None", order: str, questions_only: bool, at: datetime
) -> Discussion:
    """Return the discussion in the order asked for, each comment with what this reader may do with it."""
    chosen = CommentOrder(order) if order in CommentOrder.values else CommentOrder.NEWEST
    top = _counted(Comment.objects.top_level().filter(initiative=initiative), user)
    asked = top.filter(is_question=True) if questions_only else top
    replies = Comment.objects.order_by("created_at", "pk")
    found = list(
        asked.prefetch_related(Prefetch("replies", _counted(replies, user))).order_by(*ORDERS[chosen])[:COMMENTS_SHOWN]
    )
    if not found and not questions_only:
        return Discussion([], str(chosen.value), False, 0, [])
    shown = [comment for one in found for comment in (one, *one.replies.all())]
    prefetch_related_objects([one for one in shown if one.edited_at], "edits")
    for comment in shown:
        _dress(comment, initiative, user, at)
    questions = Comment.objects.filter(initiative=initiative, is_question=True, hidden_at=None, deleted_at=None)
    return Discussion(found, str(chosen.value), questions_only, questions.count(), _strongest(top))


def _counted(found: "QuerySet[Comment]", user: "User | None") -> "QuerySet[Any]":
    """Add the numbers by subqueries: two joins would multiply replies by marks."""
    marks = CommentMark.objects.filter(comment=OuterRef("pk"))
    agreed = marks.order_by().values("comment").annotate(number=Count("pk")).values("number")
    answers = (
        Comment.objects.filter(parent=OuterRef("pk")).order_by().values("parent").annotate(number=Count("pk"))
    ).values("number")
    return found.select_related("author", "contest").annotate(
        reply_count=Coalesce(answers, 0),
        agree_count=Coalesce(agreed, 0),
        agreed=Exists(marks.filter(user=user)) if user else Exists(marks.none()),
    )


def _strongest(top: "QuerySet[Any]") -> list[Comment]:
    """Return the most agreed comment for and the most agreed against; nothing unless both sides have one."""
    agreed = top.filter(
        Q(hidden_at=None) & Q(deleted_at=None), agree_count__gt=0, stance__in=(Stance.FOR, Stance.AGAINST)
    )
    sides = list(agreed.order_by("-stance", "-agree_count", "pk").distinct("stance"))  # for, then against
    return sides if len(sides) == 2 else []


def _dress(comment: Any, initiative: Initiative, user: "User | None", at: datetime) -> None:
    """Say what buttons belong under the comment; the services ask the policies again."""
    mine = user is not None and comment.author_id == user.pk
    comment.is_mine = mine
    comment.may_correct = mine and comment.is_editable(at) and initiative.takes_comments
    comment.may_delete = mine and not comment.is_gone
    comment.may_contest = mine and comment.is_hidden and getattr(comment, "contest", None) is None
    comment.may_agree = user is not None and not mine and not comment.is_gone and initiative.takes_comments
