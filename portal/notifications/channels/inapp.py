"""The portal's own centre: reading what `dispatch` wrote."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from portal.notifications.models import Notification

if TYPE_CHECKING:
    from accounts.models import User


def mark_read(*, user: "User", ids: Sequence[int] | None, at: datetime) -> int:
    """Mark the person's own notices as read, all of them when no ids are given; return how many were unread."""
    unread = Notification.objects.filter(recipient=user, read_at__isnull=True, is_shown=True)
    if ids is not None:
        unread = unread.filter(pk__in=ids)
    return unread.update(read_at=at)
