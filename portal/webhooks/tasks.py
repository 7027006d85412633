"""What the worker does for webhooks: read the clock, one call. The times are in `portal.settings.schedule`."""

from celery import shared_task

from portal.clock import now
from portal.webhooks import sending, services


@shared_task
def send_webhooks() -> int:
    """Each five seconds: send what waits."""
    return sending.send_due(at=now())


@shared_task
def forget_old_webhooks() -> int:
    """Each night: delete the log beyond its time."""
    return services.forget_old(at=now())
