"""The discussion of a draft decision: its notice, remarks and their decisions, the summary; and what the database refuses."""

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import translation

from accounts.models import Body, User
from initiatives import policies
from initiatives.limits import REMARKS_PER_PERSON
from initiatives.models import DraftDiscussion, Initiative, Remark
from initiatives.services import draft_discussing
from initiatives.states import DiscussionStage, NormCode, State
from portal import clock
from portal.calendar.models import CalendarDay
from portal.errors import Conflict, InvalidInput, NotAllowed, Refusal
from portal.events.models import OutboxEvent
from tests.factories.initiatives import make_discussion, make_petition, make_remark

pytestmark = pytest.mark.django_db
DRAFT = "Министрлік мектептердегі тамақты тексеру тәртібін бекітеді, нәтижесін ай сайын жариялайды. " * 4
SUMMARY = "Талқылауда айтылған ескертулер қаралды, жобаға мерзім мен жауаптылар қосылды."


@pytest.fixture
def petition(citizen: User, ministry: Body, at: datetime) -> Initiative:
    return make_petition(state=State.REGISTERED, author=citizen, body=ministry, at=at)


@pytest.fixture
def discussion(petition: Initiative, clerk: User, at: datetime) -> DraftDiscussion:
    """Open from `at` for five days."""
    return make_discussion(petition, by=clerk, at=at)


def announcement(starts_at: datetime, **changed: Any) -> draft_discussing.Announcement:
    values = {"text_kk": DRAFT, "text_ru": "", "place": "Астана", "online_url": "", "starts_at": starts_at}
    values |= {"ends_at": starts_at + timedelta(days=2)}
    return draft_discussing.Announcement(**{**values, **changed})


def announce(petition: Initiative, by: User, at: datetime, starts_at: datetime, **changed: Any) -> DraftDiscussion:
    return draft_discussing.announce(initiative=petition, by=by, said=announcement(starts_at, **changed), at=at)


def test_three_working_days_lie_before_the_first_lawful_day(petition: Initiative, clerk: User, at: datetime) -> None:
    thursday = at + timedelta(days=3)
    with pytest.raises(InvalidInput) as refused, translation.override("en"):
        announce(petition, clerk, at, thursday)
    said = str(refused.value.fields["starts_at"])
    assert "06.03.2026" in said
    assert said.count(" – ") == 3
    assert announce(petition, clerk, at, thursday + timedelta(days=1)).stage(at) == DiscussionStage.ANNOUNCED


def test_a_holiday_moves_the_first_lawful_day(petition: Initiative, clerk: User, at: datetime) -> None:
    friday_before_8_march = at + timedelta(days=4)
    with pytest.raises(InvalidInput) as refused:
        announce(petition, clerk, friday_before_8_march, friday_before_8_march + timedelta(days=4))
    said = str(refused.value.fields["starts_at"])
    # 8 March 2026 is a Sunday: Monday is off in its place, so Tuesday, Wednesday and Thursday are counted.
    assert CalendarDay.objects.filter(date="2026-03-09").exists()
    assert "13.03.2026" in said
    assert "09.03.2026" in said


def test_a_kind_that_owes_no_discussion_lets_the_head_sign(petition: Initiative, head: User) -> None:
    assert policies.may_decide(head, petition).code == "discussion_owed"  # type: ignore[union-attr]
    petition.kind_version.norms.filter(code=NormCode.DISCUSSION_NOTICE).delete()
    fresh = Initiative.objects.get(pk=petition.pk)
    assert policies.may_decide(head, fresh)


