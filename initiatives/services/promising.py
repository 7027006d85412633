"""What becomes of a promise: moved with a reason, kept with evidence, disputed by those whom it concerns."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from initiatives import events, policies, switches
from initiatives.limits import DISPUTE_MAX, PROMISE_DAYS_MAX, PROOFS_MAX
from initiatives.models import Decision, Initiative, Milestone, MilestoneDispute, MilestoneEvidence, MilestoneMove
from initiatives.services.attaching import checked
from initiatives.services.links import is_secure_link
from portal.audit.log import record
from portal.clock import local_date
from portal.errors import Conflict, InvalidInput
from portal.events.outbox import publish
from portal.permissions import require
from portal.switches import require as require_on
from portal.text import clean, clean_line

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User

TITLE_MAX, EVIDENCE_MAX = 200, 2_000


@transaction.atomic
def promise(*, initiative: Initiative, by: "User", title: str, due_date: date, at: datetime) -> Milestone:
    """Publish what the body promises by when; return the milestone."""
    require(policies.may_keep_milestones(by, initiative))
    title = clean_line(title)
    fields = {}
    if not title.strip() or len(title) > TITLE_MAX:
        fields["title"] = _("Say in at most 200 characters what will be done.")
    fields |= _wrong_day(due_date, at)
    if fields:
        raise InvalidInput(fields=fields)
    milestone = Milestone.objects.create(initiative=initiative, title=title.strip(), due_date=due_date, created_at=at)
    record(subject=milestone, action="promise", actor=by, at=at, data={"title": title, "due": due_date})
    publish(_event(events.MilestonePromised, milestone, by, at, happens_on=due_date))
    return milestone


@transaction.atomic
def move(*, milestone: Milestone, by: "User", to: date, reason: str, at: datetime) -> Milestone:
    """Move the date of a promise, with a reason that everyone reads; the dates before stay on the page. Returns it."""
    current = _locked(milestone)
    require(policies.may_keep_milestones(by, current.initiative))
    if current.is_done:
        raise Conflict(_("This milestone is already reported as done."), code="already_done")
    fields = {}
    if to == current.due_date:
        fields["due_date"] = _("This is the date that is promised now.")
    else:
        fields |= _wrong_day(to, at)
    reason = clean_line(reason, field="reason")
    if not reason.strip() or len(reason) > 500:
        fields["reason"] = _("Give the reason in at most 500 characters: everyone reads it.")
    if fields:
        raise InvalidInput(fields=fields)
    before, current.due_date = current.due_date, to
    current.save(update_fields=["due_date"])
    MilestoneMove.objects.create(
        milestone=current, from_date=before, to_date=to, reason=reason.strip(), moved_at=at, moved_by=by
    )
    record(subject=current, action="move", actor=by, at=at, data={"from": before, "to": to, "reason": reason.strip()})
    publish(_event(events.MilestoneMoved, current, by, at, reason=reason.strip(), happens_on=to))
    return current


@transaction.atomic
def fulfil(
    *,
    milestone: Milestone,
    by: "User",
    evidence: str,
    on: date,
    at: datetime,
    links: Sequence[str] = (),
    uploads: "Sequence[UploadedFile[Any]]" = (),
) -> Milestone:
    """Report a promise as kept, with evidence in words, links and pictures; return the milestone.

    Raises Conflict when it already was, InvalidInput for a day that has not come or that lies before the decision.
    """
    current = _locked(milestone)
    require(policies.may_keep_milestones(by, current.initiative))
    if current.is_done:
        raise Conflict(_("This milestone is already reported as done."), code="already_done")
    evidence = clean(evidence, field="evidence")
    fields = _wrong_report(current, evidence, on, at)
    if any(not is_secure_link(link) for link in links):
        fields["links"] = _("Give whole links that begin with https://, one a line.")
    if len(links) + len(uploads) > PROOFS_MAX:
        fields["links"] = _("No more than %(number)d links and files.") % {"number": PROOFS_MAX}
    if fields:
        raise InvalidInput(fields=fields)
    MilestoneEvidence.objects.bulk_create(MilestoneEvidence(milestone=current, url=link, added_at=at) for link in links)
    for upload in uploads:
        _keep_file(current, upload, at)
    current.done_date, current.evidence = on, evidence.strip()
    current.save(update_fields=["done_date", "evidence"])
    record(subject=current, action="fulfil", actor=by, at=at, data={"evidence": evidence, "links": list(links)})
    publish(
        events.MilestoneDone(at=at, subject_id=str(current.initiative_id), actor_id=str(by.pk), milestone=current.title)
    )
    return current


@transaction.atomic
def dispute(*, milestone: Milestone, by: "User", text: str, at: datetime) -> MilestoneDispute:
    """Say in one line that it is not so, once a person; return what was said."""
    require_on(switches.REMARKS)
    current = _locked(milestone)
    require(policies.may_dispute(by, current))
    said = clean_line(text, field="text")
    if not said or len(said) > DISPUTE_MAX:
        sentence = _("Say in 1 to %(number)d characters what is not so.") % {"number": DISPUTE_MAX}
        raise InvalidInput(fields={"text": sentence})
    try:
        with transaction.atomic():
            made = MilestoneDispute.objects.create(milestone=current, author=by, text=said, created_at=at)
    except IntegrityError as error:
        raise Conflict(_("You have said this already."), code="already_disputed") from error
    publish(_event(events.MilestoneDisputed, current, by, at, reason=said, part=made.pk))
    return made


@transaction.atomic
def answer_dispute(*, dispute: MilestoneDispute, by: "User", answer: str, at: datetime) -> MilestoneDispute:
    """Answer in public who says that it is not so, once; return it."""
    current = MilestoneDispute.objects.select_for_update(of=("self",)).get(pk=dispute.pk)
    require(policies.may_handle(by, current.milestone.initiative))
    if current.answered_at is not None:
        raise Conflict(_("It is answered already."), code="already_answered")
    answer = clean(answer, field="answer")
    if not answer or len(answer) > 1000:
        raise InvalidInput(fields={"answer": _("Answer in 1 to 1,000 characters.")})
    current.answer, current.answered_at, current.answered_by = answer, at, by
    current.save(update_fields=["answer", "answered_at", "answered_by"])
    record(subject=current, action="answer", actor=by, at=at, data={"answer": current.answer})
    person = str(current.author_id)
    told = _event(events.DisputeAnswered, current.milestone, by, at, reason=current.answer, part=current.pk)
    publish(events.DisputeAnswered(**{**vars(told), "person_id": person}))
    return current


@transaction.atomic
def hide_dispute(*, dispute: MilestoneDispute, by: "User", reason: str, at: datetime) -> MilestoneDispute:
    """Take a line from view, with a reason in its place; it no longer counts. Returns it."""
    require(policies.may_hide_remark(by, dispute))
    reason = clean_line(reason, field="reason")
    if not reason or len(reason) > 300:
        raise InvalidInput(fields={"reason": _("Say in at most 300 characters why it is taken from view.")})
    current = MilestoneDispute.objects.select_for_update(of=("self",)).get(pk=dispute.pk)
    if current.hidden_at is not None:
        raise Conflict(_("It is taken from view already."), code="already_hidden")
    current.hidden_at, current.hidden_by, current.hidden_reason = at, by, reason
    current.save(update_fields=["hidden_at", "hidden_by", "hidden_reason"])
    record(subject=current, action="hide", actor=by, at=at, data={"reason": current.hidden_reason})
    return current


def _locked(milestone: Milestone) -> Milestone:
    found = Milestone.objects.select_for_update(of=("self",), no_key=True).select_related("initiative")
    return found.get(pk=milestone.pk)


def _wrong_day(day: date, at: datetime) -> dict[str, str]:
    """Say what is wrong with the day of a promise: it lies ahead, and within the life of those who wait for it."""
    if day < local_date(at):
        return {"due_date": _("A promise is about a day to come.")}
    if day > local_date(at) + timedelta(days=PROMISE_DAYS_MAX):
        return {"due_date": _("A promise lies at most thirty years ahead.")}
    return {}


def _wrong_report(milestone: Milestone, evidence: str, on: date, at: datetime) -> dict[str, str]:
    fields = {}
    if not evidence.strip() or len(evidence) > EVIDENCE_MAX:
        fields["evidence"] = _("Say what was done and where it can be seen.")
    signed_at = Decision.objects.filter(initiative=milestone.initiative_id).values_list("signed_at", flat=True).first()
    decided_at = signed_at or milestone.initiative.answered_at
    if on > local_date(at):
        fields["done_date"] = _("What is done lies in the past: give a day that has come.")
    elif decided_at is not None and on < local_date(decided_at):
        fields["done_date"] = _("It was promised in the decision, so it was done after it.")
    return fields


def _keep_file(milestone: Milestone, upload: "UploadedFile[Any]", at: datetime) -> None:
    file = checked(upload)
    made = MilestoneEvidence(milestone=milestone, name=file.name, content_type=file.content_type, added_at=at)
    made.file.save(file.stored_name, ContentFile(file.content), save=False)
    made.save()


def _event(
    kind: type[events.ReviewEvent],
    milestone: Milestone,
    by: "User",
    at: datetime,
    *,
    reason: str = "",
    happens_on: date | None = None,
    part: object = "",
) -> events.ReviewEvent:
    return kind(
        at=at,
        subject_id=str(milestone.initiative_id),
        actor_id=str(by.pk),
        about=f"{milestone.title}. {reason}" if reason else milestone.title,
        happens_at=happens_on.isoformat() if happens_on else "",
        part=str(part or milestone.pk),
    )
