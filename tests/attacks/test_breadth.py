"""Attacks on what followed the first house: hidden letters, days at the end of time, files that lie, people who are forgotten."""

import io
import zipfile
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from openpyxl import Workbook

from accounts.models import Body, User
from accounts.services import privacy
from initiatives.models import Comment, CommentContest, CommentMark, Initiative, Milestone, ModerationLogEntry
from initiatives.services import (
    appealing,
    commissions,
    contesting,
    discussing,
    drafting,
    moderation,
    paper_contesting,
    paper_lists,
    promising,
    refusing,
    visiting,
)
from initiatives.services.paper_parsing import parse
from initiatives.states import State
from portal.errors import Conflict, InvalidInput
from portal.notifications import preferences
from portal.notifications.models import LetterWish
from portal.notifications.rhythm import Rhythm, Wish
from tests.actors import AT
from tests.architecture.world import MODEL_BACKEND
from tests.factories.initiatives import make_idea, make_milestone, make_paper_list, make_petition

pytestmark = pytest.mark.django_db
HIDDEN = "Ак\u202eтсе\u200bқ"
"""Reads otherwise than it is stored: a direction mark and a space without width."""


def browser(person: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person, backend=MODEL_BACKEND)
    return client


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    time_machine.move_to(AT + timedelta(hours=1), tick=False)


def in_state(state: str, body: Body, author: User, **more: Any) -> Initiative:
    return make_petition(body=body, author=author, state=state, at=AT, **more)


@pytest.fixture
def execution(ministry: Body, citizen: User) -> Initiative:
    return in_state(State.EXECUTION, ministry, citizen)


class TestHiddenLetters:
    def test_an_answer_to_a_dispute(self, execution: Initiative, clerk: User, other_citizen: User) -> None:
        done = make_milestone(execution, at=AT, done_date=AT.date(), evidence="Ашылды.")
        discussing.follow(initiative=execution, by=other_citizen, at=AT)
        said = promising.dispute(milestone=done, by=other_citizen, text="Ашылған жоқ.", at=AT)
        answered = promising.answer_dispute(dispute=said, by=clerk, answer=HIDDEN, at=AT)
        assert answered.answer.isprintable()

    def test_the_reason_for_hiding_a_dispute(self, execution: Initiative, moderator: User, other_citizen: User) -> None:
        done = make_milestone(execution, at=AT, done_date=AT.date(), evidence="Ашылды.")
        discussing.follow(initiative=execution, by=other_citizen, at=AT)
        said = promising.dispute(milestone=done, by=other_citizen, text="Ашылған жоқ.", at=AT)
        hidden = promising.hide_dispute(dispute=said, by=moderator, reason=HIDDEN, at=AT)
        assert hidden.hidden_reason.isprintable()

    def test_a_commission_its_meeting_and_a_visit(self, ministry: Body, citizen: User, clerk: User) -> None:
        registered = in_state(State.REGISTERED, ministry, citizen)
        people = [commissions.Member(f"{HIDDEN} {n}", HIDDEN) for n in range(3)]
        made = commissions.form(initiative=registered, by=clerk, chair=people[0], members=people[1:], at=AT)
        assert all(f"{one.name}{one.position}".isprintable() for one in made.members.all())
        later = AT + timedelta(days=3)
        assert commissions.call(commission=made, by=clerk, held_at=later, place=HIDDEN, at=AT).place.isprintable()
        visit = visiting.announce(
            initiative=registered, by=clerk, planned_at=later, place=HIDDEN, participants=HIDDEN, at=AT
        )
        assert (visit.place + visit.participants).isprintable()

    def test_what_is_said_about_a_paper_list(
        self, ministry: Body, citizen: User, other_citizen: User, moderator: User, second_moderator: User
    ) -> None:
        petition = in_state(State.COLLECTING, ministry, citizen)
        made = make_paper_list(petition, of=other_citizen, by=moderator, second=second_moderator, at=AT)
        line = paper_contesting.get_own_line(other_citizen, made["line"])
        contest = getattr(line, "contest", None) or paper_contesting.contest(
            line=line, reason=HIDDEN, by=other_citizen, at=AT
        )
        settled = paper_contesting.settle(contest=contest, finding=HIDDEN, by=second_moderator, at=AT)
        assert settled.finding.isprintable()
        asked = paper_lists.ask_recall(paper=line.paper_list, reason=HIDDEN, by=moderator, at=AT)
        assert asked.recall_reason.isprintable()