def test_a_summary_lets_the_head_sign_and_a_discussion_called_off_does_not(
    petition: Initiative, clerk: User, head: User, at: datetime
) -> None:
    off = announce(petition, clerk, at, at + timedelta(days=7))
    draft_discussing.cancel(discussion=off, by=clerk, reason="Зал жөндеуде.", at=at + timedelta(days=1))
    assert not policies.may_decide(head, petition)
    make_discussion(petition, by=clerk, at=at, is_summarised=True)
    assert policies.may_decide(head, petition)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text_kk": ""}, "text_kk"),
        ({"text_ru": "Кратко."}, "text_ru"),
        ({"place": ""}, "place"),
        ({"online_url": "javascript:alert(1)"}, "online_url"),
        ({"online_url": "http://example.kz/"}, "online_url"),
        ({"online_url": "https://user@example.kz/"}, "online_url"),
        ({"place": "ә" * 301}, "place"),
        ({"ends_at": datetime(2026, 3, 1, tzinfo=clock.ALMATY)}, "ends_at"),
        ({"ends_at": datetime(2026, 6, 1, tzinfo=clock.ALMATY)}, "ends_at"),
    ],
)
def test_an_announcement_that_misses_something_is_refused(
    petition: Initiative, clerk: User, at: datetime, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        announce(petition, clerk, at, at + timedelta(days=7), **changed)
    assert set(refused.value.fields) == {field}
    assert not DraftDiscussion.objects.exists()


def test_only_the_body_announces_and_once_at_a_time(
    petition: Initiative, clerk: User, clerk_elsewhere: User, at: datetime
) -> None:
    with pytest.raises(NotAllowed):
        announce(petition, clerk_elsewhere, at, at + timedelta(days=7))
    announce(petition, clerk, at, at + timedelta(days=7))
    with pytest.raises(Conflict, match="already_announced"):
        announce(petition, clerk, at, at + timedelta(days=8))


def test_before_registration_nothing_is_announced(citizen: User, ministry: Body, clerk: User, at: datetime) -> None:
    sent = make_petition(state=State.SENT, author=citizen, body=ministry, at=at)
    with pytest.raises(NotAllowed, match="wrong_state"):
        announce(sent, clerk, at, at + timedelta(days=7))


@pytest.mark.parametrize("days", [-1, 5])
def test_remarks_are_taken_only_while_it_is_open(
    discussion: DraftDiscussion, other_citizen: User, at: datetime, days: int, time_machine: Any
) -> None:
    time_machine.move_to(at + timedelta(days=days), tick=False)
    with pytest.raises(Refusal, match="discussion_not_open"):
        draft_discussing.remark(discussion=discussion, by=other_citizen, text="Мерзімі жоқ.", at=clock.now())


def test_one_person_makes_a_few_remarks_and_none_twice(
    discussion: DraftDiscussion, other_citizen: User, at: datetime, time_machine: Any
) -> None:
    time_machine.move_to(at, tick=False)
    draft_discussing.remark(discussion=discussion, by=other_citizen, text="Мерзімі жоқ.", at=at)
    with pytest.raises(Conflict, match="already_said"):
        draft_discussing.remark(discussion=discussion, by=other_citizen, text=" Мерзімі жоқ. ", at=at)
    for number in range(1, REMARKS_PER_PERSON):
        make_remark(discussion, author=other_citizen, at=at, text=f"{number}-ескерту")
    with pytest.raises(InvalidInput):
        draft_discussing.remark(discussion=discussion, by=other_citizen, text="Тағы бір.", at=at)


class TestDeciding:
    """Each remark is owed a decision with a reason."""

    @pytest.fixture
    def remark(self, discussion: DraftDiscussion, other_citizen: User, at: datetime) -> Remark:
        return make_remark(discussion, author=other_citizen, at=at)

    @pytest.mark.parametrize(("verdict", "reason"), [("maybe", "Себебі бар."), ("accepted", " "), ("", "Себебі бар.")])
    def test_a_verdict_without_a_reason_is_none(
        self, remark: Remark, clerk: User, at: datetime, verdict: str, reason: str
    ) -> None:
        with pytest.raises(InvalidInput):
            draft_discussing.decide(remark=remark, by=clerk, verdict=verdict, reason=reason, at=at)

    def test_who_said_it_is_told_and_nobody_elsewhere_decides(
        self, remark: Remark, clerk: User, clerk_elsewhere: User, at: datetime
    ) -> None:
        with pytest.raises(NotAllowed):
            draft_discussing.decide(remark=remark, by=clerk_elsewhere, verdict="accepted", reason="Иә.", at=at)
        draft_discussing.decide(remark=remark, by=clerk, verdict="accepted", reason="Қосылды.", at=at)
        event = OutboxEvent.objects.get(name="initiatives.remark_decided")
        assert event.payload["person_id"] == str(remark.author_id)

    def test_the_summary_waits_for_the_last_decision(
        self, discussion: DraftDiscussion, remark: Remark, clerk: User, at: datetime
    ) -> None:
        after = at + timedelta(days=6)
        with pytest.raises(Conflict, match="not_over"):
            summarise(discussion, clerk, at)
        with pytest.raises(Conflict, match="remarks_undecided"):
            summarise(discussion, clerk, after)
        draft_discussing.decide(remark=remark, by=clerk, verdict="rejected", reason="Заңға қайшы.", at=after)
        done = summarise(discussion, clerk, after)
        assert done.stage(after) == DiscussionStage.SUMMARISED
        with pytest.raises(Conflict, match="discussion_ended"):
            draft_discussing.decide(remark=remark, by=clerk, verdict="accepted", reason="Жоқ, дұрыс.", at=after)

    def test_a_hidden_remark_needs_no_decision(
        self, discussion: DraftDiscussion, remark: Remark, clerk: User, moderator: User, at: datetime
    ) -> None:
        with pytest.raises(NotAllowed):
            draft_discussing.hide(remark=remark, by=clerk, reason="Балағат сөз.", at=at)
        draft_discussing.hide(remark=remark, by=moderator, reason="Балағат сөз.", at=at)
        assert summarise(discussion, clerk, at + timedelta(days=6)).summary == SUMMARY


def summarise(discussion: DraftDiscussion, by: User, at: datetime) -> DraftDiscussion:
    return draft_discussing.summarise(discussion=discussion, by=by, summary=SUMMARY, language="kk", at=at)


class TestDatabase:
    """What the database refuses, whoever asks."""

    @pytest.fixture
    def remark(self, discussion: DraftDiscussion, other_citizen: User, at: datetime) -> Remark:
        return make_remark(discussion, author=other_citizen, at=at)

    def test_no_summary_over_an_undecided_remark(
        self, discussion: DraftDiscussion, remark: Remark, clerk: User, at: datetime
    ) -> None:
        whole = {"summary": SUMMARY, "summarised_at": at, "summarised_by": clerk}
        with pytest.raises(DatabaseError, match="every remark is decided"), transaction.atomic():
            DraftDiscussion.objects.filter(pk=discussion.pk).update(**whole)

    def test_no_remark_after_the_summary_and_no_change_of_it(
        self, petition: Initiative, clerk: User, other_citizen: User, at: datetime
    ) -> None:
        over = make_discussion(petition, by=clerk, at=at, is_summarised=True)
        with pytest.raises(DatabaseError, match="has ended"), transaction.atomic():
            make_remark(over, author=other_citizen, at=at)
        with pytest.raises(DatabaseError, match="does not change"), transaction.atomic():
            DraftDiscussion.objects.filter(pk=over.pk).update(summary="Басқаша болды.")

    def test_the_words_of_a_remark_stay(self, remark: Remark) -> None:
        with pytest.raises(DatabaseError, match="do not change"), transaction.atomic():
            Remark.objects.filter(pk=remark.pk).update(text="Бәрі жақсы.")

    def test_a_verdict_needs_its_reason(self, remark: Remark, clerk: User, at: datetime) -> None:
        values = {"verdict": "accepted", "decided_at": at, "decided_by": clerk}
        with pytest.raises(IntegrityError), transaction.atomic():
            Remark.objects.filter(pk=remark.pk).update(**values)


@pytest.mark.django_db(transaction=True)
def test_a_remark_and_the_summary_at_once_never_leave_one_undecided(
    petition: Initiative, clerk: User, other_citizen: User, at: datetime
) -> None:
    """Both go for the same row; whichever comes second is refused."""
    for number in range(6):
        discussion = make_discussion(petition, by=clerk, at=at, ends_at=at + timedelta(days=5, seconds=number))
        start = Barrier(2)
        refused: list[str] = []

        def attempt(work: Any, start: Barrier = start, refused: list[str] = refused) -> None:
            start.wait()
            try:
                work()
            except (Refusal, DatabaseError) as error:
                refused.append(str(error))
            finally:
                connection.close()

        def say(one: DraftDiscussion = discussion) -> None:
            make_remark(one, author=other_citizen, at=at)

        def close(one: DraftDiscussion = discussion) -> None:
            summarise(one, clerk, at + timedelta(days=6))

        threads = [Thread(target=attempt, args=(work,)) for work in (say, close)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        discussion.refresh_from_db()
        undecided = Remark.objects.filter(discussion=discussion, verdict="").count()
        assert (discussion.summarised_at is None) == (undecided == 1), refused
        assert len(refused) == 1
        if discussion.summarised_at is None:
            remark = Remark.objects.get(discussion=discussion)
            draft_discussing.decide(
                remark=remark, by=clerk, verdict="accepted", reason="Қосылды.", at=at + timedelta(days=6)
            )
            summarise(discussion, clerk, at + timedelta(days=6))
