"""A certificate, an authority and a report in plain words for programs (JSON): stable names, times in ISO 8601 with Z.

What is written here holds names and IINs: it is for the auditor who holds the file already, and is stored nowhere.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from signatures.eds import algorithms, certificate, der, iin, oids
from signatures.eds.auditing import FileAudit, SignerAudit, word
from signatures.eds.certificate import Certificate
from signatures.eds.errors import EdsError
from signatures.eds.ledger import Ledger
from signatures.eds.path import TrustStore
from signatures.eds.recorded_evidence import Outcome
from signatures.eds.signed_data import SignedFile
from signatures.eds.tsp import StampInfo, parse_info

T = TypeVar("T")
S = TypeVar("S")

NAME_PARTS = {
    oids.COMMON_NAME: "common_name",
    oids.SURNAME: "surname",
    oids.GIVEN_NAME: "given_name",
    oids.SERIAL_NUMBER: "serial_number",
    oids.COUNTRY: "country",
    oids.ORGANISATION: "organisation",
    oids.ORGANISATIONAL_UNIT: "organisational_unit",
    "1.2.840.113549.1.9.1": "email",
    "2.5.4.7": "locality",
    "2.5.4.8": "region",
    "0.9.2342.19200300.100.1.1": "user_id",
}
ROLES = {
    oids.PERSON: "person",
    oids.LEGAL_ENTITY: "legal_entity",
    oids.HEAD: "head",
    "1.2.398.3.3.4.1.2.2": "right_to_sign",
    "1.2.398.3.3.4.1.2.3": "financial",
    "1.2.398.3.3.4.1.2.4": "human_resources",
    "1.2.398.3.3.4.1.2.5": "employee",
    oids.INFORMATION_SYSTEM: "information_system",
    oids.EMAIL_PROTECTION: "email_protection",
    oids.CLIENT_AUTH: "client_authentication",
    oids.OCSP_SIGNING: "ocsp_signing",
    "1.3.6.1.5.5.7.3.8": "time_stamping",
}
SHA1 = "1.3.14.3.2.26"
KEY_USAGES = (
    "digital_signature", "non_repudiation", "key_encipherment", "data_encipherment", "key_agreement",
    "certificate_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip
KEY_NAMES = {
    "1.2.840.113549.1.1.1": "RSA",
    "1.2.398.3.10.1.1.2.2": "GOST 34.10-2015, 512 bits",
    "1.2.398.3.10.1.1.2.1": "GOST 34.10-2015, 256 bits",
    "1.2.398.3.10.1.1.1.1": "GOST 34.310-2004",
}


def moment(at: datetime) -> str:
    """Return `2026-11-23T10:00:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def serial(number: int) -> str:
    """Return a serial number in hexadecimal octets, as OpenSSL prints it."""
    text = f"{number:X}"
    return text.zfill(len(text) + len(text) % 2)


def name(encoded: bytes) -> dict[str, str]:
    """Return a Name as words; several values of one kind are joined."""
    try:
        values = certificate.name_values(encoded)
    except EdsError:
        return {"unreadable": encoded.hex()}
    return {NAME_PARTS.get(oid, oid): "; ".join(found) for oid, found in values.items()}


def line(encoded: bytes) -> str:
    """Return a Name as one line: the common name, or whatever there is."""
    parts = name(encoded)
    return parts.get("common_name") or ", ".join(parts.values())


def algorithm(identifier: bytes) -> str:
    """Return the name of a signature algorithm, or its object identifier where it is not known."""
    try:
        return algorithms.scheme(identifier, old_allowed=True).name
    except EdsError:
        return _identifier(identifier)


def digest(identifier: bytes) -> str:
    """Return the name of a hash function, or its object identifier where it is not known."""
    try:
        return algorithms.digest(identifier, old_allowed=True).name
    except EdsError:
        return _identifier(identifier)


def _identifier(encoded: bytes) -> str:
    try:
        parts = der.children(encoded, der.whole(encoded, der.SEQUENCE))
        return der.oid(encoded, parts[0])
    except (EdsError, IndexError):
        return encoded.hex()


def key(spki: bytes) -> str:
    """Return the name of a public key's kind."""
    try:
        parts = der.children(spki, der.whole(spki, der.SEQUENCE))
        kind = _identifier(der.raw(spki, parts[0]))
        size = f", {_rsa_bits(der.bits(spki, parts[1]))} bits" if kind == oids.RSA else ""
    except (EdsError, IndexError):
        return "unknown"
    return KEY_NAMES.get(kind, kind) + size


def _rsa_bits(key: bytes) -> int:
    return der.integer(key, der.children(key, der.whole(key, der.SEQUENCE))[0]).bit_length()


def _readable(read: Callable[[], T], otherwise: S) -> T | S:
    """A damaged part is shown as missing; the checks say that it is damaged."""
    try:
        return read()
    except EdsError:
        return otherwise


def describe(cert: Certificate) -> dict[str, Any]:
    """Return everything that a reader of a certificate wants to know."""
    subject = _readable(lambda: cert.subject, None)
    number = None if subject is None else subject.iin
    usage: frozenset[int] = _readable(lambda: cert.key_usage, frozenset())
    extended: frozenset[str] = _readable(lambda: cert.extended_key_usage, frozenset())
    return {
        "subject": name(cert.subject_name),
        "iin": number,
        "iin_possible": None if number is None else iin.parse_iin(number) is not None,
        "bin": None if subject is None else subject.bin,
        "issuer": name(cert.issuer),
        "serial": serial(cert.serial),
        "not_before": moment(cert.not_before),
        "not_after": moment(cert.not_after),
        "sha256": cert.sha256.hex(),
        "key": key(cert.spki),
        "signature_algorithm": algorithm(cert.algorithm),
        "key_usage": [KEY_USAGES[bit] for bit in sorted(usage) if bit < len(KEY_USAGES)],
        "extended_key_usage": [ROLES.get(oid, oid) for oid in sorted(extended)],
        "is_authority": _readable(lambda: cert.is_authority, False),
    }


def describe_store(store: TrustStore) -> list[dict[str, Any]]:
    """Return whom the auditor trusts: anchors first, then those that lead to one."""
    return [
        {
            "name": line(authority.certificate.subject_name),
            "role": "intermediate" if authority.issuer is not None else _anchor(authority.certificate),
            "sha256": authority.certificate.sha256.hex(),
            "algorithm": algorithm(authority.certificate.algorithm),
            "not_before": moment(authority.certificate.not_before),
            "not_after": moment(authority.certificate.not_after),
        }
        for authority in store.authorities
    ]


def _anchor(cert: Certificate) -> str:
    return "root" if cert.subject_name == cert.issuer else "anchor"


def describe_checks(ledger: Ledger) -> list[dict[str, Any]]:
    """Return the checks in their order."""
    return [
        {
            "step": check.step,
            "result": str(check.result),
            "code": None if check.code is None else str(check.code),
            "detail": check.detail,
        }
        for check in ledger.checks
    ]


def describe_revocation(outcome: Outcome | None) -> list[dict[str, Any]]:
    """Return what each file of evidence said; state is null where it could not tell."""
    if outcome is None:
        return []
    return [
        {
            "file": use.file.name,
            "kind": use.file.kind,
            "this_update": moment(use.file.since),
            "next_update": None if use.file.until is None else moment(use.file.until),
            "state": None if use.state is None else str(use.state),
            "reason": use.reason or None,
        }
        for use in outcome.used
    ]


def revocation_word(outcome: Outcome | None) -> str:
    """`good`, `revoked`, `never_issued`, `unknown` (evidence did not tell) or `not_checked`."""
    if outcome is None:
        return "not_checked"
    return "unknown" if str(outcome.state) == "pending" else str(outcome.state)


def describe_signer(audit: SignerAudit, file: FileAudit) -> dict[str, Any]:
    """Return one signer's part of the report."""
    part = file.file.signers[audit.index]
    attributes = audit.attributes
    signing_time = None if attributes is None else attributes.signing_time
    return {
        "index": audit.index,
        "valid": audit.is_valid,
        "code": None if audit.ledger.code is None else str(audit.ledger.code),
        "signature": word(audit.ledger, "signature"),
        "content": word(audit.ledger, "digest"),
        "path": word(audit.ledger, "path"),
        "validity": validity_word(audit.ledger),
        "revocation": revocation_word(audit.revocation),
        "signing_time": None if signing_time is None else moment(signing_time),
        "time_stamp": None if audit.stamp is None else describe_stamp(audit.stamp.info, audit.stamp.certificate),
        "algorithms": {"digest": digest(part.digest_algorithm), "signature": algorithm(part.signature_algorithm)},
        "certificate": None if audit.certificate is None else describe(audit.certificate),
        "issued_by": None if audit.authority is None else describe(audit.authority.certificate),
        "evidence": describe_revocation(audit.revocation),
        "checks": describe_checks(audit.ledger),
    }


def describe_stamp(info: StampInfo, signer: Certificate) -> dict[str, Any]:
    """Return what a time stamp says, and who says it."""
    return {
        "time": moment(info.gen_time),
        "policy": info.policy,
        "serial": serial(info.serial),
        "nonce": None if info.nonce is None else str(info.nonce),
        "imprint_algorithm": "SHA-1" if _identifier(info.imprint.algorithm) == SHA1 else digest(info.imprint.algorithm),
        "imprint": info.imprint.value.hex(),
        "authority": line(signer.subject_name),
    }


def describe_token(file: SignedFile) -> dict[str, Any] | None:
    """Return what a time stamp file says; None where the file is no time stamp or cannot be read as one."""
    try:
        info = parse_info(file.content or b"") if file.is_time_stamp else None
    except EdsError:
        return None
    signer = file.signers[0].certificate if file.signers else None
    return None if info is None or signer is None else describe_stamp(info, signer)


def validity_word(ledger: Ledger) -> str:
    """`valid`, or the code of what is wrong with the span of time."""
    for check in ledger.checks:
        if check.step == "validity":
            return "valid" if check.code is None else str(check.code)
    return "not_checked"
