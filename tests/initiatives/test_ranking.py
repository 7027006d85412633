"""The published formulas of initiatives, as properties."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives import ranking

AT = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
moments = st.lists(st.integers(0, 60 * 24 * 30).map(lambda minutes: AT - timedelta(minutes=minutes)), max_size=30)


def test_a_vote_of_a_day_ago_counts_half_of_one_just_given() -> None:
    trend = ranking.trend_after(None, [AT - timedelta(hours=24)])
    assert ranking.trending_votes(trend, AT) == pytest.approx(0.5)
    assert ranking.trending_votes(ranking.trend_after(trend, [AT]), AT) == pytest.approx(1.5)


def test_without_votes_there_is_no_trend() -> None:
    assert ranking.trend_after(None, []) is None
    assert ranking.trending_votes(None, AT) == 0.0
    assert ranking.trend_after(ranking.trend_after(None, [AT]), [], [AT]) is None


@given(moments)
def test_the_trend_is_the_published_sum(given_at: list[datetime]) -> None:
    expected = sum(2 ** (-(AT - at) / timedelta(hours=24)) for at in given_at)
    assert ranking.trending_votes(ranking.trend_after(None, given_at), AT) == pytest.approx(expected)


@given(moments, st.integers(0, 30))
def test_it_does_not_matter_in_what_batches_votes_come(given_at: list[datetime], cut: int) -> None:
    at_once = ranking.trend_after(None, given_at)
    in_two = ranking.trend_after(ranking.trend_after(None, given_at[cut:]), given_at[:cut])
    assert in_two == pytest.approx(at_once)


@given(moments, moments, st.integers(0, 24 * 365))
def test_the_order_of_two_does_not_change_with_time(one: list[datetime], two: list[datetime], hours: int) -> None:
    first, second = ranking.trend_after(None, one), ranking.trend_after(None, two)
    later = AT + timedelta(hours=hours)
    now_first = ranking.trending_votes(first, AT) > ranking.trending_votes(second, AT) * (1 + 1e-9)
    if now_first:
        assert ranking.trending_votes(first, later) > ranking.trending_votes(second, later)


@given(moments.filter(bool), moments)
def test_a_withdrawal_takes_exactly_what_the_vote_had_given(kept: list[datetime], lost: list[datetime]) -> None:
    # Both within 30 days: at most 30 of 52 bits are lost; the folding recomputes before more are.
    with_both = ranking.trend_after(None, [*kept, *lost])
    assert ranking.trend_after(with_both, [], lost) == pytest.approx(ranking.trend_after(None, kept), abs=1e-4)


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.floats(0, 1000))
def test_more_votes_never_rise_less(few: int, more: int, baseline: float) -> None:
    few, more = sorted((few, more))
    assert ranking.rising(few, baseline) <= ranking.rising(more, baseline)


@given(st.integers(0, 10_000), st.floats(0, 1000), st.floats(0, 1000))
def test_a_livelier_place_asks_for_more(votes: int, quiet: float, lively: float) -> None:
    quiet, lively = sorted((quiet, lively))
    assert ranking.rising(votes, quiet) >= ranking.rising(votes, lively) >= 0


@pytest.mark.parametrize(
    ("votes", "baseline", "rises"), [(0, 0.0, False), (1, 0.5, False), (12, 2.0, False), (60, 2.0, True)]
)
def test_chance_does_not_rise(votes: int, baseline: float, rises: bool) -> None:
    assert (ranking.rising(votes, baseline) > 0) is rises
