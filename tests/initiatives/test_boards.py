"""The execution board against a count by hand; who is late, by how much; and what falls below the threshold."""

import csv
import io
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Body, User
from initiatives.models import Initiative, MilestoneMove, ReceptionHandover
from initiatives.selectors import boards
from initiatives.selectors.duties import duties
from initiatives.selectors.lateness import lateness_of
from initiatives.services import deadlines, handing_over
from initiatives.states import State
from portal.calendar import add_working_days
from portal.clock import local_date
from portal.errors import Conflict, InvalidInput, NotVisible
from portal.events.models import OutboxEvent
from tests.factories.initiatives import make_decision, make_discussion, make_milestone, make_petition, make_remark

pytestmark = pytest.mark.django_db


def registered(body: Body, author: User, at: datetime) -> Initiative:
    return make_petition(state=State.REGISTERED, author=author, body=body, at=at)


def test_lateness_begins_the_day_after_the_last_day(ministry: Body, citizen: User, at: datetime) -> None:
    petition = registered(ministry, citizen, at)
    assert petition.state_deadline_at is not None
    last = petition.state_deadline_at
    assert lateness_of(petition, at=last) is None
    late = lateness_of(petition, at=last + timedelta(seconds=1))
    assert late is not None
    assert late.days == 1
    published = make_petition(state=State.PUBLISHED, author=citizen, body=ministry, at=at)
    assert lateness_of(published, at=last + timedelta(days=300)) is None


@pytest.fixture
def busy(ministry: Body, akimat: Body, citizen: User, clerk: User, head: User, at: datetime) -> datetime:
    """The ministry decided five: four in time, one late; two wait, one of them overdue. Returns the moment of looking."""
    now = at + timedelta(days=200)
    for number in range(5):
        petition = make_petition(state=State.EXECUTION, author=citizen, body=ministry, at=at)
        # 40 working days are the term of a central body.
        days = 40 if number else 41
        signed = at + (add_working_days(local_date(at), days) - local_date(at))
        make_decision(petition, by=clerk, at=signed, signed_by=head, published_at=signed)
        if number == 0:
            kept = make_milestone(petition, at=at, days=90, done_date=(at + timedelta(days=90)).date(), evidence="Иә.")
            MilestoneMove.objects.create(
                milestone=kept, from_date=kept.due_date - timedelta(days=9), to_date=kept.due_date, reason="Себеп",
                moved_at=at, moved_by=clerk,
            )  # fmt: skip
            make_milestone(petition, at=at, days=90, done_date=(at + timedelta(days=91)).date(), evidence="Иә.")
            make_milestone(petition, at=at, days=199)
            make_milestone(petition, at=at, days=200)
            make_milestone(petition, at=at, days=300)
    registered(ministry, citizen, at)
    registered(ministry, citizen, now - timedelta(days=1))
    registered(akimat, citizen, now - timedelta(days=1))
    return now


def test_the_board_counts_as_one_counts_by_hand(busy: datetime, ministry: Body, akimat: Body) -> None:
    rows = {row.body.slug: row for row in boards.board(at=busy)}
    row = rows[ministry.slug]
    assert (row.before, row.late, row.decided) == (2, 1, 5)
    assert (row.in_time, row.due, row.on_time) == (4, 6, 4 / 6)
    assert (row.kept, row.kept_late, row.broken, row.promised, row.moved) == (1, 1, 1, 2, 1)
    few = rows[akimat.slug]
    assert (few.before, few.late, few.on_time) == (1, 0, None)


def test_the_board_is_searched_and_ordered(busy: datetime, ministry: Body, akimat: Body) -> None:
    assert [row.body for row in boards.board(at=busy)] == [ministry, akimat]
    assert [row.body for row in boards.board(at=busy, order="name")] == [akimat, ministry]
    assert [row.body for row in boards.board(at=busy, words="АЛМАТЫ")] == [akimat]
    assert boards.board(at=busy, words="жоқ орган") == []


