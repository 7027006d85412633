"""Votes: one per person, taken back as given, and exact at the closing edge. Races run on real connections."""

import hashlib
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts.models import User
from initiatives.models import Initiative, PendingTally, VoteAct
from initiatives.selectors.counts import exact_count
from initiatives.services import folding, standing, voting
from initiatives.services.voters import tag_bytes
from initiatives.states import State, VoteSource
from portal.errors import Conflict, NotAllowed, Refusal
from tests.factories.initiatives import make_refusal
from tests.initiatives.voters import AT, CLOSES_AT, district, make_initiative, make_kind, make_voter


@dataclass(frozen=True)
class Signer:
    """What a certificate says."""

    iin: str = "850312400115"
    given_name: str = "АЙГҮЛ"
    surname: str = "СЕРІКОВА"
    birth_date: date | None = date(1985, 3, 12)


@dataclass(frozen=True)
class Accepted:
    """A verified signature as `signatures` hands it over."""

    signer: Signer
    signer_tags: tuple[str, ...]
    signature: Any = None


def at_once(count: int, act: Callable[[int], object]) -> list[object]:
    """Run the act in that many threads, each with its own connection, released together; return what each got."""
    results: list[object] = [None] * count
    barrier = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            results[number] = act(number)
        except (Refusal, DatabaseError) as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


@pytest.mark.django_db
class TestOneVote:
    """What happens when one person votes."""

    def test_the_vote_is_kept_and_counted_at_once(self) -> None:
        idea, voter = make_initiative(), make_voter(1, territory=district())
        receipt = voting.cast_signed_in(initiative=idea, by=voter, at=AT)
        assert (receipt.is_in_force, receipt.votes) == (True, 1)
        act = VoteAct.objects.get()
        assert (act.sequence, act.previous, act.source, act.at) == (1, None, VoteSource.SESSION, AT)
        assert (act.shown_name, act.age_band, act.territory_id) == ("Voter1 T.", 35, "990100000")
        assert len(bytes(act.signer_tag)) == 33

    def test_it_is_counted_in_the_region_of_the_district(self) -> None:
        voting.cast_signed_in(initiative=make_initiative(), by=make_voter(1, territory=district()), at=AT)
        assert PendingTally.objects.get().territory_id == "990000000"

    def test_the_petitions_own_row_is_not_touched(self) -> None:
        idea = make_initiative()
        before = _row_version(idea)
        voting.cast_signed_in(initiative=idea, by=make_voter(1), at=AT)
        folding.fold_all(at=AT)
        assert _row_version(idea) == before

    def test_a_second_vote_is_refused_and_leaves_no_trace(self) -> None:
        idea, voter = make_initiative(), make_voter(1)
        voting.cast_signed_in(initiative=idea, by=voter, at=AT)
        with pytest.raises(Conflict) as refused, transaction.atomic():
            voting.cast_signed_in(initiative=idea, by=voter, at=AT)
        assert refused.value.code == "already_voted"
        assert (VoteAct.objects.count(), PendingTally.objects.count()) == (1, 1)

    def test_the_same_person_may_vote_elsewhere_under_another_tag(self) -> None:
        voter = make_voter(1)
        for idea in (make_initiative(), make_initiative()):
            voting.cast_signed_in(initiative=idea, by=voter, at=AT)
        tags = {bytes(act.signer_tag) for act in VoteAct.objects.all()}
        assert len(tags) == 2

    def test_withdrawal_and_new_vote_are_a_chain_of_acts(self) -> None:
        idea, voter = make_initiative(), make_voter(1)
        voting.cast_signed_in(initiative=idea, by=voter, at=AT)
        taken_back = voting.withdraw_signed_in(initiative=idea, by=voter, at=AT + timedelta(hours=1))
        assert (taken_back.is_in_force, taken_back.votes) == (False, 0)
        again = voting.cast_signed_in(initiative=idea, by=voter, at=AT + timedelta(hours=2))
        assert (again.is_in_force, again.votes, again.act.sequence, again.act.previous) == (True, 1, 3, 2)

    def test_a_withdrawal_is_counted_at_the_moment_of_its_vote(self) -> None:
        idea, voter = make_initiative(), make_voter(1, territory=district())
        voting.cast_signed_in(initiative=idea, by=voter, at=AT)
        User.objects.filter(pk=voter.pk).update(territory=None, birth_date=date(1950, 1, 1))
        voting.withdraw_signed_in(initiative=idea, by=User.objects.get(pk=voter.pk), at=AT + timedelta(days=2))
        given, taken = PendingTally.objects.order_by("pk")
        assert (given.delta, taken.delta) == (1, -1)
        for cell in ("counted_at", "territory_id", "age_band"):
            assert getattr(given, cell) == getattr(taken, cell)

    def test_nothing_can_be_withdrawn_that_was_not_given(self) -> None:
        idea, voter = make_initiative(), make_voter(1)
        with pytest.raises(Conflict) as refused, transaction.atomic():
            voting.withdraw_signed_in(initiative=idea, by=voter, at=AT)
        assert refused.value.code == "nothing_to_withdraw"

    def test_a_person_whose_identity_code_was_renewed_is_still_one_voter(self) -> None:
        idea, voter = make_initiative(), make_voter(1)
        voting.cast_signed_in(initiative=idea, by=voter, at=AT)
        voter.identity_tag = "v1.newkey:" + "f" * 64
        with pytest.raises(Conflict, match="already_voted"), transaction.atomic():
            voting.cast_signed_in(initiative=idea, by=voter, at=AT)

    def test_whoever_deletes_the_account_and_comes_back_is_still_one_voter(self) -> None:
        idea, voter = make_initiative(), make_voter(1)
        voting.cast_signed_in(initiative=idea, by=voter, at=AT)
        code = voter.identity_tag
        User.objects.filter(pk=voter.pk).update(identity_tag=None)
        returned = User.objects.create(identity_tag=code, given_name="Voter1", joined_at=AT, password="!")
        with pytest.raises(Conflict, match="already_voted"), transaction.atomic():
            voting.cast_signed_in(initiative=idea, by=returned, at=AT)

    def test_a_vote_survives_the_rotation_of_keys(self, settings: Any) -> None:
        idea, voter = make_initiative(), make_voter(1)
        voting.cast_signed_in(initiative=idea, by=voter, at=AT)
        settings.SIGNATURES_PEPPERS = ["a newer pepper of signatures 0123456789abcd", *settings.SIGNATURES_PEPPERS]
        with pytest.raises(Conflict, match="already_voted"), transaction.atomic():
            voting.cast_signed_in(initiative=idea, by=voter, at=AT)
        voting.withdraw_signed_in(initiative=idea, by=voter, at=AT)
        assert exact_count(idea) == 0


