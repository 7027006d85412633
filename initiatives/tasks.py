"""What the worker does for initiatives: read the clock, one service call. The times are in `portal.settings.schedule`."""

from importlib import import_module

from celery import shared_task

from initiatives import switches
from initiatives.services import (
    checking,
    folding,
    log_agreeing,
    moderation_log,
    opening,
    paper_entering,
    recounting,
    rising,
    searches,
    standing,
    vote_forgetting,
    waiting,
    wording,
)
from portal.audit.checking import check_chains
from portal.clock import now
from portal.switches import is_on


@shared_task
def fold_votes() -> int:
    """Each second: add the waiting votes to the public counts."""
    return folding.fold_all(at=now())


@shared_task
def refresh_rankings() -> int:
    """Each minute: what is rising; and the steps a count called for, should a worker have died before taking them."""
    at = now()
    standing.advance(None, at=at)
    return rising.refresh_rising(at=at) if is_on(switches.RANKING) else 0


@shared_task
def refresh_pace() -> int:
    """Each hour: how fast votes usually come, by which what is rising is measured."""
    return rising.refresh_pace(recent=rising.recent_since(now()))


@shared_task
def run_due_transitions() -> None:
    """Each minute: the steps that the clock takes."""
    import_module("initiatives.services.deadlines").run_due(at=now())


@shared_task
def recheck_waiting() -> int:
    """Each minute: ask the certification authority again about votes that wait; what is known now is settled."""
    return waiting.recheck(at=now()).settled


@shared_task
def work_on_paper_lists() -> int:
    """Each five seconds: enter the paper lists that two moderators agreed on, and take back those that were wrong."""
    return paper_entering.work_on_all(at=now())


@shared_task
def check_attachments() -> int:
    """Each ten seconds: new files go to the scanner."""
    return checking.check_pending(at=now())


@shared_task
def tell_searches() -> int:
    """Each half hour: new texts for the searches whose morning has come."""
    return searches.tell_due(at=now())


@shared_task
def count_terms() -> None:
    """Each hour: how rare each word is, by which search and likeness weigh."""
    wording.count_terms()


@shared_task
def recount() -> int:
    """Each night: every vote anew; a difference is corrected and reported as an error."""
    return len(recounting.recount(at=now()).differences)


@shared_task(time_limit=7200, soft_time_limit=7000)
def export_open_data() -> str:
    """Each night: a new edition of the open data. One that is under way is not begun twice."""
    edition = opening.export(at=now())
    return edition.name if edition else ""


@shared_task
def close_vote_logs() -> int:
    """Each minute: the final heads of petitions whose voting has ended."""
    return log_agreeing.close_ended(at=now())


@shared_task(time_limit=7200, soft_time_limit=7000)
def check_vote_logs() -> int:
    """Each night: every vote log anew, and against votes and counts; differences are reported as errors."""
    return log_agreeing.check(at=now())


@shared_task
def check_logs() -> int:
    """Each night: the public log of moderation and every chain of the audit log that grew; breaks are reported as errors."""
    at = now()
    broken = moderation_log.check(at=at).broken_at
    return len(check_chains(at=at).breaks) + (broken is not None)


@shared_task
def forget_due_votes() -> int:
    """Each night: the evidence of erased people's votes that nobody needs any more."""
    return vote_forgetting.forget_due(at=now())
