"""Promises: moved with a reason, kept with evidence and not in the future, disputed by those whom they concern."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils import translation

from accounts.models import Body, User
from initiatives.models import Follow, Initiative, Milestone, MilestoneMove
from initiatives.services import answering, promising
from initiatives.states import PromiseStage, State
from portal.clock import local_date
from portal.errors import Conflict, InvalidInput, NotAllowed
from tests.factories.files import make_pdf
from tests.factories.initiatives import make_decision, make_milestone, make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition(citizen: User, ministry: Body, clerk: User, head: User, at: datetime) -> Initiative:
    """In execution; decided on Monday, 2 March."""
    made = make_petition(state=State.EXECUTION, author=citizen, body=ministry, at=at)
    make_decision(made, by=clerk, at=at, signed_by=head, submitted_at=at, published_at=at)
    return made


@pytest.fixture
def milestone(petition: Initiative, at: datetime) -> Milestone:
    """Due on 1 April."""
    return make_milestone(petition, at=at, days=30)


def fulfil(milestone: Milestone, by: User, at: datetime, on: date, **more: Any) -> Milestone:
    return promising.fulfil(milestone=milestone, by=by, evidence="Ашылды.", on=on, at=at, **more)


@pytest.mark.parametrize(("days", "said"), [(11, "has come"), (-1, "after it")])
def test_done_lies_between_the_decision_and_today(
    milestone: Milestone, clerk: User, at: datetime, days: int, said: str
) -> None:
    now = at + timedelta(days=10)
    with pytest.raises(InvalidInput) as refused, translation.override("en"):
        fulfil(milestone, clerk, now, local_date(at) + timedelta(days=days))
    assert said in str(refused.value.fields["done_date"])
    assert fulfil(milestone, clerk, now, local_date(now)).is_done


@pytest.mark.parametrize(
    ("done_after", "today_after", "stage", "late"),
    [
        (None, 30, PromiseStage.PROMISED, 0),
        (None, 31, PromiseStage.LATE, 1),
        (30, 90, PromiseStage.DONE, 0),
        (33, 90, PromiseStage.DONE_LATE, 3),
    ],
)
def test_where_a_promise_stands(
    milestone: Milestone, at: datetime, done_after: int | None, today_after: int, stage: PromiseStage, late: int
) -> None:
    first = local_date(at)
    if done_after is not None:
        milestone.done_date = first + timedelta(days=done_after)
    today = first + timedelta(days=today_after)
    assert (milestone.stage(today), milestone.days_late(today)) == (stage, late)


def test_a_date_is_moved_with_a_reason_and_its_history_stays(milestone: Milestone, clerk: User, at: datetime) -> None:
    first = milestone.due_date
    for days in (10, 20):
        promising.move(milestone=milestone, by=clerk, to=first + timedelta(days=days), reason="Мердігер ауысты.", at=at)
    assert list(MilestoneMove.objects.values_list("from_date", "to_date")) == [
        (first, first + timedelta(days=10)),
        (first + timedelta(days=10), first + timedelta(days=20)),
    ]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        MilestoneMove.objects.update(reason="Басқа себеп.")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        MilestoneMove.objects.all().delete()


@pytest.mark.parametrize(("days", "reason"), [(10, "  "), (10, "ә" * 501), (0, "Себеп"), (-40, "Себеп")])
def test_a_move_owes_a_reason_and_a_day_to_come(
    milestone: Milestone, clerk: User, at: datetime, days: int, reason: str
) -> None:
    to = milestone.due_date + timedelta(days=days)
    with pytest.raises(InvalidInput):
        promising.move(milestone=milestone, by=clerk, to=to, reason=reason, at=at)
    assert not MilestoneMove.objects.exists()


def test_a_day_gone_by_is_no_promise(petition: Initiative, clerk: User, at: datetime) -> None:
    with pytest.raises(InvalidInput) as refused:
        promising.promise(
            initiative=petition, by=clerk, title="Есеп", due_date=local_date(at) - timedelta(days=1), at=at
        )
    assert set(refused.value.fields) == {"due_date"}


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "http://example.kz/", "data:text/html,x", "//example.kz", "https://", "https://a@b.kz/"],
)
def test_a_link_that_is_not_whole_and_secure_is_no_evidence(
    milestone: Milestone, clerk: User, at: datetime, link: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        fulfil(milestone, clerk, at, local_date(at), links=[link])
    assert set(refused.value.fields) == {"links"}


def test_a_file_that_is_not_what_it_says_is_no_evidence(milestone: Milestone, clerk: User, at: datetime) -> None:
    page = SimpleUploadedFile("photo.png", b"<script>alert(1)</script>")
    with pytest.raises(InvalidInput), transaction.atomic():
        fulfil(milestone, clerk, at, local_date(at), uploads=[page])
    milestone.refresh_from_db()
    assert not milestone.is_done
    pdf = SimpleUploadedFile("act.pdf", make_pdf())
    done = fulfil(milestone, clerk, at, local_date(at), uploads=[pdf], links=["https://example.kz/act"])
    assert [proof.url or proof.content_type for proof in done.proofs.all()] == [
        "https://example.kz/act",
        "application/pdf",
    ]


class TestDisputes:
    """ "It is not so": one line, once, by those whom it concerns."""

    @pytest.fixture
    def done(self, milestone: Milestone, clerk: User, at: datetime) -> Milestone:
        return fulfil(milestone, clerk, at, local_date(at))

    def test_a_stranger_follows_first(self, done: Milestone, other_citizen: User, at: datetime) -> None:
        with pytest.raises(NotAllowed, match="not_concerned"):
            promising.dispute(milestone=done, by=other_citizen, text="Жабық тұр.", at=at)
        Follow.objects.create(initiative=done.initiative, user=other_citizen, since=at)
        said = promising.dispute(milestone=done, by=other_citizen, text="Жабық\n  тұр.", at=at)
        assert said.text == "Жабық тұр."
        with pytest.raises(Conflict, match="already_disputed"):
            promising.dispute(milestone=done, by=other_citizen, text="Әлі жабық.", at=at)

    def test_what_is_not_done_is_not_disputed(self, milestone: Milestone, citizen: User, at: datetime) -> None:
        with pytest.raises(NotAllowed, match="not_done"):
            promising.dispute(milestone=milestone, by=citizen, text="Жабық тұр.", at=at)

    def test_the_body_answers_once_and_moderators_hide(
        self, done: Milestone, citizen: User, clerk: User, clerk_elsewhere: User, moderator: User, at: datetime
    ) -> None:
        said = promising.dispute(milestone=done, by=citizen, text="Жабық тұр.", at=at)
        with pytest.raises(NotAllowed):
            promising.answer_dispute(dispute=said, by=clerk_elsewhere, answer="Ашық.", at=at)
        promising.answer_dispute(dispute=said, by=clerk, answer="Ашық.", at=at)
        with pytest.raises(Conflict, match="already_answered"):
            promising.answer_dispute(dispute=said, by=clerk, answer="Ашық, келіңіз.", at=at)
        with pytest.raises(NotAllowed):
            promising.hide_dispute(dispute=said, by=clerk, reason="Ұнамайды", at=at)
        promising.hide_dispute(dispute=said, by=moderator, reason="Балағат сөз.", at=at)


def test_an_execution_with_open_promises_ends_with_a_reason_of_its_own(
    petition: Initiative, milestone: Milestone, clerk: User, at: datetime
) -> None:
    end = {"initiative": petition, "by": clerk, "reason": "Асхана ашылды.", "seen_revision": 1, "at": at}
    with pytest.raises(InvalidInput) as refused:
        answering.finish(**end, open_reason=" ")  # type: ignore[arg-type]
    assert set(refused.value.fields) == {"open_reason"}
    done = answering.finish(**end, open_reason="Мәзір келесі жылға қалды.")  # type: ignore[arg-type]
    assert done.state == State.DONE


class TestStatement:
    """The first head's statement, due with the decision (art. 90-6(3))."""

    def test_it_is_given_once(self, petition: Initiative, clerk: User, at: datetime) -> None:
        later = at + timedelta(days=4)
        give = {"initiative": petition, "by": clerk, "url": "https://example.kz/video", "at": later}
        decision = answering.give_statement(**give, statement="")  # type: ignore[arg-type]
        assert (decision.has_statement, decision.statement_at) == (True, later)
        with pytest.raises(NotAllowed, match="statement_given"):
            answering.give_statement(**give, statement="Тағы бір сөз.")  # type: ignore[arg-type]

    @pytest.mark.parametrize(("said", "url"), [("", ""), ("", "http://example.kz"), ("Сөз", "javascript:alert(1)")])
    def test_it_needs_words_or_a_secure_link(
        self, petition: Initiative, clerk: User, at: datetime, said: str, url: str
    ) -> None:
        with pytest.raises(InvalidInput):
            answering.give_statement(initiative=petition, by=clerk, statement=said, url=url, at=at)
