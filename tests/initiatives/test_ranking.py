"""The published formulas of initiatives, as properties."""

from datetime import UTC, datetime, timedelta
from random import Random

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
    hours = [at.replace(minute=0) for at in given_at]
    expected = sum(2 ** (-(AT - hour) / timedelta(hours=24)) for hour in hours)
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
    # Within 30 days and of 30 votes: at most 35 of 52 bits are lost; the folding recomputes once 20 are.
    with_both = ranking.trend_after(None, [*kept, *lost])
    assert ranking.trend_after(with_both, [], lost) == pytest.approx(ranking.trend_after(None, kept), abs=1e-2)


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


def test_votes_of_one_hour_weigh_the_same() -> None:
    early, late = AT, AT + timedelta(minutes=59)
    assert ranking.trend_after(None, [early]) == ranking.trend_after(None, [late])


paces = st.builds(
    ranking.Pace,
    st.integers(1, 3),
    st.sampled_from(["100000000", "710000000", "000000000"]),
    st.integers(0, 10**6),
    st.floats(0, 10**6),
)
some_paces = st.lists(paces, max_size=9, unique_by=lambda one: (one.kind, one.region))
places = st.tuples(st.integers(1, 4), st.sampled_from(["100000000", "710000000", "990000000"]))


@given(some_paces, st.randoms(), places, st.integers(0, 10**7))
def test_the_usual_does_not_depend_on_the_order_of_the_rows(
    rows: list[ranking.Pace], chance: Random, place: tuple[int, str], residents: int
) -> None:
    shuffled = rows[:]
    chance.shuffle(shuffled)
    assert ranking.usual(rows).per_hour(*place, residents) == ranking.usual(shuffled).per_hour(*place, residents)


@given(some_paces, places, st.integers(1, 10**6), st.integers(2, 100))
def test_the_usual_scales_with_the_residents(
    rows: list[ranking.Pace], place: tuple[int, str], residents: int, times: int
) -> None:
    usual = ranking.usual(rows)
    assert usual.per_hour(*place, residents * times) == pytest.approx(usual.per_hour(*place, residents) * times)


@given(some_paces, places, st.integers(0, 10**5), st.integers(0, 10**7), st.integers(0, 10**7))
def test_the_same_votes_never_rise_higher_in_a_larger_place(
    rows: list[ranking.Pace], place: tuple[int, str], votes: int, few: int, many: int
) -> None:
    usual = ranking.usual(rows)
    village, city = sorted((few, many))
    assert ranking.rising(votes, usual.per_hour(*place, village)) >= ranking.rising(votes, usual.per_hour(*place, city))


@given(some_paces.filter(bool), st.integers(1, 10**6))
def test_more_votes_before_make_more_usual(rows: list[ranking.Pace], more: int) -> None:
    first = rows[0]
    livelier = [first._replace(votes=first.votes + more), *rows[1:]]
    place = (first.kind, first.region, 50_000)
    assert ranking.usual(livelier).per_hour(*place) >= ranking.usual(rows).per_hour(*place) * (1 - 1e-12)


@given(some_paces.filter(bool))
def test_a_place_lies_between_its_own_pace_and_that_of_its_kind(rows: list[ranking.Pace]) -> None:
    usual = ranking.usual(rows)
    for one in rows:
        found, kind = usual.by_place[one.kind, one.region], usual.by_kind[one.kind]
        own = one.votes / one.exposure if one.exposure else kind
        if one.exposure:
            assert min(own, kind) * (1 - 1e-9) <= found <= max(own, kind) * (1 + 1e-9)


def test_a_place_without_history_takes_its_kind_and_a_new_kind_all() -> None:
    usual = ranking.usual([ranking.Pace(1, "100000000", 500, 1e9), ranking.Pace(2, "100000000", 10**6, 1e6)])
    assert usual.per_hour(2, "710000000", 100_000) == usual.by_kind[2] == pytest.approx(1.0, rel=1e-3)
    assert usual.per_hour(9, "710000000", 100_000) == usual.overall
    assert usual.per_hour(2, "710000000", 0) == 0


def test_a_village_can_rise_beside_the_country() -> None:
    usual = ranking.usual(
        [ranking.Pace(1, "000000000", 200_000, 336 * 200.0), ranking.Pace(2, "100000000", 300, 168.0)]
    )
    village = ranking.rising(60, usual.per_hour(2, "100000000", 9_000))
    country = ranking.rising(3_000, usual.per_hour(1, "000000000", 20_000_000))
    assert village > country == 0


def test_fewer_than_the_fewest_rise_nowhere() -> None:
    assert ranking.rising(ranking.FEWEST_RISING - 1, 0.0) == 0 < ranking.rising(ranking.FEWEST_RISING, 0.0)
