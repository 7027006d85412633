"""Reads of the API: published rows in a published order, and what else it tells of one initiative."""

from datetime import date, datetime
from typing import Any

from django.db.models import F, FloatField, Prefetch, QuerySet
from django.db.models.functions import Cast

from initiatives.models import Comment, HourTally, Initiative, InitiativeKind, KindVersion, Topic
from initiatives.querysets import InitiativeQuerySet
from initiatives.selectors.lists import ListFilter, filtered
from initiatives.selectors.pages import OTHER_STEPS
from initiatives.states import LISTED
from initiatives.workflow import workflow_of
from portal.audit.log import history


def published(asked: ListFilter, *, at: datetime) -> InitiativeQuerySet:
    """Return the published initiatives that fit, in the order asked for, with what a list tells of each.

    A search is ordered by relevance, as double precision: a cursor must find its own row again.
    """
    found = filtered(asked, at=at).select_related("kind", "body", "territory", "topic", "tally")
    if asked.words:
        return found.order_by(Cast(F("relevance"), FloatField()).desc(nulls_last=True), "-pk")
    return found.ranked(asked.order)


def votes_by_hour(initiative: Initiative) -> list[tuple[datetime, int]]:
    """Return the votes in force by the hour in which they were given, folded ones only."""
    return list(
        HourTally.objects.filter(initiative=initiative, votes__gt=0).order_by("hour").values_list("hour", "votes")
    )


def steps_taken(initiative: Initiative) -> list[dict[str, Any]]:
    """Return the steps of its process that were taken, oldest first; who took them for the state is not told."""
    labels = {**{step.name: step.label for step in workflow_of(initiative).transitions}, **OTHER_STEPS}
    return [
        {
            "action": entry.action,
            "label": labels[entry.action],
            "at": entry.at,
            "to": entry.data.get("to", ""),
            "reason": entry.data.get("reason", ""),
        }
        for entry in history(initiative)
        if entry.action in labels
    ]


def comments(initiative: Initiative) -> QuerySet[Comment]:
    """Return the comments of the initiative, newest first, with their replies, oldest first."""
    replies = Comment.objects.select_related("author").order_by("created_at")
    found = Comment.objects.top_level().with_answers().filter(initiative=initiative).select_related("author")
    return found.prefetch_related(Prefetch("replies", replies)).order_by(F("created_at").desc(nulls_last=True), "-pk")


def kinds(*, on: date) -> QuerySet[InitiativeKind]:
    """Return the kinds one can write, each with the version of its numbers in force on that day as `in_force`."""
    versions = KindVersion.objects.in_force(on).prefetch_related("norms")
    return InitiativeKind.objects.offered().prefetch_related(Prefetch("versions", versions, to_attr="in_force"))


def topics() -> QuerySet[Topic]:
    """Return the topics."""
    return Topic.objects.all()


def is_listed(initiative: Initiative) -> bool:
    """Whether anyone may find it without the link."""
    return initiative.state in LISTED


def last_change(initiative: Initiative) -> datetime:
    """Return when what is said of the initiative last changed, as far as its own rows tell."""
    tally, decision = getattr(initiative, "tally", None), getattr(initiative, "decision", None)
    moments = (
        initiative.updated_at,
        initiative.state_since,
        tally.last_vote_at if tally else None,
        decision.published_at if decision else None,
    )
    return max(moment for moment in moments if moment is not None)
