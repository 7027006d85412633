"""The order in which a signature is judged; each step has its code and stands in the report.

Nothing is judged at a time that the signer chose: T is the moment that a time stamp authority vouches for, else the moment
of receipt, handed in by the caller. The first step that fails ends the work, because what follows would rest on it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from signatures.eds import algorithms, cms, iin, oids, tsp
from signatures.eds.certificate import Certificate
from signatures.eds.cms import ParsedSignature
from signatures.eds.errors import Code, EdsError
from signatures.eds.path import Authority, TrustStore
from signatures.eds.policy import PERSONAL_ACT, Demand, Policy
from signatures.eds.report import Finding, Report, Signer, Status
from signatures.eds.revocation import (
    CODES,
    CODES_OF_AUTHORITIES,
    Evidence,
    Kind,
    RevocationChecker,
    State,
    holds_backwards,
)
from signatures.eds.tsp import TimeStamp

__all__ = ["Finding", "Report", "Signer", "Status", "Verifier"]

Times = tuple[datetime, datetime, datetime | None]
"""Receipt, the moment of asking about revocation, and when the content was issued, if that is known."""
INFORMATION_SYSTEMS = (oids.INFORMATION_SYSTEM, f"{oids.INFORMATION_SYSTEM}.")


class Verifier:
    """Judges signatures of one trust domain. Holds no state but caches, and may be shared by threads."""

    def __init__(self, store: TrustStore, revocation: RevocationChecker, policy: Policy) -> None:
        self._store = store
        self._revocation = revocation
        self._policy = policy

    @property
    def store(self) -> TrustStore:
        """The authorities that are trusted."""
        return self._store

    def verify(
        self,
        data: bytes,
        content: bytes,
        *,
        at: datetime,
        now: datetime | None = None,
        issued_at: datetime | None = None,
        demand: Demand = PERSONAL_ACT,
    ) -> Report:
        """Judge the signature file `data` over `content`, received `at`, with what is known at `now` of revocation.

        T is the moment of a time stamp in the file, which may not lie before the content was `issued_at`, else `at`.
        """
        report = Report(checked_at=now or at)
        try:
            self._run(report, data, content, (at, now or at, issued_at), demand)
        except EdsError as error:
            report.status = Status.PENDING if error.code is Code.RESPONDER_UNREACHABLE else Status.INVALID
            if not report.findings or report.findings[-1].ok:
                report.findings.append(Finding("unnamed", False, error.code, error.detail))
        return report

    def _run(self, report: Report, data: bytes, content: bytes, times: Times, demand: Demand) -> None:
        received_at, now, issued_at = times
        decoded = _step(report, "armour", cms.unarmour, data)
        parsed = _step(report, "structure", cms.parse, decoded)
        leaf = report.certificate = parsed.signer_certificate
        _step(report, "certificates", self._only_known, parsed)
        scheme = _step(report, "algorithms", _algorithms, parsed, leaf, self._policy.old_algorithms_allowed)
        _step(report, "content", _content, parsed, content)
        attributes = _step(report, "attributes", _attributes, parsed, content, scheme)
        report.signing_time = attributes.signing_time
        _step(report, "signing_certificate", self._signing_certificate, attributes, leaf)
        _step(report, "signature", _signature, parsed, attributes, leaf, scheme)
        report.time_stamp = _step(report, "time_stamp", self._time_stamp, parsed, received_at, issued_at)
        at = report.judged_at = received_at if report.time_stamp is None else report.time_stamp.gen_time
        authority = _step(report, "path", self._store.issuer_of, leaf, at)
        report.evidence = _chain(authority, *(() if report.time_stamp is None else (report.time_stamp.authority,)))
        _step(report, "validity", check_validity, leaf, at)
        _step(report, "usage", check_usage, leaf, demand)
        _step(report, "role", check_role, leaf, demand)
        report.signer = _step(report, "identity", self._identity, leaf)
        _step(report, "revocation", self._not_revoked, report, leaf, authority, at, now)
        if self._revocation.checks_authorities:
            _step(report, "authorities", self._authorities_not_revoked, report, authority, at, now)
        report.status = Status.VALID

    def _only_known(self, parsed: ParsedSignature) -> None:
        for raw in parsed.certificates:
            if raw != parsed.signer_certificate.raw and not self._store.knows(raw):
                raise EdsError(
                    Code.UNSUPPORTED_PART, "a certificate that is neither the signer's nor a known authority's"
                )
        if len(set(parsed.certificates)) != len(parsed.certificates):
            raise EdsError(Code.UNSUPPORTED_PART, "a certificate occurs twice")

    def _signing_certificate(self, attributes: cms.SignedAttributes, leaf: Certificate) -> None:
        if attributes.certificate_digest is None:
            if self._policy.signing_certificate_required:
                raise EdsError(Code.ATTRIBUTES_MISSING, "signingCertificateV2")
            return
        check_signing_certificate(attributes, leaf, old_allowed=self._policy.old_algorithms_allowed)

    def _time_stamp(
        self, parsed: ParsedSignature, received_at: datetime, issued_at: datetime | None
    ) -> TimeStamp | None:
        if parsed.time_stamp is None:
            return None
        stamp = tsp.verify(parsed.time_stamp, parsed.signature, store=self._store, policy=self._policy)
        skew = self._policy.clock_skew
        if issued_at is not None and stamp.gen_time < issued_at - skew:
            raise EdsError(Code.TIME_STAMP_OUT_OF_BOUNDS, "before the text was issued")
        if stamp.gen_time > received_at + skew:
            raise EdsError(Code.TIME_STAMP_OUT_OF_BOUNDS, "after the signature was received")
        return stamp

    def _identity(self, leaf: Certificate) -> Signer:
        subject = leaf.subject
        if subject.iin is None:
            raise EdsError(Code.IIN_MISSING)
        person = iin.parse_iin(subject.iin)
        if person is None and self._policy.iin_must_be_valid:
            raise EdsError(Code.IIN_INVALID)
        if subject.bin is not None and self._policy.iin_must_be_valid and not iin.is_bin(subject.bin):
            raise EdsError(Code.BIN_INVALID)
        return Signer(
            iin=subject.iin,
            given_name=subject.given_name,
            surname=subject.surname,
            patronymic=subject.patronymic,
            birth_date=None if person is None else person.birth_date,
            sex=None if person is None else person.sex,
            organisation=subject.organisation,
            organisation_bin=subject.bin,
            roles=leaf.extended_key_usage,
        )

    def _not_revoked(
        self, report: Report, leaf: Certificate, authority: Authority, at: datetime, now: datetime
    ) -> None:
        answer = self._revocation.check(leaf, authority, at=at, now=now)
        report.evidence += answer.evidence
        if answer.state is not State.GOOD:
            raise EdsError(CODES[answer.state], answer.source)

    def _authorities_not_revoked(self, report: Report, authority: Authority, at: datetime, now: datetime) -> None:
        """Ask about those above the signer, and about the time stamp's authority and those above it."""
        stamp = report.time_stamp
        chains = [authority] if stamp is None else [authority, stamp.authority]
        for chain in chains:
            answer = self._revocation.check_chain(chain, at=at, now=now)
            report.evidence += answer.evidence
            if answer.state is not State.GOOD:
                raise EdsError(CODES_OF_AUTHORITIES[answer.state], answer.source)
        if stamp is None:
            return
        answer = self._revocation.check(stamp.certificate, stamp.authority, at=at, now=now)
        report.evidence += answer.evidence
        if answer.state is State.PENDING:
            raise EdsError(Code.RESPONDER_UNREACHABLE, "time stamp authority")
        if not holds_backwards(answer):
            raise EdsError(Code.TIME_STAMP_NOT_TRUSTED, "the time stamp authority's certificate was revoked")