def test_a_body_shows_its_overdue_petitions_first_and_drafts_never(
    busy: datetime, ministry: Body, citizen: User
) -> None:
    hidden = make_petition(state=State.JOINING, author=citizen, body=ministry, at=busy)
    page = boards.body_page(ministry.slug, at=busy)
    assert [matter.late.days > 0 for matter in page.overdue if matter.late] == [True]
    assert page.promises[0].is_late
    shown = {matter.initiative.pk for _label, matters in page.stages for matter in matters}
    assert hidden.pk not in shown
    with pytest.raises(NotVisible):
        boards.body_page("no-such-body", at=busy)


def test_the_csv_runs_no_formula(ministry: Body, citizen: User, at: datetime) -> None:
    petition = make_petition(
        state=State.COLLECTING, author=citizen, body=ministry, at=at, title="=HYPERLINK(1) деген петиция"
    )
    answer = Client().get(f"/en/bodies/{ministry.slug}/petitions.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(answer)))
    assert rows[1][0] == petition.code
    assert rows[1][1].startswith("'=")


@pytest.mark.parametrize("query", ["?q=%00&order=%00", "?order=nothing", "?q=" + "x" * 5000, "?q=%25_'\""])
def test_nonsense_asked_of_the_board_is_answered(query: str, ministry: Body) -> None:
    assert Client().get(f"/en/bodies/{query}").status_code == 200
    assert Client().get(f"/en/bodies/board.csv{query}").status_code == 200


def test_an_official_is_told_what_is_to_do(
    ministry: Body, akimat: Body, citizen: User, other_citizen: User, clerk: User, at: datetime
) -> None:
    fresh, talked = registered(ministry, citizen, at), registered(ministry, citizen, at)
    registered(akimat, citizen, at)
    discussion = make_discussion(talked, by=clerk, at=at)
    make_remark(discussion, author=other_citizen, at=at)
    done = make_petition(state=State.EXECUTION, author=citizen, body=ministry, at=at)
    make_milestone(done, at=at, days=3)
    make_milestone(done, at=at, days=60)
    with translation.override("en"):
        found = {(one.initiative.pk, one.is_late): one.label for one in duties([ministry], at=at + timedelta(days=6))}
    assert found == {
        (fresh.pk, False): "Announce the discussion of the draft decision",
        (talked.pk, False): "Decide on 1 remark and summarise the discussion",
        (done.pk, True): "Keep the promise: Асхана мәзірін жариялау",
    }


class TestBelowTheThreshold:
    """A petition that did not reach its number becomes an ordinary appeal."""

    def test_the_mark_is_made_in_the_same_step_once(self, ministry: Body, citizen: User, at: datetime) -> None:
        petition = make_petition(state=State.COLLECTING, author=citizen, body=ministry, at=at)
        assert petition.state_deadline_at is not None
        over = petition.state_deadline_at + timedelta(minutes=1)
        assert deadlines.run_due(at=over) == 1
        assert deadlines.run_due(at=over) == 0
        handover = ReceptionHandover.objects.get(initiative=petition)
        assert handover.due_at is not None
        assert local_date(handover.due_at) == add_working_days(local_date(over), 3)
        event = OutboxEvent.objects.get(name="initiatives.handover_due")
        assert event.payload["subject_id"] == str(petition.pk)

    def test_a_step_that_fails_leaves_no_mark(self, ministry: Body, citizen: User, at: datetime) -> None:
        elsewhere = registered(ministry, citizen, at)
        with pytest.raises(Conflict):
            handing_over.fall_below(initiative=elsewhere, at=at)
        assert not ReceptionHandover.objects.exists()
        assert not OutboxEvent.objects.filter(name="initiatives.handover_due").exists()

    def test_the_reception_notes_its_number_once(self, ministry: Body, citizen: User, at: datetime) -> None:
        petition = make_petition(state=State.COLLECTING, author=citizen, body=ministry, at=at)
        handing_over.fall_below(initiative=petition, at=at)
        handover = ReceptionHandover.objects.get()
        with pytest.raises(InvalidInput):
            handing_over.hand(handover=handover, reference=" ", at=at)
        handed = handing_over.hand(handover=handover, reference="ЖТ-26/9", at=at)
        assert handed.answer_due_at is not None
        assert local_date(handed.answer_due_at) == add_working_days(local_date(at), 15)
        with pytest.raises(Conflict, match="already_handed_over"):
            handing_over.hand(handover=handover, reference="ЖТ-26/10", at=at)
