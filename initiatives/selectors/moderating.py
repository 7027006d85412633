"""What a moderator needs besides the text: who looks, what is proposed, who appealed, who may judge, who reported whom."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.selectors import users_with_role
from initiatives.models import (
    Appeal,
    Comment,
    CommentContest,
    CommentReport,
    Initiative,
    ModerationLock,
    ModerationTask,
    Refusal,
    Removal,
)
from initiatives.policies import moderating as policies
from initiatives.policies.moderating import OPEN
from initiatives.querysets import InitiativeQuerySet
from initiatives.selectors.articles import cite
from initiatives.selectors.reading import with_all
from initiatives.states import NormCode, ReportOutcome, State
from portal.calendar import DayStep
from portal.clock import local_date

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from accounts.models import User
    from portal.errors import Sentence

SHOWN = 100
REPORTS_READ = 2_000
"""The newest open reports that are grouped into cases: more than a day of the whole country."""


@dataclass(frozen=True, slots=True)
class AppealTerm:
    """The term for deciding an appeal, explained day by day."""

    due: "date"
    steps: Sequence[DayStep]
    article: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Matter:
    """What has been done about one initiative by moderators, and what is open."""

    refusals: list[Refusal]
    refusal: Refusal | None
    removal: Removal | None
    appeal: Appeal | None
    term: AppealTerm | None
    nobody_left: bool


@dataclass(frozen=True, slots=True)
class SecondLook:
    """One line of what waits for another moderator than the first."""

    initiative: Initiative
    task: "Sentence"
    term: AppealTerm | None
    refused_to: "Sentence" = ""


@dataclass(slots=True)
class Case:
    """All open reports about one person's comments."""

    author: "User"
    comments: dict[int, Comment] = field(default_factory=dict)
    reports: list[CommentReport] = field(default_factory=list)
    earlier: int = 0
    earlier_right: int = 0

    @property
    def reporters(self) -> int:
        """How many different people reported."""
        return len({one.reporter_id for one in self.reports})

    @property
    def last_reported_at(self) -> datetime:
        """When the newest of the reports came."""
        return max(one.created_at for one in self.reports)


def matter_of(initiative: Initiative, *, at: datetime) -> Matter:
    """Return what the page of one item shows of its refusals, its removal and its appeal."""
    people = ("proposed_by", "confirmed_by", "returned_by")
    refusals = list(Refusal.objects.filter(initiative=initiative).select_related(*people))
    removal = Removal.objects.filter(initiative=initiative, **OPEN).select_related("proposed_by").first()
    appeal = Appeal.objects.filter(initiative=initiative).first()
    is_open = appeal is not None and not appeal.outcome
    return Matter(
        refusals=refusals,
        refusal=next((one for one in refusals if one.is_open), None),
        removal=removal,
        appeal=appeal,
        term=appeal_term(initiative, appeal, at=at) if appeal is not None and is_open else None,
        nobody_left=is_open and not judges_of(initiative, at=at).exists(),
    )


def appeal_term(initiative: Initiative, appeal: Appeal, *, at: datetime) -> AppealTerm | None:
    """Return the term for deciding the appeal with its explanation; None where the kind has none."""
    norm = initiative.kind_version.norm(NormCode.REJECTION_REVIEW_PERIOD)
    if norm is None:
        return None
    found = norm.term_after(appeal.filed_at)
    return AppealTerm(found.due, found.steps, cite(norm.article), is_late=found.due < local_date(at))


def judges_of(initiative: Initiative, *, at: datetime) -> "QuerySet[User]":
    """Return the moderators who may decide on the appeal: they neither wrote it nor took part in its rejection."""
    acted: set[object] = {initiative.author_id}
    for row in Refusal.objects.filter(initiative=initiative).values_list("proposed_by", "confirmed_by", "returned_by"):
        acted.update(row)
    return users_with_role("moderator", at=at).exclude(pk__in=[pk for pk in acted if pk is not None])


def moderators(*, at: datetime) -> "QuerySet[User]":
    """Return everyone who moderates at that moment, by name."""
    return users_with_role("moderator", at=at).order_by("family_name", "given_name")


def _open_appeals() -> InitiativeQuerySet:
    return Initiative.objects.filter(state=State.REJECTED, appeal__outcome="")


