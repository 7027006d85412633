"""Parts of the administrators' page that others bring: who counts votes says how many wait, who keeps a log how far it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portal.errors import Sentence


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and, at a moment, lines under it: label and value."""

    name: str
    label: "Sentence"
    lines: Callable[[datetime], Mapping[str, Any]]
    order: int = 100


_parts: dict[str, Part] = {}


def register(part: Part) -> None:
    """Declare a part; a second one of the same name replaces the first."""
    _parts[part.name] = part


def parts() -> list[Part]:
    """Return all parts in the order of the page."""
    return sorted(_parts.values(), key=lambda part: (part.order, part.name))
