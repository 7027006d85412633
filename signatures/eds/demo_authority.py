"""The demo's certification authority at work: it issues certificates, answers OCSP and writes its revocation list.

Certificates have the shape of the national authority's (names, usages, roles, policies), so that the verifier takes the
same way as for real ones. A serial number carries a keyed mark: the responder can tell its own certificates from those
it never issued without keeping a list, also for thousands of voters and in several processes.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from signatures.eds import oids
from signatures.eds.demo_people import DemoPerson
from signatures.eds.ocsp import NEVER_ISSUED_SINCE

OCSP_ADDRESS = "http://localhost:8000/demo/pki/ocsp"
LIST_ADDRESS = "http://localhost:8000/demo/pki/ca.crl"
"""Written into certificates as real ones have them; the verifier never follows them."""
LIST_LIFETIME = timedelta(days=7)
MARK_OCTETS = 10


@dataclass(frozen=True, slots=True)
class Holder:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: RSAPrivateKey

    @property
    def raw(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)


def authority_name(common_name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "KZ"), x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    )


def person_name(person: DemoPerson) -> x509.Name:
    """Return the subject as the national authority writes it: givenName holds the patronymic."""
    attributes = [
        (NameOID.COMMON_NAME, f"{person.surname} {person.given_name}"),
        (NameOID.SURNAME, person.surname),
        (NameOID.SERIAL_NUMBER, f"IIN{person.iin}"),
        (NameOID.COUNTRY_NAME, "KZ"),
    ]
    if person.is_head and person.organisation is not None:
        attributes += [
            (NameOID.ORGANIZATION_NAME, person.organisation.name),
            (NameOID.ORGANIZATIONAL_UNIT_NAME, f"BIN{person.organisation.bin}"),
        ]
    if person.patronymic:
        attributes.append((NameOID.GIVEN_NAME, person.patronymic))
    return x509.Name([x509.NameAttribute(name, value) for name, value in attributes])


def key_usage(
    *, signs: bool = True, commits: bool = False, enciphers: bool = False, issues: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=commits,
        key_encipherment=enciphers,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issues,
        crl_sign=issues,
        encipher_only=False,
        decipher_only=False,
    )


def _purposes(person: DemoPerson, authentication: bool) -> list[ObjectIdentifier]:
    first = oids.CLIENT_AUTH if authentication else oids.EMAIL_PROTECTION
    roles = [oids.LEGAL_ENTITY, oids.HEAD] if person.is_head else [oids.PERSON]
    return [ObjectIdentifier(oid) for oid in (first, *roles)]


def _policy(person: DemoPerson, authentication: bool) -> x509.CertificatePolicies:
    personal = oids.POLICY_PERSON_AUTH if authentication else oids.POLICY_PERSON_SIGN
    oid = oids.POLICY_LEGAL_SIGN if person.is_head else personal
    return x509.CertificatePolicies([x509.PolicyInformation(ObjectIdentifier(oid), None)])


@dataclass
class DemoAuthority:
    """The issuing authority, its responder, and which serials it has revoked."""

    issuing: Holder
    responder: Holder
    revoked: Mapping[int, datetime]
    _list: tuple[datetime, bytes] | None = field(default=None, repr=False)
    _secret: bytes = field(default=b"", repr=False)

    def __post_init__(self) -> None:
        numbers = self.issuing.key.private_numbers()
        self._secret = hashlib.sha256(b"serial numbers" + numbers.d.to_bytes(512, "big")).digest()
        self._aki = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.issuing.key.public_key())

    # --- issuing ---

    def _mark(self, octets: bytes) -> bytes:
        return hmac.digest(self._secret, octets, "sha256")[:MARK_OCTETS]

    def new_serial(self) -> int:
        """Return a positive serial of 20 octets that this authority can recognise."""
        octets = bytes([0x40 | os.urandom(1)[0] & 0x3F]) + os.urandom(9)
        return int.from_bytes(octets + self._mark(octets), "big")

    def has_issued(self, serial: int) -> bool:
        """Say whether the serial is one of this authority's."""
        if serial < 0 or serial.bit_length() > 160:
            return False
        octets = serial.to_bytes(20, "big")
        return hmac.compare_digest(self._mark(octets[:10]), octets[10:])

    def issue(
        self,
        person: DemoPerson,
        key: RSAPublicKey,
        *,
        not_before: datetime,
        not_after: datetime,
        authentication: bool = False,
        serial: int | None = None,
    ) -> x509.Certificate:
        """Return a person's certificate, made for signing or, if asked, only for authentication."""
        usage = key_usage(commits=not authentication, enciphers=authentication)
        access = x509.AuthorityInformationAccess(
            [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(OCSP_ADDRESS))]
        )
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(LIST_ADDRESS)], None, None, None)
        return (
            x509.CertificateBuilder()
            .subject_name(person_name(person))
            .issuer_name(self.issuing.certificate.subject)
            .public_key(key)
            .serial_number(self.new_serial() if serial is None else serial)
            .not_valid_before(not_before)
            .not_valid_after(not_after)
            .add_extension(usage, critical=True)
            .add_extension(x509.ExtendedKeyUsage(_purposes(person, authentication)), critical=False)
            .add_extension(self._aki, critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(_policy(person, authentication), critical=False)
            .add_extension(x509.CRLDistributionPoints([point]), critical=False)
            .add_extension(access, critical=False)
            .sign(self.issuing.key, hashes.SHA256())
        )

    # --- answering ---

    def answer_ocsp(self, request: bytes, *, now: datetime) -> bytes:
        """Return a signed answer, with the habits of the national responder: no nextUpdate, "1970" for strangers."""
        try:
            asked = ocsp.load_der_ocsp_request(request)
        except ValueError:
            refused = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
            return refused.public_bytes(serialization.Encoding.DER)
        since, reason = self._revoked_since(asked.serial_number)
        builder = ocsp.OCSPResponseBuilder(
            responder_id=(self.responder.certificate, ocsp.OCSPResponderEncoding.NAME),
            certs=[self.responder.certificate],
        ).add_response_by_hash(
            issuer_name_hash=asked.issuer_name_hash,
            issuer_key_hash=asked.issuer_key_hash,
            serial_number=asked.serial_number,
            algorithm=asked.hash_algorithm,
            cert_status=ocsp.OCSPCertStatus.GOOD if since is None else ocsp.OCSPCertStatus.REVOKED,
            this_update=now.replace(microsecond=0),
            next_update=None,
            revocation_time=since,
            revocation_reason=reason,
        )
        return builder.sign(self.responder.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def _revoked_since(self, serial: int) -> tuple[datetime | None, x509.ReasonFlags | None]:
        if serial in self.revoked:
            return self.revoked[serial], x509.ReasonFlags.key_compromise
        if not self.has_issued(serial):
            return NEVER_ISSUED_SINCE, x509.ReasonFlags.certificate_hold
        return None, None

    def revocation_list(self, *, now: datetime) -> bytes:
        """Return the revocation list, written anew when half of its life is over."""
        if self._list is None or not self._list[0] <= now < self._list[0] + LIST_LIFETIME / 2:
            start = now.replace(minute=0, second=0, microsecond=0)
            builder = (
                x509.CertificateRevocationListBuilder()
                .issuer_name(self.issuing.certificate.subject)
                .last_update(start)
                .next_update(start + LIST_LIFETIME)
                .add_extension(self._aki, critical=False)
                .add_extension(x509.CRLNumber(int(start.timestamp())), critical=False)
            )
            for serial, since in self.revoked.items():
                entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
                reason = x509.CRLReason(x509.ReasonFlags.key_compromise)
                builder = builder.add_revoked_certificate(entry.add_extension(reason, critical=False).build())
            made = builder.sign(self.issuing.key, hashes.SHA256())
            self._list = start, made.public_bytes(serialization.Encoding.DER)
        return self._list[1]


def make_authority(
    common_name: str, key: RSAPrivateKey, issuer: Holder | None, *, not_before: datetime, not_after: datetime
) -> Holder:
    """Return an authority's certificate: a root when no issuer is given."""
    name = authority_name(common_name)
    signer = key if issuer is None else issuer.key
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(key_usage(signs=False, issues=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    return Holder(certificate, key)


def make_responder(key: RSAPrivateKey, issuing: Holder, *, not_before: datetime, not_after: datetime) -> Holder:
    """Return the certificate of a delegated OCSP responder (RFC 6960, 4.2.2.2)."""
    certificate = (
        x509.CertificateBuilder()
        .subject_name(authority_name("ДЕМО OCSP RESPONDER"))
        .issuer_name(issuing.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(key_usage(), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
        .add_extension(x509.OCSPNoCheck(), critical=False)
        .sign(issuing.key, hashes.SHA256())
    )
    return Holder(certificate, key)


def utc_second(at: datetime) -> datetime:
    """Certificates know whole seconds of UTC."""
    return at.astimezone(UTC).replace(microsecond=0)
