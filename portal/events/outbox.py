"""Publishing events and delivering them to their handlers."""

import dataclasses
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from portal.events.models import OutboxEvent

logger = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events. Fields are JSON-able: ids as strings, moments as `at` in ISO form."""

    name: ClassVar[str]
    at: datetime


E = TypeVar("E", bound=Event)
Handler = Callable[[Any], None]
_handlers: dict[str, dict[str, Handler]] = defaultdict(dict)
_types: dict[str, type[Event]] = {}

MAX_ATTEMPTS = 12
"""After this many failures (about 17 hours with doubling waits) an event rests with its error for a person to look at."""


def handler(event_type: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a function to be called once with each event of that type. It must be idempotent under a crash."""

    def register(function: Callable[[E], None]) -> Callable[[E], None]:
        _types[event_type.name] = event_type
        _handlers[event_type.name][f"{function.__module__}.{function.__qualname__}"] = function
        return function

    return register


def publish(event: Event) -> OutboxEvent:
    """Write the event to the outbox in the caller's transaction and return the row."""
    payload = dump(event)
    del payload["name"]
    return OutboxEvent.objects.create(name=event.name, payload=payload, published_at=event.at, next_attempt_at=event.at)


def dump(event: Event) -> dict[str, Any]:
    """Return the event as JSON-able values, its name among them."""
    plain: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(event), cls=DjangoJSONEncoder))
    return {**plain, "name": event.name}


def revive(plain: Mapping[str, Any]) -> Event:
    """Return the typed event of what `dump` gave; KeyError when no handler knows the name."""
    values = {field: value for field, value in plain.items() if field != "name"}
    return _types[plain["name"]](**{**values, "at": datetime.fromisoformat(plain["at"])})


def restore(row: OutboxEvent) -> Event:
    """Return the typed event that the row holds; KeyError when no handler knows the name."""
    return revive({**row.payload, "name": row.name})


def deliver_due(*, at: datetime, limit: int = 200) -> int:
    """Deliver up to `limit` due events, oldest first; return how many were completed.

    Each event has a transaction of its own and its row is locked meanwhile, so that two workers share the work
    (`SKIP LOCKED`) and a crash repeats at most the one event in hand.
    """
    completed = 0
    for _attempt in range(limit):
        with transaction.atomic():
            row = (
                OutboxEvent.objects.select_for_update(skip_locked=True)
                .filter(delivered_at__isnull=True, next_attempt_at__lte=at, attempts__lt=MAX_ATTEMPTS)
                .order_by("id")
                .first()
            )
            if row is None:
                return completed
            completed += _deliver(row, at)
    return completed


def _deliver(row: OutboxEvent, at: datetime) -> bool:
    """Call the handlers that have not had the event; keep each success even when another one fails."""
    failure = ""
    for name, function in _handlers.get(row.name, {}).items():
        if name in row.handled_by:
            continue
        try:
            with transaction.atomic():
                function(restore(row))
        except Exception as error:
            logger.exception("handler %s failed for event %s", name, row.pk)
            failure = f"{name}: {type(error).__name__}"
        else:
            row.handled_by.append(name)
    if failure:
        row.attempts += 1
        row.last_error = failure[:300]
        row.next_attempt_at = at + timedelta(seconds=15 * 2**row.attempts)
    else:
        row.delivered_at, row.last_error = at, ""
    row.save(update_fields=["handled_by", "attempts", "last_error", "next_attempt_at", "delivered_at"])
    return not failure
