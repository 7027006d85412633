"""How many stored signatures wait for an answer about revocation."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from signatures.models import Signature
from signatures.states import SignatureStatus


@dataclass(frozen=True, slots=True)
class PendingNow:
    """How many wait, and since when the oldest does; None where nothing waits."""

    number: int
    oldest: datetime | None


def pending_now() -> PendingNow:
    """Return what waits now, by an index of what waits alone."""
    found = Signature.objects.filter(status=SignatureStatus.PENDING).aggregate(n=Count("pk"), oldest=Min("received_at"))
    return PendingNow(found["n"], found["oldest"])
