"""What has happened to signatures: past tense, frozen, published through the outbox."""

from dataclasses import dataclass
from typing import ClassVar

from portal.events.outbox import Event


@dataclass(frozen=True, kw_only=True)
class TroubleBegan(Event):
    """Administrators are to know of an incident."""

    name: ClassVar[str] = "signatures.trouble_began"
    incident_id: str = ""


@dataclass(frozen=True, kw_only=True)
class TroubleEnded(Event):
    """The same incident is over."""

    name: ClassVar[str] = "signatures.trouble_ended"
    incident_id: str = ""
