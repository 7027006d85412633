"""Sending what waits: claimed with a lease, called without a transaction, settled only by whoever still holds the claim.

A worker that is killed leaves `sending`; when the lease has run out, the delivery is made again with the same `webhook-id`,
by which the receiver knows the second copy for the first. The calls of a round run side by side, one to an endpoint, so that
one slow receiver keeps nobody else waiting for long; after a failure an endpoint is left alone until its next try.
"""

import json
import logging
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal import switches
from portal.webhooks import client, limits, signing, switching
from portal.webhooks.models import Delivery, Endpoint
from portal.webhooks.states import WAITING, DeliveryState, OffReason

logger = logging.getLogger(__name__)

SENDING = switches.register(
    switches.Switch(
        "webhooks.sending",
        _("Sending webhooks"),
        _("Messages to other programs wait and are sent later."),
    )
)

Post = Callable[[str, bytes, dict[str, str]], client.Answer]


def send_due(*, at: datetime, limit: int = 500, post: Post = client.post) -> int:
    """Send what is due, round by round; return how many receivers said yes."""
    if not switches.is_on(SENDING):
        return 0
    well, made = 0, 0
    ends = time.monotonic() + limits.ROUND_BUDGET_SECONDS
    with ThreadPoolExecutor(limits.PARALLEL) as pool:
        while made < limit and time.monotonic() < ends:
            claimed = _claim(at)
            if not claimed:
                break
            # The threads call and nothing else: the database is this thread's.
            calls = [pool.submit(post, one.endpoint.url, *_message(one, at)) for one in claimed]
            for delivery, call in zip(claimed, calls, strict=True):
                answer = call.result()
                _settle(delivery, answer, at)
                well += answer.is_well
            made += len(claimed)
    return well


def _due(at: datetime) -> QuerySet[Delivery]:
    free = Q(endpoint__held_until__isnull=True) | Q(endpoint__held_until__lte=at)
    return Delivery.objects.filter(free, endpoint__off_at__isnull=True, state__in=WAITING, next_attempt_at__lte=at)


@transaction.atomic
def _claim(at: datetime) -> Sequence[Delivery]:
    """Take the oldest due delivery of each endpoint, and count the attempt before it is made."""
    first = _due(at).order_by("endpoint_id", "next_attempt_at", "id").distinct("endpoint_id").values("pk")
    ids = list(
        Delivery.objects.filter(pk__in=first, state__in=WAITING, next_attempt_at__lte=at)
        .select_for_update(skip_locked=True)
        .order_by("next_attempt_at", "id")
        .values_list("pk", flat=True)[: limits.PARALLEL]
    )
    claimed = list(Delivery.objects.filter(pk__in=ids).select_related("endpoint", "occurrence").order_by("id"))
    for one in claimed:
        one.attempts += 1
        Delivery.objects.filter(pk=one.pk).update(
            state=DeliveryState.SENDING, attempts=one.attempts, next_attempt_at=at + limits.LEASE, last_attempt_at=at
        )
    return claimed


def _message(delivery: Delivery, at: datetime) -> tuple[bytes, dict[str, str]]:
    body = json.dumps(delivery.occurrence.payload, ensure_ascii=False, separators=(",", ":")).encode()
    proof = signing.headers(delivery.endpoint, uid=delivery.occurrence.uid, body=body, at=at)
    return body, {"Content-Type": "application/json", **proof}


@transaction.atomic
def _settle(delivery: Delivery, answer: client.Answer, at: datetime) -> None:
    """Write down how it went. Whose lease ran out meanwhile writes nothing: another one has the delivery now."""
    said = {"status": answer.status, "error": answer.error, "excerpt": answer.excerpt}
    is_last = delivery.attempts >= limits.MAX_ATTEMPTS or answer.status == 410
    mine = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.SENDING, attempts=delivery.attempts)
    next_at = at + wait_after(delivery.attempts)
    if answer.is_well:
        held = mine.update(state=DeliveryState.DELIVERED, settled_at=at, **said)
    elif is_last:
        held = mine.update(state=DeliveryState.FAILED, settled_at=at, **said)
    else:
        held = mine.update(state=DeliveryState.QUEUED, next_attempt_at=next_at, **said)
    if not held:
        return
    endpoint = Endpoint.objects.select_for_update().get(pk=delivery.endpoint_id)
    if answer.is_well:
        Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=None, held_until=None)
        return
    logger.info("Webhook delivery %s was not taken (%s)", delivery.pk, answer.status or answer.error)
    since = endpoint.failing_since or at
    Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=since, held_until=None if is_last else next_at)
    if answer.status == 410:
        switching.switch_off(endpoint=endpoint, reason=OffReason.GONE, at=at)
    elif at - since >= limits.FAILING_TOO_LONG:
        switching.switch_off(endpoint=endpoint, reason=OffReason.FAILING, at=at)


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: each time longer, never the same for many at once."""
    growth: int = limits.GROWTH ** (attempts - 1)
    usual = min(limits.FIRST_WAIT * growth, limits.LONGEST_WAIT)
    return usual * random.uniform(1 - limits.JITTER, 1 + limits.JITTER)
