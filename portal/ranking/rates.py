"""Rates with their uncertainty: small numbers do not outrank large ones by luck."""

import math


def rate_lower_bound(events: int, hours: float, z: float = 1.64) -> float:
    """Return the lower 95 % bound of a Poisson rate per hour (normal approximation of the square root, Anscombe).

    No events give 0; the bound is never negative.
    """
    if events <= 0 or hours <= 0:
        return 0.0
    root = math.sqrt(events + 0.375) - z / 2.0
    return max(root, 0.0) ** 2 / hours


def lift(events: int, hours: float, baseline_per_hour: float) -> float:
    """Return by how much the rate of these hours, at its lower bound, exceeds the baseline; 0 where it does not.

    One vote in ten hours is added to the baseline, so that a quiet place does not make every vote a sensation.
    """
    bound = rate_lower_bound(events, hours)
    return max(bound / (baseline_per_hour + 0.1) - 1.0, 0.0)


def pooled(events: float, exposure: float, prior_rate: float, prior_exposure: float) -> float:
    """Return the rate of these events, leaning on a prior rate as if it had been seen over `prior_exposure`.

    With no exposure it is the prior rate, with much it is the own one, and always it lies between the two.
    """
    whole = exposure + prior_exposure
    return (max(events, 0.0) + prior_rate * prior_exposure) / whole if whole > 0 else 0.0


def progress(votes: int, threshold: int | None) -> float:
    """Return votes as a share of the threshold, so that a village petition stands beside a national one; 0 without one."""
    return votes / threshold if threshold else 0.0
