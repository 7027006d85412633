"""The execution board: what each body owes, what it kept, what is late. A few queries, however many bodies there are.

A share of fewer cases than `ENOUGH` is not given. A body that let its term pass counts as late from the first day of delay, so
nobody looks punctual by not answering (art. 90-5(1)).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from accounts.selectors import bodies_by_id, get_body_or_404
from initiatives.models import Initiative, Milestone
from initiatives.querysets import InitiativeQuerySet
from initiatives.selectors.lateness import Lateness, lateness_of
from initiatives.selectors.queues import Term, running_term
from initiatives.selectors.reading import with_all
from initiatives.selectors.review import Promise, promise_of
from initiatives.selectors.statistics import ENOUGH
from initiatives.states import LISTED, WITH_THE_BODY, NormCode, Process, State
from portal.calendar import working_days_between
from portal.clock import local_date

if TYPE_CHECKING:
    from accounts.models import Body
    from portal.errors import Sentence

SHOWN = 200
"""Petitions of one body that its page lists in one stage; the whole is in the CSV."""

ORDERS: dict[str, "Sentence"] = {
    "late": _("Late now"),
    "before": _("Before it now"),
    "on_time": _("Answered on time, worst first"),
    "broken": _("Promises late"),
    "name": _("Name"),
}
STAGES: dict[str, tuple["Sentence", frozenset[str]]] = {
    "before": (_("Before the body"), WITH_THE_BODY),
    "decided": (_("Decided and being carried out"), frozenset({State.PUBLISHED, State.EXECUTION})),
    "done": (_("Carried out"), frozenset({State.DONE})),
    "coming": (_("Collecting votes"), frozenset({State.COLLECTING, State.THRESHOLD_REACHED})),
}


@dataclass(slots=True)
class BoardRow:
    """One body on the board. `due` is what `in_time` is a share of: decided ones, and those overdue."""

    body: "Body"
    before: int = 0
    late: int = 0
    decided: int = 0
    due: int = 0
    in_time: int = 0
    kept: int = 0
    kept_late: int = 0
    broken: int = 0
    promised: int = 0
    moved: int = 0

    @property
    def is_enough(self) -> bool:
        """Whether the share rests on enough cases to be given."""
        return self.due >= ENOUGH

    @property
    def on_time(self) -> float | None:
        """Share answered on time; None where the cases are too few."""
        return self.in_time / self.due if self.is_enough else None


@dataclass(frozen=True, slots=True)
class BodyMatter:
    """One petition on a body's own page."""

    initiative: Initiative
    term: Term | None
    late: Lateness | None


@dataclass(frozen=True, slots=True)
class BodyPage:
    """What the page of one body shows."""

    row: BoardRow
    overdue: list[BodyMatter]
    stages: list[tuple["Sentence", list[BodyMatter]]] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)


def board(*, at: datetime, words: str = "", order: str = "late") -> list[BoardRow]:
    """Return the bodies that have petitions, narrowed by name or territory, in the order asked for."""
    rows = _count(_petitions(), at)
    wanted = words.casefold().split()
    found = [row for row in rows.values() if _fits(row.body, wanted)]
    return sorted(found, key=lambda row: _place(row, order))


def body_page(slug: str, *, at: datetime) -> BodyPage:
    """Return the page of one body; NotVisible where there is none or it has no petitions."""
    body = get_body_or_404(slug)
    own = _petitions().filter(body=body)
    row = _count(own, at).get(body.pk) or BoardRow(body)
    stages = _stages(own, at)
    late = [one for one in stages["before"] if one.late is not None]
    return BodyPage(
        row=row,
        overdue=sorted(late, key=lambda one: -(one.late.days if one.late else 0)),
        stages=[(label, stages[name]) for name, (label, _states) in STAGES.items() if stages[name]],
        promises=_promises(own, at),
    )


def matters_of(slug: str, *, at: datetime) -> Iterable[BodyMatter]:
    """Yield every petition of a body in the stages of its page, for machines."""
    own = _petitions().filter(body=get_body_or_404(slug))
    states = frozenset[str]().union(*(states for _label, states in STAGES.values()))
    return (_matter(one, at) for one in with_all(own.filter(state__in=states)).order_by("-pk")[: 10 * SHOWN])


def _petitions() -> InitiativeQuerySet:
    return Initiative.objects.filter(kind__process=Process.PETITION, state__in=LISTED).defer("search")


