"""The commission that reviews a petition, with a seat for the applicant (art. 90-5(2))."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from initiatives import events, policies
from initiatives.limits import MEMBERS_MAX, TEXT_MAX
from initiatives.models import Commission, CommissionMeeting, CommissionMember, Initiative
from initiatives.services.attaching import checked
from initiatives.states import MemberOf, Seat
from portal.audit.log import record
from portal.errors import Conflict, InvalidInput
from portal.events.outbox import publish
from portal.permissions import require
from portal.text import clean, clean_line

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User

NAME_MAX, POSITION_MAX = 150, 200


@dataclass(frozen=True, slots=True)
class Member:
    """One person as the official names them."""

    name: str
    position: str
    side: str = MemberOf.BODY


@transaction.atomic
def form(*, initiative: Initiative, by: "User", chair: Member, members: Sequence[Member], at: datetime) -> Commission:
    """Form the commission and offer the applicant a seat; return it."""
    current = Initiative.objects.select_for_update(no_key=True).get(pk=initiative.pk)
    require(policies.may_review(by, current))
    [chair], members = _cleaned([chair]), _cleaned(members)
    _check([chair], "chair")
    _check(members, "members")
    if len(members) < 2:
        raise InvalidInput(fields={"members": _("A commission has a chair and at least two more members.")})
    if Commission.objects.filter(initiative=current).exists():
        raise Conflict(_("The commission is formed already."), code="already_formed")
    made = Commission.objects.create(initiative=current, formed_at=at, formed_by=by)
    _seat(made, [chair], at, is_chair=True)
    _seat(made, members, at)
    record(subject=made, action="form", actor=by, at=at, data={"chair": chair.name, "members": len(members) + 1})
    publish(_event(events.CommissionFormed, made, by, at, about=chair.name))
    return made


@transaction.atomic
def add(*, commission: Commission, by: "User", members: Sequence[Member], at: datetime) -> Commission:
    """Add members; return the commission."""
    require(policies.may_review(by, commission.initiative))
    current = Commission.objects.select_for_update().get(pk=commission.pk)
    members = _cleaned(members)
    _check(members, "members")
    if not members or current.members.count() + len(members) > MEMBERS_MAX:
        sentence = _("Name at least one person; a commission has at most %(number)d.") % {"number": MEMBERS_MAX}
        raise InvalidInput(fields={"members": sentence})
    _seat(current, members, at)
    record(subject=current, action="add", actor=by, at=at, data={"members": [one.name for one in members]})
    return current


@transaction.atomic
def answer_seat(*, commission: Commission, by: "User", takes: bool, at: datetime) -> Commission:
    """The applicant takes the seat or leaves it, once; return the commission."""
    current = Commission.objects.select_for_update(of=("self",)).select_related("initiative").get(pk=commission.pk)
    if current.seat != Seat.OFFERED:
        raise Conflict(_("The seat has been answered already."), code="seat_answered")
    require(policies.may_take_seat(by, current))
    current.seat, current.seat_answered_at = Seat.ACCEPTED if takes else Seat.DECLINED, at
    current.save(update_fields=["seat", "seat_answered_at"])
    record(subject=current, action="answer_seat", actor=by, at=at, data={"seat": current.seat})
    publish(_event(events.SeatAnswered, current, by, at, about=current.seat))
    return current


@transaction.atomic
def call(*, commission: Commission, by: "User", held_at: datetime, place: str, at: datetime) -> CommissionMeeting:
    """Call a meeting and return it."""
    require(policies.may_review(by, commission.initiative))
    fields = {}
    if held_at <= at:
        fields["held_at"] = _("A meeting is called before it is held.")
    place = clean_line(place, field="place")
    if not place or len(place) > 300:
        fields["place"] = _("Say in at most 300 characters where it meets.")
    if fields:
        raise InvalidInput(fields=fields)
    made = CommissionMeeting.objects.create(commission=commission, held_at=held_at, place=place, called_at=at)
    record(subject=made, action="call", actor=by, at=at, data={"held_at": held_at, "place": made.place})
    publish(_event(events.MeetingCalled, commission, by, at, about=made.place, happens_at=held_at, part=made.pk))
    return made


@transaction.atomic
def publish_minutes(
    *, meeting: CommissionMeeting, by: "User", minutes: str, upload: "UploadedFile[Any] | None", at: datetime
) -> CommissionMeeting:
    """Publish the minutes, as text, as a file, or both, once; return the meeting."""
    require(policies.may_handle(by, meeting.commission.initiative))
    current = CommissionMeeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if current.published_at is not None:
        raise Conflict(_("The minutes are published already."), code="already_published")
    if current.held_at > at:
        raise Conflict(_("The meeting has not been held yet."), code="not_held")
    minutes = clean(minutes, field="minutes")
    if not minutes.strip() and upload is None:
        raise InvalidInput(fields={"minutes": _("Write the minutes, or attach them as a file.")})
    if len(minutes) > 2 * TEXT_MAX:
        raise InvalidInput(fields={"minutes": _("At most 20,000 characters; attach a longer text as a file.")})
    if upload is not None:
        file = checked(upload)
        current.minutes_name, current.minutes_type = file.name, file.content_type
        current.minutes_file.save(file.stored_name, ContentFile(file.content), save=False)
    current.minutes, current.published_at = minutes.strip(), at
    current.save()
    record(subject=current, action="publish_minutes", actor=by, at=at, data={"file": current.minutes_name})
    publish(_event(events.MinutesPublished, meeting.commission, by, at, happens_at=current.held_at, part=current.pk))
    return current


def _event(
    kind: type[events.ReviewEvent],
    commission: Commission,
    by: "User",
    at: datetime,
    *,
    about: str = "",
    happens_at: datetime | None = None,
    part: object = "",
) -> events.ReviewEvent:
    moment = happens_at.isoformat() if happens_at else ""
    subject = str(commission.initiative_id)
    return kind(at=at, subject_id=subject, actor_id=str(by.pk), about=about, happens_at=moment, part=str(part))


def _cleaned(members: Sequence[Member]) -> list[Member]:
    return [
        replace(one, name=clean_line(one.name, field="members"), position=clean_line(one.position, field="members"))
        for one in members
    ]


def _check(members: Sequence[Member], field: str) -> None:
    for one in members:
        if not one.name.strip() or len(one.name) > NAME_MAX or not one.position.strip():
            raise InvalidInput(fields={field: _("Each person needs a name and a position.")})
        if len(one.position) > POSITION_MAX or one.side not in MemberOf.values:
            raise InvalidInput(fields={field: _("A position has at most 200 characters.")})
    if len(members) > MEMBERS_MAX:
        raise InvalidInput(fields={field: _("A commission has at most %(number)d members.") % {"number": MEMBERS_MAX}})


def _seat(commission: Commission, members: Sequence[Member], at: datetime, *, is_chair: bool = False) -> None:
    rows = [
        CommissionMember(
            commission=commission,
            name=one.name.strip(),
            position=one.position.strip(),
            side=one.side,
            is_chair=is_chair,
            since=at,
        )
        for one in members
    ]
    try:
        with transaction.atomic():
            CommissionMember.objects.bulk_create(rows)
    except IntegrityError as error:
        raise InvalidInput(fields={"members": _("Somebody is named twice.")}) from error
