"""The count, for whoever wants to check it: every act by how it was given, what waits, what the last recount found."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import connection
from redis.exceptions import RedisError

from initiatives.models import HourTally, Initiative, Tally
from initiatives.states import VoteSource
from portal.audit.log import history

CORRECTED = "count_corrected"
"""The audit entry of a recount that found a difference."""

REMEMBERED_SECONDS = 60
HOURS_SHOWN = 48

ACTS = """
SELECT source, count(*) FILTER (WHERE (sequence & 1) = 1), count(*) FILTER (WHERE (sequence & 1) = 0)
FROM initiatives_voteact WHERE initiative_id = %s GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """The acts given in one way."""

    label: str
    given: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class Correction:
    """A recount that found another number than was shown."""

    at: datetime
    shown: int
    counted: int


@dataclass(frozen=True, slots=True)
class Verification:
    """What the page shows. `counted` is what the acts give, `folded` what lists show, at most a second behind."""

    sources: list[SourceRow]
    folded: int
    recounted_at: datetime | None
    corrections: list[Correction]

    @property
    def given(self) -> int:
        """All votes ever given."""
        return sum(row.given for row in self.sources)

    @property
    def withdrawn(self) -> int:
        """All votes taken back."""
        return sum(row.withdrawn for row in self.sources)

    @property
    def counted(self) -> int:
        """The votes in force."""
        return self.given - self.withdrawn


def verification(initiative: Initiative) -> Verification:
    """Return how the count of this initiative comes about."""
    tally = Tally.objects.filter(initiative=initiative).first()
    entries = history(initiative).filter(action=CORRECTED)
    return Verification(
        sources=_sources(initiative),
        folded=tally.votes if tally else 0,
        recounted_at=tally.recounted_at if tally else None,
        corrections=[Correction(one.at, one.data["shown"], one.data["counted"]) for one in entries],
    )


def _sources(initiative: Initiative) -> list[SourceRow]:
    """Count the acts themselves, at most once a minute: of a million votes this takes a second."""
    key = f"initiatives:acts:{initiative.pk}"
    try:
        found: list[tuple[str, int, int]] | None = cache.get(key)
        if found is None:
            found = _count(initiative)
            cache.set(key, found, REMEMBERED_SECONDS)
    except (RedisError, OSError):
        found = _count(initiative)
    return [SourceRow(str(VoteSource(source).label), given, withdrawn) for source, given, withdrawn in found]


def _count(initiative: Initiative) -> list[tuple[str, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(ACTS, [initiative.pk])
        return sorted((str(source), int(given), int(withdrawn)) for source, given, withdrawn in cursor.fetchall())


def last_hours(initiative: Initiative) -> list[tuple[datetime, int]]:
    """Return the votes in force by the hour: two days up to the last hour with a vote, hours without one too."""
    found = HourTally.objects.filter(initiative=initiative, votes__gt=0)
    last = found.order_by("-hour").values_list("hour", flat=True).first()
    if last is None:
        return []
    first = last - timedelta(hours=HOURS_SHOWN - 1)
    votes = dict(found.filter(hour__gte=first).values_list("hour", "votes"))
    hours = [first + timedelta(hours=number) for number in range(HOURS_SHOWN)]
    return [(hour, votes.get(hour, 0)) for hour in hours]
