"""What an auditor asks of a signature file: every check with its result, for each signer, going on after a failure.

The mathematics is that of the portal's own verifier; only the order of giving up differs. What the portal refuses for its own
safety (two signers, unsigned attributes, strange certificates) is noted and does not make a signature wrong. Nothing
here knows a clock: the moment of judging is handed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from signatures.eds import algorithms, audit_stamps, cms, iin, recorded_evidence, signed_data, verify
from signatures.eds.certificate import Certificate
from signatures.eds.errors import Code, EdsError
from signatures.eds.ledger import Ledger, Result
from signatures.eds.path import Authority, TrustStore
from signatures.eds.policy import OFFICIAL_ACT, Domain, Policy
from signatures.eds.recorded_evidence import EvidenceFile, Outcome
from signatures.eds.revocation import CODES, State
from signatures.eds.signed_data import SignedFile, SignerPart
from signatures.eds.tsp import TimeStamp


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: whom to trust, what was recorded of revocation, at which moment, by which policy."""

    store: TrustStore
    policy: Policy
    at: datetime
    evidence: Sequence[EvidenceFile] = ()
    revocation_asked: bool = True
    """False when the auditor gave no evidence: the report then says that nobody looked."""


@dataclass(slots=True)
class SignerAudit:
    """What was found about one signer. The certificate holds a name and an IIN: for the auditor's eyes alone."""

    index: int
    ledger: Ledger = field(default_factory=Ledger)
    certificate: Certificate | None = None
    authority: Authority | None = None
    scheme: algorithms.Scheme | None = None
    attributes: cms.SignedAttributes | None = None
    revocation: Outcome | None = None
    stamp: TimeStamp | None = None

    @property
    def is_valid(self) -> bool:
        return self.ledger.code is None


@dataclass(slots=True)
class FileAudit:
    """The whole file: checks that concern all of it, then each signer's."""

    file: SignedFile
    ledger: Ledger
    signers: list[SignerAudit]


def audit_cms(data: bytes, content: bytes | None, question: Question) -> FileAudit:
    """Judge every signer of a DER file; EdsError only where there is nothing to judge.

    `content` is what was signed, for a detached signature; it must equal attached content where there is both.
    """
    file = signed_data.read(data)
    ledger = Ledger()
    ledger.ok("structure", f"{len(file.signers)} signers")
    if not file.signers:
        ledger.fail("signers", Code.SIGNER_COUNT, "nobody signed")
    elif len(file.signers) > 1:
        ledger.note("signers", Code.SIGNER_COUNT, f"{len(file.signers)} signers; the portal takes one")
    _note_oddities(file, ledger, question.store)
    if file.is_time_stamp:
        signed = ledger.run("content", _content, file)
    else:
        signed = ledger.run("content", _content, file, *(() if content is None else (content,)))
    if file.is_time_stamp:
        audit_stamps.audit_token(ledger, data, content, question.store, question.policy)
    signers = [_audit_signer(i, part, file, signed, question) for i, part in enumerate(file.signers)]
    return FileAudit(file, ledger, signers)


def _note_oddities(file: SignedFile, ledger: Ledger, store: TrustStore) -> None:
    if file.content_type not in signed_data.CONTENT_TYPES:
        ledger.note("content_type", Code.NOT_SIGNED_DATA, f"the signed content is of type {file.content_type}")
    if file.has_lists:
        ledger.note("lists", Code.UNSUPPORTED_PART, "revocation lists inside the file are not looked at")
    own = {part.certificate.raw for part in file.signers if part.certificate is not None}
    strange = sum(raw not in own and not store.knows(raw) for raw in file.certificates)
    if strange:
        ledger.note("certificates", Code.UNSUPPORTED_PART, f"{strange} certificates of nobody concerned")


def _content(file: SignedFile, given: bytes | None = None) -> bytes:
    if file.content is not None and given is not None and file.content != given:
        raise EdsError(Code.CONTENT_ALTERED, "the attached content is not the one that was given")
    content = given if file.content is None else file.content
    if content is None:
        raise EdsError(Code.CONTENT_ALTERED, "the signature is detached and no content was given")
    return content


def _audit_signer(index: int, part: SignerPart, file: SignedFile, signed: bytes | None, asked: Question) -> SignerAudit:
    audit = SignerAudit(index)
    ledger = audit.ledger
    leaf = audit.certificate = ledger.run("certificate", _certificate, part)
    scheme = audit.scheme = ledger.run("algorithms", _algorithms, part, file, asked.policy.old_algorithms_allowed)
    attributes = audit.attributes = ledger.run("attributes", _attributes, part, file)
    ledger.run("digest", _digest, attributes, scheme, signed)
    if not file.is_time_stamp:
        _signing_certificate(ledger, attributes, leaf, asked.policy)
    ledger.run("signature", _signature, part, attributes, leaf, scheme)
    audit.stamp = audit_stamps.audit_signer(ledger, part, file, asked.store, asked.policy)
    if leaf is None:
        return audit
    audit.authority = audit_path(ledger, leaf, asked)
    if not file.is_time_stamp:
        ledger.run("usage", verify.check_usage, leaf, OFFICIAL_ACT)
        ledger.run("role", verify.check_role, leaf, OFFICIAL_ACT)
        _identity(ledger, leaf, asked.policy)
    audit.revocation = audit_revocation(ledger, leaf, audit.authority, asked)
    return audit


def _certificate(part: SignerPart) -> Certificate:
    if part.trouble is not None:
        raise part.trouble
    if part.certificate is None:
        raise EdsError(Code.CERTIFICATE_MISSING)
    return part.certificate


