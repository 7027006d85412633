"""The mathematics of ranking: decayed sums, rates with their uncertainty, progress."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ranking.decay import EPOCH, add, log_weight, score_at, subtract
from portal.ranking.rates import lift, progress, rate_lower_bound

logs = st.floats(-100, 5000)


def test_a_weight_doubles_with_each_half_life() -> None:
    assert log_weight(EPOCH, 24) == 0
    assert log_weight(EPOCH + timedelta(hours=48), 24) == 2


def test_a_hundred_years_overflow_nothing() -> None:
    far = datetime(2126, 1, 1, tzinfo=UTC)
    total = add(add(None, [log_weight(EPOCH, 24)]), [log_weight(far, 24)] * 1_000_000)
    assert total is not None
    assert math.isfinite(total)
    assert score_at(total, far, 24) == pytest.approx(1_000_000)


@given(st.lists(logs, min_size=1, max_size=20))
def test_the_sum_does_not_depend_on_the_order(weights: list[float]) -> None:
    assert add(None, weights) == pytest.approx(add(None, weights[::-1]))


@given(st.lists(logs, min_size=1, max_size=20), logs)
def test_one_more_vote_never_lowers_the_sum(weights: list[float], another: float) -> None:
    before, after = add(None, weights), add(add(None, weights), [another])
    assert before is not None
    assert after is not None
    assert after >= max(before, another) - 1e-9


@given(st.floats(0, 1000), st.floats(0, 15))
def test_what_was_added_can_be_taken_away(total: float, less: float) -> None:
    part = total - less
    assert subtract(add(total, [part]), [part]) == pytest.approx(total, abs=1e-6)


def test_taking_all_or_more_leaves_nothing() -> None:
    assert subtract(3.0, [3.0]) is None
    assert subtract(3.0, [4.0]) is None
    assert subtract(None, [1.0]) is None
    assert subtract(3.0, []) == 3.0


@given(st.integers(0, 100_000), st.floats(0.1, 1000))
def test_the_lower_bound_lies_below_the_rate(events: int, hours: float) -> None:
    assert 0 <= rate_lower_bound(events, hours) <= events / hours + 1e-9


def test_more_evidence_of_the_same_rate_gives_a_higher_bound() -> None:
    bounds = [rate_lower_bound(events, events / 10) for events in (1, 10, 100, 10_000)]
    assert bounds == sorted(bounds)
    assert bounds[-1] == pytest.approx(10, rel=0.02)


@pytest.mark.parametrize(("events", "hours"), [(0, 6), (5, 0), (-1, 6)])
def test_nothing_has_no_rate(events: int, hours: float) -> None:
    assert rate_lower_bound(events, hours) == 0
    assert lift(events, hours, 1.0) == 0


@pytest.mark.parametrize(("votes", "threshold", "share"), [(25, 100, 0.25), (150, 100, 1.5), (5, None, 0), (5, 0, 0)])
def test_progress_is_a_share_of_the_threshold(votes: int, threshold: int | None, share: float) -> None:
    assert progress(votes, threshold) == share
