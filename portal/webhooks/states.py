"""The fixed vocabularies of webhooks."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DeliveryState(TextChoices):
    """Where a delivery stands."""

    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")
    SKIPPED = "skipped", _("Not sent: the address is switched off")


class OffReason(TextChoices):
    """Why an endpoint is switched off."""

    OWNER = "owner", _("Switched off by you")
    GONE = "gone", _("It answered that it is gone (410)")
    FAILING = "failing", _("It did not answer well for three days")


WAITING = (DeliveryState.QUEUED, DeliveryState.SENDING)
