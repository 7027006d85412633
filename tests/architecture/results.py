"""What the world of all pages has after the threshold: discussions, a commission, a visit, disputes, a handover."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile

from initiatives.models import (
    Commission,
    CommissionMeeting,
    CommissionMember,
    MilestoneDispute,
    MilestoneEvidence,
    ReceptionHandover,
    SiteVisit,
)
from tests.factories.initiatives import make_discussion, make_remark

if TYPE_CHECKING:
    from tests.architecture.world import World


def add(world: "World", at: datetime) -> None:
    """Add to the petitions what each of the pages shows."""
    citizen, clerk = world.people["citizen"], world.people["clerk"]
    registered, submitted, done = (world.subjects[name] for name in ("registered", "submitted", "execution"))
    # The submitted one can be signed; of the registered one the discussion goes on.
    make_discussion(submitted, by=clerk, at=at, is_summarised=True)
    discussion = make_discussion(registered, by=clerk, at=at, online_url="https://example.kz/live")
    remark = make_remark(discussion, author=citizen, at=at)
    commission = Commission.objects.create(initiative=registered, formed_at=at, formed_by=clerk)
    for name, is_chair in (("Асқар Төлегенов", True), ("Гүлнар Сейітова", False)):
        CommissionMember.objects.create(
            commission=commission, name=name, position="Бөлім басшысы", is_chair=is_chair, since=at
        )
    meeting = CommissionMeeting(
        commission=commission, held_at=at, place="Мәжіліс залы", called_at=at - timedelta(days=2), minutes="Қаралды.",
        minutes_name="хаттама.pdf", minutes_type="application/pdf", published_at=at + timedelta(hours=1),
    )  # fmt: skip
    meeting.minutes_file.save("minutes.pdf", ContentFile(b"%PDF-1.7\n"), save=False)
    meeting.save()
    SiteVisit.objects.create(
        initiative=registered, planned_at=at + timedelta(days=1), place="№ 4 мектеп", participants="Комиссия мүшелері",
        announced_at=at,
    )  # fmt: skip
    milestone = done.milestones.filter(done_date__isnull=False).get()
    said = MilestoneDispute.objects.create(milestone=milestone, author=citizen, text="Есігі жабық тұр.", created_at=at)
    proof = MilestoneEvidence(milestone=milestone, name="асхана.png", content_type="image/png", added_at=at)
    proof.file.save("photo.png", ContentFile(b"\x89PNG"), save=False)
    proof.save()
    ReceptionHandover.objects.create(
        initiative=world.subjects["below_threshold"], created_at=at, due_at=at + timedelta(days=3)
    )
    world.parts |= {
        "discussion": (registered.code, discussion.pk),
        "remark": (registered.code, remark.pk),
        "minutes": (registered.code, meeting.pk),
        "evidence": (done.code, proof.pk),
        "milestone": (done.code, milestone.pk),
        "dispute": (done.code, said.pk),
    }
