"""Was the certificate revoked at T? OCSP (RFC 6960) first, then the revocation list (RFC 5280, 5), else nobody knows.

Answers come over plain HTTP, so each is believed only for its signature, its subject and its age. No answer is never
taken for a good one: the outcome is then PENDING, and the caller keeps the signature without counting it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from signatures.eds import certificate, der, oids
from signatures.eds.certificate import Certificate
from signatures.eds.errors import Code, EdsError
from signatures.eds.path import Authority
from signatures.eds.policy import Policy

NEVER_ISSUED_SINCE = datetime(1970, 1, 1, tzinfo=UTC)
"""RFC 6960, 2.2: a responder may call a certificate that was never issued "revoked on 1 January 1970"."""


class SourceUnreachable(Exception):
    """No usable answer from this place."""


class RevocationSource(Protocol):
    """Where answers come from; addresses are the operator's, never those that a certificate names."""

    def ocsp(self, authority: Authority, request: bytes, *, now: datetime) -> bytes:
        """Return the responder's answer; SourceUnreachable when there is none."""

    def crls(self, authority: Authority, *, now: datetime) -> Sequence[bytes]:
        """Return the authority's list and, behind it, its deltas; SourceUnreachable when there is none."""


class State(StrEnum):
    """What is known of a certificate at T."""

    GOOD = "good"
    REVOKED = "revoked"
    NEVER_ISSUED = "never_issued"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Answer:
    """A state, where it was learnt, and the bytes that prove it."""

    state: State
    source: str
    evidence: bytes = b""


@dataclass(frozen=True, slots=True)
class _CheckedList:
    crl: x509.CertificateRevocationList
    raw: bytes


def request_for(leaf: Certificate, authority: Authority) -> bytes:
    """Return an OCSP request with the SHA-256 CertID that the national responder wants."""
    builder = ocsp.OCSPRequestBuilder().add_certificate_by_hash(
        hashlib.sha256(authority.certificate.subject_name).digest(),
        hashlib.sha256(key_bits(authority.certificate)).digest(),
        leaf.serial,
        hashes.SHA256(),
    )
    return builder.build().public_bytes(Encoding.DER)


def key_bits(issuer: Certificate) -> bytes:
    """Return the bits of the public key alone, over which RFC 6960 takes the issuer's key hash."""
    parts = der.children(issuer.spki, der.whole(issuer.spki, der.SEQUENCE))
    return der.bits(issuer.spki, parts[1])


class RevocationChecker:
    """Asks the source, believes only what is signed and fresh, and remembers the lists it has verified."""

    def __init__(self, source: RevocationSource, policy: Policy, *, prefer_lists: bool = False) -> None:
        self._source = source
        self._policy = policy
        self._prefer_lists = prefer_lists
        self._lists: dict[bytes, _CheckedList] = {}

    def check(self, leaf: Certificate, authority: Authority, *, at: datetime, now: datetime) -> Answer:
        """Return what is known at `now` of the certificate's state at `at`."""
        ways = [self._by_list, self._by_ocsp] if self._prefer_lists else [self._by_ocsp, self._by_list]
        for way in ways:
            try:
                return way(leaf, authority, at, now)
            except (SourceUnreachable, EdsError, ValueError, LookupError, UnsupportedAlgorithm):
                continue  # an answer that cannot be believed is no answer
        return Answer(State.PENDING, "none")

    # --- OCSP ---

    def _by_ocsp(self, leaf: Certificate, authority: Authority, at: datetime, now: datetime) -> Answer:
        raw = self._source.ocsp(authority, request_for(leaf, authority), now=now)
        response = ocsp.load_der_ocsp_response(raw)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise SourceUnreachable(response.response_status.name)
        require_responder(raw, authority, now)
        for single in response.responses:
            if _is_about(single, leaf, authority) and self._is_fresh(single, now):
                return Answer(state_of(single, at), "ocsp", raw)
        raise SourceUnreachable("no fresh answer about this certificate")

    def _is_fresh(self, single: ocsp.OCSPSingleResponse, now: datetime) -> bool:
        this, following = single.this_update_utc, single.next_update_utc
        return (
            this - self._policy.clock_skew <= now <= this + self._policy.oldest_ocsp
            and (following is None or now <= following + self._policy.clock_skew)
        )  # fmt: skip

    # --- lists ---

    def _by_list(self, leaf: Certificate, authority: Authority, at: datetime, now: datetime) -> Answer:
        raws = self._source.crls(authority, now=now)
        if not raws:
            raise SourceUnreachable("no list")
        state, evidence = State.GOOD, b""
        for raw in raws:
            checked = self._checked(raw, authority)
            if not _is_current(checked.crl, self._policy, now):
                raise SourceUnreachable("the list is out of date")
            evidence = evidence or raw
            entry = checked.crl.get_revoked_certificate_by_serial_number(leaf.serial)
            if entry is not None:
                removed = _reason(entry) is x509.ReasonFlags.remove_from_crl
                state = State.REVOKED if not removed and entry.revocation_date_utc <= at else State.GOOD
        return Answer(state, "crl", evidence)

    def _checked(self, raw: bytes, authority: Authority) -> _CheckedList:
        fingerprint = hashlib.sha256(raw).digest() + authority.certificate.sha256
        known = self._lists.get(fingerprint)
        if known is None:
            known = verified_list(raw, authority)
            if len(self._lists) > 16:
                self._lists.clear()
            self._lists[fingerprint] = known
        return known


