"""What is shown of the time after the threshold: discussions of the draft, commission, visits, statement, promises, handover."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.utils.translation import gettext as _

from initiatives.models import (
    Commission,
    Decision,
    DraftDiscussion,
    Initiative,
    Milestone,
    MilestoneDispute,
    ReceptionHandover,
    Remark,
    SiteVisit,
)
from initiatives.states import DiscussionStage, NormCode, PromiseStage, RemarkVerdict, Seat, State
from portal.calendar import Deadline
from portal.clock import local_date
from portal.errors import NotVisible

DISPUTES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Promise:
    """A milestone as a reader sees it on a day."""

    milestone: Milestone
    stage: PromiseStage
    days_late: int
    moved_from: date | None
    disputes: int

    @property
    def is_late(self) -> bool:
        """Whether its date has passed and it is not done."""
        return self.stage == PromiseStage.LATE


@dataclass(frozen=True, slots=True)
class StatementTerm:
    """By when the first head had to speak, and whether that was kept (art. 90-6(3))."""

    due: date
    article: str
    is_owed: bool
    days_late: int


@dataclass(frozen=True, slots=True)
class Review:
    """Everything of a petition's page that comes after the threshold."""

    discussions: list[tuple[DraftDiscussion, DiscussionStage]]
    commission: Commission | None
    visits: list[SiteVisit]
    promises: list[Promise]
    statement: StatementTerm | None
    handover: ReceptionHandover | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show of the body's review."""
        return not (self.discussions or self.commission or self.visits)


def review_of(initiative: Initiative, *, at: datetime) -> Review:
    """Return what the page shows; a petition that has not come so far costs one query."""
    handed = initiative.state == State.BELOW_THRESHOLD
    handover = ReceptionHandover.objects.filter(initiative=initiative).first() if handed else None
    began = initiative.registered_at is not None
    discussions = DraftDiscussion.objects.filter(initiative=initiative) if began else DraftDiscussion.objects.none()
    counted = discussions.annotate(remark_count=Count("remarks", filter=Q(remarks__hidden_at__isnull=True)))
    return Review(
        discussions=[(one, one.stage(at)) for one in counted],
        commission=commission_of(initiative) if began else None,
        visits=list(SiteVisit.objects.filter(initiative=initiative)) if began else [],
        promises=promises_of(initiative, today=local_date(at)),
        statement=statement_term(initiative, at=at),
        handover=handover,
    )


def notice_term(initiative: Initiative, at: datetime) -> tuple[Deadline | None, str]:
    """Return the notice that a discussion announced at that moment owes, and its article; None where none is owed."""
    norm = initiative.kind_version.norm(NormCode.DISCUSSION_NOTICE)
    return (norm.term_after(at), norm.article) if norm else (None, "")


def first_lawful_day(initiative: Initiative, at: datetime) -> date:
    """Return the first day on which a discussion announced now may begin: all days of the notice lie before it."""
    term, _article = notice_term(initiative, at)
    return term.due + timedelta(days=1) if term else local_date(at)


def commission_of(initiative: Initiative) -> Commission | None:
    """Return the commission with its members and meetings."""
    found = Commission.objects.filter(initiative=initiative).prefetch_related("members", "meetings")
    return found.first()


def promises_of(initiative: Initiative, *, today: date) -> list[Promise]:
    """Return the promises with their history of dates, their evidence and what people dispute."""
    shown = MilestoneDispute.objects.select_related("author").order_by("created_at")
    rows = Milestone.objects.filter(initiative=initiative).prefetch_related(
        "moves", "proofs", Prefetch("disputes", shown)
    )
    return [promise_of(one, today) for one in rows]


def promise_of(milestone: Milestone, today: date) -> Promise:
    """Return how a promise stands on that day; asks nothing where moves and disputes were fetched before."""
    moves = list(milestone.moves.all())
    return Promise(
        milestone=milestone,
        stage=milestone.stage(today),
        days_late=milestone.days_late(today),
        moved_from=moves[0].from_date if moves else None,
        disputes=sum(one.hidden_at is None for one in milestone.disputes.all()),
    )