@pytest.mark.django_db
class TestRefusals:
    """Who may not vote, and when."""

    @pytest.mark.parametrize(
        ("moment", "taken"),
        [(CLOSES_AT - timedelta(microseconds=1), True), (CLOSES_AT, False), (CLOSES_AT + timedelta(days=1), False)],
    )
    def test_the_deadline_is_sharp(self, moment: Any, taken: bool) -> None:
        idea, voter = make_initiative(), make_voter(1)
        if taken:
            assert voting.cast_signed_in(initiative=idea, by=voter, at=moment).votes == 1
            return
        with pytest.raises(NotAllowed) as refused, transaction.atomic():
            voting.cast_signed_in(initiative=idea, by=voter, at=moment)
        assert refused.value.code == "voting_closed"
        assert not VoteAct.objects.exists()

    def test_joining_ends_with_its_term_before_the_clock_has_taken_its_step(self) -> None:
        petition = make_initiative(make_kind("petition"), state=State.JOINING, closes_at=None, state_deadline_at=AT)
        with pytest.raises(NotAllowed, match="voting_closed"), transaction.atomic():
            voting.cast_signed_in(initiative=petition, by=make_voter(1), at=AT)

    @pytest.mark.parametrize("state", sorted(set(State) - {State.JOINING, State.COLLECTING, State.DISCUSSION}))
    def test_no_other_stage_takes_votes(self, state: str) -> None:
        idea, voter = make_initiative(), make_voter(1)
        fields = {"state": state, "rejection_reason": "test", "merged_into": make_initiative()}
        make_refusal(idea, by=make_voter(2), at=AT, confirmed_by=make_voter(3))  # the database asks who refused
        Initiative.objects.filter(pk=idea.pk).update(**fields)
        with pytest.raises(NotAllowed, match="voting_closed"), transaction.atomic():
            voting.cast_signed_in(initiative=idea, by=voter, at=AT)

    def test_the_young_are_told_from_what_age(self) -> None:
        child = make_voter(1, birth_date=date(2010, 3, 3))  # 16 tomorrow
        with pytest.raises(NotAllowed) as refused, transaction.atomic():
            voting.cast_signed_in(initiative=make_initiative(), by=child, at=AT)
        assert refused.value.code == "too_young"
        assert "16" in str(refused.value.message)

    def test_on_the_birthday_they_may(self) -> None:
        voter = make_voter(1, birth_date=date(2010, 3, 2))
        assert voting.cast_signed_in(initiative=make_initiative(), by=voter, at=AT).act.age_band == 14

    def test_a_statutory_vote_needs_a_signature(self) -> None:
        petition = make_initiative(make_kind("petition", requires_eds=True), state=State.COLLECTING)
        with pytest.raises(NotAllowed, match="signature_required"):
            voting.cast_signed_in(initiative=petition, by=make_voter(1), at=AT)

    def test_an_account_without_a_proven_identity_has_no_vote(self) -> None:
        official = User.objects.create(given_name="Saule", joined_at=AT, password="!")
        with pytest.raises(NotAllowed, match="identity_required"):
            voting.cast_signed_in(initiative=make_initiative(), by=official, at=AT)

    def test_two_ways_of_voting_on_one_kind_would_be_two_votes(self) -> None:
        accepted = Accepted(Signer(), (f"v1:{'a' * 64}",))
        with pytest.raises(Conflict, match="signature_not_needed"):
            voting.cast(initiative=make_initiative(), accepted=accepted, territory=None, by=None, at=AT)


