"""The portal's own centre: keeping notices, and reading them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from portal.notifications.models import Notification

if TYPE_CHECKING:
    from accounts.models import User


def keep(notices: Sequence[Notification]) -> list[Notification]:
    """Write the notices in one statement and return those that are new; who was told already is not told again.

    All notices of one call share their key. Postgres does not say which rows ON CONFLICT DO NOTHING left out, so those
    told before are read first; a second writer in between makes none twice, it only hands them to both for `email.queue`,
    whose own constraint settles it.
    """
    if not notices:
        return []
    ids, key = [one.recipient_id for one in notices], notices[0].key
    told = Notification.objects.filter(recipient_id__in=ids, key=key)
    before = set(told.values_list("recipient_id", flat=True))
    fresh = [one for one in notices if one.recipient_id not in before]
    Notification.objects.bulk_create(fresh, ignore_conflicts=True)
    return list(told.filter(recipient_id__in=[one.recipient_id for one in fresh]).select_related("recipient"))


def mark_read(*, user: "User", ids: Sequence[int] | None, at: datetime) -> int:
    """Mark the person's own notices as read, all of them when no ids are given; return how many were unread."""
    unread = Notification.objects.filter(recipient=user, read_at__isnull=True, is_shown=True)
    if ids is not None:
        unread = unread.filter(pk__in=ids)
    return unread.update(read_at=at)
