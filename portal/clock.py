"""The only clock. Views and tasks read it; services are handed the time, so that they can be tested at any moment."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ALMATY = ZoneInfo("Asia/Almaty")
"""The one time zone of the Republic since 1 March 2024 (UTC+5); statutory days begin and end in it."""


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def local_date(at: datetime) -> date:
    """Return the calendar date that `at` falls on in Kazakhstan."""
    return at.astimezone(ALMATY).date()
