"""The page of one initiative: text, count, chart, map, timeline, answer, discussion."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Sum
from django.utils.formats import number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives import switches
from initiatives.limits import MINIMUM_CELL
from initiatives.models import (
    AgeTally,
    Comment,
    Decision,
    Follow,
    HourTally,
    Initiative,
    PaperList,
    TerritoryTally,
)
from initiatives.selectors.articles import cite
from initiatives.selectors.counts import count_on_paper, exact_count, own_act
from initiatives.selectors.discussions import Discussion, discussion_of
from initiatives.selectors.waiting import number_waiting, own_waiting
from initiatives.states import AgeBand, NormCode, Stance, State
from initiatives.workflow import CLOCK_OF_STATE, workflow_of
from portal.audit.log import history
from portal.calendar import Deadline
from portal.permissions import Actor
from portal.ranking.cells import shown_cells
from portal.switches import is_on
from signatures.selectors.vote_log import HeadRow, final_head_of

if TYPE_CHECKING:
    from initiatives.models import VoteAct, WaitingAct
    from portal.errors import Sentence

OTHER_STEPS: "dict[str, Sentence]" = {
    "appeal": gettext_lazy("The author appealed"),
    "dismiss_appeal": gettext_lazy("The appeal was dismissed"),
    "remove_text": gettext_lazy("The text was removed"),
}
"""Acts that everybody can read about though they move no state."""

SAID_ABOVE = frozenset({State.REJECTED, State.TAKEN_UP, State.ANSWERED})
"""Where these steps lead, their reasons stand at the head of the page; the timeline need not say them again."""


@dataclass(frozen=True, slots=True)
class InitiativePage:
    """What the page shows besides the initiative itself."""

    initiative: Initiative
    votes: int
    votes_on_paper: int
    lists_recalled: list[PaperList]
    own_vote: "VoteAct | None"
    votes_waiting: int
    own_waiting: "WaitingAct | None"
    is_followed: bool
    term: Deadline | None
    days: list[tuple[date, int]]
    regions: dict[str, int]
    ages: list[tuple[str, int | None]]
    history: list[dict[str, Any]]
    idea_answer: dict[str, Any] | None
    decision: Decision | None
    discussion: Discussion
    stances: dict[str, int]
    final_head: HeadRow | None

    @property
    def waits_for_own_vote(self) -> bool:
        """Whether the reader has voted and the certification authority has not answered yet."""
        return self.own_waiting is not None and self.own_waiting.gives and not self.own_waiting.is_settled


def initiative_page(
    initiative: Initiative,
    *,
    actor: Actor,
    at: datetime,
    session_act: int | None = None,
    session_waiting: int | None = None,
    comment_order: str = "",
    questions_only: bool = False,
) -> InitiativePage:
    """Return what the page of this initiative shows to this person."""
    user = actor if actor.is_authenticated else None
    return InitiativePage(
        initiative=initiative,
        votes=exact_count(initiative),
        votes_on_paper=count_on_paper(initiative),
        lists_recalled=list(PaperList.objects.filter(initiative=initiative, taken_back_at__isnull=False)),
        own_vote=(own := own_act(initiative, user, session_act)),
        votes_waiting=number_waiting(initiative),
        own_waiting=_told_of(own_waiting(initiative, user, session_waiting), own),
        is_followed=bool(user) and Follow.objects.filter(initiative=initiative, user=user).exists(),
        term=current_term(initiative),
        days=votes_by_day(initiative),
        regions=votes_by_region(initiative) if is_on(switches.MAP) else {},
        ages=votes_by_age(initiative),
        history=(steps := public_history(initiative)),
        idea_answer=idea_answer(steps),
        decision=public_decision(initiative),
        discussion=discussion_of(initiative, user=user, order=comment_order, questions_only=questions_only, at=at),
        stances=stances_of(initiative),
        final_head=None if initiative.takes_votes else final_head_of(initiative.code),
    )


def _told_of(waiting: "WaitingAct | None", own: "VoteAct | None") -> "WaitingAct | None":
    """Return what the reader is told of: what waits, and what was not counted unless they have voted since."""
    return waiting if waiting is not None and (own is None or not waiting.is_settled) else None


def stances_of(initiative: Initiative) -> dict[str, int]:
    """Return how many visible comments take each stance; nothing at all where there are none."""
    visible = Comment.objects.filter(initiative=initiative, hidden_at__isnull=True, deleted_at__isnull=True)
    found = dict(visible.order_by().values_list("stance").annotate(number=Count("pk")))
    return {stance: found.get(stance, 0) for stance in Stance.values} if found else {}


def joiners_needed(initiative: Initiative) -> int | None:
    """Return how many must join before the check while they are being gathered (art. 90-2(4)); None afterwards."""
    if initiative.state != State.JOINING:
        return None
    number = initiative.kind_version.number_of(NormCode.JOINERS)
    return int(number) if number else None


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


def votes_by_age(initiative: Initiative) -> list[tuple[str, int | None]]:
    """Return votes by the age bands that have any; None stands for a number that is not shown.

    Bands of fewer people than the minimum cell are hidden, and others with them, so that none follows from the total.
    """
    rows = dict(AgeTally.objects.filter(initiative=initiative).values_list("age_band", "votes"))
    names: dict[int | None, str] = {band.value: str(band.label) for band in AgeBand}
    names[None] = _("Age not given")
    found = shown_cells({band: rows[band] for band in names if rows.get(band)}, MINIMUM_CELL)
    return [(names[band], votes) for band, votes in found.items()]


def public_history(initiative: Initiative) -> list[dict[str, Any]]:
    """Return the steps taken, oldest first, as the timeline shows them; the names of staff are not shown."""
    steps = {step.name for step in workflow_of(initiative).transitions}
    entries = [entry for entry in history(initiative) if entry.action in steps or entry.action in OTHER_STEPS]
    return [
        {
            # What it has become: the names of the steps are commands on buttons.
            "title": OTHER_STEPS.get(entry.action) or State(entry.data["to"]).label,
            "at": entry.at,
            "text": entry.data.get("reason", ""),
            "to": entry.data.get("to", ""),
            "state": "current" if entry is entries[-1] else "done",
        }
        for entry in entries
    ]


def timeline(steps: list[dict[str, Any]], told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return steps and what else happened as one line, oldest first; the last step taken stays the current one."""
    shown = [{**step, "text": ""} if step.get("to") in SAID_ABOVE else step for step in steps]
    return sorted([*shown, *told], key=lambda entry: entry["at"])