def verified_list(raw: bytes, authority: Authority) -> _CheckedList:
    outer = der.children(raw, der.whole(raw, der.SEQUENCE))
    fields = der.children(raw, outer[0])
    issuer = next((f for f in fields if f.tag == der.SEQUENCE and der.raw(raw, f) == _name(authority)), None)
    if issuer is None or oids.CRL_SIGN_BIT not in authority.certificate.key_usage:
        raise SourceUnreachable("the list is of another authority")
    if not authority.has_signed(der.raw(raw, outer[1]), der.bits(raw, outer[2]), der.raw(raw, outer[0])):
        raise SourceUnreachable("the list's signature is wrong")
    return _CheckedList(x509.load_der_x509_crl(raw), raw)


def _name(authority: Authority) -> bytes:
    return authority.certificate.subject_name


def _is_current(crl: x509.CertificateRevocationList, policy: Policy, now: datetime) -> bool:
    following = crl.next_update_utc
    return crl.last_update_utc - policy.clock_skew <= now and following is not None and now <= following


def _reason(entry: x509.RevokedCertificate) -> x509.ReasonFlags | None:
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return None


def require_responder(raw: bytes, authority: Authority, now: datetime) -> None:
    """The answer must be signed by the authority itself or by a responder that it delegated (RFC 6960, 4.2.2.2)."""
    outer = der.children(raw, der.whole(raw, der.SEQUENCE))
    wrapped = der.children(raw, der.children(raw, outer[1])[0])
    basic = der.contents(raw, wrapped[1])
    parts = der.children(basic, der.whole(basic, der.SEQUENCE))
    algorithm, signature, tbs = der.raw(basic, parts[1]), der.bits(basic, parts[2]), der.raw(basic, parts[0])
    if authority.has_signed(algorithm, signature, tbs):
        return
    for element in der.children(basic, der.children(basic, parts[3])[0]) if len(parts) > 3 else []:
        responder = certificate.parse(der.raw(basic, element))
        if (
            oids.OCSP_SIGNING in responder.extended_key_usage
            and responder.not_before <= now <= responder.not_after
            and authority.has_issued(responder)
            and authority.as_delegate(responder).has_signed(algorithm, signature, tbs)
        ):
            return
    raise SourceUnreachable("the answer is not signed by a responder of the authority")


def _is_about(single: ocsp.OCSPSingleResponse, leaf: Certificate, authority: Authority) -> bool:
    algorithm = single.hash_algorithm
    if algorithm.name not in ("sha256", "sha1"):  # SHA-1 names an issuer here, it protects nothing
        return False
    return (
        single.serial_number == leaf.serial
        and single.issuer_name_hash == hashlib.new(algorithm.name, authority.certificate.subject_name).digest()
        and single.issuer_key_hash == hashlib.new(algorithm.name, key_bits(authority.certificate)).digest()
    )


def state_of(single: ocsp.OCSPSingleResponse, at: datetime) -> State:
    if single.certificate_status is ocsp.OCSPCertStatus.GOOD:
        return State.GOOD
    since = single.revocation_time_utc
    if single.certificate_status is ocsp.OCSPCertStatus.UNKNOWN or since is None or since == NEVER_ISSUED_SINCE:
        return State.NEVER_ISSUED
    return State.REVOKED if since <= at else State.GOOD


CODES = {State.REVOKED: Code.REVOKED, State.NEVER_ISSUED: Code.NEVER_ISSUED, State.PENDING: Code.RESPONDER_UNREACHABLE}
