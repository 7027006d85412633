"""From confirmed lines to votes, and back: in chunks, each whole or not at all; a killed worker's list goes on where it stopped.

Each chunk passes the gate of its petition, waits for other acts of its people, and asks anew how they stand: whoever voted
electronically a moment ago keeps that vote, and the line says so. The unique key of the votes stands behind all of it.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from initiatives import switches
from initiatives.limits import PAPER_CHUNK
from initiatives.models import Initiative, PaperLine, PaperList, VoteAct
from initiatives.services import standing as counts
from initiatives.services.paper_standing import Standing, enter, keep, lock_people, standing_of, tags_of, take_back
from initiatives.services.vote_logging import log_acts
from initiatives.services.voting import still_takes_votes
from initiatives.states import PaperVerdict, VoteSource
from portal.audit.log import record
from portal.switches import is_on


def work_on_all(*, at: datetime) -> int:
    """Go on with every list that is being entered or taken back; return how many were brought to their end."""
    unfinished = PaperList.objects.filter(
        Q(confirmed_at__isnull=False, entered_at__isnull=True)
        | Q(recalled_at__isnull=False, taken_back_at__isnull=True)
    )
    return sum(work_on(number, at=at) for number in unfinished.order_by("confirmed_at").values_list("pk", flat=True))


def work_on(number: int, *, at: datetime, limit: int = PAPER_CHUNK) -> bool:
    """Enter the list, or take it back, to its end; then take the step that the new count calls for. Idempotent."""
    while is_on(switches.VOTES):
        with transaction.atomic():
            paper = PaperList.objects.select_for_update(of=("self",)).select_related("initiative").get(pk=number)
            initiative = enter(paper.initiative)
            is_done = (_take_back if paper.recalled_at else _enter)(paper, initiative, at, limit)
        if is_done:
            counts.settle(initiative, at=at)
            return True
    return False


def _enter(paper: PaperList, initiative: Initiative, at: datetime, limit: int) -> bool:
    if paper.confirmed_at is None or paper.entered_at is not None:
        return True
    waiting = PaperLine.objects.filter(paper_list=paper, verdict=PaperVerdict.GOOD)
    if not still_takes_votes(initiative, at):
        waiting.update(verdict=PaperVerdict.CLOSED)
    lines = list(waiting.order_by("number")[:limit])
    if lines:
        _count(initiative, lines, at)
        return False
    paper.entered_at = at
    paper.save(update_fields=["entered_at"])
    counted = PaperLine.objects.filter(paper_list=paper, verdict=PaperVerdict.COUNTED).count()
    record(subject=paper, action="entered", actor=paper.confirmed_by, at=at, data={"counted": counted})
    return True


def _count(initiative: Initiative, lines: list[PaperLine], at: datetime) -> None:
    lock_people(initiative, lines)
    standing = standing_of(initiative, {tag for line in lines for tag in tags_of(line)})
    acts = []
    for line in lines:
        assert line.signed_on is not None  # it was judged good
        line.verdict = standing.verdict(tags_of(line), line.signed_on)
        if line.verdict == PaperVerdict.GOOD:
            act = _act(initiative, line, standing, at)
            line.verdict, line.sequence = PaperVerdict.COUNTED, act.sequence
            acts.append(act)
    log_acts(acts)
    keep(acts, delta=1, counted_at=[at] * len(acts))
    PaperLine.objects.bulk_update(lines, ["verdict", "sequence"])


def _act(initiative: Initiative, line: PaperLine, standing: Standing, at: datetime) -> VoteAct:
    last = standing.act_of(tags_of(line))
    return VoteAct(
        initiative=initiative,
        signer_tag=bytes(last.signer_tag) if last else tags_of(line)[0],
        sequence=last.sequence + 1 if last else 1,
        previous=last.sequence if last else None,
        age_band=line.age_band,
        source=VoteSource.PAPER,
        at=at,
    )


def _take_back(paper: PaperList, initiative: Initiative, at: datetime, limit: int) -> bool:
    """Take back what still stands of the list; a person who has acted since then keeps what they did."""
    if paper.taken_back_at is not None:
        return True
    counted = PaperLine.objects.filter(paper_list=paper, verdict=PaperVerdict.COUNTED, taken_back=False)
    lines = list(counted.order_by("number")[:limit]) if still_takes_votes(initiative, at) else []
    if lines:
        lock_people(initiative, lines)
        standing = standing_of(initiative, {tag for line in lines for tag in tags_of(line)})
        latest = [(line, standing.act_of(tags_of(line))) for line in lines]
        take_back([act for line, act in latest if act is not None and act.sequence == line.sequence], at=at)
        PaperLine.objects.filter(pk__in=[line.pk for line in lines]).update(taken_back=True)
        return False
    paper.taken_back_at = at
    paper.save(update_fields=["taken_back_at"])
    record(subject=paper, action="taken_back", actor=paper.recalled_by, at=at)
    return True