class TestTags:
    """How tags are stored."""

    def test_a_tag_is_its_keys_version_and_32_bytes(self) -> None:
        assert tag_bytes("v2:" + "ab" * 32) == b"\x02" + b"\xab" * 32
        with pytest.raises(ValueError, match="32 bytes"):
            tag_bytes("v2:abab")

    @pytest.mark.parametrize(
        ("born", "band"),
        [
            (date(2012, 3, 2), 14),
            (date(2012, 3, 3), None),
            (date(1961, 3, 2), 65),
            (date(1961, 3, 3), 55),
            (None, None),
        ],
    )
    def test_age_bands_begin_on_birthdays(self, born: date | None, band: int | None) -> None:
        assert voting.age_band(born, date(2026, 3, 2)) == band


@pytest.mark.django_db
class TestDatabase:
    """What the database refuses even when a program errs."""

    def _insert(self, idea: Initiative, **fields: Any) -> VoteAct:
        values = {"signer_tag": b"\x01" + hashlib.sha256(b"x").digest(), "sequence": 1, "source": "session", "at": AT}
        return VoteAct.objects.create(initiative=idea, **{**values, **fields})

    def test_a_doubled_act(self) -> None:
        idea = make_initiative()
        self._insert(idea)
        with pytest.raises(IntegrityError), transaction.atomic():
            self._insert(idea)

    def test_a_withdrawal_without_a_vote(self) -> None:
        with pytest.raises(IntegrityError, match="previous_act_exists"), transaction.atomic():
            self._insert(make_initiative(), sequence=2, previous=1)

    def test_an_act_that_skips_a_number(self) -> None:
        idea = make_initiative()
        self._insert(idea)
        with pytest.raises(IntegrityError, match="follow_one_another"), transaction.atomic():
            self._insert(idea, sequence=3, previous=1)

    def test_an_eds_vote_without_a_signature(self) -> None:
        with pytest.raises(IntegrityError, match="eds_vote_has_signature"), transaction.atomic():
            self._insert(make_initiative(), source="eds")

    def test_changing_or_removing_a_vote(self) -> None:
        act = self._insert(make_initiative())
        for change in (
            lambda: VoteAct.objects.filter(pk=act.pk).update(sequence=3),
            lambda: VoteAct.objects.filter(pk=act.pk).update(at=AT + timedelta(days=1)),
            lambda: VoteAct.objects.filter(pk=act.pk).delete(),
        ):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                change()

    def test_cutting_the_link_to_an_erased_account_is_allowed(self) -> None:
        act = self._insert(make_initiative(), voter=make_voter(1), shown_name="Voter1 T.")
        VoteAct.objects.filter(pk=act.pk).update(voter=None, shown_name="")
        assert VoteAct.objects.get().voter_id is None


