"""Comments: order, agreement, correction, reports without a lever, and a hiding that is contested."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Body, User
from initiatives.limits import REPORTS_PER_DAY
from initiatives.models import Comment, CommentContest, CommentMark, CommentReport, Initiative
from initiatives.selectors.discussions import discussion_of
from initiatives.selectors.moderating import report_cases
from initiatives.services import contesting, discussing, moderation
from initiatives.states import State
from portal.errors import Conflict, InvalidInput, NotAllowed, TooMany
from portal.events.outbox import deliver_due
from portal.notifications.models import Notification
from tests.factories.initiatives import make_idea
from tests.initiatives.voters import make_voter

pytestmark = pytest.mark.django_db
Say = Callable[..., Comment]


@pytest.fixture
def idea(citizen: User, ministry: Body, at: datetime) -> Initiative:
    return make_idea(state=State.DISCUSSION, author=citizen, body=ministry, at=at)


@pytest.fixture
def say(idea: Initiative, at: datetime) -> Say:
    def one(
        by: User, text: str = "Дұрыс.", stance: str = "neutral", hours: int = 0, is_question: bool = False
    ) -> Comment:
        return discussing.comment(
            initiative=idea,
            by=by,
            text=text,
            stance=stance,
            parent=None,
            at=at + timedelta(hours=hours),
            is_question=is_question,
        )

    return one


def texts(idea: Initiative, order: str, at: datetime, *, questions: bool = False) -> list[str]:
    found = discussion_of(idea, user=None, order=order, questions_only=questions, at=at)
    return [one.text for one in found.comments]


class TestOrder:
    def test_each_order(self, idea: Initiative, say: Say, citizen: User, other_citizen: User, at: datetime) -> None:
        first, second = say(citizen, "бірінші"), say(citizen, "екінші", hours=1)
        third = say(other_citizen, "үшінші", hours=2, is_question=True)
        discussing.comment(initiative=idea, by=other_citizen, text="Иә.", stance="neutral", parent=second, at=at)
        for number in range(2):
            discussing.agree(comment=first, by=make_voter(number), at=at)
        discussing.agree(comment=third, by=citizen, at=at)
        assert texts(idea, "newest", at) == ["үшінші", "екінші", "бірінші"]
        assert texts(idea, "oldest", at) == ["бірінші", "екінші", "үшінші"]
        assert texts(idea, "replies", at)[0] == "екінші"
        assert texts(idea, "agreed", at) == ["бірінші", "үшінші", "екінші"]
        assert texts(idea, "'; drop table", at)[0] == "үшінші"
        assert texts(idea, "newest", at, questions=True) == ["үшінші"]

    def test_the_strongest_of_both_sides_stand_beside_each_other(
        self, idea: Initiative, say: Say, citizen: User, other_citizen: User, at: datetime
    ) -> None:
        pro, weak, contra = say(citizen, "иә", "for"), say(citizen, "мүмкін", "for"), say(citizen, "жоқ", "against")
        for number, one in enumerate((pro, pro, weak)):
            discussing.agree(comment=one, by=make_voter(number), at=at)
        shown = discussion_of(idea, user=None, order="", questions_only=False, at=at)
        assert shown.strongest == []
        discussing.agree(comment=contra, by=other_citizen, at=at)
        shown = discussion_of(idea, user=None, order="", questions_only=False, at=at)
        assert [one.text for one in shown.strongest] == ["иә", "жоқ"]


class TestOneLevel:
    def test_the_database_refuses_a_reply_to_a_reply(
        self, idea: Initiative, say: Say, citizen: User, at: datetime
    ) -> None:
        top = say(citizen)
        reply = Comment.objects.create(initiative=idea, author=citizen, text="Иә", parent=top, created_at=at)
        with pytest.raises(DatabaseError, match="not under a reply"), transaction.atomic():
            Comment.objects.create(initiative=idea, author=citizen, text="Жоқ", parent=reply, created_at=at)


class TestAgreeing:
    def test_once_a_person_and_back_again(self, say: Say, citizen: User, other_citizen: User, at: datetime) -> None:
        said = say(citizen)
        assert discussing.agree(comment=said, by=other_citizen, at=at) is True
        with pytest.raises(DatabaseError), transaction.atomic():
            CommentMark.objects.create(comment=said, user=other_citizen, at=at)
        assert discussing.agree(comment=said, by=other_citizen, at=at) is False
        assert not CommentMark.objects.exists()

    def test_not_with_oneself(self, say: Say, citizen: User, at: datetime) -> None:
        with pytest.raises(NotAllowed, match="own_comment"):
            discussing.agree(comment=say(citizen), by=citizen, at=at)


class TestCorrecting:
    def test_what_it_said_before_stays_readable(self, say: Say, citizen: User, at: datetime) -> None:
        said = say(citizen, "Дұрс.")
        now = discussing.correct(comment=said, by=citizen, text="Дұрыс.", at=at + timedelta(minutes=15))
        assert (now.text, [one.text for one in now.edits.all()]) == ("Дұрыс.", ["Дұрс."])

    def test_after_a_quarter_of_an_hour_it_stands(self, say: Say, citizen: User, at: datetime) -> None:
        with pytest.raises(Conflict, match="too_late_to_edit"):
            discussing.correct(comment=say(citizen), by=citizen, text="Жоқ.", at=at + timedelta(minutes=15, seconds=1))

    def test_nobody_corrects_another(self, say: Say, citizen: User, other_citizen: User, at: datetime) -> None:
        with pytest.raises(NotAllowed, match="writer_only"):
            discussing.correct(comment=say(citizen), by=other_citizen, text="Жоқ.", at=at)

    def test_what_its_writer_deletes_leaves_a_line(
        self, say: Say, citizen: User, other_citizen: User, at: datetime
    ) -> None:
        said = say(citizen)
        with pytest.raises(NotAllowed, match="writer_only"):
            discussing.delete(comment=said, by=other_citizen, at=at)
        gone = discussing.delete(comment=said, by=citizen, at=at)
        assert gone.is_gone
        with pytest.raises(Conflict, match="already_gone"):
            discussing.comment(initiative=said.initiative, by=citizen, text="Е?", stance="for", parent=gone, at=at)


class TestReports:
    def test_a_persons_reports_of_a_day_are_limited(
        self, say: Say, citizen: User, other_citizen: User, at: datetime
    ) -> None:
        for _number in range(REPORTS_PER_DAY):
            discussing.report(comment=say(citizen), by=other_citizen, category="insult", reason="", at=at)
        with pytest.raises(TooMany):
            discussing.report(comment=say(citizen), by=other_citizen, category="insult", reason="", at=at)
        discussing.report(
            comment=say(citizen), by=other_citizen, category="insult", reason="", at=at + timedelta(days=1, seconds=1)
        )

    @pytest.mark.parametrize(("category", "field"), [("nonsense", "category"), ("other", "reason")])
    def test_a_report_says_what_is_wrong(
        self, say: Say, citizen: User, other_citizen: User, at: datetime, category: str, field: str
    ) -> None:
        with pytest.raises(InvalidInput) as refused:
            discussing.report(comment=say(citizen), by=other_citizen, category=category, reason=" ", at=at)
        assert field in refused.value.fields

    def test_mass_reports_against_one_person_are_one_case_and_hide_nothing(
        self, say: Say, citizen: User, other_citizen: User, moderator: User, at: datetime
    ) -> None:
        crowd = [make_voter(number) for number in range(30)]
        wrong = say(citizen, "алдыңғы")
        for person in crowd[:10]:  # ten of them had reported something that kept to the rules
            discussing.report(comment=wrong, by=person, category="insult", reason="", at=at)
        moderation.keep_comment(comment=wrong, by=moderator, at=at)
        said = [say(other_citizen, f"пікір {number}") for number in range(2)]
        for person in crowd:
            for one in said:
                discussing.report(comment=one, by=person, category="insult", reason="", at=at)
        [case] = report_cases()
        assert (case.author, case.reporters, len(case.comments)) == (other_citizen, 30, 2)
        assert (case.earlier, case.earlier_right) == (10, 0)
        assert not Comment.objects.filter(hidden_at__isnull=False).exists()

    def test_who_reported_is_told_what_was_found(
        self, say: Say, citizen: User, other_citizen: User, moderator: User, at: datetime
    ) -> None:
        said = say(citizen)
        discussing.report(comment=said, by=other_citizen, category="insult", reason="", at=at)
        moderation.hide_comment(comment=said, by=moderator, reason="Тіл тигізу.", at=at)
        deliver_due(at=at)
        notice = Notification.objects.get(recipient=other_citizen)
        assert (notice.template, notice.context["outcome"]) == ("initiatives/report_settled", "upheld")
        assert CommentReport.objects.get().outcome == "upheld"


class TestContesting:
    @pytest.fixture
    def hidden(self, say: Say, other_citizen: User, moderator: User, at: datetime) -> Comment:
        return moderation.hide_comment(
            comment=say(other_citizen), by=moderator, reason="Тіл тигізу.", reason_other="Оскорбление.", at=at
        )

    def test_another_moderator_restores_it(
        self, hidden: Comment, other_citizen: User, moderator: User, second_moderator: User, at: datetime
    ) -> None:
        contesting.contest(comment=hidden, by=other_citizen, text="Бұл тіл тигізу емес.", at=at)
        with pytest.raises(NotAllowed, match="took_part"):
            contesting.restore(comment=hidden, by=moderator, reason="Иә.", at=at)
        shown = contesting.restore(comment=hidden, by=second_moderator, reason="Сын ғана.", at=at)
        assert (shown.is_hidden, shown.hidden_reason, shown.hidden_reason_other) == (False, "", "")
        deliver_due(at=at)
        told = Notification.objects.filter(recipient=other_citizen).values_list("template", flat=True)
        assert "initiatives/contest_decided" in set(told)

    def test_only_its_writer_and_only_once(
        self, hidden: Comment, citizen: User, other_citizen: User, second_moderator: User, at: datetime
    ) -> None:
        with pytest.raises(NotAllowed, match="writer_only"):
            contesting.contest(comment=hidden, by=citizen, text="Неге?", at=at)
        contesting.contest(comment=hidden, by=other_citizen, text="Неге?", at=at)
        contesting.confirm_hiding(comment=hidden, by=second_moderator, reason="Тіл тигізу.", at=at)
        with pytest.raises(NotAllowed, match="already_contested"):
            contesting.contest(comment=hidden, by=other_citizen, text="Тағы да.", at=at)
        assert CommentContest.objects.get().outcome == "dismissed"

    def test_a_moderator_hides_nothing_under_their_own_petition(
        self, ministry: Body, moderator: User, citizen: User, at: datetime
    ) -> None:
        own = make_idea(state=State.DISCUSSION, author=moderator, body=ministry, at=at)
        said = Comment.objects.create(initiative=own, author=citizen, text="Қарсымын.", created_at=at)
        with pytest.raises(NotAllowed, match="own_comment"):
            moderation.hide_comment(comment=said, by=moderator, reason="Ұнамайды.", at=at)

    def test_a_reader_reports_by_the_page(self, idea: Initiative, say: Say, other_citizen: User, citizen: User) -> None:
        said = say(citizen)
        reader = Client()
        reader.force_login(other_citizen)
        url = reverse("initiatives:report", args=[idea.code, said.pk])
        assert reader.post(url, {"category": "insult", "reason": ""}).status_code == 302
        assert said.reports.get().reporter == other_citizen
