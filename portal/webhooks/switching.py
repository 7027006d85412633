"""Switching an endpoint off, and telling its owner why when it was not they who did it."""

from datetime import datetime
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from portal.notifications import topics
from portal.notifications.dispatch import notify
from portal.webhooks.models import Delivery, Endpoint
from portal.webhooks.states import DeliveryState, OffReason

topics.register(topics.Topic("webhooks", _("My webhooks"), _("When one of your addresses was switched off."), order=60))


def switch_off(*, endpoint: Endpoint, reason: OffReason, at: datetime) -> None:
    """Stop telling the endpoint; what waits for it is not sent. Runs in the caller's transaction."""
    changed = Endpoint.objects.filter(pk=endpoint.pk, off_at__isnull=True).update(off_at=at, off_reason=reason)
    Delivery.objects.filter(endpoint=endpoint, settled_at__isnull=True).update(
        state=DeliveryState.SKIPPED, settled_at=at
    )
    if not changed or reason == OffReason.OWNER:
        return
    notify(
        [endpoint.owner],
        topic="webhooks",
        template=f"webhooks/{reason}",
        key=f"webhooks.off:{endpoint.uid}:{at.isoformat()}",
        at=at,
        context={"host": urlsplit(endpoint.url).hostname or ""},
        url_name="webhooks:one",
        url_args=[endpoint.uid],
    )