class TestTheEndOfTime:
    LAST = date(9999, 12, 31)

    def test_nothing_is_promised_for_the_end_of_time(self, execution: Initiative, clerk: User) -> None:
        with pytest.raises(InvalidInput) as refused:
            promising.promise(initiative=execution, by=clerk, title="Асхана", due_date=self.LAST, at=AT)
        assert set(refused.value.fields) == {"due_date"}

    def test_nothing_is_moved_to_the_end_of_time(self, execution: Initiative, clerk: User) -> None:
        with pytest.raises(InvalidInput):
            promising.move(milestone=make_milestone(execution, at=AT), by=clerk, to=self.LAST, reason="Кейін.", at=AT)

    def test_one_such_day_does_not_take_the_calendar_from_everybody(
        self, execution: Initiative, client: Client
    ) -> None:
        Milestone.objects.filter(pk=make_milestone(execution, at=AT).pk).update(due_date=self.LAST)
        client.raise_request_exception = False
        assert client.get("/kk/calendar.ics").status_code == 200

    @pytest.mark.parametrize("when", ["9999-12-31T23:59", "0001-01-01T00:00", "0001-01-01T04:59"])
    @pytest.mark.parametrize("act", ["call", "visit", "announce", "findings", "minutes"])
    def test_no_moment_breaks_the_desk_of_the_review(
        self, ministry: Body, citizen: User, clerk: User, act: str, when: str
    ) -> None:
        registered = in_state(State.REGISTERED, ministry, citizen)
        people = [commissions.Member(f"Адам {n}", "Маман") for n in range(3)]
        made = commissions.form(initiative=registered, by=clerk, chair=people[0], members=people[1:], at=AT)
        later = AT + timedelta(days=3)
        meeting = commissions.call(commission=made, by=clerk, held_at=later, place="Зал", at=AT)
        visit = visiting.announce(
            initiative=registered, by=clerk, planned_at=later, place="Мектеп", participants="Маман", at=AT
        )
        number = {"findings": visit.pk, "minutes": meeting.pk}.get(act, 1)
        typed = {
            "act": act, "number": number, "held_at": when, "planned_at": when, "starts_at": when, "ends_at": when,
            "done_at": when, "place": "Зал", "participants": "Маман", "text_kk": "Жоба. " * 60, "findings": "Ас " * 30,
            "minutes": "Хаттама.",
        }  # fmt: skip
        staff = browser(clerk)
        address = f"/kk/inbox/{registered.code}/review/"
        assert staff.post(address, typed).status_code in (302, 409, 422)
        assert staff.get(address).status_code == 200
        assert staff.get(f"/kk/petitions/{registered.code}/").status_code == 200

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1900-02-28"])
    def test_no_day_breaks_a_report(self, execution: Initiative, clerk: User, day: str) -> None:
        one = make_milestone(execution, at=AT)
        typed = {"act": "fulfil", "milestone": one.pk, "evidence": "Ашылды.", "done_date": day, "revision": 1}
        assert browser(clerk).post(f"/kk/inbox/{execution.code}/", typed).status_code in (302, 409, 422)


