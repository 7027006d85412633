"""Paper lists as moderators see them: what waits, and what was found line by line."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from initiatives.models import Initiative, PaperContest, PaperLine, PaperList
from initiatives.states import PaperVerdict
from portal.errors import NotVisible

LINES_SHOWN = 500
"""Faulty lines listed one by one; the sums say the rest."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in a list: sums by verdict in their order, and the lines that give no vote."""

    sums: list[tuple[str, str, int]]
    lines: int
    counted: int
    faulty: list[PaperLine]


def waiting_lists() -> QuerySet[PaperList]:
    """Lists that wait for a second moderator, to be entered or to be taken back."""
    return _lists().filter(
        Q(confirmed_at__isnull=True, discarded_at__isnull=True)
        | Q(recall_asked_at__isnull=False, recalled_at__isnull=True)
    )


def open_contests() -> QuerySet[PaperContest]:
    """Lines that somebody contested and nobody has looked at."""
    return PaperContest.objects.filter(settled_at__isnull=True).select_related("line__paper_list__initiative")


def count_waiting() -> int:
    """How many lists and contested lines wait for a moderator."""
    return waiting_lists().count() + open_contests().count()


def lists_of(initiative: Initiative) -> QuerySet[PaperList]:
    """The lists of one initiative, the latest first."""
    return _lists().filter(initiative=initiative)


def get_list(number: int) -> PaperList:
    """Return one list; NotVisible when there is none."""
    found = _lists().filter(pk=number).first()
    if found is None:
        raise NotVisible
    return found


def get_contest(number: int) -> PaperContest:
    """Return one contested line; NotVisible when there is none."""
    found = PaperContest.objects.select_related("line__paper_list__initiative__kind").filter(pk=number).first()
    if found is None:
        raise NotVisible
    return found


def report(paper: PaperList) -> Report:
    """Return what was found in the list."""
    lines = PaperLine.objects.filter(paper_list=paper)
    found: dict[str, int] = dict(lines.order_by().values_list("verdict").annotate(number=Count("pk")))
    fine = (PaperVerdict.GOOD, PaperVerdict.COUNTED)
    return Report(
        sums=[(one.value, str(one.label), found[one.value]) for one in PaperVerdict if one.value in found],
        lines=sum(found.values()),
        counted=found.get(PaperVerdict.COUNTED, 0),
        faulty=list(lines.exclude(verdict__in=fine).order_by("number")[:LINES_SHOWN]),
    )


def rows_of(lines: Iterable[PaperLine]) -> list[list[str]]:
    """Return faulty lines as rows of a table."""
    return [[str(line.number), line.get_verdict_display()] for line in lines]


def _lists() -> QuerySet[PaperList]:
    people = ("uploaded_by", "confirmed_by", "recall_asked_by", "recalled_by")
    return PaperList.objects.select_related("initiative__kind", "initiative__kind_version", *people).annotate(
        lines_counted=Count("lines", filter=Q(lines__verdict=PaperVerdict.COUNTED))
    )
