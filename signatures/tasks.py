"""Work in the background for signatures."""

from celery import shared_task

from portal import clock
from signatures.services import heads, mobile, sequencing, trust, witnessing


@shared_task
def fetch_lists() -> int:
    """Every ten minutes: fetch the revocation lists for all processes, so that no voter waits for one."""
    return trust.refresh_lists(at=clock.now())


@shared_task
def sequence_votes() -> int:
    """Each ten seconds: waiting entries of the vote log get their places and heads are signed; return how many."""
    at = clock.now()
    done = sequencing.run(at=at)
    heads.publish(at=at)
    return done.entries


@shared_task
def stamp_heads() -> int:
    """Each minute: time stamps for the newest heads of the archive that have none."""
    return heads.stamp_heads(at=clock.now())


@shared_task
def show_heads() -> int:
    """Each minute: the newest head of the archive goes to the witnesses that have not signed it."""
    return witnessing.show(at=clock.now())


@shared_task
def forget_mobile_requests() -> int:
    """Delete codes for telephones that are over; return how many. Idempotent."""
    return mobile.forget_old(at=clock.now())
