"""Kazakhstan's working days: which days count, when a statutory term ends, and why, day by day.

Vocabulary. A *term* is a number of working days, calendar days or months that runs from the day after its
start event (Administrative Procedural and Process-Related Code, art. 76(2)). Its *due day* is the last day on
which the act is still in time; `due_at` is the last moment of that day in Kazakhstan. A *step* is one line of
the explanation: a date, whether it counted, and the reason.

`engine` is pure arithmetic over a calendar that is handed in; `rows` keeps the calendar of the database
(`CalendarDay`, edited every year by decree) in the memory of the process. The functions below read it. They
import `rows` when called, because tables cannot be imported while Django is still loading its apps.
"""

from datetime import date, datetime

from portal.calendar.engine import DayStep, Deadline, Unit

__all__ = [
    "DayStep",
    "Deadline",
    "Unit",
    "add_working_days",
    "deadline",
    "is_working_day",
    "working_days_between",
]


def deadline(start: date | datetime, number: int, unit: Unit) -> Deadline:
    """Return the end of a term of `number` units after `start`, with its explanation."""
    from portal.calendar import engine, rows

    return engine.deadline(start, number, unit, rows.calendar())


def is_working_day(day: date) -> bool:
    """Return whether state bodies with a five-day week work on `day`."""
    from portal.calendar import rows

    return rows.calendar().is_working_day(day)


def add_working_days(start: date, number: int) -> date:
    """Return the `number`-th working day after `start`."""
    from portal.calendar import engine, rows

    return engine.add_working_days(start, number, rows.calendar())


def working_days_between(start: date, end: date) -> int:
    """Return how many working days lie after `start`, up to and with `end`; negative if `end` is earlier."""
    from portal.calendar import engine, rows

    return engine.working_days_between(start, end, rows.calendar())
