"""In what order: the published formulas of initiatives, recomputable from open data.

- most_supported: votes in force.
- progress: votes / threshold.
- trending: sum over votes in force of 2^(-age / 24 h) (forward decay, `portal.ranking.decay`).
- rising: lower bound of the votes per hour of the last six hours over the baseline of the same kind and territory, less one.
- closing_soon, newest, answered: by their dates.
"""

from collections.abc import Iterable
from datetime import datetime

from initiatives.limits import TRENDING_HALF_LIFE_HOURS
from portal.ranking.decay import add, log_weight, score_at, subtract
from portal.ranking.rates import lift

RISING_HOURS = 6


def trend_after(trend: float | None, gained: Iterable[datetime], lost: Iterable[datetime] = ()) -> float | None:
    """Return the trend (log2) after votes given at `gained` came and votes given at `lost` were withdrawn."""
    grown = add(trend, [log_weight(at, TRENDING_HALF_LIFE_HOURS) for at in gained])
    return subtract(grown, [log_weight(at, TRENDING_HALF_LIFE_HOURS) for at in lost])


def trending_votes(trend: float | None, at: datetime) -> float:
    """Return the decayed number of votes as of that moment, for "why is it here"."""
    return score_at(trend, at, TRENDING_HALF_LIFE_HOURS)


def rising(recent_votes: int, baseline_per_hour: float) -> float:
    """Return how far the last hours exceed the baseline; 0 where they do not."""
    return lift(recent_votes, RISING_HOURS, baseline_per_hour)