def _open_removals() -> InitiativeQuerySet:
    proposed = Removal.objects.filter(**OPEN).values("initiative")
    return Initiative.objects.filter(pk__in=proposed)


def second_looks(*, user: "User", at: datetime) -> list[SecondLook]:
    """Return open appeals, the nearest deadline first, then proposed removals."""
    found = []
    for one in with_all(_open_appeals()).select_related("appeal").order_by("appeal__due_at")[:SHOWN]:
        refusal = policies.may_decide_appeal(user, one)
        found.append(
            SecondLook(
                one, _("Decide on the appeal"), appeal_term(one, one.appeal, at=at), getattr(refusal, "reason", "")
            )
        )
    for one in with_all(_open_removals()).order_by("pk")[:SHOWN]:
        refusal = policies.may_confirm_removal(user, one)
        found.append(SecondLook(one, _("Confirm the removal or return it"), None, getattr(refusal, "reason", "")))
    return found


def count_second_looks() -> int:
    """Return how many appeals and proposed removals are open."""
    appealed = Q(state=State.REJECTED, appeal__outcome="")
    return Initiative.objects.filter(appealed | Q(pk__in=Removal.objects.filter(**OPEN).values("initiative"))).count()


def lock_of(initiative: Initiative, *, at: datetime) -> ModerationLock | None:
    """Return who looks at it now; None when nobody does."""
    return ModerationLock.objects.filter(initiative=initiative, until__gt=at).select_related("moderator").first()


def marks_of(found: Sequence[Initiative], *, at: datetime) -> dict[int, dict[str, str]]:
    """Return for each initiative who has taken it, who looks at it, and whether a rejection is proposed; three queries."""
    ids = [one.pk for one in found]
    marks: dict[int, dict[str, str]] = {pk: {} for pk in ids}
    for task in ModerationTask.objects.filter(initiative__in=ids).select_related("moderator"):
        marks[task.initiative_id]["assigned_to"] = task.moderator.public_name
    for lock in ModerationLock.objects.filter(initiative__in=ids, until__gt=at).select_related("moderator"):
        marks[lock.initiative_id]["watched_by"] = lock.moderator.public_name
    for pk in Refusal.objects.filter(initiative__in=ids, **OPEN).values_list("initiative", flat=True):
        marks[pk]["proposed"] = "yes"
    return marks


def report_cases() -> list[Case]:
    """Return the open reports as one case for each person reported, most reporters first.

    A number of reports proves nothing: beside it stands how often these reporters were right before.
    """
    open_reports = (
        CommentReport.objects.filter(settled_at__isnull=True, comment__hidden_at__isnull=True)
        .select_related("comment__author", "comment__initiative__body")
        .order_by("-created_at")[:REPORTS_READ]
    )
    cases: dict[object, Case] = {}
    for report in open_reports:
        case = cases.setdefault(report.comment.author_id, Case(report.comment.author))
        case.comments[report.comment_id] = report.comment
        case.reports.append(report)
    records = _records({report.reporter_id for case in cases.values() for report in case.reports})
    for case in cases.values():
        told = [records.get(pk, (0, 0)) for pk in {one.reporter_id for one in case.reports}]
        case.earlier, case.earlier_right = sum(one for one, _right in told), sum(right for _all, right in told)
    return sorted(cases.values(), key=lambda case: (-case.reporters, case.last_reported_at))[:SHOWN]


def _records(reporters: "set[UUID]") -> "dict[UUID, tuple[int, int]]":
    """Return for each reporter how many of their reports were settled, and how many of those were right."""
    rows = (
        CommentReport.objects.filter(reporter__in=reporters)
        .exclude(outcome="")
        .values_list("reporter")
        .annotate(settled=Count("pk"), right=Count("pk", filter=Q(outcome=ReportOutcome.UPHELD)))
    )
    return {pk: (settled, right) for pk, settled, right in rows}


def open_contests() -> list[CommentContest]:
    """Return the hidings that their writers contest, the oldest first."""
    return list(
        CommentContest.objects.filter(outcome="")
        .select_related("comment__author", "comment__initiative__body")
        .order_by("filed_at")[:SHOWN]
    )
