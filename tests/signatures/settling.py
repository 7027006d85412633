"""Asking again about a pending signature, and writing down the answer, as those who keep signatures waiting do it."""

from datetime import datetime

from django.db import transaction

from signatures.models import Signature
from signatures.services import pending
from signatures.states import SignatureStatus


@transaction.atomic
def recheck(*, signature: Signature, at: datetime) -> str:
    """Return how the signature stands after one more question."""
    report = pending.ask_again(signature=signature, at=at)
    if not pending.is_pending(report):
        pending.conclude(signature=signature, report=report, at=at)
    return SignatureStatus(Signature.objects.values_list("status", flat=True).get(pk=signature.pk))
