"""What the pages of webhooks read: a person's own, and nothing of others."""

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from portal.errors import NotVisible
from portal.webhooks.models import Delivery, Endpoint

if TYPE_CHECKING:
    from accounts.models import User


def endpoints_of(user: "User") -> QuerySet[Endpoint]:
    """Return the person's endpoints, oldest first."""
    return Endpoint.objects.filter(owner=user)


def get_own(user: "User", uid: str) -> Endpoint:
    """Return one of the person's own endpoints; another's does not exist for them."""
    found = endpoints_of(user).filter(uid=uid).first()
    if found is None:
        raise NotVisible
    return found


def get_own_delivery(user: "User", uid: str, number: int) -> Delivery:
    """Return one delivery to one of the person's own endpoints."""
    found = Delivery.objects.filter(endpoint=get_own(user, uid), pk=number).select_related("endpoint").first()
    if found is None:
        raise NotVisible
    return found


def deliveries_of(endpoint: Endpoint) -> QuerySet[Delivery]:
    """Return the log of the endpoint, newest first."""
    return Delivery.objects.filter(endpoint=endpoint).select_related("occurrence")


def export(user: "User") -> list[dict[str, Any]]:
    """Return what is kept about the person's endpoints, for their copy of their data."""
    fields = ("url", "note", "kinds", "keys", "created_at", "off_at", "off_reason")
    return [dict(row) for row in endpoints_of(user).values(*fields)]
