"""Certificates and revocation lists (RFC 5280) written by hand and signed by a key of any algorithm.

Only the demo's authority issues with these. Shapes and string types follow certificates of the national one.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from cryptography import x509

from signatures.eds import certificate, der, encoding, oids
from signatures.eds.signing_keys import SigningKey

_VERSION_3 = encoding.explicit(0, encoding.integer(2))
_LIST_VERSION_2 = encoding.integer(1)
KEY_COMPROMISE = 1
CERTIFICATE_HOLD = 6
"""CRLReason (RFC 5280, 5.3.1)."""
_PRINTABLE = frozenset({oids.COUNTRY, oids.SERIAL_NUMBER})
"""Attributes of a name that are ASCII by definition; the national authority writes all others as UTF-8."""


@dataclass(frozen=True)
class Holder:
    """A certificate and its key."""

    raw: bytes
    """The certificate as DER."""
    key: SigningKey

    @cached_property
    def parsed(self) -> certificate.Certificate:
        """The certificate as the verifier slices it."""
        return certificate.parse(self.raw)

    @cached_property
    def certificate(self) -> x509.Certificate:
        """The certificate as `cryptography` reads it; of a GOST certificate it knows all but the key."""
        return x509.load_der_x509_certificate(self.raw)


@dataclass(frozen=True, slots=True)
class Validity:
    """From when until when, in whole seconds."""

    not_before: datetime
    not_after: datetime


def signed(tbs: bytes, key: SigningKey) -> bytes:
    """Return what is to be signed with its signature: the outer form of certificates, lists and OCSP answers."""
    return encoding.sequence(tbs, key.algorithm, encoding.bits(key.sign(tbs)))


def name(attributes: Iterable[tuple[str, str]]) -> bytes:
    """Return a Name from pairs of OID and value, in this order."""
    return encoding.sequence(
        *(
            encoding.set_of(
                encoding.sequence(
                    encoding.oid(oid), encoding.printable(value) if oid in _PRINTABLE else encoding.utf8(value)
                )
            )
            for oid, value in attributes
        )
    )


def key_bits(spki: bytes) -> bytes:
    """Return the bits of the public key alone."""
    return der.bits(spki, der.children(spki, der.whole(spki, der.SEQUENCE))[1])


def key_identifier(spki: bytes) -> bytes:
    """Return the SHA-1 of the public key's bits (RFC 5280, 4.2.1.2 (1)): a name, which protects nothing."""
    return hashlib.sha1(key_bits(spki), usedforsecurity=False).digest()


# --- extensions ---


def extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    """Return an Extension around the value."""
    return encoding.sequence(encoding.oid(oid), *((encoding.TRUE,) if critical else ()), encoding.octets(value))


def basic_constraints() -> bytes:
    """Return the mark of an authority."""
    return extension(oids.BASIC_CONSTRAINTS, encoding.sequence(encoding.TRUE), critical=True)


def key_usage(*bits: int) -> bytes:
    """Return keyUsage with these bits (`oids.DIGITAL_SIGNATURE_BIT`, …)."""
    return extension(oids.KEY_USAGE, encoding.flags(*bits), critical=True)


def extended_key_usage(*purposes: str, critical: bool = False) -> bytes:
    """Return extKeyUsage with these purposes."""
    return extension(oids.EXTENDED_KEY_USAGE, encoding.sequence(*map(encoding.oid, purposes)), critical=critical)


def policies(*policy: str) -> bytes:
    """Return certificatePolicies."""
    return extension(
        oids.CERTIFICATE_POLICIES, encoding.sequence(*(encoding.sequence(encoding.oid(one)) for one in policy))
    )


def subject_key_id(spki: bytes) -> bytes:
    """Return subjectKeyIdentifier."""
    return extension(oids.SUBJECT_KEY_ID, encoding.octets(key_identifier(spki)))


def authority_key_id(spki: bytes) -> bytes:
    """Return authorityKeyIdentifier of the issuer's key."""
    return extension(oids.AUTHORITY_KEY_ID, encoding.sequence(encoding.element(0x80, key_identifier(spki))))


def list_address(address: str, oid: str = oids.DISTRIBUTION_POINTS) -> bytes:
    """Return cRLDistributionPoints, or freshestCRL, with one address."""
    full_name = encoding.explicit(0, encoding.explicit(0, _uri(address)))
    return extension(oid, encoding.sequence(encoding.sequence(full_name)))


def responder_address(address: str) -> bytes:
    """Return authorityInfoAccess with the address of the OCSP responder."""
    return extension(
        oids.INFORMATION_ACCESS,
        encoding.sequence(encoding.sequence(encoding.oid(oids.BY_OCSP), _uri(address))),
    )


def _uri(address: str) -> bytes:
    return encoding.element(0x86, address.encode("ascii"))


# --- certificates and lists ---


def issue(
    *, subject: bytes, spki: bytes, issuer: bytes, by: SigningKey, serial: int, validity: Validity,
    extensions: Sequence[bytes],
) -> bytes:  # fmt: skip
    """Return a certificate of version 3; `subject` and `issuer` are Names, `by` is the issuer's key."""
    tbs = encoding.sequence(
        _VERSION_3,
        encoding.integer(serial),
        by.algorithm,
        issuer,
        encoding.sequence(encoding.time(validity.not_before), encoding.time(validity.not_after)),
        subject,
        spki,
        encoding.explicit(3, encoding.sequence(*extensions)),
    )
    return signed(tbs, by)


@dataclass(frozen=True, slots=True)
class ListNumbers:
    """The number of a list and, of a delta, that of the complete list which it adds to."""

    own: int
    base: int | None = None


def revocation_list(
    issuer: Holder,
    revoked: Mapping[int, datetime],
    *,
    validity: Validity,
    numbers: ListNumbers,
    delta_address: str = "",
) -> bytes:
    """Return a list of the serials that were revoked for key compromise; a delta if it has the number of a base."""
    reason = encoding.sequence(extension(oids.CRL_REASON, encoding.enumerated(KEY_COMPROMISE)))
    entries = [
        encoding.sequence(encoding.integer(serial), encoding.time(since), reason)
        for serial, since in sorted(revoked.items())
    ]
    extensions = [
        authority_key_id(issuer.key.spki),
        extension(oids.CRL_NUMBER, encoding.integer(numbers.own)),
    ]
    if numbers.base is not None:
        extensions.append(extension(oids.DELTA_INDICATOR, encoding.integer(numbers.base), critical=True))
    elif delta_address:
        extensions.append(list_address(delta_address, oids.FRESHEST_LIST))
    tbs = encoding.sequence(
        _LIST_VERSION_2,
        issuer.key.algorithm,
        issuer.parsed.subject_name,
        encoding.time(validity.not_before),
        encoding.time(validity.not_after),
        *((encoding.sequence(*entries),) if entries else ()),
        encoding.explicit(0, encoding.sequence(*extensions)),
    )
    return signed(tbs, issuer.key)