def idea_answer(steps: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the last step by which a body answered an idea in its own words; None while there is none."""
    answers = [step for step in steps if step["to"] in (State.TAKEN_UP, State.ANSWERED) and step["text"]]
    return answers[-1] if answers else None


def threshold_sentence(initiative: Initiative) -> str:
    """Return how the threshold came about, with its article; empty where the kind has none."""
    basis = initiative.threshold_basis
    if not basis:
        return ""
    facts = {
        "number": number_format(Decimal(basis["number"])),
        "votes": number_format(initiative.threshold or 0, force_grouping=True),
        "article": cite(basis["article"]),
        "place": str(initiative.territory),
        "population": number_format(basis["population"], force_grouping=True) if basis["population"] else "",
        "year": basis["population_year"],
    }
    if basis["rule"] == NormCode.THRESHOLD_PERCENT:
        sentence = _(
            "%(number)s %% of the %(population)s residents of %(place)s (%(year)s) are %(votes)s votes. Source: %(article)s."
        )
    else:
        sentence = _("The rule sets a fixed number of %(votes)s votes. Source: %(article)s.")
    return sentence % facts


def public_decision(initiative: Initiative) -> Decision | None:
    """Return the decision once it is published."""
    return (
        Decision.objects.filter(initiative=initiative, published_at__isnull=False).select_related("signature").first()
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