class TestWhatIsTyped:
    LONGER = "\u0958"
    """One letter that normalization makes two: what fits as typed does not fit as kept."""

    def test_a_contest_that_grows(self, ministry: Body, citizen: User, other_citizen: User, moderator: User) -> None:
        petition = in_state(State.COLLECTING, ministry, citizen)
        comment = Comment.objects.create(initiative=petition, author=other_citizen, text="Ұят!", created_at=AT)
        moderation.hide_comment(comment=comment, by=moderator, reason="Тіл тигізу.", at=AT)
        answer = browser(other_citizen).post(
            f"/kk/petitions/{petition.code}/comments/{comment.pk}/contest/", {"text": self.LONGER * 300}
        )
        assert answer.status_code in (302, 422)

    def test_a_decision_on_a_contest_that_grows(
        self, ministry: Body, citizen: User, other_citizen: User, moderator: User, second_moderator: User
    ) -> None:
        petition = in_state(State.COLLECTING, ministry, citizen)
        comment = Comment.objects.create(initiative=petition, author=other_citizen, text="Ұят!", created_at=AT)
        moderation.hide_comment(comment=comment, by=moderator, reason="Тіл тигізу.", at=AT)
        contesting.contest(comment=comment, by=other_citizen, text="Жоқ.", at=AT)
        answer = browser(second_moderator).post(
            f"/kk/moderation/comments/{comment.pk}/contest/", {"act": "confirm", "reason": self.LONGER * 300}
        )
        assert answer.status_code in (302, 422)

    def test_an_article_that_grows(self, ministry: Body, citizen: User, moderator: User) -> None:
        petition = in_state(State.COLLECTING, ministry, citizen)
        typed = {
            "act": "propose_removal",
            "article": self.LONGER * 200,
            "reason": "Себеп.",
            "revision": petition.revision,
        }
        assert browser(moderator).post(f"/kk/moderation/{petition.code}/", typed).status_code in (302, 422)

    @pytest.mark.parametrize("said", ["a\x00b", "\x00", "x" * 501, ""])
    def test_a_finding(
        self, ministry: Body, citizen: User, other_citizen: User, moderator: User, second_moderator: User, said: str
    ) -> None:
        petition = in_state(State.COLLECTING, ministry, citizen)
        made = make_paper_list(petition, of=other_citizen, by=moderator, second=second_moderator, at=AT)
        line = paper_contesting.get_own_line(other_citizen, made["line"])
        contest = getattr(line, "contest", None) or paper_contesting.contest(
            line=line, reason="", by=other_citizen, at=AT
        )
        staff = browser(second_moderator)
        assert staff.post(f"/kk/moderation/paper/contests/{contest.pk}/", {"finding": said}).status_code == 422
        address = f"/kk/moderation/paper/{line.paper_list_id}/"
        assert staff.post(address, {"act": "ask_recall", "reason": said}).status_code == 422


