"""Telling many people of one occasion: rows only, written in the caller's transaction.

Whom, by which channel and whether for the first time is settled inside Postgres, a thousand people by one statement: a million
voters must be told within a minute.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import QuerySet
from psycopg2.extras import Json

from portal.notifications import topics
from portal.notifications.channels import email
from portal.notifications.models import Channel
from portal.notifications.rhythm import Wish

if TYPE_CHECKING:
    from accounts.models import User

CHUNK = 1000
"""Rows per statement, so that memory stays flat and a stop costs little."""

TELL = """
WITH people AS (
    SELECT person.id, person.is_email_confirmed AND person.email <> '' AS has_address,
           coalesce(inapp.is_enabled, %(inapp)s) AS is_shown, coalesce(mail.is_enabled, %(email)s) AS wants_letter
    FROM accounts_user AS person
    LEFT JOIN notifications_preference AS inapp
        ON inapp.user_id = person.id AND inapp.topic = %(topic)s AND inapp.channel = 'inapp'
    LEFT JOIN notifications_preference AS mail
        ON mail.user_id = person.id AND mail.topic = %(topic)s AND mail.channel = 'email'
    WHERE person.id = ANY(%(ids)s::uuid[]) AND person.is_active
), told AS (
    INSERT INTO notifications_notification
        (recipient_id, is_shown, topic, template, context, url_name, url_args, key, created_at)
    SELECT id, is_shown, %(topic)s, %(template)s, %(context)s, %(url_name)s, %(url_args)s, %(key)s, %(at)s
    FROM people WHERE is_shown OR wants_letter
    ON CONFLICT (recipient_id, key) DO NOTHING
    RETURNING id, recipient_id
), letters AS (
    INSERT INTO notifications_delivery
        (notification_id, channel, state, attempts, next_attempt_at, in_digest, last_error)
    SELECT told.id, 'email', 'queued', 0, %(moment)s, false, ''
    FROM told JOIN people ON people.id = told.recipient_id WHERE wants_letter AND has_address
    RETURNING notification_id
)
SELECT (SELECT count(*) FROM told), (
    SELECT array_agg(letters.notification_id) FROM letters
    JOIN told ON told.id = letters.notification_id
    JOIN notifications_letterwish AS wish ON wish.user_id = told.recipient_id
)
"""


@transaction.atomic
def notify(
    recipients: "Iterable[User | UUID]",
    *,
    topic: str,
    template: str,
    key: str,
    at: datetime,
    context: Mapping[str, Any] | None = None,
    url_name: str = "",
    url_args: Sequence[Any] = (),
) -> int:
    """Tell each active recipient who wants to hear of the topic; return how many were told now.

    `key` names the occasion: whoever was told under it already is left out, so a handler may run twice. `context` holds what
    the template needs, JSON-able: names ending in `_date` and `_at` become dates again when it is worded, and a mapping of
    language codes becomes the reader's own. Raises LookupError for a topic that no app declared.
    """
    default = topics.get(topic).default
    said: dict[str, Any] = {
        "topic": topic,
        "template": template,
        "context": Json(json.loads(json.dumps(dict(context or {}), cls=DjangoJSONEncoder))),
        "url_name": url_name,
        "url_args": Json(list(url_args)),
        "key": key,
        "at": at,
        "moment": Wish().first_moment(at),
        "inapp": Channel.INAPP in default,
        "email": Channel.EMAIL in default,
    }
    told = 0
    for ids in chunks(recipients):
        with connection.cursor() as cursor:
            cursor.execute(TELL, {**said, "ids": [str(one) for one in ids]})
            number, with_wish = cursor.fetchone()
        if with_wish:
            email.follow_wishes(with_wish, at=at)
        told += number
    return told


def chunks(recipients: "Iterable[User | UUID]", size: int = CHUNK) -> "Iterator[list[UUID]]":
    """Return the recipients' keys in portions; a queryset is read by key, so that no portion waits on an offset."""
    if not isinstance(recipients, QuerySet):
        rest = iter(dict.fromkeys(one if isinstance(one, UUID) else one.pk for one in recipients))
        while portion := list(islice(rest, size)):
            yield portion
        return
    keys = recipients.order_by("pk").values_list("pk", flat=True)
    portion = list(keys[:size])
    while portion:
        yield portion
        portion = list(keys.filter(pk__gt=portion[-1])[:size]) if len(portion) == size else []