@pytest.mark.django_db(transaction=True)
class TestRaces:
    """Many at once, each with a connection of its own."""

    def test_fifty_requests_of_one_person_give_one_vote(self) -> None:
        idea, voter = make_initiative(), make_voter(1)
        results = at_once(50, lambda _number: voting.cast_signed_in(initiative=idea, by=voter, at=AT))
        outcomes = Counter(getattr(result, "code", type(result).__name__) for result in results)
        assert outcomes == {"VoteReceipt": 1, "already_voted": 49}
        assert (VoteAct.objects.count(), exact_count(idea)) == (1, 1)

    def test_without_the_services_lock_the_constraint_still_gives_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(voting, "enter", lambda *_arguments: None)
        idea, voter = make_initiative(), make_voter(1)
        results = at_once(20, lambda _number: voting.cast_signed_in(initiative=idea, by=voter, at=AT))
        outcomes = Counter(getattr(result, "code", type(result).__name__) for result in results)
        assert outcomes == {"VoteReceipt": 1, "already_voted": 19}

    def test_withdrawals_and_votes_of_one_person_at_once_stay_one_chain(self) -> None:
        idea, voter = make_initiative(), make_voter(1)

        def act(number: int) -> object:
            return (voting.withdraw_signed_in if number % 2 else voting.cast_signed_in)(
                initiative=idea, by=voter, at=AT
            )

        at_once(30, act)
        sequences = sorted(VoteAct.objects.values_list("sequence", flat=True))
        assert sequences == list(range(1, len(sequences) + 1))
        assert exact_count(idea) == len(sequences) % 2

    def test_no_vote_is_acknowledged_after_the_gate_was_closed(self) -> None:
        idea = make_initiative()
        voters = [make_voter(number) for number in range(30)]
        counted: list[int] = []

        def act(number: int) -> object:
            if number:
                return voting.cast_signed_in(initiative=Initiative.objects.get(pk=idea.pk), by=voters[number], at=AT)
            with transaction.atomic():
                standing.close_gate(idea)
                counted.append(exact_count(idea))
                Initiative.objects.filter(pk=idea.pk).update(state=State.ARCHIVED)
            return None

        results = at_once(30, act)
        given = [result for result in results if isinstance(result, voting.VoteReceipt)]
        refused = [result for result in results if isinstance(result, NotAllowed)]
        assert len(given) + len(refused) == 29
        assert counted == [len(given)] == [exact_count(idea)]

    def test_a_vote_waits_for_the_one_who_closes(self) -> None:
        idea, voter = make_initiative(), make_voter(1)
        results: list[object] = []
        thread = threading.Thread(
            target=lambda: results.extend(
                at_once(1, lambda _number: voting.cast_signed_in(initiative=idea, by=voter, at=AT))
            )
        )
        with transaction.atomic():
            standing.close_gate(idea)
            thread.start()
            thread.join(timeout=0.5)
            assert thread.is_alive(), "the vote did not wait"
            Initiative.objects.filter(pk=idea.pk).update(state=State.ARCHIVED)
        thread.join(timeout=10)
        assert [getattr(result, "code", result) for result in results] == ["voting_closed"]


def _row_version(initiative: Initiative) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text, ctid::text FROM initiatives_initiative WHERE id = %s", [initiative.pk])
        row: tuple[Any, ...] = cursor.fetchone()
        return row