class TestFilesThatLie:
    @staticmethod
    def book() -> bytes:
        made, kept = Workbook(), io.BytesIO()
        made.active.append(["850312400115", "С", "А", datetime(2026, 3, 3)])
        made.save(kept)
        return kept.getvalue()

    def changed(self, name: str, content: bytes) -> bytes:
        kept = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(self.book())) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
            for one in old.namelist():
                new.writestr(one, content if one == name else old.read(one))
        return kept.getvalue()

    def test_a_book_locked_with_a_password(self) -> None:
        locked = self.book().replace(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00\x01\x00")
        locked = locked.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")
        assert locked != self.book()
        with pytest.raises(InvalidInput):
            parse(locked)

    @pytest.mark.parametrize("way", [9, 12, 14, 97])
    def test_a_book_packed_another_way(self, way: int) -> None:
        plain = self.book()
        bent = plain.replace(b"PK\x03\x04\x14\x00\x00\x00\x08\x00", b"PK\x03\x04\x14\x00\x00\x00" + bytes([way, 0]))
        bent = bent.replace(
            b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x08\x00", b"PK\x01\x02\x14\x03\x14\x00\x00\x00" + bytes([way, 0])
        )
        assert bent != plain
        with pytest.raises(InvalidInput):
            parse(bent)

    def test_a_book_with_broken_streams(self) -> None:
        plain = self.book()
        for place in range(30, len(plain), 7):
            try:
                parse(plain[:place] + bytes([plain[place] ^ 0xFF]) + plain[place + 1 :])
            except InvalidInput:
                continue

    @pytest.mark.parametrize(
        "sheet",
        [
            b"<worksheet/>",
            b"",
            b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet xmlns="http://schemas.openxmlformats.org/'
            b'spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&x;</t></is></c></row>'
            b"</sheetData></worksheet>",
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
            b'<c r="A1" t="s"><v>99999</v></c></row></sheetData></worksheet>',
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
            b'<c r="A1" t="d"><v>nonsense</v></c></row></sheetData></worksheet>',
            b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="x">'
            b'<c r="!!"><v>1e999</v></c></row></sheetData></worksheet>',
        ],
    )
    def test_a_book_with_another_sheet(self, sheet: bytes) -> None:
        with pytest.raises(InvalidInput):
            parse(self.changed("xl/worksheets/sheet1.xml", sheet))

    @pytest.mark.filterwarnings("ignore:Cell D1 is marked as a date")
    def test_a_sheet_of_dates_that_no_calendar_has(self) -> None:
        made, kept = Workbook(), io.BytesIO()
        made.active.append(["850312400115", "С", "А", 10**300])
        made.active["D1"].number_format = "yyyy-mm-dd"
        made.save(kept)
        assert [row.signed_on for row in parse(kept.getvalue())] == [None]

    def test_a_line_of_three_megabytes(self) -> None:
        with pytest.raises(InvalidInput):
            parse(b"850312400115;" + b"x" * 3_000_000)


class TestForgetting:
    def test_wishes_about_letters_are_told_and_go(self, citizen: User) -> None:
        preferences.wish(user=citizen, chosen=Wish(rhythm=Rhythm.WEEKLY), at=AT)
        assert privacy.export(user=citizen, by=citizen, at=AT)["notifications"]["letters"][0]["rhythm"] == "weekly"
        privacy.erase(user=citizen, by=citizen, at=AT)
        assert not LetterWish.objects.filter(user_id=citizen.pk).exists()

    def test_the_export_names_all_that_a_person_said_and_did(
        self, ministry: Body, citizen: User, other_citizen: User, moderator: User, second_moderator: User
    ) -> None:
        rejected = in_state(State.CHECK, ministry, citizen)
        refusing.propose(
            initiative=rejected,
            by=moderator,
            reason="Себеп.",
            subject_code=None,
            seen_revision=rejected.revision,
            at=AT,
        )
        rejected = refusing.confirm(
            initiative=rejected, by=second_moderator, seen_revision=rejected.revision + 1, at=AT
        )
        appealing.appeal(initiative=rejected, by=citizen, text="ШАҒЫМ-СӨЗІ", at=AT)
        petition = in_state(State.COLLECTING, ministry, other_citizen)
        own = Comment.objects.create(initiative=petition, author=citizen, text="Ұят!", created_at=AT)
        other = Comment.objects.create(initiative=petition, author=other_citizen, text="Дұрыс.", created_at=AT)
        moderation.hide_comment(comment=own, by=moderator, reason="Тіл тигізу.", at=AT)
        contesting.contest(comment=own, by=citizen, text="ҚАРСЫЛЫҚ-СӨЗІ", at=AT)
        discussing.agree(comment=other, by=citizen, at=AT)
        exported = str(privacy.export(user=citizen, by=citizen, at=AT))
        assert "ШАҒЫМ-СӨЗІ" in exported
        assert "ҚАРСЫЛЫҚ-СӨЗІ" in exported
        assert "agreed" in exported

    def test_lines_that_gave_no_vote_forget_the_person_too(
        self, ministry: Body, citizen: User, other_citizen: User, moderator: User
    ) -> None:
        petition = in_state(State.COLLECTING, ministry, citizen)
        lines = b"900701300121;S;A;1990-01-01\n900701300121;S;A;1990-01-02"
        paper = paper_lists.bring(
            initiative=petition, content=lines, scan=b"%PDF-1.7", sheets_from="", by=moderator, at=AT
        )
        assert all(line.person_tags for line in paper.lines.all())
        privacy.erase(user=other_citizen, by=other_citizen, at=AT)
        assert not any(line.person_tags for line in paper.lines.all())

    def test_agreements_go_with_the_account(self, ministry: Body, citizen: User, other_citizen: User) -> None:
        petition = in_state(State.COLLECTING, ministry, other_citizen)
        other = Comment.objects.create(initiative=petition, author=other_citizen, text="Дұрыс.", created_at=AT)
        discussing.agree(comment=other, by=citizen, at=AT)
        privacy.erase(user=citizen, by=citizen, at=AT)
        assert not CommentMark.objects.filter(user=citizen).exists()
        assert CommentContest.objects.count() == 0


def test_a_draft_opened_meanwhile_is_not_left_for_another(ministry: Body, citizen: User, other_citizen: User) -> None:
    """Two windows: in one the author opens the draft, in the other they join what says the same."""
    seen = in_state(State.DRAFT, ministry, citizen)
    twin = in_state(State.COLLECTING, ministry, other_citizen)
    Initiative.objects.filter(pk=seen.pk).update(state=State.JOINING, text_sha256="a" * 64)
    with pytest.raises(Conflict):
        drafting.join_instead(initiative=seen, twin=twin, by=citizen, at=AT)
    assert Initiative.objects.get(pk=seen.pk).text_sha256 == "a" * 64


def test_two_ideas_are_not_merged_into_each_other(
    ministry: Body, citizen: User, other_citizen: User, moderator: User
) -> None:
    """Two moderators, each with the page on which both ideas are still open."""
    one = make_idea(body=ministry, author=citizen, state=State.DISCUSSION, at=AT)
    other = make_idea(body=ministry, author=other_citizen, state=State.DISCUSSION, at=AT)
    moderation.merge(initiative=one, into=other, by=moderator, reason=HIDDEN, at=AT)
    with pytest.raises(Conflict):
        moderation.merge(initiative=other, into=one, by=moderator, reason="Бір нәрсе.", at=AT)
    assert ModerationLogEntry.objects.get(initiative=one).reason.isprintable()


def test_what_gathers_joiners_is_not_shown_to_strangers_by_likeness(
    ministry: Body, citizen: User, other_citizen: User, client: Client
) -> None:
    """Nobody has checked it yet, and only who has its link knows of it."""
    joining = in_state(State.JOINING, ministry, citizen, title="Мектеп дәретханасы жылы болсын")
    listed = in_state(State.COLLECTING, ministry, citizen, title="Мектеп дәретханасы жылы болсын")
    answer = browser(other_citizen).post("/kk/petitions/new/twins/", {"title": joining.title, "language": "kk"})
    assert listed.code in answer.content.decode()
    assert joining.code not in answer.content.decode()


def test_the_log_of_moderation_does_not_name_what_only_a_link_opens(
    ministry: Body, citizen: User, moderator: User, client: Client
) -> None:
    petition = in_state(State.CHECK, ministry, citizen, title="Көршімнің мекенжайы осы")
    refusing.propose(
        initiative=petition, by=moderator, reason="Себеп.", subject_code=4, seen_revision=petition.revision, at=AT
    )
    for page in ("/kk/moderation-log/", "/api/v1/moderation-log/"):
        shown = client.get(page).content.decode()
        assert petition.code in shown  # the chain holds it
        assert petition.title not in shown
        assert f"petitions/{petition.code}" not in shown
