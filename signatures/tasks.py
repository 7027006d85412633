"""Work in the background for signatures."""

from celery import shared_task

from portal import clock
from signatures.services import mobile, sequencing, trust


@shared_task
def fetch_lists() -> int:
    """Every ten minutes: fetch the revocation lists for all processes, so that no voter waits for one."""
    return trust.refresh_lists(at=clock.now())


@shared_task
def forget_mobile_requests() -> int:
    """Delete codes for telephones that are over; return how many. Idempotent."""
    return mobile.forget_old(at=clock.now())


@shared_task
def sequence_votes() -> int:
    """Each ten seconds: waiting entries of the vote log get their places and heads are signed; return how many."""
    return sequencing.run(at=clock.now()).entries
