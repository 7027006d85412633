"""Which switches there are: each app says so in `AppConfig.ready`, and the administrator's page lists them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from portal.errors import Sentence


@dataclass(frozen=True, slots=True)
class Switch:
    """One part that can be turned off: `when_off` says to the administrator what people will then see."""

    name: str
    label: "Sentence"
    when_off: "Sentence"


_switches: dict[str, Switch] = {}


def register(switch: Switch) -> str:
    """Declare a switch and return its name, by which it is asked."""
    _switches[switch.name] = switch
    return switch.name


def registered() -> dict[str, Switch]:
    """Return all switches by name, in the order of names."""
    return dict(sorted(_switches.items()))


WRITES = register(
    Switch(
        "portal.writes",
        _("Everything that writes"),
        _("The portal can be read and nothing else: no form and no call that changes something is taken from anybody."),
    )
)
"""The emergency stop. Administrators still sign in and turn it back (`portal.api.read_only`)."""
