"""From a signature that came back to evidence that is kept: open the statement, verify, store, all or nothing.

The row that stores the signature uses up the statement's nonce, under a unique constraint: of two requests with one
signature the database lets one through, and a caller whose transaction fails leaves the nonce unused.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from signatures import limits
from signatures.eds import cms as cms_files
from signatures.eds.verify import Report, Signer, Status
from signatures.models import Signature
from signatures.services import fetching, keeping, sealing, second_opinion, trust
from signatures.services.demands import DEMANDS
from signatures.services.refusals import SignatureRefused
from signatures.services.statements import OpenedStatement, open_token
from signatures.services.tags import signer_tags
from signatures.states import Purpose, SignatureStatus

__all__ = ["Accepted", "SignatureRefused", "accept"]

SINGLE_USE = ("signatures_signature_nonce", "signatures_signature_cms_sha256")
"""How the names of the two unique constraints begin."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A stored signature and the person who made it. `signer` holds an IIN: for use at once, never to be kept."""

    signature: Signature
    signer: Signer
    signer_tags: tuple[str, ...]

    @property
    def signer_tag(self) -> str:
        """The person's code for this object under the pepper in use."""
        return self.signer_tags[0]


def accept(
    *, token: str, cms: bytes, purpose: Purpose, subject: str, at: datetime, keep_pending: bool = False
) -> Accepted:
    """Verify the signature over the statement in `token` at T = `at` and store it; SignatureRefused otherwise.

    When the authority does not answer about revocation, the signature is refused with `responder_unreachable` and may be
    sent again; with `keep_pending` it is stored as pending, and the caller must not count it until
    `signatures.services.pending` says so.
    """
    statement = open_token(token, at=at)
    if statement.purpose != purpose:
        raise SignatureRefused("wrong_purpose")
    if statement.subject != subject:
        raise SignatureRefused("wrong_subject")
    with fetching.bounded(limits.OCSP_TIMEOUT_SECONDS):
        report = trust.verifier().verify(
            cms, statement.text.encode(), at=at, issued_at=statement.issued_at, demand=DEMANDS[purpose]
        )
    if report.signer is not None:
        second_opinion.confirm(report, cms_files.unarmour(cms), statement.text.encode(), at=at)
    pending = report.status is Status.PENDING
    if report.signer is None or (report.code is not None and not (pending and keep_pending)):
        raise SignatureRefused(str(report.code), report=report)
    signature = _store(statement, cms_files.unarmour(cms), report, at)
    return Accepted(signature, report.signer, signer_tags(subject=subject, iin=report.signer.iin))


def prepare(statement: OpenedStatement, der: bytes, report: Report, at: datetime) -> Signature:
    """Return the row that a verified signature becomes, not stored yet."""
    certificate = report.certificate
    if certificate is None:
        raise ValueError("a signer without a certificate")
    return Signature(
        purpose=statement.purpose,
        subject=statement.subject,
        revision=statement.revision,
        text_sha256=statement.text_sha256,
        choice=statement.choice,
        statement=statement.text,
        nonce=statement.nonce,
        cms=sealing.seal(der),
        cms_sha256=hashlib.sha256(der).hexdigest(),
        certificate_sha256=certificate.sha256.hex(),
        serial=f"{certificate.serial:x}",
        status=SignatureStatus(report.status),
        trust_domain=trust.domain(),
        report=report.as_json(),
        signing_time=report.signing_time,
        received_at=at,
    )


def _store(statement: OpenedStatement, der: bytes, report: Report, at: datetime) -> Signature:
    signature = prepare(statement, der, report, at)
    try:
        # No savepoint: a caller whose signature is refused does nothing more, and each costs two ways to Postgres.
        with transaction.atomic(savepoint=False):
            signature.save(force_insert=True)
            keeping.keep(signature=signature, report=report, issued_at=statement.issued_at)
    except IntegrityError as error:
        if _constraint(error).startswith(SINGLE_USE):
            raise SignatureRefused("replayed", report=report) from error
        raise
    return signature


def _constraint(error: IntegrityError) -> str:
    diagnosis = getattr(error.__cause__, "diag", None)
    return str(getattr(diagnosis, "constraint_name", "") or "")
