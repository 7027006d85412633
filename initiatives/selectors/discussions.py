"""The discussion under an initiative: order, the strongest of both sides, what the reader may do with each comment."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Coalesce

from initiatives.models import Comment, CommentMark, Initiative
from initiatives.querysets import CommentQuerySet
from initiatives.states import OPEN_TO_COMMENTS, CommentOrder, Stance

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
    open_questions: int
    strongest: list[Comment]


def discussion_of(
    initiative: Initiative, *, user: "User | None", order: str, questions_only: bool, at: datetime
) -> Discussion:
    """Return the discussion in the order asked for, each comment with what this reader may do with it."""
    chosen = CommentOrder(order) if order in CommentOrder.values else CommentOrder.NEWEST
    top = _counted(Comment.objects.top_level().filter(initiative=initiative), user)
    asked = top.filter(is_question=True) if questions_only else top
    replies = Comment.objects.order_by("created_at", "pk")
    # Among questions those that wait come first, so that what the author still owes is never below the fold.
    by = ("is_answered", *ORDERS[chosen]) if questions_only else ORDERS[chosen]
    found = list(asked.prefetch_related(Prefetch("replies", _counted(replies, user))).order_by(*by)[:COMMENTS_SHOWN])
    if not found and not questions_only:
        return Discussion([], str(chosen.value), False, 0, 0, [])
    shown = [comment for one in found for comment in (one, *one.replies.all())]
    prefetch_related_objects([one for one in shown if one.edited_at], "edits")
    for comment in shown:
        _dress(comment, initiative, user, at)
    questions = Comment.objects.filter(initiative=initiative, is_question=True, hidden_at=None, deleted_at=None)
    asked_so_far = questions.with_answers().aggregate(all=Count("pk"), open=Count("pk", filter=Q(is_answered=False)))
    return Discussion(
        found, str(chosen.value), questions_only, asked_so_far["all"], asked_so_far["open"], _strongest(top)
    )


def questions_to(user: "User") -> "QuerySet[Comment]":
    """Return the questions that wait for the person's answer as author or co-author, the one waiting longest first.

    Where the discussion is over nobody can answer any more, so nothing there is asked for.
    """
    talks = {"initiative__state__in": OPEN_TO_COMMENTS, "initiative__text_removed_at": None}
    wrote = Initiative.objects.filter(pk=OuterRef("initiative")).filter(
        Q(author=user) | Q(pk__in=Initiative.objects.co_written_by(user).values("pk"))
    )
    found = Comment.objects.open_questions().filter(Exists(wrote), **talks)
    return found.select_related("author", "initiative").order_by("created_at", "pk")


def _counted(found: "CommentQuerySet", user: "User | None") -> "QuerySet[Any]":
    """Add the numbers by subqueries: two joins would multiply replies by marks."""
    marks = CommentMark.objects.filter(comment=OuterRef("pk"))
    agreed = marks.order_by().values("comment").annotate(number=Count("pk")).values("number")
    answers = (
        Comment.objects.filter(parent=OuterRef("pk")).order_by().values("parent").annotate(number=Count("pk"))
    ).values("number")
    return (
        found.with_answers()
        .select_related("author", "contest")
        .annotate(
            reply_count=Coalesce(answers, 0),
            agree_count=Coalesce(agreed, 0),
            agreed=Exists(marks.filter(user=user)) if user else Exists(marks.none()),
        )
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
    comment.is_by_writer = comment.author_id in initiative.writer_ids
    comment.may_correct = mine and comment.is_editable(at) and initiative.takes_comments
    comment.may_delete = mine and not comment.is_gone
    comment.may_contest = mine and comment.is_hidden and getattr(comment, "contest", None) is None
    comment.may_agree = user is not None and not mine and not comment.is_gone and initiative.takes_comments