def statement_term(initiative: Initiative, *, at: datetime) -> StatementTerm | None:
    """Return the term of the first head's statement; None before the decision is public or where none is owed."""
    decision: Decision | None = getattr(initiative, "decision", None)
    norm = initiative.kind_version.norm(NormCode.STATEMENT_PERIOD)
    if decision is None or norm is None or decision.published_at is None or decision.signed_at is None:
        return None
    due = norm.term_after(decision.signed_at).due
    given = local_date(decision.statement_at) if decision.has_statement and decision.statement_at else None
    return StatementTerm(due, norm.article, given is None, max(0, ((given or local_date(at)) - due).days))


def get_discussion_or_404(initiative: Initiative, number: int) -> DraftDiscussion:
    """Return a discussion of that initiative; NotVisible when it is of another one."""
    found = DraftDiscussion.objects.filter(initiative=initiative, pk=number).first()
    if found is None:
        raise NotVisible
    found.initiative = initiative
    return found


def remarks_of(discussion: DraftDiscussion) -> list[Remark]:
    """Return the remarks in the order in which they came, with their authors."""
    return list(Remark.objects.filter(discussion=discussion).select_related("author"))


def verdicts_of(remarks: Iterable[Remark]) -> list[tuple[str, str, int]]:
    """Return how many remarks were decided how, as (value, label, number); undecided ones last."""
    seen = [one for one in remarks if one.hidden_at is None]
    counted = [
        (verdict.value, str(verdict.label), sum(one.verdict == verdict for one in seen)) for verdict in RemarkVerdict
    ]
    undecided = sum(not one.verdict for one in seen)
    return [*counted, *([("", _("Not decided yet"), undecided)] if undecided else [])]


def happenings(initiative: Initiative, review: Review) -> list[dict[str, Any]]:
    """Return what the timeline tells besides the steps of the process, oldest first, shaped as its entries."""
    told = [*_review_told(review), *_result_told(initiative, review)]
    return [
        {"at": at, "title": title, "text": text, "state": "done"}
        for at, title, text in sorted(told, key=lambda one: one[0])
    ]


Told = tuple[datetime, str, str]


def _review_told(review: Review) -> Iterator[Told]:
    for discussion, _stage in review.discussions:
        yield discussion.announced_at, _("Discussion of the draft decision announced"), discussion.place
        if discussion.cancelled_at:
            yield discussion.cancelled_at, _("Discussion called off"), discussion.cancel_reason
        if discussion.summarised_at:
            yield discussion.summarised_at, _("Discussion of the draft decision summarised"), ""
    for visit in review.visits:
        yield visit.announced_at, _("Visit to the place announced"), visit.place
        if visit.reported_at:
            yield visit.reported_at, _("Visit to the place reported"), visit.place
    if review.commission is not None:
        yield from _commission_told(review.commission)


def _commission_told(commission: Commission) -> Iterator[Told]:
    yield commission.formed_at, _("Commission formed; the applicant is offered a seat"), ""
    if commission.seat_answered_at:
        said = {Seat.ACCEPTED: _("The applicant takes the seat"), Seat.DECLINED: _("The applicant leaves the seat")}
        yield commission.seat_answered_at, said[Seat(commission.seat)], ""
    for meeting in commission.meetings.all():
        if meeting.published_at:
            yield meeting.published_at, _("Minutes of the commission published"), meeting.place


def _result_told(initiative: Initiative, review: Review) -> Iterator[Told]:
    for promise in review.promises:
        title = {"title": promise.milestone.title}
        yield promise.milestone.created_at, _("Promised: %(title)s") % title, ""
        for moved in promise.milestone.moves.all():
            yield moved.moved_at, _("Promise moved: %(title)s") % title, moved.reason
    decision: Decision | None = getattr(initiative, "decision", None)
    if decision is not None and decision.statement_at and decision.statement_at != decision.published_at:
        yield decision.statement_at, _("Statement of the first head given"), ""
    if review.handover is not None and review.handover.handed_at:
        yield review.handover.handed_at, _("Registered as an ordinary appeal"), review.handover.reference