def _algorithms(part: SignerPart, file: SignedFile, old: bool) -> algorithms.Scheme:
    scheme = algorithms.scheme(part.signature_algorithm, old_allowed=old)
    digest = algorithms.digest(part.digest_algorithm, old_allowed=old)
    if digest is not scheme.digest:
        raise EdsError(Code.ALGORITHM_NOT_ALLOWED, "digest and signature algorithm do not belong together")
    if part.digest_algorithm not in file.digests:
        raise EdsError(Code.ALGORITHM_NOT_ALLOWED, "the signer's digest is not among those announced")
    return scheme


def _attributes(part: SignerPart, file: SignedFile) -> cms.SignedAttributes:
    if not part.attributes:
        raise EdsError(Code.ATTRIBUTES_MISSING, "the signer has no signed attributes")
    attributes = cms.attributes(part.attributes)
    if attributes.content_type != file.content_type:
        raise EdsError(Code.ATTRIBUTES_MALFORMED, "the signed content type is another one")
    return attributes


def _digest(attributes: cms.SignedAttributes, scheme: algorithms.Scheme, signed: bytes) -> bool:
    if attributes.message_digest != scheme.digest.hash(signed):
        raise EdsError(Code.CONTENT_ALTERED, "the digest is of another text")
    return True


def _signing_certificate(
    ledger: Ledger, attributes: cms.SignedAttributes | None, leaf: Certificate | None, policy: Policy
) -> None:
    step = "signing_certificate"
    if attributes is not None and attributes.certificate_digest is None:
        if policy.signing_certificate_required:
            ledger.fail(step, Code.ATTRIBUTES_MISSING, "signingCertificateV2")
        else:
            ledger.note(step, Code.ATTRIBUTES_MISSING, "signingCertificateV2; this policy does not require it")
        return
    ledger.run(step, _names_certificate, attributes, leaf, policy)


def _names_certificate(attributes: cms.SignedAttributes, leaf: Certificate, policy: Policy) -> bool:
    return verify.check_signing_certificate(attributes, leaf, old_allowed=policy.old_algorithms_allowed)


def _signature(
    part: SignerPart, attributes: cms.SignedAttributes, leaf: Certificate, scheme: algorithms.Scheme
) -> bool:
    if not scheme.verify(scheme.load_key(leaf.spki), part.signature, attributes.signed):
        raise EdsError(Code.SIGNATURE_WRONG)
    return True


def _identity(ledger: Ledger, leaf: Certificate, policy: Policy) -> None:
    try:
        number = leaf.subject.iin
    except EdsError as error:
        ledger.fail("identity", error.code, error.detail)
        return
    if number is None:
        ledger.fail("identity", Code.IIN_MISSING)
    elif iin.parse_iin(number) is not None:
        ledger.ok("identity")
    elif policy.iin_must_be_valid:
        ledger.fail("identity", Code.IIN_INVALID)
    else:
        ledger.note("identity", Code.IIN_INVALID, "this policy does not require a possible one")


# --- what certificates and signatures share ---


def audit_path(ledger: Ledger, leaf: Certificate, asked: Question) -> Authority | None:
    """Check issuer, the issuer's own validity and the certificate's, each apart; return the issuer if it is known."""
    authority = ledger.run("path", find_issuer, leaf, asked.store)
    ledger.run("validity", verify.check_validity, leaf, asked.at)
    ledger.run("authority_validity", _authority_validity, authority, asked.at)
    return authority


def find_issuer(leaf: Certificate, store: TrustStore) -> Authority:
    """Return the authority that signed the certificate, valid or not.

    SIGNATURE_WRONG when an authority of that name and key did not make the signature, UNKNOWN_CA when there is none.
    """
    algorithms.scheme(leaf.algorithm, old_allowed=store.old_algorithms_allowed)
    named = [authority for authority in store.authorities if authority.may_have_issued(leaf)]
    if not named:
        raise EdsError(Code.UNKNOWN_CA, "the issuer is not among the authorities")
    for authority in named:
        if authority.has_issued(leaf):
            return authority
    raise EdsError(Code.SIGNATURE_WRONG, "the issuer that it names did not sign it")


def _authority_validity(authority: Authority, at: datetime) -> bool:
    if not authority.not_before <= at <= authority.not_after:
        raise EdsError(Code.CA_NOT_VALID, f"valid {authority.not_before:%Y-%m-%d} to {authority.not_after:%Y-%m-%d}")
    return True


def audit_revocation(ledger: Ledger, leaf: Certificate, authority: Authority | None, asked: Question) -> Outcome | None:
    """Judge by the recorded evidence; nobody's silence is a yes, unless the auditor did not ask."""
    if authority is None:
        ledger.skip("revocation", "an earlier check failed")
        return None
    if not asked.revocation_asked and asked.policy.domain is not Domain.PRODUCTION:
        ledger.skip("revocation", "no lists and no answers were given")
        return None
    outcome = recorded_evidence.judge(leaf, authority, asked.evidence, at=asked.at, policy=asked.policy)
    if outcome.state is State.GOOD:
        ledger.ok("revocation", outcome.source)
    else:
        ledger.fail("revocation", CODES[outcome.state], outcome.source)
    return outcome


def word(ledger: Ledger, step: str) -> str:
    """`valid`, `invalid`, or `not_checked`: the result of one step as a program reads it."""
    result = ledger.result(step)
    return {Result.OK: "valid", Result.FAILED: "invalid"}.get(result, "not_checked") if result else "not_checked"
