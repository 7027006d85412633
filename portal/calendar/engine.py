"""The arithmetic of statutory terms: pure, total, explained day by day.

Sources: Administrative Procedural and Process-Related Code, art. 76(2): a term runs from the day after the
event that starts it. That a term of calendar days or months whose last day is not a working day ends
on the next working day is the general rule of Kazakhstan's codes on terms; the article for petitions is
unverified, hence `MOVES_LAST_DAY` and the argument of that name. A statutory day begins and ends at midnight in Kazakhstan.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final, Literal, get_args
from zoneinfo import ZoneInfo

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Sentence = str | _StrPromise

Unit = Literal["working_days", "calendar_days", "months"]

ALMATY: Final = ZoneInfo("Asia/Almaty")
MOVES_LAST_DAY: Final = True
ONE_DAY: Final = timedelta(days=1)
WEEKDAYS: Final = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)
SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """One dated exception to the ordinary week."""

    works: bool
    name: "Sentence"
    source: str = ""
    is_verified: bool = True


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The exceptions known, and the years they were entered for."""

    special: Mapping[date, SpecialDay] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Return whether `day` is worked: as its exception says, else Monday to Friday."""
        exception = self.special.get(day)
        return exception.works if exception else day.weekday() < SATURDAY

    def is_settled(self, day: date) -> bool:
        """Return whether nothing about `day` is still to be decreed or confirmed."""
        exception = self.special.get(day)
        return day.year in self.years and (exception is None or exception.is_verified)

    def why(self, day: date) -> "Sentence":
        """Say what makes `day` special: its holiday or decree, else its name in the week."""
        exception = self.special.get(day)
        return exception.name if exception else WEEKDAYS[day.weekday()]

    def source(self, day: date) -> str:
        """Name the act that makes `day` special, if any."""
        exception = self.special.get(day)
        return exception.source if exception else ""


@dataclass(frozen=True, slots=True)
class DayStep:
    """One line of the explanation."""

    date: date
    counted: bool
    reason: "Sentence"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a term; not settled while a year or a holiday on the way is still to be confirmed."""

    due: date
    steps: tuple[DayStep, ...]
    is_settled: bool = True

    @property
    def due_at(self) -> datetime:
        """The last moment in time: the end of the due day in Kazakhstan."""
        return datetime.combine(self.due, time.max, tzinfo=ALMATY)


def deadline(
    start: date | datetime,
    number: int,
    unit: Unit,
    calendar: WorkingCalendar,
    *,
    moves_last_day: bool = MOVES_LAST_DAY,
) -> Deadline:
    """Return when a term of `number` units ends that was started by an event on `start`.

    Exactly `number` steps count. A term of months is explained by its monthly marks, other terms day by day.
    Raises ValueError for a term shorter than one unit, an unknown unit or a moment without a time zone.
    """
    if number < 1:
        raise ValueError(f"a term has at least one unit, not {number}")
    first = local_day(start)
    if unit == "working_days":
        steps = tuple(_working_days(first, number, calendar))
    elif unit == "calendar_days":
        steps = tuple(_calendar_days(first, number, calendar))
    elif unit == "months":
        steps = tuple(_months(first, number))
    else:
        raise ValueError(f"unit must be one of {get_args(Unit)}, not {unit!r}")
    if unit != "working_days" and moves_last_day:
        steps = (*steps, *_moved_from(steps[-1].date, calendar))
    due = steps[-1].date
    return Deadline(due, steps, is_settled=_is_settled(first, due, calendar))


def add_working_days(start: date, number: int, calendar: WorkingCalendar) -> date:
    """Return the `number`-th working day after `start`; `start` itself for zero."""
    return deadline(start, number, "working_days", calendar).due if number else start


def working_days_between(start: date, end: date, calendar: WorkingCalendar) -> int:
    """Count the working days after `start` up to and including `end`; negative when `end` is earlier."""
    if end < start:
        return -working_days_between(end, start, calendar)
    return sum(calendar.is_working_day(start + n * ONE_DAY) for n in range(1, (end - start).days + 1))


def local_day(moment: date | datetime) -> date:
    """Return the day in Kazakhstan on which `moment` falls."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(ALMATY).date()


def add_months(day: date, number: int) -> date:
    """Return the same day `number` months later, or that month's last day when it is shorter."""
    months = day.month - 1 + number
    year, month = day.year + months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _working_days(start: date, number: int, calendar: WorkingCalendar) -> Iterator[DayStep]:
    counted = 0
    day = start
    while counted < number:
        day += ONE_DAY
        if calendar.is_working_day(day):
            counted += 1
            yield DayStep(day, True, format_lazy(_("day {number}"), number=counted), calendar.source(day))
        else:
            yield DayStep(day, False, calendar.why(day), calendar.source(day))


def _calendar_days(start: date, number: int, calendar: WorkingCalendar) -> Iterator[DayStep]:
    for counted in range(1, number + 1):
        day = start + counted * ONE_DAY
        yield DayStep(day, True, format_lazy(_("day {number}"), number=counted), calendar.source(day))


def _months(start: date, number: int) -> Iterator[DayStep]:
    for counted in range(1, number + 1):
        yield DayStep(add_months(start, counted), True, format_lazy(_("month {number}"), number=counted))


def _moved_from(last: date, calendar: WorkingCalendar) -> Iterator[DayStep]:
    """Explain the way from a `last` day that is not worked to the next working day."""
    if calendar.is_working_day(last):
        return
    day = last
    while not calendar.is_working_day(day):
        reason = format_lazy(_("the term cannot end here: {reason}"), reason=calendar.why(day))
        if day != last:
            yield DayStep(day, False, reason, calendar.source(day))
        day += ONE_DAY
    reason = format_lazy(
        _("next working day, because the last day is not worked ({reason})"), reason=calendar.why(last)
    )
    yield DayStep(day, False, reason, calendar.source(last))


def _is_settled(start: date, due: date, calendar: WorkingCalendar) -> bool:
    return all(calendar.is_settled(start + n * ONE_DAY) for n in range(1, (due - start).days + 1))
