"""The page of one initiative: text, count, chart, map, timeline, answer, discussion."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Count, Prefetch, Q, Sum
from django.utils.timezone import localtime

from initiatives.limits import MINIMUM_CELL
from initiatives.models import AgeTally, Comment, Decision, Follow, HourTally, Initiative, Milestone, TerritoryTally
from initiatives.selectors.counts import exact_count, own_act
from initiatives.states import AgeBand, State
from initiatives.workflow import CLOCK_OF_STATE
from portal.audit.log import history
from portal.calendar import Deadline
from portal.permissions import Actor

if TYPE_CHECKING:
    from accounts.models import User
    from initiatives.models import VoteAct

COMMENTS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class InitiativePage:
    """What the page shows besides the initiative itself."""

    initiative: Initiative
    votes: int
    own_vote: "VoteAct | None"
    is_followed: bool
    term: Deadline | None
    days: list[tuple[date, int]]
    regions: dict[str, int]
    ages: list[tuple[str, int]]
    history: list[dict[str, Any]]
    decision: Decision | None
    milestones: list[Milestone]
    comments: list[Comment]
    stances: dict[str, int]


def initiative_page(initiative: Initiative, *, actor: Actor, session_act: int | None = None) -> InitiativePage:
    """Return what the page of this initiative shows to this person."""
    user = cast("User", actor) if actor.is_authenticated else None
    return InitiativePage(
        initiative=initiative,
        votes=exact_count(initiative),
        own_vote=own_act(initiative, user, session_act),
        is_followed=bool(user) and Follow.objects.filter(initiative=initiative, user=user).exists(),
        term=current_term(initiative),
        days=votes_by_day(initiative),
        regions=votes_by_region(initiative),
        ages=votes_by_age(initiative),
        history=public_history(initiative),
        decision=public_decision(initiative),
        milestones=list(Milestone.objects.filter(initiative=initiative)),
        comments=discussion(initiative),
        stances=dict(
            Comment.objects.filter(initiative=initiative, hidden_at__isnull=True)
            .order_by()
            .values_list("stance")
            .annotate(number=Count("pk"))
        ),
    )


def current_term(initiative: Initiative) -> Deadline | None:
    """Return the term that runs now, with its day-by-day explanation; None where none runs."""
    code = CLOCK_OF_STATE.get(State(initiative.state))
    norm = initiative.kind_version.norm(code) if code else None
    return norm.term_after(initiative.state_since) if norm else None


def votes_by_day(initiative: Initiative) -> list[tuple[date, int]]:
    """Return the cumulated votes at the end of each day on which votes came."""
    per_day: dict[date, int] = defaultdict(int)
    for hour, votes in HourTally.objects.filter(initiative=initiative).values_list("hour", "votes"):
        per_day[localtime(hour).date()] += votes
    running, series = 0, []
    for day in sorted(per_day):
        running += per_day[day]
        series.append((day, running))
    return series


def votes_by_region(initiative: Initiative) -> dict[str, int]:
    """Return votes by the KATO code of the voter's region."""
    rows = TerritoryTally.objects.filter(initiative=initiative, territory__isnull=False, votes__gt=0)
    return {str(kato): votes for kato, votes in rows.values_list("territory_id", "votes")}


def votes_by_age(initiative: Initiative) -> list[tuple[str, int]]:
    """Return votes by age band; nothing at all while a band has fewer people than the minimum cell."""
    rows = dict(AgeTally.objects.filter(initiative=initiative).values_list("age_band", "votes"))
    bands = [(str(band.label), rows.get(band.value, 0)) for band in AgeBand]
    filled = [votes for _label, votes in bands if votes]
    return bands if filled and min(filled) >= MINIMUM_CELL else []


def public_history(initiative: Initiative) -> list[dict[str, Any]]:
    """Return the steps taken, newest last: what, when, from which state to which; names of staff are not shown."""
    return [
        {"action": entry.action, "at": entry.at, "to": entry.data.get("to", ""), "reason": entry.data.get("reason", "")}
        for entry in history(initiative)
    ]


def public_decision(initiative: Initiative) -> Decision | None:
    """Return the decision once it is published."""
    return (
        Decision.objects.filter(initiative=initiative, published_at__isnull=False).select_related("signature").first()
    )


def discussion(initiative: Initiative) -> list[Comment]:
    """Return the newest comments with their replies and authors."""
    replies = Comment.objects.select_related("author").order_by("created_at")
    return list(
        Comment.objects.top_level()
        .filter(initiative=initiative)
        .select_related("author")
        .prefetch_related(Prefetch("replies", replies))
        .annotate(reply_count=Count("replies"))
        .order_by("-created_at")[:COMMENTS_SHOWN]
    )


def totals() -> dict[str, int]:
    """Return the numbers of the home page: published, open, answered, votes in force."""
    listed = Initiative.objects.listed()
    return listed.aggregate(
        published=Count("pk"),
        open=Count("pk", filter=Q(state__in=(State.COLLECTING, State.DISCUSSION))),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
        votes=Sum("tally__votes", default=0),
    )
