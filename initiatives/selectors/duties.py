"""What an official of a body has to do besides the steps of the process, each with its day: the late ones first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from initiatives.models import (
    CommissionMeeting,
    Decision,
    DraftDiscussion,
    Initiative,
    Milestone,
    MilestoneDispute,
    SiteVisit,
)
from initiatives.querysets import InitiativeQuerySet
from initiatives.selectors.review import statement_term
from initiatives.states import NormCode, State
from portal.clock import local_date

if TYPE_CHECKING:
    from accounts.models import Body

SOON = timedelta(days=14)
"""A promise is work from two weeks before its date."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to do about one initiative; `at_review` says on which of its two staff pages."""

    initiative: Initiative
    label: str
    due: date | None
    is_late: bool
    at_review: bool = True


def duties(bodies: "Iterable[Body]", *, at: datetime) -> list[Duty]:
    """Return what waits for the officials of these bodies; a constant number of queries."""
    own = [body.pk for body in bodies]
    today = local_date(at)
    found = [
        *_discussions(own, at, today),
        *_reports(own, at, today),
        *_statements(own, at),
        *_promises(own, today),
        *_disputes(own),
    ]
    return sorted(found, key=lambda one: (not one.is_late, one.due or date.max, one.initiative.pk))


def _ruled(queryset: InitiativeQuerySet) -> InitiativeQuerySet:
    """Return the queryset with what a duty is computed from and said with, no more."""
    return queryset.select_related("body", "decision", "kind_version").prefetch_related("kind_version__norms")


def _term(initiative: Initiative) -> date | None:
    return local_date(initiative.state_deadline_at) if initiative.state_deadline_at else None


def _discussions(own: list[int], at: datetime, today: date) -> Iterator[Duty]:
    under_review = _ruled(Initiative.objects.filter(body__in=own, state=State.REGISTERED))
    undecided = Count("remarks", filter=Q(remarks__verdict="", remarks__hidden_at__isnull=True))
    discussions = DraftDiscussion.objects.filter(initiative__in=under_review.values("pk"), cancelled_at__isnull=True)
    by_initiative = {one.initiative_id: one for one in discussions.annotate(undecided=undecided)}
    for initiative in under_review:
        due = _term(initiative)
        is_late = due is not None and due < today
        discussion = by_initiative.get(initiative.pk)
        if discussion is None:
            if initiative.kind_version.norm(NormCode.DISCUSSION_NOTICE):
                yield Duty(initiative, _("Announce the discussion of the draft decision"), due, is_late)
        elif discussion.summarised_at is None and discussion.ends_at <= at:
            yield Duty(initiative, _undecided(discussion.undecided), due, is_late)


def _undecided(number: int) -> str:
    if not number:
        return _("Summarise the discussion of the draft decision")
    sentence = ngettext(
        "Decide on %(number)d remark and summarise the discussion",
        "Decide on %(number)d remarks and summarise the discussion",
        number,
    )
    return sentence % {"number": number}


def _reports(own: list[int], at: datetime, today: date) -> Iterator[Duty]:
    meetings = CommissionMeeting.objects.filter(
        commission__initiative__body__in=own, held_at__lte=at, published_at__isnull=True
    ).select_related("commission__initiative__body")
    for meeting in meetings:
        held = local_date(meeting.held_at)
        yield Duty(meeting.commission.initiative, _("Publish the minutes of the commission"), held, held < today)
    visits = SiteVisit.objects.filter(initiative__body__in=own, planned_at__lte=at, done_at__isnull=True)
    for visit in visits.select_related("initiative__body"):
        planned = local_date(visit.planned_at)
        yield Duty(visit.initiative, _("Report the visit to the place"), planned, planned < today)


def _statements(own: list[int], at: datetime) -> Iterator[Duty]:
    silent = Decision.objects.filter(
        initiative__body__in=own, published_at__isnull=False, statement="", statement_url=""
    )
    for initiative in _ruled(Initiative.objects.filter(pk__in=silent.values("initiative"))):
        term = statement_term(initiative, at=at)
        if term is not None:
            yield Duty(initiative, _("Publish the statement of the first head"), term.due, term.days_late > 0)


def _promises(own: list[int], today: date) -> Iterator[Duty]:
    near = Milestone.objects.filter(
        initiative__body__in=own, done_date__isnull=True, due_date__lte=today + SOON
    ).exclude(initiative__state=State.DONE)
    for one in near.select_related("initiative__body"):
        label = _("Keep the promise: %(title)s") % {"title": one.title}
        yield Duty(one.initiative, label, one.due_date, one.due_date < today, at_review=False)


def _disputes(own: list[int]) -> Iterator[Duty]:
    asked = MilestoneDispute.objects.filter(
        milestone__initiative__body__in=own, answered_at__isnull=True, hidden_at__isnull=True
    )
    rows = Milestone.objects.filter(disputes__in=asked).select_related("initiative__body").distinct()
    for one in rows:
        label = _("People say that it is not so: %(title)s") % {"title": one.title}
        yield Duty(one.initiative, label, None, is_late=False, at_review=False)
