"""Exponentially decayed sums that never need a re-scan (forward decay, Cormode et al., ICDE 2009).

A vote given at time t weighs 2^(t/h) with half-life h. All weights grow by the same factor as time passes, so the order
of the sums does not change with time: a sum is touched only when a vote comes. Sums are kept as base-2 logarithms in
float8, because the weights themselves would overflow within weeks.
"""

import math
from datetime import UTC, datetime

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
"""Weights count from here; any fixed moment gives the same order."""


def log_weight(at: datetime, half_life_hours: float) -> float:
    """Return log2 of the weight of one vote given at that moment."""
    return (at - EPOCH).total_seconds() / 3600.0 / half_life_hours


def add(total: float | None, log_weights: list[float]) -> float | None:
    """Return log2 of the sum of 2^total and the weights; None stands for an empty sum."""
    terms = [*log_weights] if total is None else [total, *log_weights]
    if not terms:
        return None
    top = max(terms)
    return top + math.log2(math.fsum(2.0 ** (term - top) for term in terms))


def subtract(total: float | None, log_weights: list[float]) -> float | None:
    """Return log2 of 2^total less the weights; None when nothing (or only rounding error) remains."""
    taken = add(None, log_weights)
    if total is None or taken is None:
        return total
    left = 1.0 - 2.0 ** (taken - total)
    return total + math.log2(left) if left > 1e-12 else None


def score_at(total: float | None, at: datetime, half_life_hours: float) -> float:
    """Return the decayed number of votes as of that moment: a vote just given counts 1, one of a half-life ago 0.5."""
    return 0.0 if total is None else float(2.0 ** (total - log_weight(at, half_life_hours)))
