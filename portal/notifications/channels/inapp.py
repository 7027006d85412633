"""The portal's own centre: keeping notices, and reading them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from psycopg2.extras import Json

from portal.notifications.models import Notification

if TYPE_CHECKING:
    from accounts.models import User


KEEP = """
INSERT INTO notifications_notification
    (recipient_id, is_shown, topic, template, context, url_name, url_args, key, created_at)
SELECT said.recipient_id, said.is_shown, %s, %s, %s, %s, %s, %s, %s
FROM unnest(%s::uuid[], %s::boolean[]) AS said (recipient_id, is_shown)
ON CONFLICT (recipient_id, key) DO NOTHING
RETURNING recipient_id, id
"""
"""One statement that also says which rows are new; the ORM's `ignore_conflicts` keeps that to itself."""


def keep(notices: Sequence[Notification]) -> list[Notification]:
    """Write the notices in one statement and return those that are new, with their numbers.

    All of one call tell the same: only the reader and where it is shown differ. Who was told of the occasion already is
    not told again.
    """
    if not notices:
        return []
    same = notices[0]
    facts = [
        same.topic,
        same.template,
        Json(same.context),
        same.url_name,
        Json(same.url_args),
        same.key,
        same.created_at,
    ]
    readers: list[Any] = [[str(one.recipient_id) for one in notices], [one.is_shown for one in notices]]
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [*facts, *readers])
        numbers = {UUID(str(reader)): number for reader, number in cursor.fetchall()}
    fresh = [one for one in notices if one.recipient_id in numbers]
    for one in fresh:
        one.pk = numbers[one.recipient_id]
    return fresh


def mark_read(*, user: "User", ids: Sequence[int] | None, at: datetime) -> int:
    """Mark the person's own notices as read, all of them when no ids are given; return how many were unread."""
    unread = Notification.objects.filter(recipient=user, read_at__isnull=True, is_shown=True)
    if ids is not None:
        unread = unread.filter(pk__in=ids)
    return unread.update(read_at=at)
