"""Work in the background: asking again about signatures whose revocation was not known."""

from celery import shared_task

from portal import clock
from signatures import limits
from signatures.selectors.pending import pending_signatures
from signatures.services import acceptance, mobile


@shared_task
def recheck_pending() -> int:
    """Recheck the oldest pending signatures; return how many are settled. Idempotent."""
    at = clock.now()
    waiting = pending_signatures(limit=limits.RECHECKS_A_RUN)
    return sum(acceptance.recheck(signature=signature, at=at) != "pending" for signature in waiting)


@shared_task
def forget_mobile_requests() -> int:
    """Delete codes for telephones that are over; return how many. Idempotent."""
    return mobile.forget_old(at=clock.now())
