"""The numbers of the whole portal, for everyone: a constant number of queries, whatever there is to count.

Rates always carry the number of cases they rest on, and a rate of fewer than `ENOUGH` is not given at all: two answers make
no median. A body that has let its term pass without an answer counts as late from the first day of its delay, so nobody
looks punctual by not answering (terms: art. 90-5(1) of the Administrative Procedural and Process-Related Code).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import Left
from django.utils.translation import gettext as _

from accounts.selectors import regions
from accounts.states import BodyKind
from initiatives.models import Initiative, TerritoryTally, Topic
from initiatives.selectors import outcomes
from initiatives.selectors.outcomes import ALWAYS, Period, Share, StageRow, votes_by_day
from initiatives.states import ANSWERED_STATES, OPEN_TO_VOTES, NormCode, Process, State
from portal.calendar import working_days_between
from portal.clock import local_date

ENOUGH = 5
"""Fewer cases than this give no rate."""

BODIES_SHOWN = 10
COUNTRY = "00"
"""First digits of the KATO code of the country itself."""


@dataclass(frozen=True, slots=True)
class StateRow:
    """How many initiatives stand in a state."""

    state: str
    label: str
    petitions: int
    ideas: int
    requests: int


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A region: votes of the people who live there, and initiatives addressed to its bodies."""

    kato: str
    name: str
    votes: int
    initiatives: int
    population: int | None

    @property
    def per_thousand(self) -> float | None:
        """Votes per 1,000 residents; None where the number of residents is not known."""
        return round(1000 * self.votes / self.population, 1) if self.population else None


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic."""

    slug: str
    name: str
    initiatives: int
    votes: int


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """How a kind of bodies keeps its terms. `due` is what `in_time` is a share of: answered ones and those overdue."""

    kind: str
    name: str
    answered: int
    median_days: float | None
    due: int
    in_time: int

    @property
    def is_enough(self) -> bool:
        """Whether the share rests on enough cases to be given."""
        return self.due >= ENOUGH


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A body by what came to it and what it answered."""

    slug: str
    name: str
    received: int
    answered: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """Everything the page shows."""

    at: datetime
    totals: dict[str, int]
    funnel: list[tuple[str, int]]
    states: list[StateRow]
    period: Period
    days: list[tuple[date, int]]
    by_month: bool
    regions: list[RegionRow]
    votes_elsewhere: int
    initiatives_countrywide: int
    topics: list[TopicRow]
    answers: list[AnswerRow]
    bodies: list[BodyRow]
    outcomes: list[Share]
    stages: list[StageRow]
    languages: list[Share]
    rejections: list[Share]


def statistics(*, at: datetime, period: Period = ALWAYS) -> Statistics:
    """Count everything as it stands now; names are in the language of the moment.

    A period asks for what was opened in it, and for the votes given in it.
    """
    votes, elsewhere = _votes_by_region(period)
    places = _initiatives_by_region(period)
    days, by_month = votes_by_day(period, at=at)
    return Statistics(
        at=at,
        totals=_totals(period),
        funnel=_funnel(period),
        states=_states(period),
        period=period,
        days=days,
        by_month=by_month,
        regions=_regions(votes, places),
        votes_elsewhere=elsewhere,
        initiatives_countrywide=places.get(COUNTRY, 0),
        topics=_topics(period),
        answers=_answers(at, period),
        bodies=_bodies(at, period),
        outcomes=outcomes.outcomes(period),
        stages=outcomes.stages(period, enough=ENOUGH),
        languages=outcomes.languages(period),
        rejections=outcomes.rejections(period),
    )


def _totals(period: Period) -> dict[str, int]:
    return period.of(Initiative.objects.listed()).aggregate(
        petitions=Count("pk", filter=Q(kind__process=Process.PETITION)),
        ideas=Count("pk", filter=Q(kind__process=Process.IDEA)),
        requests=Count("pk", filter=Q(kind__process=Process.REQUEST)),
        open=Count("pk", filter=Q(state__in=OPEN_TO_VOTES)),
        answered=Count("pk", filter=Q(state__in=ANSWERED_STATES)),
        votes=Sum("tally__votes", default=0),
    )


def _funnel(period: Period) -> list[tuple[str, int]]:
    """Count the petitions that came at least so far: each number contains those after it."""
    petitions = period.of(Initiative.objects.filter(kind__process=Process.PETITION))
    found = petitions.aggregate(
        opened=Count("pk", filter=Q(opened_at__isnull=False)),
        published=Count("pk", filter=Q(published_at__isnull=False)),
        reached=Count("pk", filter=Q(threshold_reached_at__isnull=False)),
        registered=Count("pk", filter=Q(registered_at__isnull=False)),
        decided=Count("pk", filter=Q(decision__published_at__isnull=False)),
        done=Count("pk", filter=Q(state=State.DONE)),
    )
    labels = {
        "opened": _("Opened to joiners"),
        "published": _("Passed the check"),
        "reached": _("Reached the threshold"),
        "registered": _("Registered by the body"),
        "decided": _("Decision published"),
        "done": _("Carried out"),
    }
    return [(label, found[name]) for name, label in labels.items()]


