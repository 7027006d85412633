"""Leaving a topic from a letter: one click, no sign-in (RFC 8058).

The token names person and topic under the portal's signature. It does not expire: a letter may be opened years later,
and all it can do is to stop or resume letters of that topic.
"""

from dataclasses import dataclass

from django.core import signing
from django.urls import reverse

from portal.errors import NotVisible
from portal.notifications import preferences, topics
from portal.notifications.models import Channel, Notification

SIGNER = signing.Signer(salt="portal.notifications.unsubscribing")


@dataclass(frozen=True, slots=True)
class Subscription:
    """Whose letters, about what."""

    user_id: str
    topic: topics.Topic


def token(user_id: object, topic: str) -> str:
    """Return the token that lets its holder stop this person's letters about the topic."""
    return SIGNER.sign(f"{user_id}:{topic}")


def path(notice: Notification) -> str:
    """Return the address for the letter of this notice, in the language in force."""
    return reverse("notifications:unsubscribe", args=[token(notice.recipient_id, notice.topic)])


def read(value: str) -> Subscription:
    """Return what the token stands for; NotVisible when it was altered or its topic is no more."""
    try:
        user_id, _colon, topic = SIGNER.unsign(value).partition(":")
        return Subscription(user_id, topics.get(topic))
    except (signing.BadSignature, LookupError) as error:
        raise NotVisible from error


def switch(subscription: Subscription, *, is_enabled: bool) -> None:
    """Stop or resume the letters; the notices on the portal stay as they are."""
    preferences.switch(
        user_id=subscription.user_id,
        topic=subscription.topic.name,
        channel=Channel.EMAIL,
        is_enabled=is_enabled,
    )
