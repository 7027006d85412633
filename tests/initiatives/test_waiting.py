"""Votes whose revocation nobody can tell at the receipt: kept, asked about again, counted once with their time of receipt."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from accounts.services.identity import enrol
from initiatives import limits, switches
from initiatives.models import HourTally, Initiative, VoteAct, WaitingAct
from initiatives.selectors.counts import exact_count
from initiatives.services import deadlines, folding, signing, voting, waiting
from initiatives.states import State, VoteSource, WaitingOutcome
from portal.errors import Conflict, NotAllowed
from portal.events.outbox import deliver_due
from portal.notifications.models import Notification
from signatures.eds.demo_pki import DemoPki
from signatures.eds.verify import Signer
from signatures.models import Signature
from signatures.services import pending, trust
from signatures.services.demo_responder import DemoResponder
from signatures.services.refusals import SignatureRefused
from signatures.states import Purpose, SignatureStatus
from tests.initiatives.test_voting import at_once
from tests.initiatives.voters import AT, district, make_initiative, make_kind

MINUTE = timedelta(minutes=1)


@pytest.fixture
def petition(db: None) -> Initiative:
    """A petition whose votes need a signature."""
    return make_initiative(make_kind("petition", requires_eds=True), state=State.COLLECTING, threshold=1000)


@pytest.fixture
def responder(demo_trust: DemoPki) -> Iterator[DemoResponder]:
    """The demo's responder, stopped."""
    found = trust.source()
    assert isinstance(found, DemoResponder)
    found.stop(at=AT)
    yield found
    found.start()


def sign(
    pki: DemoPki, key: str, petition: Initiative, purpose: Purpose = Purpose.VOTE, *, at: Any = AT, **more: Any
) -> Any:
    """Sign and send, as the page does."""
    issued = signing.statement(initiative=petition, purpose=purpose, language="en", at=at)
    cms = pki.sign(key, issued.text.encode(), at=at)
    return signing.sign(initiative=petition, purpose=purpose, token=issued.token, cms=cms, at=at, **more)


def vote(pki: DemoPki, key: str, petition: Initiative, **more: Any) -> Any:
    return sign(pki, key, petition, **more)


def take_back(pki: DemoPki, key: str, petition: Initiative, **more: Any) -> Any:
    return sign(pki, key, petition, Purpose.WITHDRAW, **more)


def outcome() -> str:
    return WaitingAct.objects.get().outcome


