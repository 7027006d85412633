"""The body's side: registration, draft, the head's signature, publication, promises (arts 90-4 to 90-6)."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from accounts.models import Body, User
from initiatives.models import Decision, Initiative, Milestone
from initiatives.services import answering, promising
from initiatives.services.answering import Answer
from initiatives.states import State
from portal.errors import Conflict, InvalidInput, NotAllowed
from portal.events.models import OutboxEvent
from tests.factories.initiatives import (
    make_decision,
    make_discussion,
    make_idea,
    make_milestone,
    make_petition,
    make_signature,
)

pytestmark = pytest.mark.django_db
HEAD_IIN = "750909300161"
TEXT = "Орган петицияны қарап, ұсыныстың бір бөлігін қабылдады. " * 6
APPEAL = "Сотқа үш ай ішінде шағым жасауға болады."


@pytest.fixture
def petition(citizen: User, ministry: Body, at: datetime) -> Initiative:
    return make_petition(state=State.REGISTERED, author=citizen, body=ministry, at=at)


def draft(petition: Initiative, by: User, at: datetime, *, seen: int = 0, **changed: str) -> Decision:
    values = {"outcome": "partial", "language": "kk", "text": TEXT, "appeal_route": APPEAL, **changed}
    return answering.draft(initiative=petition, by=by, answer=Answer(**values), seen_revision=seen, at=at)


def signed_by(iin: str, decision: Decision, at: datetime) -> Any:
    """A verified signature over the decision by the person of that IIN."""
    signature = make_signature(decision.initiative, decision.text_sha256, at)
    return SimpleNamespace(signature=signature, signer=SimpleNamespace(iin=iin))


def test_registration_starts_the_term_of_the_decision(citizen: User, ministry: Body, clerk: User, at: datetime) -> None:
    sent = make_petition(state=State.SENT, author=citizen, body=ministry, at=at)
    done = answering.register(initiative=sent, by=clerk, number=" ҚР-1/2 ", seen_revision=sent.revision, at=at)
    assert (done.state, done.registration_number, done.registered_at) == (State.REGISTERED, "ҚР-1/2", at)
    assert done.state_deadline_at is not None
    # 40 working days of a central body from 2 March 2026 end after Nauryz and the First of May.
    assert 55 <= (done.state_deadline_at - at).days <= 65


@pytest.mark.parametrize("number", ["", "  ", "9" * 41])
def test_a_registration_owes_a_number(citizen: User, ministry: Body, clerk: User, at: datetime, number: str) -> None:
    sent = make_petition(state=State.SENT, author=citizen, body=ministry, at=at)
    with pytest.raises(InvalidInput):
        answering.register(initiative=sent, by=clerk, number=number, seen_revision=sent.revision, at=at)
    sent.refresh_from_db()
    assert sent.state == State.SENT


def test_an_official_elsewhere_drafts_nothing(petition: Initiative, clerk_elsewhere: User, at: datetime) -> None:
    with pytest.raises(NotAllowed, match="officials_of_the_body_only"):
        draft(petition, clerk_elsewhere, at)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"outcome": "maybe"}, "outcome"),
        ({"language": "en"}, "language"),
        ({"text": "Қарадық."}, "text"),
        ({"text": "ә" * 20_001}, "text"),
        ({"appeal_route": " "}, "appeal_route"),
    ],
)
def test_an_incomplete_answer_is_refused(
    petition: Initiative, clerk: User, at: datetime, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        draft(petition, clerk, at, **changed)
    assert set(refused.value.fields) == {field}
    assert not Decision.objects.exists()


def test_a_colleagues_draft_is_not_overwritten(petition: Initiative, clerk: User, head: User, at: datetime) -> None:
    draft(petition, clerk, at)
    with pytest.raises(Conflict, match="stale_draft"):
        draft(petition, head, at, outcome="refused")
    assert Decision.objects.get().outcome == "partial"


def test_a_change_has_to_be_laid_before_the_head_again(petition: Initiative, clerk: User, at: datetime) -> None:
    first = draft(petition, clerk, at)
    answering.submit(decision=first, by=clerk, seen_revision=1, at=at)
    assert OutboxEvent.objects.filter(name="initiatives.answer_submitted").count() == 1
    assert draft(petition, clerk, at, seen=1, outcome="full").submitted_at is None


class TestSigning:
    """The head's signature binds the text."""

    @pytest.fixture
    def decision(self, petition: Initiative, clerk: User, at: datetime) -> Decision:
        make_discussion(petition, by=clerk, at=at, is_summarised=True)
        return make_decision(petition, by=clerk, at=at, submitted_at=at)

    def test_the_head_signs(self, decision: Decision, head: User, at: datetime) -> None:
        accepted = signed_by(HEAD_IIN, decision, at)
        done = answering.sign(decision=decision, by=head, accepted=accepted, seen_revision=1, at=at)
        decision.refresh_from_db()
        assert (done.state, decision.signed_by, decision.signature) == (State.DECIDED, head, accepted.signature)

    @pytest.mark.parametrize(
        ("change", "code"),
        [({"revision": 2}, "stale_page"), ({"text_sha256": "1" * 64}, "text_changed")],
    )
    def test_a_text_that_changed_meanwhile_is_not_signed(
        self, decision: Decision, head: User, at: datetime, change: dict[str, Any], code: str
    ) -> None:
        accepted = signed_by(HEAD_IIN, decision, at)
        Decision.objects.filter(pk=decision.pk).update(**change)
        with pytest.raises(Conflict, match=code):
            sign_in_transaction(decision, head, accepted, at)
        decision.refresh_from_db()
        assert not decision.is_signed

    def test_anothers_key_does_not_sign(self, decision: Decision, head: User, at: datetime) -> None:
        with pytest.raises(NotAllowed, match="anothers_key"):
            sign_in_transaction(decision, head, signed_by("850312400115", decision, at), at)
        decision.refresh_from_db()
        assert not decision.is_signed

    def test_the_clerk_does_not_sign(self, decision: Decision, clerk: User, at: datetime) -> None:
        with pytest.raises(NotAllowed, match="head_only"):
            sign_in_transaction(decision, clerk, signed_by("820606400151", decision, at), at)
        decision.refresh_from_db()
        assert not decision.is_signed


