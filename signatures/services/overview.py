"""What administrators see of all that signatures rely on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.x509.oid import NameOID

from signatures import limits
from signatures.eds.path import Authority
from signatures.models import Incident
from signatures.services import breaker, parts, rechecking, trust
from signatures.services.demo_responder import DemoResponder
from signatures.services.fetching import HttpSource, Place
from signatures.services.watching import shown_address

if TYPE_CHECKING:
    from portal.errors import Sentence

INCIDENTS = 10
RECHECKS = 5


@dataclass(frozen=True, slots=True)
class AuthorityLine:
    """One authority that is trusted."""

    name: str
    fingerprint: str
    not_before: datetime
    not_after: datetime
    is_anchor: bool
    is_over: bool
    ends_soon: bool


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One responder or list."""

    kind: str
    address: str
    succeeded_at: datetime | None
    failed_at: datetime | None
    failing_since: datetime | None
    paused_until: datetime | None
    is_slow: bool
    error: str


@dataclass(frozen=True, slots=True)
class ListLine:
    """One revocation list at hand."""

    address: str
    fetched_at: datetime
    next_update: datetime | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class PartLines:
    """What another room says about itself."""

    label: "Sentence"
    lines: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Overview:
    """The page."""

    domain: str
    authorities: list[AuthorityLine]
    places: list[PlaceLine]
    lists: list[ListLine]
    parts: list[PartLines]
    incidents: list[Incident]
    rechecks: list[rechecking.Progress]
    demo_is_stopped: bool | None
    """Whether the demo's responder is stopped; None where there is none."""


def overview(*, at: datetime) -> Overview:
    """Return how everything stands at that moment; nothing is asked for it."""
    source = trust.source()
    return Overview(
        domain=str(trust.domain()),
        authorities=[_authority(one, at) for one in trust.authorities()],
        places=[_place(one, at) for one in source.places()],
        lists=_lists(source, at) if isinstance(source, HttpSource) else [],
        parts=[PartLines(part.label, part.lines(at)) for part in parts.parts()],
        incidents=list(Incident.objects.all()[:INCIDENTS]),
        rechecks=rechecking.latest(RECHECKS),
        demo_is_stopped=source.stopped_at is not None if isinstance(source, DemoResponder) else None,
    )


def _authority(one: Authority, at: datetime) -> AuthorityLine:
    subject = x509.load_der_x509_certificate(one.certificate.raw).subject
    names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return AuthorityLine(
        name=str(names[0].value) if names else subject.rfc4514_string(),
        fingerprint=":".join(f"{octet:02X}" for octet in one.certificate.sha256),
        not_before=one.not_before,
        not_after=one.not_after,
        is_anchor=one.issuer is None,
        is_over=not one.not_before <= at <= one.not_after,
        ends_soon=at <= one.not_after < at + limits.EXPIRY_WARNING,
    )


def _place(one: Place, at: datetime) -> PlaceLine:
    known = one.standing
    return PlaceLine(
        kind=one.kind,
        address=shown_address(one.address),
        succeeded_at=breaker.moment(known.succeeded_at),
        failed_at=breaker.moment(known.failed_at),
        failing_since=breaker.moment(known.failing_since),
        paused_until=breaker.moment(known.paused_until) if known.is_paused(at) else None,
        is_slow=known.is_slow,
        error=known.error,
    )


def _lists(source: HttpSource, at: datetime) -> list[ListLine]:
    found = []
    for address, fetched_at, raw in source.lists():
        try:
            following = x509.load_der_x509_crl(raw).next_update_utc
        except ValueError:
            following = None
        found.append(ListLine(shown_address(address), fetched_at, following, following is None or following < at))
    return found
