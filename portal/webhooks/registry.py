"""What one can hear of, and of which things: each domain declares its kinds of occurrence and its scopes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portal.errors import Sentence


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that happens. `name` is part of the API: `initiative.published`. An `example` of its data helps readers."""

    name: str
    label: "Sentence"
    example: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """A way to narrow down: with `choices` one picks a value, else one writes values, which `read` turns into one each.

    `read` returns None for what does not exist (or is not for everybody).
    """

    name: str
    label: "Sentence"
    hint: "Sentence"
    read: Callable[[str], str | None]
    choices: "Callable[[], Sequence[tuple[str, str]]] | None" = None


_kinds: dict[str, Kind] = {}
_scopes: dict[str, Scope] = {}


def register(*declared: Kind | Scope) -> None:
    """Declare kinds and scopes; one of the same name replaces the first."""
    for one in declared:
        if isinstance(one, Kind):
            _kinds[one.name] = one
        else:
            _scopes[one.name] = one


def kinds() -> tuple[Kind, ...]:
    """Return all kinds in the order of their declaration."""
    return tuple(_kinds.values())


def scopes() -> tuple[Scope, ...]:
    """Return all scopes in the order of their declaration."""
    return tuple(_scopes.values())


def key(scope: str, value: str) -> str:
    """Return the name under which a thing is asked for and told of: `body:astana-akimat`."""
    return f"{scope}:{value}"
