"""Folding: each act is counted exactly once, whatever crashes and whoever votes meanwhile; and what the counts call for."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Territory
from initiatives import ranking, tasks
from initiatives.models import AgeTally, HourTally, Initiative, PendingTally, Tally, TerritoryTally, UsualPace, VoteAct
from initiatives.selectors.counts import exact_count, own_act
from initiatives.services import folding, recounting, rising, standing, voting
from initiatives.states import State
from portal.audit.log import history
from portal.events.models import OutboxEvent
from tests.initiatives.test_voting import at_once
from tests.initiatives.voters import AT, district, make_initiative, make_petition, make_voter

IN_TEST = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def vote(initiative: Initiative, *numbers: int, at: datetime = AT) -> None:
    """These voters vote."""
    for number in numbers:
        voting.cast_signed_in(initiative=initiative, by=make_voter(number, territory=district()), at=at)


class Crash(Exception):
    """The worker dies here."""


@pytest.mark.django_db
class TestFold:
    """One run of the folder."""

    def test_waiting_votes_move_into_every_tally(self) -> None:
        petition = make_petition(threshold=10)
        vote(petition, 1, 2, at=AT)
        vote(petition, 3, at=AT + timedelta(hours=1))
        assert folding.fold_all(at=AT) == 3
        assert not PendingTally.objects.exists()
        tally = Tally.objects.get(initiative=petition)
        assert (tally.votes, tally.progress, tally.last_vote_at) == (3, 0.3, AT + timedelta(hours=1))
        assert list(HourTally.objects.values_list("hour", "votes")) == [(AT, 2), (AT + timedelta(hours=1), 1)]
        assert list(TerritoryTally.objects.values_list("territory_id", "votes")) == [("990000000", 3)]
        assert list(AgeTally.objects.values_list("age_band", "votes")) == [(35, 3)]

    def test_the_shown_count_is_the_same_before_and_after(self) -> None:
        petition = make_petition(threshold=10)
        vote(petition, 1, 2, 3)
        before = exact_count(petition)
        folding.fold_all(at=AT)
        assert before == exact_count(petition) == 3

    def test_an_unknown_place_or_age_is_a_cell_too(self) -> None:
        idea = make_initiative()
        for number in (1, 2):
            voting.cast_signed_in(initiative=idea, by=make_voter(number, birth_date=None), at=AT)
            folding.fold_all(at=AT)
        assert TerritoryTally.objects.get(territory=None).votes == 2
        assert AgeTally.objects.get(age_band=None).votes == 2

    def test_a_withdrawal_undoes_its_vote_in_every_tally(self) -> None:
        idea, other = make_initiative(), make_voter(9, territory=district())
        vote(idea, 1)
        folding.fold_all(at=AT)
        before = _snapshot(idea)
        voting.cast_signed_in(initiative=idea, by=other, at=AT + timedelta(hours=3))
        folding.fold_all(at=AT)
        assert _snapshot(idea) != before
        voting.withdraw_signed_in(initiative=idea, by=other, at=AT + timedelta(days=3))
        folding.fold_all(at=AT)
        assert _snapshot(idea) == before

    def test_a_batch_is_bounded_and_the_rest_is_taken_next(self) -> None:
        idea = make_initiative()
        vote(idea, 1, 2, 3, 4, 5)
        first = folding.fold(at=AT, limit=2)
        assert (first.acts, first.is_full, PendingTally.objects.count()) == (2, True, 3)
        assert exact_count(idea) == 5
        assert folding.fold_all(at=AT) == 3

    def test_a_run_without_votes_writes_nothing(self) -> None:
        make_initiative()
        assert folding.fold(at=AT) == folding.Folded(0, frozenset(), is_full=False)
        assert Tally.objects.values_list("votes", "trend", "last_vote_at").get() == (0, None, None)

    def test_comments_and_followers_are_left_alone(self) -> None:
        idea = make_initiative()
        Tally.objects.filter(initiative=idea).update(comments=3, followers=4, rising=1.5)
        vote(idea, 1)
        folding.fold_all(at=AT)
        tally = Tally.objects.get()
        assert (tally.votes, tally.comments, tally.followers, tally.rising) == (1, 3, 4, 1.5)

    @pytest.mark.parametrize("place", ["_add_totals", "_add_cells"])
    def test_a_crash_in_mid_fold_leaves_all_as_it_was(self, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
        idea = make_initiative()
        vote(idea, 1, 2)

        def die(*_arguments: object) -> None:
            raise Crash

        with monkeypatch.context() as patch:
            patch.setattr(folding, place, die)
            with pytest.raises(Crash):
                folding.fold(at=AT)
        assert (PendingTally.objects.count(), Tally.objects.get().votes) == (2, 0)
        assert exact_count(idea) == 2
        assert folding.fold_all(at=AT) == 2
        assert recounting.compare().differences == ()

    def test_the_last_vote_of_weeks_ago_keeps_its_trend_when_a_new_one_is_withdrawn(self) -> None:
        idea, late = make_initiative(closes_at=None), make_voter(2)
        vote(idea, 1)
        folding.fold_all(at=AT)
        before = Tally.objects.get().trend
        much_later = AT + timedelta(days=90)
        voting.cast_signed_in(initiative=idea, by=late, at=much_later)
        folding.fold_all(at=much_later)
        voting.withdraw_signed_in(initiative=idea, by=late, at=much_later)
        folding.fold_all(at=much_later)
        assert Tally.objects.get().trend == pytest.approx(before)

    @IN_TEST
    @given(
        acts=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 60 * 24 * 40)), max_size=40),
        crashes=st.sets(st.integers(0, 40)),
    )
    def test_whatever_is_given_withdrawn_and_crashes_the_tallies_equal_a_recount(
        self, acts: list[tuple[int, int]], crashes: set[int]
    ) -> None:
        with transaction.atomic():
            idea = make_initiative(closes_at=None)
            voters = [make_voter(number, territory=district() if number % 2 else None) for number in range(5)]
            for step, (number, minutes) in enumerate(sorted(acts, key=lambda act: act[1])):
                at = AT + timedelta(minutes=minutes)
                has_voted = own_act(idea, voters[number], None) is not None
                turn = voting.withdraw_signed_in if has_voted else voting.cast_signed_in
                turn(initiative=idea, by=voters[number], at=at)
                if step in crashes:
                    with pytest.raises(Crash):
                        _fold_and_die(at)
                elif step % 3 == 0:
                    folding.fold(at=at, limit=2)
            folding.fold_all(at=AT)
            assert recounting.compare().differences == ()
            _assert_equals_a_rebuild(idea)
            transaction.set_rollback(True)


def _fold_and_die(at: datetime) -> None:
    with transaction.atomic():
        folding.fold(at=at, limit=2)
        raise Crash


def _snapshot(initiative: Initiative) -> object:
    tally = Tally.objects.get(initiative=initiative)
    cells = [
        {key: votes for key, votes in table.objects.filter(initiative=initiative).values_list(column, "votes") if votes}
        for table, column in ((HourTally, "hour"), (TerritoryTally, "territory_id"), (AgeTally, "age_band"))
    ]
    return tally.votes, round(tally.trend or -1, 6), cells


def _assert_equals_a_rebuild(initiative: Initiative) -> None:
    if not Tally.objects.exists():
        return
    incremental = _snapshot(initiative)
    recounting.rebuild([initiative.pk])
    assert _snapshot(initiative) == incremental
    votes = VoteAct.objects.filter(initiative=initiative)
    ends = {bytes(act.signer_tag): act for act in votes.order_by("sequence")}
    expected = ranking.trend_after(None, [act.at for act in ends.values() if act.is_vote])
    assert Tally.objects.get().trend == pytest.approx(expected, abs=1e-9)


@pytest.mark.django_db(transaction=True)
class TestConcurrency:
    """Folders, voters and a recount at once."""

    def test_votes_that_come_while_folding_are_counted_once(self) -> None:
        ideas = [make_initiative() for _number in range(3)]
        voters = [make_voter(number) for number in range(24)]
        finished = threading.Event()
        wrong: list[object] = []

        def fold_meanwhile() -> None:
            try:
                while not finished.is_set():
                    folding.fold(at=AT, limit=7)
                    wrong.extend(recounting.compare().differences)
            finally:
                connection.close()

        folders = [threading.Thread(target=fold_meanwhile) for _number in range(2)]
        for folder in folders:
            folder.start()

        def act(number: int) -> None:
            for idea in ideas:
                voting.cast_signed_in(initiative=idea, by=voters[number], at=AT)
            voting.withdraw_signed_in(initiative=ideas[0], by=voters[number], at=AT)

        failures = [result for result in at_once(24, act) if result is not None]
        finished.set()
        for folder in folders:
            folder.join(timeout=30)
        folding.fold_all(at=AT)
        assert failures == []
        assert wrong == [], "a recount in mid-traffic disagreed"
        assert [exact_count(idea) for idea in ideas] == [0, 24, 24]
        assert [Tally.objects.get(initiative=idea).votes for idea in ideas] == [0, 24, 24]

    def test_a_second_folder_leaves_at_once(self) -> None:
        idea = make_initiative()
        vote(idea, 1)
        with transaction.atomic():
            assert recounting.is_sole_writer(wait=False)
            (result,) = at_once(1, lambda _number: folding.fold(at=AT))
        assert result == folding.Folded(0, frozenset(), is_full=False)
        assert folding.fold_all(at=AT) == 1

    def test_a_killed_folder_loses_nothing(self) -> None:
        idea = make_initiative()
        vote(idea, 1, 2, 3)
        with pytest.raises(Exception, match=r"terminat|closed"), transaction.atomic():  # noqa: PT012
            folding.fold(at=AT)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                (pid,) = cursor.fetchone()
            at_once(1, lambda _number: _kill(pid))
            Tally.objects.count()
        connection.close()
        assert (PendingTally.objects.count(), Tally.objects.get().votes) == (3, 0)
        assert folding.fold_all(at=AT) == 3
        assert recounting.compare().differences == ()

    def test_the_step_at_the_threshold_is_taken_once_by_many(self) -> None:
        petition = make_petition(threshold=3)
        vote(petition, 1, 2, 3)
        with transaction.atomic():
            recounting.is_sole_writer(wait=True)
            folding._add(folding._take(100))
        at_once(8, lambda _number: standing.advance([petition.pk], at=AT))
        assert [action for action in _actions(petition) if action != "halfway"] == ["reach_threshold"]
        assert OutboxEvent.objects.filter(name="initiatives.threshold_reached").count() == 1


def _kill(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])


def _actions(initiative: Initiative) -> list[str]:
    return list(history(initiative).values_list("action", flat=True))


@pytest.mark.django_db
class TestSteps:
    """What the counts call for."""

    def test_half_of_the_threshold_is_told_once(self) -> None:
        petition = make_petition(threshold=5)
        vote(petition, 1, 2)
        folding.fold_all(at=AT)
        assert _actions(petition) == []
        vote(petition, 3)
        folding.fold_all(at=AT)
        standing.advance(None, at=AT)
        vote(petition, 4)
        folding.fold_all(at=AT)
        assert _actions(petition) == ["halfway"]
        assert OutboxEvent.objects.filter(name="initiatives.halfway_reached").count() == 1

    def test_the_threshold_ends_the_collection(self) -> None:
        petition = make_petition(threshold=4)
        vote(petition, 1, 2, 3)
        folding.fold_all(at=AT)
        petition.refresh_from_db()
        assert petition.state == State.COLLECTING
        vote(petition, 4)
        later = AT + timedelta(seconds=1)
        folding.fold_all(at=later)
        petition.refresh_from_db()
        assert (petition.state, petition.threshold_reached_at) == (State.THRESHOLD_REACHED, later)
        entry = history(petition).get(action="reach_threshold")
        assert (entry.data["votes"], entry.actor_id) == (4, None)

    def test_a_withdrawal_before_the_count_keeps_the_collection_open(self) -> None:
        petition = make_petition(threshold=2)
        vote(petition, 1, 2)
        voting.withdraw_signed_in(initiative=petition, by=VoteAct.objects.latest("pk").voter, at=AT)  # type: ignore[arg-type]
        folding.fold_all(at=AT)
        petition.refresh_from_db()
        assert petition.state == State.COLLECTING

    def test_the_last_joiner_hands_the_petition_over_for_its_check(self) -> None:
        petition = make_petition(State.JOINING, threshold=1000, closes_at=None)
        vote(petition, 1, 2)
        folding.fold_all(at=AT)
        petition.refresh_from_db()
        assert petition.state == State.JOINING
        vote(petition, 3)
        folding.fold_all(at=AT)
        petition.refresh_from_db()
        assert petition.state == State.CHECK
        assert petition.state_deadline_at is not None

    def test_votes_of_the_last_second_count_before_the_clock_closes(self) -> None:
        petition = make_petition(threshold=2)
        vote(petition, 1, 2)
        assert standing.settle(petition, at=AT), "nothing was folded yet, the exact count decides"
        petition.refresh_from_db()
        assert petition.state == State.THRESHOLD_REACHED
        assert not standing.settle(petition, at=AT)

    def test_a_worker_that_died_before_the_step_is_made_good(self, monkeypatch: pytest.MonkeyPatch) -> None:
        petition = make_petition(threshold=2)
        vote(petition, 1, 2)
        with monkeypatch.context() as patch:
            patch.setattr(standing, "advance", lambda *_arguments, **_named: 0)
            folding.fold_all(at=AT)
        standing.advance(None, at=AT)
        petition.refresh_from_db()
        assert petition.state == State.THRESHOLD_REACHED

    def test_an_idea_has_no_threshold_to_reach(self) -> None:
        idea = make_initiative()
        vote(idea, 1, 2, 3)
        folding.fold_all(at=AT)
        idea.refresh_from_db()
        assert idea.state == State.DISCUSSION


@pytest.mark.django_db
class TestRising:
    """What is rising."""

    NOW = datetime(2026, 3, 16, 5, 30, tzinfo=UTC)

    def _with_hours(self, hours: dict[float, int], **more: Any) -> Initiative:
        idea = make_initiative(published_at=AT - timedelta(days=30), closes_at=None, **more)
        Tally.objects.filter(initiative=idea).update(votes=sum(hours.values()))
        full = self.NOW.replace(minute=0)
        for hours_ago, votes in hours.items():
            HourTally.objects.create(initiative=idea, hour=full - timedelta(hours=hours_ago), votes=votes)
        return idea

    def _score(self, idea: Initiative) -> float:
        return Tally.objects.get(initiative=idea).rising

    def test_more_votes_than_usual_rise_and_more_rise_higher(self) -> None:
        quiet = self._with_hours({100: 30, 1: 1})
        loud, louder = self._with_hours({1: 40}), self._with_hours({0: 40, 2: 40})
        assert rising.refresh_rising(at=self.NOW) == 2
        assert 0 == self._score(quiet) < self._score(loud) < self._score(louder)

    def test_the_score_follows_the_published_formula(self) -> None:
        idea = self._with_hours({50: 336 * 2, 1: 60})
        rising.refresh_rising(at=self.NOW)
        assert self._score(idea) == pytest.approx(ranking.rising(60, 2.0))

    def test_it_falls_to_nothing_when_the_hours_have_passed_or_voting_ended(self) -> None:
        idea = self._with_hours({1: 40})
        ended = self._with_hours({1: 40})
        rising.refresh_rising(at=self.NOW)
        Initiative.objects.filter(pk=ended.pk).update(state=State.ARCHIVED)
        assert rising.refresh_rising(at=self.NOW) == 1
        assert (self._score(ended), self._score(idea) > 0) == (0.0, True)
        rising.refresh_rising(at=self.NOW + timedelta(hours=6))
        assert self._score(idea) == 0.0

    def test_a_larger_place_asks_for_more(self) -> None:
        city, village = self._with_hours({1: 40, 100: 336}), self._with_hours({1: 40, 100: 336})
        Territory.objects.filter(kato=city.territory_id).update(population=1_000_000, population_year=2026)
        Territory.objects.filter(kato=district().kato).update(population=20_000, population_year=2026)
        Initiative.objects.filter(pk=village.pk).update(territory=district())
        rising.refresh_rising(at=self.NOW)
        assert 0 < self._score(city) < self._score(village)

    def test_joiners_before_the_publication_make_no_pace(self) -> None:
        idea = self._with_hours({400: 0, 30: 500, 10: 7})
        Initiative.objects.filter(pk=idea.pk).update(published_at=self.NOW - timedelta(hours=25))
        rising.refresh_rising(at=self.NOW)
        pace = UsualPace.objects.get(kind=idea.kind)
        assert pace.votes == 7
        assert pace.exposure == pytest.approx(19.5)

    def test_the_usual_pace_is_made_by_a_task_of_its_own_and_else_when_it_is_old(self) -> None:
        idea = self._with_hours({1: 40, 50: 10})
        rising.refresh_rising(at=self.NOW)
        HourTally.objects.create(initiative=idea, hour=self.NOW.replace(minute=0) - timedelta(hours=60), votes=1000)
        rising.refresh_rising(at=self.NOW + timedelta(minutes=20))
        assert UsualPace.objects.get().votes == 10
        rising.refresh_rising(at=self.NOW + timedelta(minutes=31))
        assert UsualPace.objects.get().votes == 10
        rising.refresh_rising(at=self.NOW + timedelta(minutes=91))
        assert UsualPace.objects.get().votes == 1010

    def test_the_task_of_the_hour_makes_it(self, time_machine: Any) -> None:
        self._with_hours({50: 10})
        time_machine.move_to(self.NOW)
        assert tasks.refresh_pace() == 1
        assert UsualPace.objects.get().hour == rising.recent_since(self.NOW)

    def test_what_did_not_change_is_not_written(self) -> None:
        self._with_hours({1: 40})
        assert rising.refresh_rising(at=self.NOW) == 1
        assert rising.refresh_rising(at=self.NOW) == 0
