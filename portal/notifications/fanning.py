"""Telling an occasion to however many: portion by portion, each in a transaction of its own, resumed after any stop.

An app registers a source: given what the occasion is about, an audience's name and a cursor, it returns the keys of the next
people and the next cursor (None after the last). `announce` writes one row in the caller's transaction and tells the first
portion at once, so that what concerns few is told in the same second; `advance_due` goes on with the rest.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import switches
from portal.notifications.dispatch import CHUNK, notify
from portal.notifications.models import FanOut

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from accounts.models import User

    Page = tuple[list[UUID], str | None]

FAN_OUT = switches.register(
    switches.Switch(
        "notifications.fan_out",
        _("Telling followers"),
        _("Those who follow are told later of what happens now. Nothing is lost."),
    )
)

AT_A_TIME = 40
"""Portions a run of the task tells at most: it ends in seconds, and letters are sent in between."""

Source = Callable[[Mapping[str, Any], str, str, int], "Page"]
_sources: dict[str, Source] = {}


@dataclass(frozen=True, slots=True)
class Telling:
    """Which audience hears it, under which topic, in which words, with which facts."""

    audience: str
    topic: str
    template: str
    context: Mapping[str, Any]


def register(name: str, source: Source) -> None:
    """Declare who finds the people: `source(params, audience, cursor, size)`; the first cursor is empty."""
    _sources[name] = source


def page_by_key(people: "QuerySet[User]", cursor: str, size: int) -> "Page":
    """Return the portion of a queryset of people after the cursor, in the order of their keys."""
    keys = people.order_by("pk").values_list("pk", flat=True)
    portion = list((keys.filter(pk__gt=cursor) if cursor else keys)[:size])
    return portion, str(portion[-1]) if len(portion) == size else None


@transaction.atomic
def announce(
    *,
    key: str,
    source: str,
    params: Mapping[str, Any],
    tellings: Sequence[Telling],
    at: datetime,
    url_name: str = "",
    url_args: Sequence[Any] = (),
) -> FanOut:
    """Begin to tell the occasion that `key` names and return its row; a second call changes nothing."""
    plain = json.loads(json.dumps([asdict(one) for one in tellings], cls=DjangoJSONEncoder))
    row, is_new = FanOut.objects.get_or_create(
        key=key,
        defaults={
            "source": source,
            "params": dict(params),
            "tellings": plain,
            "url_name": url_name,
            "url_args": list(url_args),
            "occurred_at": at,
        },
    )
    while is_new and row.finished_at is None and switches.is_on(FAN_OUT):
        _tell_portion(row, at)
        if row.cursor:
            break  # an audience of more than one portion: the rest is the task's
    return row


def advance_due(*, at: datetime, portions: int = AT_A_TIME) -> int:
    """Tell up to so many portions of what waits, the least told first; return how many people were told.

    Workers share the occasions and never a portion (SKIP LOCKED). What a killed worker had in hand was not committed.
    """
    told = 0
    if not switches.is_on(FAN_OUT):
        return told
    for _portion in range(portions):
        with transaction.atomic():
            row = (
                FanOut.objects.select_for_update(skip_locked=True)
                .filter(finished_at__isnull=True)
                .order_by("told", "id")
                .first()
            )
            if row is None:
                return told
            told += _tell_portion(row, at)
    return told


def _tell_portion(row: FanOut, at: datetime) -> int:
    """Tell the next portion and move on; return how many were told now."""
    if row.position >= len(row.tellings):
        row.finished_at = at
        row.save(update_fields=["finished_at"])
        return 0
    telling = Telling(**row.tellings[row.position])
    people, cursor = _sources[row.source](row.params, telling.audience, row.cursor, CHUNK)
    told = notify(
        people,
        topic=telling.topic,
        template=telling.template,
        key=row.key,
        at=row.occurred_at,
        context=telling.context,
        url_name=row.url_name,
        url_args=row.url_args,
    )
    row.told += told
    row.cursor = cursor or ""
    if cursor is None:
        row.position += 1
        if row.position >= len(row.tellings):
            row.finished_at = at
    row.save(update_fields=["position", "cursor", "told", "finished_at"])
    return told
