"""Who wants to hear what, by which channel."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from portal.notifications import topics
from portal.notifications.models import Channel, Delivery, DeliveryState, LetterWish, Preference
from portal.notifications.rhythm import Wish

if TYPE_CHECKING:
    from accounts.models import User


def channels_for(users: "Collection[User]", topic: str) -> dict[object, frozenset[str]]:
    """Return, by each person's key, the channels that are on for the topic. One query."""
    default = topics.get(topic).default
    wanted: dict[object, set[str]] = {user.pk: set(default) for user in users}
    said = Preference.objects.filter(user__in=users, topic=topic)
    for user_id, channel, is_enabled in said.values_list("user_id", "channel", "is_enabled"):
        if is_enabled:
            wanted[user_id].add(channel)
        else:
            wanted[user_id].discard(channel)
    return {key: frozenset(channels) for key, channels in wanted.items()}


def channels_by_topic(user: "User") -> dict[str, frozenset[str]]:
    """Return the channels that are on for each declared topic. One query."""
    said = {
        (topic, channel): is_enabled
        for topic, channel, is_enabled in Preference.objects.filter(user=user).values_list(
            "topic", "channel", "is_enabled"
        )
    }
    return {
        topic.name: frozenset(
            channel for channel in Channel.values if said.get((topic.name, channel), channel in topic.default)
        )
        for topic in topics.topics()
    }


@transaction.atomic
def choose(*, user: "User", chosen: Mapping[str, Collection[str]]) -> None:
    """Keep what the person chose: for each topic named, exactly these channels are on."""
    for topic, channels in chosen.items():
        topics.get(topic)
        for channel in Channel.values:
            switch(user_id=user.pk, topic=topic, channel=channel, is_enabled=channel in channels)


def switch(*, user_id: "UUID | str", topic: str, channel: str, is_enabled: bool) -> None:
    """Turn one channel of one topic on or off for one person."""
    Preference.objects.update_or_create(
        user_id=user_id, topic=topic, channel=channel, defaults={"is_enabled": is_enabled}
    )


def wishes_of(user_ids: "Iterable[UUID]") -> dict[object, Wish]:
    """Return, by each person's key, how they want letters; people without an entry hold to the defaults. One query."""
    ids = list(user_ids)
    if not ids:
        return {}
    return {row.user_id: row.wish for row in LetterWish.objects.filter(user_id__in=ids)}


def wish_of(user: "User") -> Wish:
    """Return how the person wants letters."""
    return wishes_of([user.pk]).get(user.pk, Wish())


@transaction.atomic
def wish(*, user: "User", chosen: Wish, at: datetime) -> None:
    """Keep how the person wants letters. Letters that wait follow the new choice."""
    LetterWish.objects.update_or_create(
        user=user,
        defaults={"rhythm": chosen.rhythm, "quiet_from": chosen.quiet_from, "quiet_until": chosen.quiet_until},
    )
    waiting = Delivery.objects.filter(
        notification__recipient=user, channel=Channel.EMAIL, state=DeliveryState.QUEUED, attempts=0
    )
    waiting.update(in_digest=chosen.has_digest, next_attempt_at=chosen.first_moment(at))
