"""What came of petitions and ideas, of those opened in a span of days: outcomes, days in each stage, languages, rejections."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Sum
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from accounts.states import BodyKind
from initiatives.models import Decision, HourTally, Initiative
from initiatives.querysets import InitiativeQuerySet
from initiatives.states import LISTED, ExcludedSubject, Outcome, State
from portal.clock import ALMATY, local_date
from portal.translation.choice import LANGUAGES

DAYS_SHOWN = 30
MOST_DAYS = 92
"""A longer span is told by the month: a chart of a thousand days says nothing."""

NAMES_OF_LANGUAGES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}


@dataclass(frozen=True, slots=True)
class Period:
    """Days of Kazakhstan, both included; an open end does not limit."""

    since: date | None = None
    until: date | None = None

    @property
    def begins(self) -> datetime | None:
        """The first moment."""
        return datetime.combine(self.since, datetime.min.time(), tzinfo=ALMATY) if self.since else None

    @property
    def ends(self) -> datetime | None:
        """The first moment after."""
        return (
            datetime.combine(self.until + timedelta(days=1), datetime.min.time(), tzinfo=ALMATY) if self.until else None
        )

    def of(self, found: InitiativeQuerySet) -> InitiativeQuerySet:
        """Return those that were opened to others in these days."""
        if self.begins:
            found = found.filter(opened_at__gte=self.begins)
        return found.filter(opened_at__lt=self.ends) if self.ends else found


ALWAYS = Period()
"""No limit."""


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a whole."""

    label: str
    number: int


@dataclass(frozen=True, slots=True)
class StageRow:
    """How long the petitions to a kind of bodies stood in a stage, in calendar days. No median of too few."""

    kind: str
    stage: str
    cases: int
    median_days: float | None


def outcomes(period: Period) -> list[Share]:
    """Return the published decisions by outcome; an outcome that never came stands there with 0."""
    found = Decision.objects.filter(published_at__isnull=False, initiative__in=period.of(Initiative.objects.listed()))
    numbers = dict(found.order_by().values_list("outcome").annotate(number=Count("pk")))
    return [Share(str(one.label), numbers.get(one.value, 0)) for one in Outcome] if numbers else []


def languages(period: Period) -> list[Share]:
    """Return the listed ones by the language of their text."""
    found = period.of(Initiative.objects.listed()).order_by().values_list("language").annotate(number=Count("pk"))
    numbers = dict(found)
    return [Share(NAMES_OF_LANGUAGES[code], numbers[code]) for code in LANGUAGES if numbers.get(code)]


def rejections(period: Period) -> list[Share]:
    """Return the rejected ones by the excluded subject, the most frequent first; then those rejected for another reason."""
    found = period.of(Initiative.objects.filter(state=State.REJECTED)).order_by().values_list("rejection_subject")
    numbers: dict[int | None, int] = dict(found.annotate(number=Count("pk")))
    other = numbers.pop(None, 0)
    named = [Share(str(ExcludedSubject(subject).label), number) for subject, number in numbers.items() if subject]
    ordered = sorted(named, key=lambda one: (-one.number, one.label))
    return [*ordered, Share(_("Another reason"), other)] if other else ordered


STAGES: dict[str, tuple[str, str]] = {
    "joining and check": ("opened_at", "published_at"),
    "collecting": ("published_at", "threshold_reached_at"),
    "sending": ("threshold_reached_at", "registered_at"),
    "deciding": ("registered_at", "decision.signed_at"),
    "publishing": ("decision.signed_at", "decision.published_at"),
}
"""Each stage from one moment to the next; the names are keys of `_stage_names`."""


def _stage_names() -> dict[str, str]:
    return {
        "joining and check": _("From opening to publication"),
        "collecting": _("From publication to the threshold"),
        "sending": _("From the threshold to registration"),
        "deciding": _("From registration to the decision"),
        "publishing": _("From the decision to its publication"),
    }


def _span(start: str, end: str) -> str:
    days = f"extract(epoch FROM {end} - {start}) / 86400"
    return f"count({end} - {start}), percentile_cont(0.5) WITHIN GROUP (ORDER BY {days})"


def _column(name: str) -> str:
    return name if "." in name else f"i.{name}"


MEDIANS = f"""
SELECT body.kind, {", ".join(_span(_column(start), _column(end)) for start, end in STAGES.values())}
FROM initiatives_initiative i JOIN accounts_body body ON body.id = i.body_id
JOIN initiatives_initiativekind kind ON kind.id = i.kind_id
LEFT JOIN initiatives_decision decision ON decision.initiative_id = i.id
WHERE kind.process = 'petition' AND i.state = ANY(%(listed)s)
    AND (%(begins)s::timestamptz IS NULL OR i.opened_at >= %(begins)s)
    AND (%(ends)s::timestamptz IS NULL OR i.opened_at < %(ends)s)
GROUP BY body.kind
"""


def stages(period: Period, *, enough: int) -> list[StageRow]:
    """Return for each kind of bodies the median of days in each stage that was passed; None where cases are too few."""
    with connection.cursor() as cursor:
        cursor.execute(MEDIANS, {"listed": sorted(LISTED), "begins": period.begins, "ends": period.ends})
        found: dict[str, tuple[Any, ...]] = {kind: tuple(numbers) for kind, *numbers in cursor.fetchall()}
    names = _stage_names()
    rows = []
    for kind in BodyKind:
        numbers = found.get(kind.value, ())
        for place, stage in enumerate(STAGES if numbers else ()):
            cases, median = int(numbers[2 * place]), numbers[2 * place + 1]
            if cases:
                days = round(float(median), 1) if cases >= enough else None
                rows.append(StageRow(str(kind.label), names[stage], cases, days))
    return rows


def votes_by_day(period: Period, *, at: datetime) -> tuple[list[tuple[date, int]], bool]:
    """Return the votes in force by the day in Kazakhstan on which they were given, days without a vote too; and False.

    A long span is told by the first days of its months; and True.
    """
    last = min(period.until or local_date(at), local_date(at))
    first = period.since or last - timedelta(days=DAYS_SHOWN - 1)
    span = Period(first, last)
    rows = (
        HourTally.objects.filter(hour__gte=span.begins, hour__lt=span.ends)
        .annotate(day=TruncDate("hour", tzinfo=ALMATY))
        .order_by()
        .values_list("day")
        .annotate(number=Sum("votes"))
    )
    votes: dict[date, int] = dict(rows)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    if len(days) <= MOST_DAYS:
        return [(day, votes.get(day, 0)) for day in days], False
    months = dict.fromkeys((day.replace(day=1) for day in days), 0)
    for day, number in votes.items():
        months[day.replace(day=1)] += number
    return list(months.items()), True
