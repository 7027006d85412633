"""What one can be told about: each app declares its topics, and people choose by topic and channel."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.notifications.models import Channel

if TYPE_CHECKING:
    from portal.errors import Sentence


@dataclass(frozen=True, slots=True)
class Topic:
    """One line of the preferences. `default` are the channels that are on until the person says otherwise."""

    name: str
    label: "Sentence"
    explanation: "Sentence"
    default: frozenset[str] = frozenset(Channel.values)
    order: int = 100


_topics: dict[str, Topic] = {}


def register(topic: Topic) -> None:
    """Declare a topic; a second one of the same name replaces the first."""
    _topics[topic.name] = topic


def topics() -> tuple[Topic, ...]:
    """Return all topics in the order of the preferences page."""
    return tuple(sorted(_topics.values(), key=lambda topic: (topic.order, topic.name)))


def get(name: str) -> Topic:
    """Return the topic of that name; LookupError where no app declared it."""
    found = _topics.get(name)
    if found is None:
        raise LookupError(f"No app declared the topic {name}")
    return found
