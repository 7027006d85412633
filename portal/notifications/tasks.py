"""What the worker does for notices: read the clock, one call. The times are in `portal.settings.schedule`."""

from celery import shared_task

from portal.clock import now
from portal.events.outbox import deliver_due
from portal.notifications import fanning
from portal.notifications.channels import email


@shared_task
def dispatch_events() -> int:
    """Each second: hand the events that wait in the outbox to their handlers."""
    return deliver_due(at=now())


@shared_task
def send_mail() -> int:
    """Each five seconds: send the letters that wait."""
    return email.send_due(at=now())


@shared_task
def fan_out() -> int:
    """Each second: go on telling what concerns many."""
    return fanning.advance_due(at=now())
