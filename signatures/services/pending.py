"""Signatures whose revocation nobody could tell at the receipt: asking again, and writing down what came of it.

Asking takes seconds and locks nothing; concluding is one write in the caller's transaction, together with what the caller
does about it. A signature is judged as of its receipt: a certificate revoked later was good.
"""

from datetime import datetime
from uuid import UUID

from signatures import limits
from signatures.eds.verify import Report, Status
from signatures.models import Signature
from signatures.services import fetching, keeping, sealing, second_opinion, trust
from signatures.services.acceptance import Accepted
from signatures.services.demands import DEMANDS
from signatures.services.tags import signer_tags
from signatures.states import SignatureStatus

__all__ = ["accepted", "ask_again", "conclude", "drop", "is_pending"]


def ask_again(*, signature: Signature, at: datetime) -> Report:
    """Return how the signature stands with what is known now; `is_pending` says whether it still is not known.

    For work in the background: it waits longer for a slow responder than a voter does.
    """
    cms, content = sealing.unseal(signature.cms), signature.statement.encode()
    with fetching.bounded(limits.PATIENT_TIMEOUT_SECONDS, patient=True):
        report = trust.verifier().verify(
            cms, content, at=signature.received_at, now=at, demand=DEMANDS[signature.purpose]
        )
    if report.signer is not None:
        second_opinion.confirm(report, cms, content, at=at)
    return report


def is_pending(report: Report) -> bool:
    """Whether nobody could tell again."""
    return report.status is Status.PENDING


def accepted(*, signature: Signature, report: Report) -> Accepted | None:
    """Return the signature with its signer when the answer was good; None when it was not, or there was none."""
    if report.status is not Status.VALID or report.signer is None:
        return None
    return Accepted(signature, report.signer, signer_tags(subject=signature.subject, iin=report.signer.iin))


def conclude(*, signature: Signature, report: Report, at: datetime) -> None:
    """Write what the answer was to the pending row, and what proves it beside, once, in the caller's transaction.

    Raises ValueError for a report that is still pending, and for a signature that was concluded before.
    """
    row = Signature.objects.select_for_update().get(pk=signature.pk)
    if is_pending(report) or row.status != SignatureStatus.PENDING:
        raise ValueError("only a pending signature is concluded, and only by an answer")
    row.status = SignatureStatus.VALID if report.status is Status.VALID else SignatureStatus.REFUSED
    row.report = report.as_json()
    row.save(update_fields=["status", "report"])
    keeping.settle(signature=row, report=report)


def drop(*, signature_id: UUID) -> None:
    """Ask no more: what was signed is not needed, or nobody could tell in time. Idempotent."""
    Signature.objects.filter(pk=signature_id, status=SignatureStatus.PENDING).update(status=SignatureStatus.REFUSED)
