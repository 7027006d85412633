"""The commission with the applicant, its minutes, and visits to the place."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Body, User
from initiatives.models import Commission, CommissionMember, Initiative
from initiatives.services import commissions, visiting
from initiatives.services.commissions import Member
from initiatives.states import Seat, State
from portal.errors import Conflict, InvalidInput, NotAllowed
from tests.factories.files import make_pdf
from tests.factories.initiatives import make_petition

pytestmark = pytest.mark.django_db
CHAIR = Member("Асқар Төлегенов", "Вице-министр")
MEMBERS = [
    Member("Гүлнар Сейітова", "Қауымдастық төрайымы", "association"),
    Member("Ерлан Оспанов", "Депутат", "deputy"),
]
FOUND = "Асханада пеш жұмыс істемейді, еден мен шатыр жөндеуді қажет етеді."


@pytest.fixture
def petition(citizen: User, ministry: Body, at: datetime) -> Initiative:
    return make_petition(state=State.REGISTERED, author=citizen, body=ministry, at=at)


@pytest.fixture
def commission(petition: Initiative, clerk: User, at: datetime) -> Commission:
    return commissions.form(initiative=petition, by=clerk, chair=CHAIR, members=MEMBERS, at=at)


def test_it_has_a_chair_members_and_a_seat_for_the_applicant(commission: Commission) -> None:
    assert (commission.seat, commission.members.count()) == (Seat.OFFERED, 3)
    assert commission.members.get(is_chair=True).name == CHAIR.name


@pytest.mark.parametrize(
    "members", [[], MEMBERS[:1], [Member("", "Депутат"), *MEMBERS], [*MEMBERS, Member("А" * 151, "Депутат")],
                [*MEMBERS, Member("Айша", "Депутат", "king")], [MEMBERS[0], MEMBERS[0]]]
)  # fmt: skip
def test_a_commission_that_is_none_is_refused(
    petition: Initiative, clerk: User, at: datetime, members: list[Member]
) -> None:
    with pytest.raises(InvalidInput):
        commissions.form(initiative=petition, by=clerk, chair=CHAIR, members=members, at=at)


def test_it_is_formed_once_and_by_the_body(
    commission: Commission, petition: Initiative, clerk: User, clerk_elsewhere: User, at: datetime
) -> None:
    with pytest.raises(Conflict, match="already_formed"):
        commissions.form(initiative=petition, by=clerk, chair=CHAIR, members=MEMBERS, at=at)
    with pytest.raises(NotAllowed):
        commissions.add(commission=commission, by=clerk_elsewhere, members=MEMBERS, at=at)
    commissions.add(commission=commission, by=clerk, members=[Member("Болат Жүнісов", "Профессор", "expert")], at=at)
    assert CommissionMember.objects.filter(commission=commission).count() == 4


@pytest.mark.parametrize(("takes", "seat"), [(True, Seat.ACCEPTED), (False, Seat.DECLINED)])
def test_the_applicant_answers_once(
    commission: Commission, citizen: User, other_citizen: User, at: datetime, takes: bool, seat: str
) -> None:
    with pytest.raises(NotAllowed, match="author_only"):
        commissions.answer_seat(commission=commission, by=other_citizen, takes=True, at=at)
    assert commissions.answer_seat(commission=commission, by=citizen, takes=takes, at=at).seat == seat
    with pytest.raises(Conflict, match="seat_answered"):
        commissions.answer_seat(commission=commission, by=citizen, takes=not takes, at=at)


def test_minutes_come_after_the_meeting_once_as_text_or_file(commission: Commission, clerk: User, at: datetime) -> None:
    held = at + timedelta(days=1)
    meeting = commissions.call(commission=commission, by=clerk, held_at=held, place="512-бөлме", at=at)
    publish: dict[str, Any] = {"meeting": meeting, "by": clerk, "minutes": ""}
    pdf = SimpleUploadedFile("хаттама.pdf", make_pdf())
    with pytest.raises(Conflict, match="not_held"):
        commissions.publish_minutes(**publish, upload=pdf, at=at)
    with pytest.raises(InvalidInput):
        commissions.publish_minutes(**publish, upload=None, at=held)
    with pytest.raises(InvalidInput):
        commissions.publish_minutes(**publish, upload=SimpleUploadedFile("x.pdf", b"<html>"), at=held)
    done = commissions.publish_minutes(**publish, upload=SimpleUploadedFile("хаттама.pdf", make_pdf()), at=held)
    assert (done.minutes_name, done.minutes_type) == ("хаттама.pdf", "application/pdf")
    with pytest.raises(Conflict, match="already_published"):
        commissions.publish_minutes(**{**publish, "minutes": "Тағы."}, upload=None, at=held)


def test_a_meeting_is_called_beforehand(commission: Commission, clerk: User, at: datetime) -> None:
    with pytest.raises(InvalidInput) as refused:
        commissions.call(commission=commission, by=clerk, held_at=at - timedelta(hours=1), place="", at=at)
    assert set(refused.value.fields) == {"held_at", "place"}


def test_a_visit_is_announced_and_reported_once(petition: Initiative, clerk: User, at: datetime) -> None:
    planned = at + timedelta(days=1)
    said = {"initiative": petition, "by": clerk, "place": "№ 4 мектеп", "participants": "Комиссия"}
    with pytest.raises(InvalidInput):
        visiting.announce(**said, planned_at=at, at=at)  # type: ignore[arg-type]
    visit = visiting.announce(**said, planned_at=planned, at=at)  # type: ignore[arg-type]
    for done_at, findings in (
        (planned + timedelta(days=9), FOUND),
        (at - timedelta(days=1), FOUND),
        (planned, "Жақсы"),
    ):
        with pytest.raises(InvalidInput):
            visiting.report(visit=visit, by=clerk, done_at=done_at, findings=findings, at=planned)
    visiting.report(visit=visit, by=clerk, done_at=planned, findings=FOUND, at=planned)
    with pytest.raises(Conflict, match="already_reported"):
        visiting.report(visit=visit, by=clerk, done_at=planned, findings=FOUND, at=planned)