class TestKeeping:
    """At the receipt."""

    def test_it_is_kept_and_not_counted(self, demo_trust: DemoPki, responder: Any, petition: Initiative) -> None:
        receipt = vote(demo_trust, "aigerim", petition, kato="")
        assert isinstance(receipt, waiting.WaitingReceipt)
        act = WaitingAct.objects.get()
        assert (receipt.votes, receipt.act, act.gives, act.is_settled) == (0, act, True, False)
        assert act.signature.status == SignatureStatus.PENDING
        assert not VoteAct.objects.exists()
        assert exact_count(petition) == 0

    def test_a_second_one_of_the_same_person_is_refused_and_leaves_nothing(
        self, demo_trust: DemoPki, responder: Any, petition: Initiative
    ) -> None:
        vote(demo_trust, "two-keys", petition)
        for act in (vote, take_back):
            with pytest.raises(Conflict, match="already_waiting"):
                act(demo_trust, "two-keys.second", petition)
        assert WaitingAct.objects.count() == Signature.objects.count() == 1

    def test_what_is_certain_to_be_refused_is_refused_at_once(
        self, demo_trust: DemoPki, responder: DemoResponder, petition: Initiative
    ) -> None:
        with pytest.raises(Conflict, match="nothing_to_withdraw"):
            take_back(demo_trust, "aigerim", petition)
        responder.start()
        vote(demo_trust, "aigerim", petition)
        responder.stop(at=AT)
        with pytest.raises(Conflict, match="already_voted"):
            vote(demo_trust, "aigerim", petition)
        assert not WaitingAct.objects.exists()

    def test_an_expired_certificate_is_refused_whoever_is_silent(
        self, demo_trust: DemoPki, responder: Any, petition: Initiative
    ) -> None:
        with pytest.raises(SignatureRefused, match="expired"):
            vote(demo_trust, "expired", petition)

    def test_too_young_at_the_receipt_is_refused_at_once(
        self, demo_trust: DemoPki, responder: Any, petition: Initiative
    ) -> None:
        petition.kind_version.norms.filter(code="minimum_age").update(number=99)
        petition = Initiative.objects.get(pk=petition.pk)
        with pytest.raises(NotAllowed, match="too_young"):
            vote(demo_trust, "aigerim", petition)

    def test_switched_off_it_is_refused_and_may_be_sent_again(
        self, demo_trust: DemoPki, responder: Any, petition: Initiative, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(signing, "is_on", lambda name: name != switches.KEEP_WAITING)
        with pytest.raises(SignatureRefused, match="responder_unreachable"):
            vote(demo_trust, "aigerim", petition)
        assert not Signature.objects.exists()

    def test_the_database_keeps_what_was_received(
        self, demo_trust: DemoPki, responder: Any, petition: Initiative
    ) -> None:
        vote(demo_trust, "aigerim", petition)
        for change in (
            "UPDATE initiatives_waitingact SET gives = false",
            "UPDATE initiatives_waitingact SET received_at = now()",
            "UPDATE initiatives_waitingact SET settled_at = now(), outcome = 'counted', vote_act = 1",
            "DELETE FROM initiatives_waitingact",
        ):
            with pytest.raises(DatabaseError, match="kept as they were"), transaction.atomic():
                connection.cursor().execute(change)
        with pytest.raises(DatabaseError, match="initiatives_one_act_waits"), transaction.atomic():
            connection.cursor().execute(
                "INSERT INTO initiatives_waitingact (initiative_id, signer_tag, signature_id, gives, shown_name,"
                " received_at, asked_at, outcome, reason) SELECT initiative_id, signer_tag, gen_random_uuid(), false,"
                " '', now(), now(), '', '' FROM initiatives_waitingact"
            )


class TestSettling:
    """When the authority answers."""

    def test_a_good_one_is_counted_with_its_time_of_receipt(
        self, demo_trust: DemoPki, responder: DemoResponder, petition: Initiative
    ) -> None:
        vote(demo_trust, "aigerim", petition, kato=district().parent_id)
        assert waiting.recheck(at=AT + MINUTE) == waiting.Rechecked(asked=1, settled=0)
        responder.start()
        assert waiting.recheck(at=AT + MINUTE).asked == 0, "it has just been asked about"
        assert waiting.recheck(at=AT + timedelta(hours=3)).settled == 1
        counted, act = VoteAct.objects.get(), WaitingAct.objects.get()
        assert (counted.at, counted.source, counted.signature) == (AT, VoteSource.EDS, act.signature)
        assert (act.outcome, act.vote_act, act.settled_at) == ("counted", counted.pk, AT + timedelta(hours=3))
        assert act.signature.status == SignatureStatus.VALID
        assert exact_count(petition) == 1
        folding.fold_all(at=AT + timedelta(hours=3))
        assert HourTally.objects.get().hour == AT, "it stands in the hour in which it came"
        assert counted.territory is not None

    def test_a_bad_one_is_refused_with_its_reason_and_counts_nothing(
        self, demo_trust: DemoPki, responder: DemoResponder, petition: Initiative
    ) -> None:
        vote(demo_trust, "revoked", petition)
        responder.start()
        assert waiting.recheck(at=AT + MINUTE).settled == 1
        act = WaitingAct.objects.get()
        assert (act.outcome, act.reason, act.signature.status) == ("refused", "revoked", SignatureStatus.REFUSED)
        with translation.override("en"):
            assert "has been revoked" in str(act.refusal)
        assert exact_count(petition) == 0
        assert waiting.recheck(at=AT + 3 * MINUTE) == waiting.Rechecked()
        vote(demo_trust, "aigerim", petition)  # others go on

    def test_a_settled_one_never_changes(
        self, demo_trust: DemoPki, responder: DemoResponder, petition: Initiative
    ) -> None:
        vote(demo_trust, "revoked", petition)
        responder.start()
        waiting.recheck(at=AT + MINUTE)
        with pytest.raises(DatabaseError, match="settled once"), transaction.atomic():
            connection.cursor().execute(
                "UPDATE initiatives_waitingact SET settled_at = NULL, outcome = '', reason = ''"
            )

    def test_a_withdrawal_waits_and_takes_the_vote_back(
        self, demo_trust: DemoPki, responder: DemoResponder, petition: Initiative
    ) -> None:
        responder.start()
        vote(demo_trust, "aigerim", petition)
        responder.stop(at=AT)
        take_back(demo_trust, "aigerim", petition, at=AT + MINUTE)
        assert exact_count(petition) == 1
        responder.start()
        waiting.recheck(at=AT + 3 * MINUTE)
        assert exact_count(petition) == 0
        assert VoteAct.objects.latest("sequence").at == AT + MINUTE

    def test_a_vote_that_came_meanwhile_makes_it_needless(
        self, demo_trust: DemoPki, responder: DemoResponder, petition: Initiative
    ) -> None:
        vote(demo_trust, "two-keys", petition)
        responder.start()
        receipt = vote(demo_trust, "two-keys.second", petition, at=AT + MINUTE)
        assert isinstance(receipt, voting.VoteReceipt)
        assert (receipt.votes, outcome()) == (1, WaitingOutcome.NOT_NEEDED)
        assert waiting.recheck(at=AT + 2 * MINUTE) == waiting.Rechecked()
        assert not Signature.objects.filter(status=SignatureStatus.PENDING).exists()

    def test_a_good_withdrawal_takes_back_what_waits(
        self, demo_trust: DemoPki, responder: DemoResponder, petition: Initiative
    ) -> None:
        vote(demo_trust, "two-keys", petition)
        responder.start()
        receipt = take_back(demo_trust, "two-keys.second", petition, at=AT + MINUTE)
        assert (receipt.is_in_force, receipt.votes, receipt.act.pk) == (False, 0, None)
        act = WaitingAct.objects.get()
        assert act.outcome == WaitingOutcome.TAKEN_BACK
        assert act.ended_by is not None
        assert act.ended_by.purpose == Purpose.WITHDRAW
        waiting.recheck(at=AT + 2 * MINUTE)
        assert exact_count(petition) == 0

    def test_a_good_vote_ends_a_withdrawal_that_waits(
        self, demo_trust: DemoPki, responder: DemoResponder, petition: Initiative
    ) -> None:
        responder.start()
        vote(demo_trust, "aigerim", petition)
        responder.stop(at=AT)
        take_back(demo_trust, "aigerim", petition)
        responder.start()
        receipt = vote(demo_trust, "aigerim", petition, at=AT + MINUTE)
        assert (receipt.is_in_force, receipt.votes, outcome()) == (True, 1, WaitingOutcome.TAKEN_BACK)
        waiting.recheck(at=AT + 2 * MINUTE)
        assert exact_count(petition) == 1

    def test_after_the_pepper_changed_it_is_still_the_same_person(
        self, demo_trust: DemoPki, responder: DemoResponder, petition: Initiative, settings: Any
    ) -> None:
        vote(demo_trust, "two-keys", petition)
        settings.SIGNATURES_PEPPERS = ["a newer pepper of signatures 0123456789abcd", *settings.SIGNATURES_PEPPERS]
        with pytest.raises(Conflict, match="already_waiting"):
            vote(demo_trust, "two-keys.second", petition)
        responder.start()
        waiting.recheck(at=AT + MINUTE)
        with pytest.raises(Conflict, match="already_voted"):
            vote(demo_trust, "two-keys.second", petition)

    def test_a_long_silence_costs_a_run_few_questions_and_nobody_is_forgotten(
        self, demo_trust: DemoPki, responder: DemoResponder, petition: Initiative, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(limits, "WAITING_ASKERS", 1)
        monkeypatch.setattr(limits, "WAITING_GIVES_UP", 2)
        for key in ("aigerim", "two-keys", "revoked"):
            vote(demo_trust, key, petition)
        assert waiting.recheck(at=AT + MINUTE) == waiting.Rechecked(asked=2, settled=0)
        asked = set(WaitingAct.objects.filter(asked_at=AT + MINUTE).values_list("pk", flat=True))
        waiting.recheck(at=AT + 2 * MINUTE)
        first = WaitingAct.objects.exclude(pk__in=asked).get()
        assert first.asked_at == AT + 2 * MINUTE, "who was not asked about comes first in the next run"


class TestEnds:
    """When the voting ends while some wait."""

    @pytest.fixture
    def waits(self, demo_trust: DemoPki, responder: DemoResponder, petition: Initiative) -> Initiative:
        end = AT + timedelta(minutes=5)
        Initiative.objects.filter(pk=petition.pk).update(closes_at=end, state_deadline_at=end)
        petition.refresh_from_db()
        vote(demo_trust, "aigerim", petition)
        return petition

    def state(self, petition: Initiative) -> str:
        return Initiative.objects.get(pk=petition.pk).state

    def test_what_was_received_before_the_end_is_counted_after_it(
        self, demo_trust: DemoPki, responder: DemoResponder, waits: Initiative
    ) -> None:
        Initiative.objects.filter(pk=waits.pk).update(threshold=1)
        later = AT + timedelta(hours=10)
        deadlines.run_due(at=later)
        assert self.state(waits) == State.COLLECTING
        waits.refresh_from_db()
        with pytest.raises(NotAllowed, match="voting_closed"):
            vote(demo_trust, "two-keys", waits, at=later)
        responder.start()
        waiting.recheck(at=later)
        folding.fold_all(at=later)
        assert self.state(waits) == State.THRESHOLD_REACHED
        assert exact_count(waits) == 1

    def test_it_closes_once_nothing_waits(self, responder: DemoResponder, waits: Initiative) -> None:
        later = AT + timedelta(hours=10)
        responder.start()
        waiting.recheck(at=later)
        deadlines.run_due(at=later)
        assert self.state(waits) == State.BELOW_THRESHOLD

    def test_it_waits_no_longer_than_the_grace(self, responder: DemoResponder, waits: Initiative) -> None:
        end = AT + timedelta(minutes=5)
        deadlines.run_due(at=end + limits.PENDING_GRACE - MINUTE)
        assert self.state(waits) == State.COLLECTING
        deadlines.run_due(at=end + limits.PENDING_GRACE)
        assert self.state(waits) == State.BELOW_THRESHOLD
        responder.start()
        waiting.recheck(at=end + limits.PENDING_GRACE + MINUTE)
        assert outcome() == WaitingOutcome.VOID
        assert exact_count(waits) == 0

    def test_after_the_threshold_it_is_counted_within_the_grace(
        self, demo_trust: DemoPki, responder: DemoResponder, petition: Initiative
    ) -> None:
        Initiative.objects.filter(pk=petition.pk).update(threshold=1)
        vote(demo_trust, "two-keys", petition)
        vote(demo_trust, "revoked", petition)
        responder.start()
        vote(demo_trust, "aigerim", petition)
        responder.stop(at=AT)
        folding.fold_all(at=AT + MINUTE)
        assert self.state(petition) == State.THRESHOLD_REACHED
        silent = waiting.recheck(at=AT + MINUTE + limits.PENDING_GRACE - timedelta(hours=1))
        assert silent == waiting.Rechecked(asked=2, settled=0)
        waiting.recheck(at=AT + MINUTE + limits.PENDING_GRACE)
        assert set(WaitingAct.objects.values_list("outcome", flat=True)) == {WaitingOutcome.EXPIRED}

    @pytest.mark.parametrize("change", [{"state": State.WITHDRAWN}, {"text_removed_at": AT}])
    def test_what_is_gone_takes_nothing_any_more(
        self, responder: DemoResponder, waits: Initiative, change: dict[str, Any]
    ) -> None:
        Initiative.objects.filter(pk=waits.pk).update(**change)
        responder.start()
        waiting.recheck(at=AT + 2 * MINUTE)
        assert outcome() == WaitingOutcome.VOID
        assert exact_count(waits) == 0

    @pytest.mark.django_db
    def test_joiners_are_counted_while_it_is_checked(self, demo_trust: DemoPki, responder: DemoResponder) -> None:
        joining = make_initiative(make_kind("petition", requires_eds=True, joiners=1), state=State.JOINING)
        vote(demo_trust, "two-keys", joining)
        responder.start()
        vote(demo_trust, "aigerim", joining)
        folding.fold_all(at=AT + MINUTE)
        assert self.state(joining) == State.CHECK
        waiting.recheck(at=AT + 2 * MINUTE)
        assert exact_count(joining) == 2


class TestTelling:
    """The voter hears what became of it."""

    def signer(self, pki: DemoPki, key: str) -> Signer:
        report = trust.verifier().verify(pki.sign(key, b"x", at=AT), b"x", at=AT)
        assert report.signer is not None
        return report.signer

    @pytest.mark.parametrize(("key", "said"), [("aigerim", "counted"), ("revoked", "refused")])
    def test_who_has_an_account_gets_a_notice_in_their_language(
        self, demo_trust: DemoPki, responder: DemoResponder, petition: Initiative, key: str, said: str
    ) -> None:
        person = enrol(signer=self.signer(demo_trust, key), at=AT, language="ru")
        vote(demo_trust, key, petition)
        responder.start()
        waiting.recheck(at=AT + MINUTE)
        deliver_due(at=AT + MINUTE)
        deliver_due(at=AT + MINUTE)
        notice = Notification.objects.get()
        assert (notice.recipient_id, notice.template) == (person.pk, "initiatives/waiting_settled")
        assert notice.context["outcome"] == said
        assert bool(notice.context["because"]) == (said == "refused")


@pytest.mark.django_db(transaction=True)
class TestRaces:
    """Many at once: one person, one vote."""

    def test_twenty_waiting_votes_of_one_person_are_one(
        self, demo_trust: DemoPki, responder: DemoResponder, petition: Initiative
    ) -> None:
        results = at_once(20, lambda number: vote(demo_trust, f"two-keys{'.second' * (number % 2)}", petition))
        codes = sorted(getattr(result, "code", "received") for result in results)
        assert codes == ["already_waiting"] * 19 + ["received"]
        responder.start()
        settled = at_once(6, lambda _number: waiting.recheck(at=AT + MINUTE))
        assert sum(one.settled for one in settled if isinstance(one, waiting.Rechecked)) == 1
        assert (exact_count(petition), VoteAct.objects.count()) == (1, 1)

    def test_waiting_and_counted_at_once_are_one(
        self, demo_trust: DemoPki, responder: DemoResponder, petition: Initiative
    ) -> None:
        vote(demo_trust, "two-keys", petition)
        responder.start()

        def act(number: int) -> object:
            if number % 2:
                return waiting.recheck(at=AT + MINUTE)
            return vote(demo_trust, "two-keys.second", petition, at=AT + MINUTE)

        results = at_once(12, act)
        assert exact_count(petition) == VoteAct.objects.count() == 1
        codes = [getattr(result, "code", "") for result in results[::2]]
        assert set(codes) <= {"", "already_voted"}
        assert WaitingAct.objects.get().is_settled

    def test_waiting_vote_and_its_withdrawal_at_once_leave_no_vote(
        self, demo_trust: DemoPki, responder: DemoResponder, petition: Initiative
    ) -> None:
        vote(demo_trust, "two-keys", petition)
        responder.start()

        def act(number: int) -> object:
            if number % 2:
                return waiting.recheck(at=AT + MINUTE)
            return take_back(demo_trust, "two-keys.second", petition, at=AT + MINUTE)

        at_once(8, act)
        assert exact_count(petition) == 0, "withdrawn before or after it was counted"
        assert VoteAct.objects.count() in (0, 2)

    def test_many_voters_and_workers_settle_each_once(
        self, demo_trust: DemoPki, responder: DemoResponder, petition: Initiative
    ) -> None:
        keys = ("aigerim", "two-keys", "revoked")
        at_once(3, lambda number: vote(demo_trust, keys[number], petition))
        responder.start()
        at_once(6, lambda _number: waiting.recheck(at=AT + MINUTE))
        found = sorted(WaitingAct.objects.values_list("outcome", flat=True))
        assert found == ["counted", "counted", "refused"]
        assert exact_count(petition) == 2

    def test_the_end_of_voting_waits_for_an_act_that_is_being_kept(
        self, demo_trust: DemoPki, responder: DemoResponder, petition: Initiative
    ) -> None:
        end = AT + timedelta(seconds=1)
        Initiative.objects.filter(pk=petition.pk).update(closes_at=end, state_deadline_at=end)

        def act(number: int) -> object:
            if number == 0:
                return deadlines.run_due(at=end)
            return vote(
                demo_trust, ("aigerim", "two-keys", "revoked")[number - 1], Initiative.objects.get(pk=petition.pk)
            )

        results = at_once(4, act)
        state = Initiative.objects.get(pk=petition.pk).state
        kept = sum(isinstance(one, waiting.WaitingReceipt) for one in results)
        assert WaitingAct.objects.count() == kept
        assert (state == State.COLLECTING) == (kept > 0), "a receipt was given: it will be counted"


def test_an_act_that_cannot_be_settled_holds_up_nobody(
    demo_trust: DemoPki, responder: DemoResponder, petition: Initiative, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in ("aigerim", "yerlan", "marina"):
        vote(demo_trust, person, petition)
    responder.start()
    broken = WaitingAct.objects.order_by("pk")[0].signature_id
    conclude = pending.conclude

    def failing(*, signature: Signature, **more: Any) -> None:
        if signature.pk == broken:
            raise ValueError("something that nobody has thought of")
        conclude(signature=signature, **more)

    monkeypatch.setattr(pending, "conclude", failing)

    assert waiting.recheck(at=AT + limits.WAITING_TURN) == waiting.Rechecked(asked=3, settled=2)
    assert exact_count(petition) == 2
    monkeypatch.undo()
    assert waiting.recheck(at=AT + 3 * limits.WAITING_TURN).settled == 1
    assert exact_count(petition) == 3
