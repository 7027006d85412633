"""What the pages of the notification centre read."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from portal.errors import NotVisible
from portal.notifications.models import Notification

if TYPE_CHECKING:
    from accounts.models import User


def unread_count(user: "User") -> int:
    """Return how many notices wait unread; the header shows it (settings.PORTAL_UNREAD_COUNT)."""
    return Notification.objects.filter(recipient=user, read_at__isnull=True, is_shown=True).count()


def notices_of(user: "User") -> QuerySet[Notification]:
    """Return the person's notices on the portal, newest first."""
    return Notification.objects.filter(recipient=user, is_shown=True)


def get_own(user: "User", notification_id: int) -> Notification:
    """Return one of the person's own notices; another's does not exist for them."""
    found = notices_of(user).filter(pk=notification_id).first()
    if found is None:
        raise NotVisible
    return found
