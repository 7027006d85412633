"""Telling many people of one occasion: rows only, written in the caller's transaction."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from portal.notifications import preferences
from portal.notifications.channels import email, inapp
from portal.notifications.models import Channel, Notification

if TYPE_CHECKING:
    from accounts.models import User

CHUNK = 1000
"""Rows per statement: fifty statements tell the fifty thousand voters of a petition, and memory stays flat."""


def notify(
    recipients: "Iterable[User]",
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
    facts = json.loads(json.dumps(dict(context or {}), cls=DjangoJSONEncoder))
    told = 0
    for people in chunks(recipients):
        wanted = preferences.channels_for(people, topic)
        notices = [
            Notification(
                recipient=person,
                topic=topic,
                template=template,
                context=facts,
                url_name=url_name,
                url_args=list(url_args),
                key=key,
                is_shown=Channel.INAPP in wanted[person.pk],
                created_at=at,
            )
            for person in people
            if wanted[person.pk]
        ]
        fresh = inapp.keep(notices)
        letters = [one for one in fresh if Channel.EMAIL in wanted[one.recipient_id]]
        email.queue(letters, wishes=preferences.wishes_of(one.recipient_id for one in letters), at=at)
        told += len(fresh)
    return told


def chunks(recipients: "Iterable[User]", size: int = CHUNK) -> "Iterator[list[User]]":
    """Return the active recipients in portions; a queryset is read by key, so that no portion waits on an offset."""
    if not isinstance(recipients, QuerySet):
        rest = iter({person.pk: person for person in recipients if person.is_active}.values())
        while portion := list(islice(rest, size)):
            yield portion
        return
    ordered = recipients.filter(is_active=True).order_by("pk")
    portion = list(ordered[:size])
    while portion:
        yield portion
        portion = list(ordered.filter(pk__gt=portion[-1].pk)[:size]) if len(portion) == size else []