def sign_in_transaction(decision: Decision, by: User, accepted: Any, at: datetime) -> None:
    """As the page does it: all or nothing."""
    from django.db import transaction

    with transaction.atomic():
        answering.sign(decision=decision, by=by, accepted=accepted, seen_revision=1, at=at)


def test_a_signed_decision_no_longer_changes(petition: Initiative, clerk: User, head: User, at: datetime) -> None:
    make_decision(petition, by=clerk, at=at, signed_by=head)
    with pytest.raises(NotAllowed, match="already_signed"):
        draft(petition, clerk, at, seen=1)


def test_publication_carries_the_statement(
    citizen: User, ministry: Body, clerk: User, head: User, at: datetime
) -> None:
    decided = make_petition(state=State.DECIDED, author=citizen, body=ministry, at=at)
    decision = make_decision(decided, by=clerk, at=at, signed_by=head)
    answering.publish(initiative=decided, by=clerk, statement="Орындаймыз.", seen_revision=decided.revision, at=at)
    decision.refresh_from_db()
    assert (decision.statement, decision.statement_at, decision.published_at) == ("Орындаймыз.", at, at)


class TestPromises:
    """What the body promises, and whether it was kept."""

    @pytest.fixture
    def published(self, citizen: User, ministry: Body, at: datetime) -> Initiative:
        return make_petition(state=State.PUBLISHED, author=citizen, body=ministry, at=at)

    def test_a_promise_is_kept_with_evidence_once(self, published: Initiative, clerk: User, at: datetime) -> None:
        promised = promising.promise(
            initiative=published, by=clerk, title="Асхана ашу", due_date=date(2026, 9, 1), at=at
        )
        fulfil(promised, clerk, at)
        with pytest.raises(Conflict, match="already_done"):
            fulfil(promised, clerk, at)

    @pytest.mark.parametrize("title", ["", " ", "ә" * 201])
    def test_a_promise_owes_a_short_title(self, published: Initiative, clerk: User, at: datetime, title: str) -> None:
        with pytest.raises(InvalidInput):
            promising.promise(initiative=published, by=clerk, title=title, due_date=date(2026, 9, 1), at=at)
        assert not Milestone.objects.exists()

    def test_a_report_owes_evidence(self, published: Initiative, clerk: User, at: datetime) -> None:
        milestone = make_milestone(published, at=at)
        with pytest.raises(InvalidInput):
            promising.fulfil(milestone=milestone, by=clerk, evidence=" ", on=date(2026, 3, 3), at=at)
        milestone.refresh_from_db()
        assert not milestone.is_done

    def test_before_publication_nothing_is_promised(self, petition: Initiative, clerk: User, at: datetime) -> None:
        with pytest.raises(NotAllowed, match="wrong_state"):
            promising.promise(initiative=petition, by=clerk, title="Асхана", due_date=date(2026, 9, 1), at=at)


def fulfil(milestone: Milestone, by: User, at: datetime) -> Milestone:
    on = (at + timedelta(days=1)).date()
    at += timedelta(days=1)
    return promising.fulfil(milestone=milestone, by=by, evidence="Ашылды.", on=on, at=at)


@pytest.mark.parametrize(("step", "state"), [("take_up", State.TAKEN_UP), ("answer", State.ANSWERED)])
def test_an_idea_is_answered(citizen: User, ministry: Body, clerk: User, at: datetime, step: str, state: str) -> None:
    idea = make_idea(state=State.DISCUSSION, author=citizen, body=ministry, at=at)
    done = answering.step(initiative=idea, name=step, by=clerk, reason="Жоспарда бар.", seen_revision=1, at=at)
    assert (done.state, done.answered_at) == (state, at)


def test_what_the_body_answers_to_an_idea_stands_at_the_head_of_its_page(
    citizen: User, ministry: Body, clerk: User, at: datetime, client: Client
) -> None:
    idea = make_idea(state=State.DISCUSSION, author=citizen, body=ministry, at=at)
    answering.step(initiative=idea, name="answer", by=clerk, reason="Жоспарда бар.", seen_revision=1, at=at)
    page = client.get(f"/en/petitions/{idea.code}/").text
    assert page.index("The answer of the body") < page.index("Жоспарда бар.") < page.index("The problem")
    assert page.count("Жоспарда бар.") == 1
