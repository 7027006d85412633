"""Reads of stored signatures."""

from collections.abc import Sequence

from signatures.models import Signature
from signatures.states import SignatureStatus


def pending_signatures(*, limit: int) -> Sequence[Signature]:
    """Return the oldest signatures that wait for an answer about revocation."""
    return list(Signature.objects.filter(status=SignatureStatus.PENDING).order_by("received_at")[:limit])