def _stages(own: InitiativeQuerySet, at: datetime) -> dict[str, list[BodyMatter]]:
    """Return what stands in each stage, what is due first leading; all of it is read together."""
    by_term = own.order_by(F("state_deadline_at").asc(nulls_last=True), "-pk").values_list("pk", flat=True)
    places = {name: list(by_term.filter(state__in=states)[:SHOWN]) for name, (_label, states) in STAGES.items()}
    wanted = with_all(Initiative.objects.filter(pk__in=chain.from_iterable(places.values())).defer("search"))
    found = {one.pk: _matter(one, at) for one in wanted}
    return {name: [found[pk] for pk in pks if pk in found] for name, pks in places.items()}


def _matter(initiative: Initiative, at: datetime) -> BodyMatter:
    return BodyMatter(initiative, running_term(initiative, at), lateness_of(initiative, at=at))


def _promises(own: InitiativeQuerySet, at: datetime) -> list[Promise]:
    rows = Milestone.objects.filter(initiative__in=own).select_related("initiative")
    today = local_date(at)
    shown = [promise_of(one, today) for one in rows.prefetch_related("moves", "proofs", "disputes")[:SHOWN]]
    return sorted(shown, key=lambda one: (not one.is_late, one.milestone.is_done, one.milestone.due_date))


def _count(petitions: InitiativeQuerySet, at: datetime) -> dict[int, BoardRow]:
    waiting = Q(state__in=WITH_THE_BODY)
    counted = (
        petitions.order_by()
        .values_list("body")
        .annotate(before=Count("pk", filter=waiting), late=Count("pk", filter=waiting & Q(state_deadline_at__lt=at)))
    )
    numbers = {body: (before, late) for body, before, late in counted}
    known = bodies_by_id(numbers)
    rows = {pk: BoardRow(known[pk], before, late) for pk, (before, late) in numbers.items()}
    _count_answers(petitions, rows, at)
    _count_promises(petitions, rows, at)
    return rows


def _count_answers(petitions: InitiativeQuerySet, rows: dict[int, BoardRow], at: datetime) -> None:
    norm = Q(kind_version__norms__code=NormCode.ANSWER_PERIOD, registered_at__isnull=False)
    fields = ("registered_at", "decision__signed_at", "state", "state_deadline_at", "kind_version__norms__number")
    for body, registered_at, signed_at, state, deadline_at, allowed in petitions.filter(norm).values_list(
        "body", *fields
    ):
        row = rows[body]
        if signed_at is not None:
            row.decided += 1
            row.due += 1
            row.in_time += working_days_between(local_date(registered_at), local_date(signed_at)) <= allowed
        elif state == State.REGISTERED and deadline_at is not None and deadline_at < at:
            row.due += 1


def _count_promises(petitions: InitiativeQuerySet, rows: dict[int, BoardRow], at: datetime) -> None:
    today = local_date(at)
    done = Q(done_date__isnull=False)
    counted = (
        Milestone.objects.filter(initiative__in=petitions)
        .order_by()
        .values_list("initiative__body")
        .annotate(
            kept=Count("pk", filter=Q(done_date__lte=F("due_date")), distinct=True),
            kept_late=Count("pk", filter=Q(done_date__gt=F("due_date")), distinct=True),
            broken=Count("pk", filter=~done & Q(due_date__lt=today), distinct=True),
            promised=Count("pk", filter=~done & Q(due_date__gte=today), distinct=True),
            moved=Count("pk", filter=Q(moves__isnull=False), distinct=True),
        )
    )
    for body, *numbers in counted:
        row = rows[body]
        row.kept, row.kept_late, row.broken, row.promised, row.moved = numbers


def _fits(body: "Body", wanted: list[str]) -> bool:
    """Whether each word stands in a name, in whichever language people know it by."""
    places = [body, body.territory, *([body.territory.parent] if body.territory.parent else [])]
    names = [getattr(one, f"name_{code}", "") or "" for one in places for code, _name in settings.LANGUAGES]
    said = " ".join(names).casefold()
    return all(word in said for word in wanted)


def _place(row: BoardRow, order: str) -> tuple[object, ...]:
    name = str(row.body).casefold()
    keys: dict[str, tuple[object, ...]] = defaultdict(
        lambda: (-row.late, -row.broken, -row.before, name),
        name=(name,),
        before=(-row.before, name),
        broken=(-row.broken, name),
        on_time=(row.on_time is None, row.on_time or 0.0, name),
    )
    return keys[order]
