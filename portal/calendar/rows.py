"""The calendar of the database, kept in the memory of the process.

A deadline is computed on nearly every page, and the calendar changes a few times a year: so it is read once,
and asked only every `FRESH_FOR` seconds whether it changed (one query: number of rows, latest change).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Max
from django.utils.functional import lazystr
from django.utils.translation import get_language

from portal.calendar.engine import SpecialDay, WorkingCalendar
from portal.calendar.models import CalendarDay

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

FRESH_FOR: Final = 60.0

Stamp = tuple[int, datetime | None]


@dataclass(frozen=True, slots=True)
class _Snapshot:
    calendar: WorkingCalendar
    stamp: Stamp
    checked: float


_lock = Lock()
_snapshot: _Snapshot | None = None


@dataclass(frozen=True, slots=True)
class _Names:
    """A name in three languages that is read in the language of the moment, Kazakh where it is missing."""

    kk: str
    ru: str
    en: str

    def __str__(self) -> str:
        language = (get_language() or "kk")[:2]
        return {"ru": self.ru, "en": self.en}.get(language) or self.kk


def calendar(clock: Callable[[], float] = monotonic) -> WorkingCalendar:
    """Return the calendar as of less than a minute ago; mostly without a query."""
    global _snapshot
    known, moment = _snapshot, clock()
    if known is not None and moment - known.checked < FRESH_FOR:
        return known.calendar
    with _lock:
        stamp = _stamp()
        current = known.calendar if known is not None and known.stamp == stamp else _load()
        _snapshot = _Snapshot(current, stamp, moment)
        return current


def forget() -> None:
    """Read the table anew at the next call; for whoever has just changed it."""
    global _snapshot
    _snapshot = None


def _stamp() -> Stamp:
    found = CalendarDay.objects.aggregate(rows=Count("pk"), latest=Max("updated_at"))
    return found["rows"], found["latest"]


def _load() -> WorkingCalendar:
    fields = ("date", "kind", "name_kk", "name_ru", "name_en", "source", "is_verified")
    special = {
        day: SpecialDay(
            works=CalendarDay(kind=kind).is_worked,
            name=_name(kk or "", ru or "", en or ""),
            source=source,
            is_verified=verified,
        )
        for day, kind, kk, ru, en, source, verified in CalendarDay.objects.values_list(*fields)
    }
    return WorkingCalendar(special, frozenset(day.year for day in special))


def _name(kk: str, ru: str, en: str) -> "_StrPromise":
    return lazystr(_Names(kk, ru, en))
