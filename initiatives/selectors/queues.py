"""What waits for whom: the moderators' queue and the inbox of a body, the most urgent first.

Moderation: arts 90-2(5) and 90-4 of the Administrative Procedural and Process-Related Code. Inbox: arts 64(2), 90-5, 90-6.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from initiatives import policies
from initiatives.models import Comment, CommentReport, Decision, Initiative, InitiativeKind, Refusal
from initiatives.policies.moderating import OPEN
from initiatives.querysets import InitiativeQuerySet
from initiatives.selectors.articles import cite
from initiatives.selectors.cards import votes_of
from initiatives.selectors.moderating import marks_of
from initiatives.selectors.pages import current_term
from initiatives.selectors.reading import with_all
from initiatives.selectors.twins import twins_of
from initiatives.states import LISTED, Process, State
from initiatives.workflow import CLOCK_OF_STATE
from portal.calendar import DayStep
from portal.clock import local_date
from portal.errors import NotVisible
from portal.translation.collation import by_name

if TYPE_CHECKING:
    from accounts.models import Body, User
    from portal.errors import Sentence

QUEUE_SHOWN = 100
"""The most urgent; who has more than that waiting filters by body."""

TASKS: dict[str, "Sentence"] = {
    State.CHECK: _("Check the petition"),
    State.MODERATION: _("Check the idea"),
    State.THRESHOLD_REACHED: _("Send to the body"),
}
"""What a moderator does with an initiative in each state of the queue."""

BODY_TASKS: dict[str, "Sentence"] = {
    State.SENT: _("Register the petition"),
    State.REGISTERED: _("Decide on the petition"),
    State.DECIDED: _("Publish the decision"),
    State.DISCUSSION: _("People discuss the idea"),
}
"""What an official does in each state that has a clock."""

REQUEST_TASKS: dict[str, "Sentence"] = {
    State.MODERATION: _("Check the request"),
    State.SENT: _("Register the request"),
    State.REGISTERED: _("Answer the request"),
}
"""The same for a request."""

STAGES: dict[str, tuple["Sentence", frozenset[str]]] = {
    "due": (_("With a deadline"), frozenset({State.SENT, State.REGISTERED, State.DECIDED})),
    "register": (_("Register"), frozenset({State.SENT})),
    "decide": (_("Decide"), frozenset({State.REGISTERED})),
    "publish": (_("Publish"), frozenset({State.DECIDED})),
    "carry_out": (_("Carry out"), frozenset({State.PUBLISHED, State.EXECUTION})),
    "ideas": (_("Ideas"), frozenset({State.DISCUSSION, State.TAKEN_UP})),
}
"""How an official divides the work."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term that runs: its last day, why that day, the article, and whether it has passed."""

    due: date
    steps: Sequence[DayStep]
    article: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of a queue."""

    initiative: Initiative
    task: "Sentence"
    term: Term | None
    votes: int
    is_own: bool = False
    marks: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """What the moderator or the official asked for; empty fields do not filter."""

    kind: str = ""
    body: str = ""
    language: str = ""
    stage: str = ""
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue as its page shows it. `total` counts all that fit, also those beyond the most urgent."""

    items: list[Waiting]
    total: int
    late: int
    choices: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    stages: list[tuple[str, "Sentence", int]] = field(default_factory=list)


def task(initiative: Initiative) -> "Sentence":
    """Return what a moderator does with it; empty where nothing."""
    found = REQUEST_TASKS.get(initiative.state) if initiative.is_request else None
    return found or TASKS.get(initiative.state, "")


def body_task(initiative: Initiative) -> "Sentence":
    """Return what an official does with it; empty where nothing."""
    found = REQUEST_TASKS.get(initiative.state) if initiative.is_request else None
    return found or BODY_TASKS.get(initiative.state, "")


def running_term(initiative: Initiative, at: datetime) -> Term | None:
    """Return the term that runs in the present state; None where none does."""
    found = current_term(initiative)
    if found is None:
        return None
    norm = initiative.kind_version.norm(CLOCK_OF_STATE[State(initiative.state)])
    article = cite(norm.article) if norm else ""
    return Term(found.due, found.steps, article, is_late=found.due < local_date(at))


def moderation_queue(asked: QueueFilter, *, user: "User", at: datetime) -> Queue:
    """Return what waits for moderators, the nearest deadline first; a constant number of queries."""
    waiting = Initiative.objects.filter(state__in=TASKS)
    found = _of_whom(_narrowed(waiting, asked), asked.whose, user)
    rows = list(_urgent_first(found))
    marks = marks_of(rows, at=at)
    items = [
        Waiting(
            one, task(one), running_term(one, at), votes_of(one), bool(policies.is_writer(user, one)), marks[one.pk]
        )
        for one in rows
    ]
    return Queue(
        items=items,
        total=found.count(),
        late=found.due(at).count(),
        choices={
            "kind": [(kind.slug, str(kind)) for kind in InitiativeKind.objects.all()],
            "body": _bodies_of(waiting),
        },
    )


