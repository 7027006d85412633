"""A person is forgotten: what opens their leaves and what identifies them is destroyed, the leaves stay.

The log keeps a commitment whose salt is gone: nobody can link it to anybody any more, not even with the whole database and the
secret keys, because a guess can no longer be tried. The count and every proof stay as they were.
"""

import secrets
import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from signatures import limits
from signatures.models import EntrySecret, ErasureDue, EvidenceFile, Signature, SignatureEvidence
from signatures.states import EvidenceKind, Purpose, SignatureStatus

NO_CERTIFICATE = "0" * 64
PORTION = 500


@transaction.atomic
def forget(entries: Collection[uuid.UUID], *, at: datetime) -> int:
    """Destroy the evidence of these entries of the log; return of how many there was any. Idempotent.

    The signature's row stays, empty: the act that it stands behind is counted. A signature that still waits for an answer
    about revocation is not touched, and its entry is due later.
    """
    found = EntrySecret.objects.select_for_update(of=("self",)).filter(pk__in=list(entries)).select_related("signature")
    done = []
    for secret in found:
        if secret.signature is not None and not _empty(secret.signature, at):
            continue
        done.append(secret.pk)
    EntrySecret.objects.filter(pk__in=done).delete()
    ErasureDue.objects.filter(pk__in=done).delete()
    return len(done)


@transaction.atomic
def forget_signatures(signatures: Collection[uuid.UUID], *, at: datetime) -> int:
    """Empty signatures behind which no entry of the log stands; return how many. Idempotent; pending ones stay."""
    found = Signature.objects.filter(pk__in=list(signatures), erased_at=None, log_secrets=None)
    done = [one.pk for one in found.exclude(status=SignatureStatus.PENDING) if _empty(one, at)]
    ErasureDue.objects.filter(pk__in=done).delete()
    return len(done)


def forget_sign_ins(*, at: datetime) -> int:
    """Empty signatures that only opened a session, when `limits.SIGN_IN_KEPT` is over; return how many. Idempotent.

    Nothing leads from an account to them, so an erasure cannot find them; their use, to show who came, is over by then.
    """
    done = 0
    old = Signature.objects.filter(purpose=Purpose.SIGN_IN, erased_at=None, received_at__lt=at - limits.SIGN_IN_KEPT)
    while portion := list(old.order_by("received_at").values_list("pk", flat=True)[:PORTION]):
        done += forget_signatures(portion, at=at)
    return done


def not_due(keys: Collection[uuid.UUID]) -> None:
    """Remember these no longer: something else of the person was put in their place."""
    ErasureDue.objects.filter(pk__in=list(keys)).delete()


def postpone(entries: Collection[uuid.UUID], *, at: datetime) -> None:
    """Remember entries whose evidence must be forgotten once it is no longer needed. Idempotent.

    A signature that has no entry yet, because its act waits for an answer about revocation, is remembered by its own number.
    """
    ErasureDue.objects.bulk_create((ErasureDue(entry=one, asked_at=at) for one in entries), ignore_conflicts=True)


def due(*, limit: int) -> list[uuid.UUID]:
    """Return entries that wait to be forgotten, the oldest first."""
    return list(ErasureDue.objects.order_by("asked_at", "pk").values_list("pk", flat=True)[:limit])


def _empty(signature: Signature, at: datetime) -> bool:
    """Empty the row; False for a signature that is not settled yet. Another one's values take the place of unique ones."""
    if signature.status == SignatureStatus.PENDING:
        return False
    Signature.objects.filter(pk=signature.pk, erased_at__isnull=True).update(
        cms=b"",
        cms_sha256=secrets.token_hex(32),
        certificate_sha256=NO_CERTIFICATE,
        serial="",
        statement="",
        nonce=secrets.token_hex(16),
        report={},
        signing_time=None,
        erased_at=at,
    )
    _drop_evidence(signature)
    return True


def _drop_evidence(signature: Signature) -> None:
    """Destroy the answer about the person's certificate, whose number the authority could tell; what others rest on stays."""
    link = SignatureEvidence.objects.filter(pk=signature.pk).first()
    if link is None:
        return
    names = list(link.files)
    link.delete()
    answers = EvidenceFile.objects.filter(pk__in=names, kind=EvidenceKind.OCSP)
    for name in answers.values_list("pk", flat=True):
        if not SignatureEvidence.objects.filter(files__contains=[name]).exists():
            EvidenceFile.objects.filter(pk=name).delete()
