"""Watching over what signatures rely on: asking the responders, and telling administrators once when one stays silent."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from cryptography.x509 import ocsp
from django.db import connection, transaction

from portal.events.outbox import publish
from signatures import limits
from signatures.eds import revocation
from signatures.eds.revocation import SourceUnreachable
from signatures.events import TroubleBegan, TroubleEnded
from signatures.models import Incident
from signatures.selectors.pending import pending_now
from signatures.services import breaker, fetching, second_opinion, trust
from signatures.states import Trouble

WATCHERS = 90_021
"""Advisory lock of the one who opens and closes incidents."""


@dataclass(frozen=True, slots=True)
class _Found:
    kind: Trouble
    place: str
    began_at: datetime


def watch(*, at: datetime) -> int:
    """Ask whom nobody has asked for a while; begin and end incidents; return how many changed. Idempotent."""
    source = trust.source()
    if any(_is_unasked(place, at) for place in source.places()):
        ask_all(at=at)
    return _keep_up(_troubles(at), at)


def ask_all(*, at: datetime, forced: bool = False) -> dict[str, bool]:
    """Ask every responder and fetch every list now; return by address whether it answered.

    `forced`: an administrator wants to know, also of a place that is left in peace.
    """
    with fetching.bounded(limits.PATIENT_TIMEOUT_SECONDS, patient=True, forced=forced):
        _ask_responder(at)
    trust.refresh_lists(at=at, forced=forced)
    return {place.address: place.standing.failing_since is None for place in trust.source().places()}


def _ask_responder(at: datetime) -> bool:
    """Ask about a certificate that nobody has: whatever the responder says of it, it answers."""
    for authority in trust.authorities():
        if authority.issuer is None:
            continue
        nobody = replace(authority.certificate, serial=1)
        try:
            raw = trust.source().ocsp(authority, revocation.request_for(nobody, authority), now=at)
            return ocsp.load_der_ocsp_response(raw).response_status is ocsp.OCSPResponseStatus.SUCCESSFUL
        except (SourceUnreachable, ValueError):
            return False
    return False


def _is_unasked(place: fetching.Place, at: datetime) -> bool:
    asked = [moment for moment in (place.standing.succeeded_at, place.standing.failed_at) if moment is not None]
    return not asked or at.timestamp() - max(asked) >= limits.ASKED_EVERY.total_seconds()


def _troubles(at: datetime) -> list[_Found]:
    found = []
    for place in trust.source().places():
        since = breaker.moment(place.standing.failing_since)
        if since is not None and at - since >= limits.UNREACHABLE_ALARM:
            found.append(_Found(Trouble.UNREACHABLE, shown_address(place.address), since))
    oldest = pending_now().oldest
    if oldest is not None and at - oldest >= limits.PENDING_ALARM:
        found.append(_Found(Trouble.PENDING_LONG, "", oldest))
    since = second_opinion.disagreed_since()
    if since is not None:
        found.append(_Found(Trouble.DISAGREEMENT, "", since))
    return found


@transaction.atomic
def _keep_up(found: list[_Found], at: datetime) -> int:
    """Open what is new and close what is over, each with its event; behind a lock, so that two watchers tell it once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WATCHERS])
    is_there = {(one.kind, one.place): one for one in found}
    changed = 0
    for incident in Incident.objects.select_for_update().filter(ended_at=None):
        if is_there.pop((Trouble(incident.kind), incident.place), None) is None:
            incident.ended_at = max(at, incident.began_at)
            incident.save(update_fields=["ended_at"])
            publish(TroubleEnded(at=at, incident_id=str(incident.pk)))
            changed += 1
    for one in is_there.values():
        incident = Incident.objects.create(kind=one.kind, place=one.place, began_at=one.began_at, told_at=at)
        publish(TroubleBegan(at=at, incident_id=str(incident.pk)))
        changed += 1
    return changed


def shown_address(address: str) -> str:
    """Return the address without what an operator may have put into it for the other side alone."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:200] if parts.netloc else address[:200]