def _states(period: Period) -> list[StateRow]:
    by_process: dict[tuple[str, str], int] = {}
    found = period.of(Initiative.objects.listed()).order_by()
    rows = found.values_list("state", "kind__process").annotate(number=Count("pk"))
    for state, process, number in rows:
        by_process[state, process] = number
    known = [
        StateRow(
            state.value,
            str(state.label),
            by_process.get((state.value, Process.PETITION), 0),
            by_process.get((state.value, Process.IDEA), 0),
            by_process.get((state.value, Process.REQUEST), 0),
        )
        for state in State
    ]
    return [row for row in known if row.petitions or row.ideas or row.requests]


def _votes_by_region(period: Period) -> tuple[dict[str, int], int]:
    """Return votes by the first two digits of KATO, and those whose voters did not say where they live."""
    tallies = TerritoryTally.objects.all()
    if period != ALWAYS:
        tallies = tallies.filter(initiative__in=period.of(Initiative.objects.all()))
    rows = (
        tallies.annotate(region=Left("territory_id", 2)).order_by().values_list("region").annotate(number=Sum("votes"))
    )
    votes: dict[str | None, int] = dict(rows)
    elsewhere = votes.pop(None, 0) + votes.pop(COUNTRY, 0)
    return {str(region): number for region, number in votes.items()}, elsewhere


def _initiatives_by_region(period: Period) -> dict[str, int]:
    rows = (
        period.of(Initiative.objects.listed())
        .annotate(region=Left("territory_id", 2))
        .order_by()
        .values_list("region")
        .annotate(number=Count("pk"))
    )
    return dict(rows)


def _regions(votes: dict[str, int], places: dict[str, int]) -> list[RegionRow]:
    found = [
        RegionRow(one.kato, str(one), votes.get(one.kato[:2], 0), places.get(one.kato[:2], 0), one.population)
        for one in regions()
    ]
    return sorted(found, key=lambda row: (-row.votes, -row.initiatives, row.kato))


def _topics(period: Period) -> list[TopicRow]:
    shown = Q(initiatives__in=period.of(Initiative.objects.listed()))
    rows = Topic.objects.annotate(
        number=Count("initiatives", filter=shown),
        votes=Sum("initiatives__tally__votes", filter=shown, default=0),
    )
    found = [TopicRow(one.slug, str(one), one.number, one.votes) for one in rows if one.number]
    return sorted(found, key=lambda row: (-row.votes, -row.initiatives, row.slug))


def _answers(at: datetime, period: Period) -> list[AnswerRow]:
    norm = Q(kind_version__norms__code=NormCode.ANSWER_PERIOD)
    rows: Any = period.of(Initiative.objects.filter(norm, registered_at__isnull=False)).values_list(
        "body__kind",
        "registered_at",
        "decision__signed_at",
        "state",
        "state_deadline_at",
        "kind_version__norms__number",
    )
    days: dict[str, list[int]] = defaultdict(list)
    due: dict[str, int] = defaultdict(int)
    in_time: dict[str, int] = defaultdict(int)
    for kind, registered_at, signed_at, state, deadline_at, allowed in rows:
        if signed_at is not None:
            taken = working_days_between(local_date(registered_at), local_date(signed_at))
            days[kind].append(taken)
            due[kind] += 1
            in_time[kind] += taken <= allowed
        elif state == State.REGISTERED and deadline_at is not None and deadline_at < at:
            due[kind] += 1
    return [
        AnswerRow(
            kind.value,
            str(kind.label),
            len(days[kind]),
            float(median(days[kind])) if len(days[kind]) >= ENOUGH else None,
            due[kind],
            in_time[kind],
        )
        for kind in BodyKind
        if due[kind]
    ]


def _bodies(at: datetime, period: Period) -> list[BodyRow]:
    waiting = (State.SENT, State.REGISTERED, State.DECIDED)
    rows = list(
        period.of(Initiative.objects.listed())
        .values("body")
        .annotate(
            received=Count("pk"),
            answered=Count("pk", filter=Q(state__in=ANSWERED_STATES)),
            overdue=Count("pk", filter=Q(state__in=waiting, state_deadline_at__lt=at)),
        )
        .order_by("-answered", "-received", "body")
        .values_list("body", "received", "answered", "overdue")[:BODIES_SHOWN]
    )
    shown = Initiative.objects.filter(body__in=[row[0] for row in rows]).select_related("body")
    bodies = {one.body_id: one.body for one in shown.order_by("body_id").distinct("body_id")}
    return [BodyRow(bodies[body].slug, str(bodies[body]), *counts) for body, *counts in rows]
