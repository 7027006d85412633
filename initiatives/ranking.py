"""In what order: the published formulas of initiatives, recomputable from open data.

- most_supported: votes in force.
- progress: votes / threshold.
- trending: sum over votes in force of 2^(-age / 24 h), the age counted from the hour in which the vote was given
  (forward decay, `portal.ranking.decay`), so that the published hourly series gives the same score.
- rising: lower bound of the votes per hour of the last six hours over what is usual, less one. Usual is the pace of the
  same kind in the same region, per 100,000 residents, times the residents of the place.
- closing_soon, newest, answered: by their dates.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from initiatives.limits import TRENDING_HALF_LIFE_HOURS
from portal.ranking.decay import add, log_weight, score_at, subtract
from portal.ranking.rates import lift, pooled

RISING_HOURS = 6
BASELINE_DAYS = 14
RESIDENTS = 100_000
"""Paces are told for so many residents; a place whose number of residents is not known counts as so many."""

PRIOR_EXPOSURE = 100.0
"""How much the wider pace weighs in the narrower one: as 100 hours of one initiative in a place of 100,000 people."""


def hour_of(at: datetime) -> datetime:
    """Return the hour in which the moment lies; votes are weighed by it."""
    return at.replace(minute=0, second=0, microsecond=0)


def trend_after(trend: float | None, gained: Iterable[datetime], lost: Iterable[datetime] = ()) -> float | None:
    """Return the trend (log2) after votes given at `gained` came and votes given at `lost` were withdrawn."""
    grown = add(trend, [log_weight(hour_of(at), TRENDING_HALF_LIFE_HOURS) for at in gained])
    return subtract(grown, [log_weight(hour_of(at), TRENDING_HALF_LIFE_HOURS) for at in lost])


def trending_votes(trend: float | None, at: datetime) -> float:
    """Return the decayed number of votes as of that moment, for "why is it here"."""
    return score_at(trend, at, TRENDING_HALF_LIFE_HOURS)


class Pace(NamedTuple):
    """What the open initiatives of a kind in a region gathered: votes, and over how much (hours x residents / 100,000)."""

    kind: int
    region: str
    votes: int
    exposure: float


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual votes per hour and 100,000 residents: of a kind in a region, of a kind anywhere, of everything."""

    by_place: dict[tuple[int, str], float]
    by_kind: dict[int, float]
    overall: float

    def per_hour(self, kind: int, region: str, residents: int) -> float:
        """Return how many votes an hour are usual there: where the place has no history, by its kind, else by all."""
        pace = self.by_place.get((kind, region), self.by_kind.get(kind, self.overall))
        return pace * residents / RESIDENTS


def usual(paces: Iterable[Pace]) -> Usual:
    """Return the usual paces; a narrow one with little history leans on the wider one (shrinkage), so that none jumps."""
    votes: dict[int, int] = defaultdict(int)
    exposure: dict[int, float] = defaultdict(float)
    rows = sorted(paces)
    for one in rows:
        votes[one.kind] += one.votes
        exposure[one.kind] += one.exposure
    overall = pooled(sum(votes.values()), sum(exposure.values()), 0.0, 0.0)
    by_kind = {kind: pooled(votes[kind], exposure[kind], overall, PRIOR_EXPOSURE) for kind in votes}
    by_place = {
        (one.kind, one.region): pooled(one.votes, one.exposure, by_kind[one.kind], PRIOR_EXPOSURE) for one in rows
    }
    return Usual(by_place, by_kind, overall)


def rising(recent_votes: int, usual_per_hour: float) -> float:
    """Return how far the last hours exceed what is usual; 0 where they do not."""
    return lift(recent_votes, RISING_HOURS, usual_per_hour)


FEWEST_RISING = next(votes for votes in range(1, 100) if rising(votes, 0.0) > 0)
"""Fewer votes than this rise nowhere, not even where none are usual."""