def count_reported() -> int:
    """Return how many comments wait: visible ones with open reports, hidden ones whose writer contests it."""
    unsettled = CommentReport.objects.filter(comment=OuterRef("pk"), settled_at__isnull=True)
    reported = Q(Exists(unsettled), hidden_at__isnull=True)
    return Comment.objects.filter(reported | Q(contest__outcome="")).count()


def get_reported_or_404(number: int) -> tuple[Comment, list[CommentReport]]:
    """Return a comment with its reports, the newest first; NotVisible when it was neither reported nor hidden."""
    found = (
        Comment.objects.filter(pk=number)
        .select_related("contest", "author", "initiative", "initiative__body", "initiative__kind")
        .first()
    )
    reports = list(CommentReport.objects.filter(comment=found).order_by("-created_at")) if found else []
    if found is None or not (reports or found.is_hidden or hasattr(found, "contest")):
        raise NotVisible
    return found, reports


def similar_to(initiative: Initiative) -> list[Initiative]:
    """Return initiatives that say the same, the likest first; each carries `likeness` from 0 to 1 and its `reason`."""
    found = []
    for twin in twins_of(initiative):
        twin.initiative.likeness, twin.initiative.reason = twin.likeness, twin.reason  # type: ignore[attr-defined]
        found.append(twin.initiative)
    return found


def inbox(asked: QueueFilter, *, bodies: "Iterable[Body]", at: datetime) -> Queue:
    """Return what is before these bodies in one stage, overdue first; a constant number of queries."""
    offices = list(bodies)
    before = Initiative.objects.addressed_to([body.pk for body in offices])
    before = before.filter(_stage_rows()) if not asked.body else before.filter(_stage_rows(), body__slug=asked.body)
    stage = asked.stage if asked.stage in STAGES else "due"
    found = before.filter(state__in=STAGES[stage][1])
    items = [Waiting(one, body_task(one), running_term(one, at), votes_of(one)) for one in _urgent_first(found)]
    by_state = dict(before.order_by().values_list("state").annotate(number=Count("pk")))
    stages = [
        (name, label, sum(by_state.get(state, 0) for state in states)) for name, (label, states) in STAGES.items()
    ]
    return Queue(
        items=items,
        total=sum(by_state.get(state, 0) for state in STAGES[stage][1]),
        late=before.filter(state__in=STAGES["due"][1]).due(at).count(),
        choices={"body": [(body.slug, str(body)) for body in by_name(offices)]},
        stages=stages,
    )


def _stage_rows() -> Q:
    """Petitions and requests in their stages; of ideas those that people discuss or that the body took up."""
    return ~Q(kind__process=Process.IDEA) | Q(kind__process=Process.IDEA, state__in=STAGES["ideas"][1])


def get_inbox_item_or_404(code: str) -> Initiative:
    """Return a published initiative by its code; whose work it is, the policy says."""
    found = with_all(Initiative.objects.filter(state__in=LISTED)).filter(code=code).first()
    if found is None:
        raise NotVisible
    return found


def decision_of(initiative: Initiative) -> Decision | None:
    """Return the draft or the signed decision, as officials of the body see it."""
    people = ("drafted_by", "signed_by", "signature")
    return Decision.objects.filter(initiative=initiative).select_related(*people).first()


def _narrowed(found: InitiativeQuerySet, asked: QueueFilter) -> InitiativeQuerySet:
    wanted: dict[str, Any] = {"kind__slug": asked.kind, "body__slug": asked.body, "language": asked.language}
    return found.filter(**{column: value for column, value in wanted.items() if value})


def _of_whom(found: InitiativeQuerySet, whose: str, user: "User") -> InitiativeQuerySet:
    """Narrow the queue to one's own items, to those nobody has taken, or to those that wait for a second moderator."""
    if whose == "mine":
        return found.filter(task__moderator=user)
    if whose == "nobody":
        return found.filter(task__isnull=True)
    if whose == "second":
        return found.filter(pk__in=Refusal.objects.filter(**OPEN).exclude(proposed_by=user).values("initiative"))
    return found


def _urgent_first(found: InitiativeQuerySet) -> InitiativeQuerySet:
    return with_all(found).order_by(F("state_deadline_at").asc(nulls_last=True), "pk")[:QUEUE_SHOWN]


def _bodies_of(waiting: InitiativeQuerySet) -> list[tuple[str, str]]:
    """Return the bodies that occur in the queue."""
    rows = waiting.select_related("body").order_by("body_id", "pk").distinct("body_id")
    return [(one.body.slug, str(one.body)) for one in rows]
