"""Visits to the place that a petition speaks of (art. 90-5(2)): announced beforehand, reported with findings."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from initiatives import events, policies
from initiatives.limits import TEXT_MAX
from initiatives.models import Initiative, SiteVisit
from portal.audit.log import record
from portal.errors import Conflict, InvalidInput
from portal.events.outbox import publish
from portal.permissions import require
from portal.text import clean, clean_line

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def announce(
    *, initiative: Initiative, by: "User", planned_at: datetime, place: str, participants: str, at: datetime
) -> SiteVisit:
    """Announce a visit and return it."""
    require(policies.may_review(by, initiative))
    fields = {}
    if planned_at <= at:
        fields["planned_at"] = _("A visit is announced before it takes place.")
    place = clean_line(place, field="place")
    participants = clean_line(participants, field="participants")
    if not place.strip() or len(place) > 300:
        fields["place"] = _("Say in at most 300 characters which place is visited.")
    if not participants.strip() or len(participants) > 500:
        fields["participants"] = _("Say in at most 500 characters who takes part.")
    if fields:
        raise InvalidInput(fields=fields)
    made = SiteVisit.objects.create(
        initiative=initiative,
        planned_at=planned_at,
        place=place.strip(),
        participants=participants.strip(),
        announced_at=at,
    )
    record(subject=made, action="announce", actor=by, at=at, data={"planned_at": planned_at, "place": made.place})
    publish(_event(events.VisitAnnounced, made, by, at, planned_at))
    return made


@transaction.atomic
def report(*, visit: SiteVisit, by: "User", done_at: datetime, findings: str, at: datetime) -> SiteVisit:
    """Publish what was found on the place, once; return the visit."""
    require(policies.may_handle(by, visit.initiative))
    findings = clean(findings, field="findings")
    current = SiteVisit.objects.select_for_update().get(pk=visit.pk)
    if current.done_at is not None:
        raise Conflict(_("The visit is reported already."), code="already_reported")
    fields = {}
    if done_at > at:
        fields["done_at"] = _("A visit is reported after it took place.")
    elif done_at < current.announced_at:
        fields["done_at"] = _("It took place after it was announced.")
    if len(findings.strip()) < 40 or len(findings) > TEXT_MAX:
        fields["findings"] = _("Say what was seen and found: 40 to 10,000 characters.")
    if fields:
        raise InvalidInput(fields=fields)
    current.findings, current.done_at, current.reported_at = findings.strip(), done_at, at
    current.save(update_fields=["findings", "done_at", "reported_at"])
    record(subject=current, action="report", actor=by, at=at, data={"findings": current.findings})
    publish(_event(events.VisitReported, current, by, at, done_at))
    return current


def _event(
    kind: type[events.ReviewEvent], visit: SiteVisit, by: "User", at: datetime, happens_at: datetime
) -> events.ReviewEvent:
    return kind(
        at=at,
        subject_id=str(visit.initiative_id),
        actor_id=str(by.pk),
        about=visit.place,
        happens_at=happens_at.isoformat(),
        part=str(visit.pk),
    )
