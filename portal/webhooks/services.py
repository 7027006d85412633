"""What owners do with their endpoints, and what domains say has happened."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal import switches
from portal.errors import Conflict, InvalidInput
from portal.text import clean_line
from portal.webhooks import client, limits, registry
from portal.webhooks.models import Delivery, Endpoint, Occurrence
from portal.webhooks.states import WAITING, DeliveryState, OffReason
from portal.webhooks.switching import switch_off

if TYPE_CHECKING:
    from accounts.models import User

REGISTERING = switches.register(
    switches.Switch(
        "webhooks.registering",
        _("New webhooks"),
        _("Nobody adds an address. Those that exist are told as before."),
    )
)

TEST = "portal.test"
"""The kind of the message that an owner sends to try their program."""

REFUSED = {
    "not_an_address": _("This is not an address."),
    "not_https": _("The address must begin with https://."),
    "port": _("Only the ports 443 and 8443 can be called."),
    "own_address": _("This is the portal itself."),
    "not_public": _("This address is not on the open internet."),
}


def register(
    *, owner: "User", url: str, note: str, kinds: Sequence[str], keys: Sequence[str], at: datetime
) -> Endpoint:
    """Add an endpoint of the person's; refuses a sixth one, and an address that must not be called."""
    switches.require(REGISTERING)
    _check(url, kinds, keys)
    with transaction.atomic():
        # Two requests at once wait for each other here.
        get_user_model().objects.select_for_update().get(pk=owner.pk)
        if Endpoint.objects.filter(owner=owner).count() >= limits.MOST_ENDPOINTS:
            raise Conflict(_("You have five addresses already. Remove one first."), code="too_many_endpoints")
        return Endpoint.objects.create(
            owner=owner, url=url, note=clean_line(note, field="note"), kinds=list(kinds), keys=list(keys), created_at=at
        )


def _check(url: str, kinds: Sequence[str], keys: Sequence[str]) -> None:
    try:
        client.parse(url)
    except client.Unreachable as refused:
        raise InvalidInput(fields={"url": REFUSED[refused.code]}) from refused
    known = {one.name for one in registry.kinds()}
    if not kinds or not set(kinds) <= known:
        raise InvalidInput(fields={"kinds": _("Choose what you want to hear of.")})
    if len(keys) > limits.MOST_KEYS:
        raise InvalidInput(fields={"keys": _("Choose 50 at most.")})


def make_secret_anew(*, endpoint: Endpoint) -> Endpoint:
    """Give the endpoint another secret; messages from now on are signed with it alone."""
    with transaction.atomic():
        found = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
        found.generation += 1
        found.save(update_fields=["generation"])
    return found


def pause(*, endpoint: Endpoint, at: datetime) -> None:
    """Stop telling the endpoint, as its owner wishes."""
    with transaction.atomic():
        switch_off(endpoint=endpoint, reason=OffReason.OWNER, at=at)


def resume(*, endpoint: Endpoint) -> None:
    """Tell the endpoint again of what happens from now on."""
    Endpoint.objects.filter(pk=endpoint.pk).update(off_at=None, off_reason="", failing_since=None, held_until=None)


def remove(*, endpoint: Endpoint) -> None:
    """Delete the endpoint and its log. Its row is held first: nothing new is told to it between its log and itself."""
    with transaction.atomic():
        for held in Endpoint.objects.select_for_update().filter(pk=endpoint.pk):
            held.delete()


def forget(person: "User") -> None:
    """Delete the endpoints of a person who leaves."""
    for endpoint in Endpoint.objects.filter(owner=person).order_by("pk"):
        remove(endpoint=endpoint)


def send_test(*, endpoint: Endpoint, at: datetime) -> Delivery:
    """Queue a message that says nothing has happened."""
    _refuse_when_off(endpoint)
    occasion = f"test:{endpoint.uid}:{secrets.token_hex(6)}"
    with transaction.atomic():
        occurrence = _occurrence(kind=TEST, occasion=occasion, data={"endpoint": endpoint.uid}, at=at)
        Endpoint.objects.filter(pk=endpoint.pk).update(held_until=None)
        return Delivery.objects.create(endpoint=endpoint, occurrence=occurrence, next_attempt_at=at)


def resend(*, delivery: Delivery, at: datetime) -> None:
    """Queue a settled delivery once more, under the same `webhook-id`."""
    _refuse_when_off(delivery.endpoint)
    with transaction.atomic():
        changed = (
            Delivery.objects.filter(pk=delivery.pk)
            .exclude(state__in=WAITING)
            .update(state=DeliveryState.QUEUED, settled_at=None, attempts=0, next_attempt_at=at)
        )
        if not changed:
            raise Conflict(_("It is on its way already."), code="on_its_way")
        Endpoint.objects.filter(pk=delivery.endpoint_id).update(held_until=None)


def _refuse_when_off(endpoint: Endpoint) -> None:
    if not endpoint.is_on:
        raise Conflict(_("This address is switched off. Switch it on first."), code="endpoint_off")


def happened(*, kind: str, occasion: str, keys: Iterable[str], data: Mapping[str, Any], at: datetime) -> int:
    """Queue a telling for each endpoint that asked for it; return how many. Called again for one occasion it adds nothing."""
    asked = Q(keys=[]) | Q(keys__overlap=list(keys))
    endpoints = list(
        Endpoint.objects.filter(
            asked, kinds__contains=[kind], off_at__isnull=True, owner__is_active=True, created_at__lte=at
        )
    )
    if not endpoints:
        return 0
    with transaction.atomic():
        occurrence = _occurrence(kind=kind, occasion=occasion, data=data, at=at)
        told = [Delivery(endpoint=one, occurrence=occurrence, next_attempt_at=at) for one in endpoints]
        Delivery.objects.bulk_create(told, ignore_conflicts=True)
    return len(endpoints)


def _occurrence(*, kind: str, occasion: str, data: Mapping[str, Any], at: datetime) -> Occurrence:
    payload = {"type": kind, "timestamp": at.astimezone(UTC).isoformat(), "data": dict(data)}
    plain = json.loads(json.dumps(payload, cls=DjangoJSONEncoder))
    found, _made = Occurrence.objects.get_or_create(
        occasion=occasion, defaults={"kind": kind, "payload": plain, "at": at}
    )
    return found


def forget_old(*, at: datetime) -> int:
    """Delete what happened long ago, with the log of its tellings; return how many occurrences."""
    waiting = Delivery.objects.filter(settled_at__isnull=True).values("occurrence_id")
    old = Occurrence.objects.filter(at__lt=at - limits.KEPT).exclude(pk__in=waiting)
    return old.delete()[1].get("webhooks.Occurrence", 0)