def _chain(*lowest: Authority) -> tuple[Evidence, ...]:
    """Return the certificates of these authorities and of all above them, each once, in order."""
    found: dict[bytes, Evidence] = {}
    for authority in lowest:
        above: Authority | None = authority
        while above is not None:
            own = above.certificate
            found[own.sha256] = Evidence(Kind.AUTHORITY, own.raw, own.sha256)
            above = above.issuer
    return tuple(found.values())


def _step(report: Report, name: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Run one step and write its finding."""
    try:
        result = function(*arguments)
    except EdsError as error:
        report.findings.append(Finding(name, False, error.code, error.detail))
        raise
    report.findings.append(Finding(name, True))
    return result


def _algorithms(parsed: ParsedSignature, leaf: Certificate, old_allowed: bool) -> algorithms.Scheme:
    scheme = algorithms.scheme(parsed.signature_algorithm, old_allowed=old_allowed)
    if algorithms.digest(parsed.digest_algorithm, old_allowed=old_allowed) is not scheme.digest:
        raise EdsError(Code.ALGORITHM_NOT_ALLOWED, "digest and signature algorithm do not belong together")
    algorithms.scheme(leaf.algorithm, old_allowed=old_allowed)
    return scheme


def _content(parsed: ParsedSignature, content: bytes) -> None:
    if parsed.content is not None and parsed.content != content:
        raise EdsError(Code.CONTENT_ALTERED, "the attached content is another text")


def _attributes(parsed: ParsedSignature, content: bytes, scheme: algorithms.Scheme) -> cms.SignedAttributes:
    attributes = cms.attributes(parsed.attributes)
    if attributes.content_type != oids.DATA:
        raise EdsError(Code.ATTRIBUTES_MALFORMED, "the signed content type is another one")
    if attributes.message_digest != scheme.digest.hash(content):
        raise EdsError(Code.CONTENT_ALTERED, "the digest is of another text")
    return attributes


def _signature(
    parsed: ParsedSignature, attributes: cms.SignedAttributes, leaf: Certificate, scheme: algorithms.Scheme
) -> None:
    if not scheme.verify(scheme.load_key(leaf.spki), parsed.signature, attributes.signed):
        raise EdsError(Code.SIGNATURE_WRONG)


def check_signing_certificate(
    attributes: cms.SignedAttributes, leaf: Certificate, *, old_allowed: bool = False
) -> bool:
    """Return True when the signed attributes name this certificate (RFC 5035); EdsError otherwise."""
    if attributes.certificate_digest is None:
        raise EdsError(Code.ATTRIBUTES_MISSING, "signingCertificateV2")
    identifier, value = attributes.certificate_digest
    if algorithms.digest(identifier, old_allowed=old_allowed).hash(leaf.raw) != value:
        raise EdsError(Code.SIGNING_CERTIFICATE_MISMATCH)
    return True


def check_validity(leaf: Certificate, at: datetime) -> bool:
    """Return True when the certificate is valid at that moment; EdsError otherwise."""
    if at < leaf.not_before:
        raise EdsError(Code.NOT_YET_VALID, f"from {leaf.not_before:%Y-%m-%d %H:%M}Z")
    if at > leaf.not_after:
        raise EdsError(Code.EXPIRED, f"until {leaf.not_after:%Y-%m-%d %H:%M}Z")
    return True


def check_usage(leaf: Certificate, demand: Demand) -> bool:
    """Return True when the key is made for signing, or for signing in where that is enough; EdsError otherwise."""
    usage, extended = leaf.key_usage, leaf.extended_key_usage
    signs = oids.NON_REPUDIATION_BIT in usage and oids.EMAIL_PROTECTION in extended
    authenticates = oids.DIGITAL_SIGNATURE_BIT in usage and oids.CLIENT_AUTH in extended
    if leaf.is_authority or not (signs or (demand.authentication_allowed and authenticates)):
        raise EdsError(Code.USAGE_NOT_SIGNING)
    return True


def check_role(leaf: Certificate, demand: Demand) -> bool:
    """Return True when the holder may do such an act; EdsError otherwise."""
    roles = leaf.extended_key_usage
    is_system = any(role == INFORMATION_SYSTEMS[0] or role.startswith(INFORMATION_SYSTEMS[1]) for role in roles)
    acts_for_organisation = oids.LEGAL_ENTITY in roles
    if is_system or not (oids.PERSON in roles or (demand.organisation_allowed and acts_for_organisation)):
        raise EdsError(Code.ROLE_NOT_PERSON)
    return True
