"""What the demo's certificates look like: the national authority's names, usages, roles and policies, for people and services.

A serial number carries a keyed mark: an authority can tell its own certificates from those it never issued without keeping
a list, also for thousands of voters and in several processes.
"""

import hmac
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum

from signatures.eds import encoding, issuing, oids
from signatures.eds.demo_people import DemoPerson
from signatures.eds.issuing import Holder, Validity, key_usage
from signatures.eds.signing_keys import SigningKey

ADDRESS = "http://localhost:8000/demo/pki"
"""Written into certificates as real ones have them; the verifier never follows them."""
MARK_OCTETS = 10


class Family(StrEnum):
    """Which algorithms an authority and its people use."""

    RSA = "rsa"
    GOST = "gost"


LISTS: Mapping[Family, tuple[str, str]] = {
    Family.RSA: ("ca.crl", "ca-delta.crl"),
    Family.GOST: ("ca-gost.crl", "ca-gost-delta.crl"),
}
"""Names of the complete list and of the delta list under ADDRESS."""
STAMP_POLICIES: Mapping[Family, str] = {
    Family.RSA: oids.POLICY_TIME_STAMP_RSA,
    Family.GOST: oids.POLICY_TIME_STAMP_GOST_2015,
}
_KEY_STORE_FILE = encoding.sequence(encoding.oid(oids.KEY_STORE_FILE))
_IDENTIFIED = (None, oids.IDENTIFIED_AT_SERVICE_CENTRE, oids.IDENTIFIED_REMOTELY, oids.IDENTIFIED_BY_DIGITAL_ID)
"""How the holder was identified, which some of the newer certificates say."""


def authority_name(common_name: str) -> bytes:
    """Return the Name of an authority or of one of its services."""
    return issuing.name([(oids.COMMON_NAME, common_name), (oids.COUNTRY, "KZ")])


def person_name(person: DemoPerson) -> bytes:
    """Return the subject as the national authority writes it: givenName holds the patronymic."""
    attributes = [
        (oids.COMMON_NAME, f"{person.surname} {person.given_name}"),
        (oids.SURNAME, person.surname),
        (oids.SERIAL_NUMBER, f"IIN{person.iin}"),
        (oids.COUNTRY, "KZ"),
    ]
    if person.is_head and person.organisation is not None:
        attributes += [
            (oids.ORGANISATION, person.organisation.name),
            (oids.ORGANISATIONAL_UNIT, f"BIN{person.organisation.bin}"),
        ]
    if person.patronymic:
        attributes.append((oids.GIVEN_NAME, person.patronymic))
    return issuing.name(attributes)


def _usage(family: Family, authentication: bool) -> bytes:
    bits = [oids.DIGITAL_SIGNATURE_BIT]
    if authentication:
        bits.append(oids.KEY_ENCIPHERMENT_BIT)
    else:
        bits.append(oids.NON_REPUDIATION_BIT)
    if family is Family.GOST:
        bits.append(oids.KEY_AGREEMENT_BIT)
    return key_usage(*bits)


def _purposes(family: Family, person: DemoPerson, authentication: bool) -> list[str]:
    purposes = [oids.CLIENT_AUTH if authentication else oids.EMAIL_PROTECTION]
    purposes += [oids.LEGAL_ENTITY, oids.HEAD] if person.is_head else [oids.PERSON]
    identified = _IDENTIFIED[int(person.iin[-2]) % len(_IDENTIFIED)]
    if family is Family.GOST and identified is not None:
        purposes.append(identified)
    return purposes


def _policy(family: Family, person: DemoPerson, authentication: bool) -> str:
    if family is Family.GOST:
        return oids.POLICY_GOST_2015
    personal = oids.POLICY_PERSON_AUTH if authentication else oids.POLICY_PERSON_SIGN
    return oids.POLICY_LEGAL_SIGN if person.is_head else personal


def person_extensions(
    family: Family, person: DemoPerson, key: SigningKey, issuer: SigningKey, *, authentication: bool
) -> list[bytes]:
    """Return the extensions of a person's certificate, made for signing or only for authentication."""
    complete, delta = LISTS[family]
    return [
        _usage(family, authentication),
        issuing.extended_key_usage(*_purposes(family, person, authentication)),
        issuing.authority_key_id(issuer.spki),
        issuing.subject_key_id(key.spki),
        issuing.policies(_policy(family, person, authentication)),
        issuing.list_address(f"{ADDRESS}/{complete}"),
        issuing.list_address(f"{ADDRESS}/{delta}", oids.FRESHEST_LIST),
        issuing.responder_address(f"{ADDRESS}/ocsp"),
        issuing.extension(oids.KEY_STORE_TYPE, _KEY_STORE_FILE),
    ]


# --- serial numbers ---


def _mark(secret: bytes, octets: bytes) -> bytes:
    return hmac.digest(secret, octets, "sha256")[:MARK_OCTETS]


def new_serial(secret: bytes) -> int:
    """Return a positive serial of 20 octets with the mark that this secret makes."""
    octets = bytes([0x40 | os.urandom(1)[0] & 0x3F]) + os.urandom(MARK_OCTETS - 1)
    return int.from_bytes(octets + _mark(secret, octets), "big")


def is_marked(secret: bytes, serial: int) -> bool:
    """Say whether the serial has the mark that this secret makes."""
    if serial < 0 or serial.bit_length() > 16 * MARK_OCTETS:
        return False
    octets = serial.to_bytes(2 * MARK_OCTETS, "big")
    return hmac.compare_digest(_mark(secret, octets[:MARK_OCTETS]), octets[MARK_OCTETS:])


# --- authorities and their services ---


def make_authority(common_name: str, key: SigningKey, issuer: Holder | None, validity: Validity) -> Holder:
    """Return an authority's certificate: a root when no issuer is given."""
    name = authority_name(common_name)
    by = key if issuer is None else issuer.key
    raw = issuing.issue(
        subject=name,
        spki=key.spki,
        issuer=name if issuer is None else issuer.parsed.subject_name,
        by=by,
        serial=int.from_bytes(os.urandom(20), "big") >> 1,
        validity=validity,
        extensions=[
            issuing.basic_constraints(),
            key_usage(oids.CERTIFICATE_SIGN_BIT, oids.CRL_SIGN_BIT),
            issuing.subject_key_id(key.spki),
            issuing.authority_key_id(by.spki),
        ],
    )
    return Holder(raw, key)


def make_responder(family: Family, key: SigningKey, issuer: Holder, secret: bytes, validity: Validity) -> Holder:
    """Return the certificate of a delegated OCSP responder (RFC 6960, 4.2.2.2).

    The national responders mark themselves as not to be asked about in two ways: RSA with nothing inside, GOST with a NULL.
    """
    no_check = issuing.extension(oids.OCSP_NO_CHECK, b"" if family is Family.RSA else encoding.NULL)
    return _make_service(
        "OCSP RESPONDER", key, issuer, secret, validity,
        [key_usage(oids.DIGITAL_SIGNATURE_BIT), no_check, issuing.extended_key_usage(oids.OCSP_SIGNING)],
    )  # fmt: skip


def make_tsa(family: Family, key: SigningKey, issuer: Holder, secret: bytes, validity: Validity) -> Holder:
    """Return the certificate of a time stamp authority: one purpose, and critical (RFC 3161, 2.3)."""
    return _make_service(
        "УАҚЫТ БЕЛГІСІ", key, issuer, secret, validity,
        [
            key_usage(oids.DIGITAL_SIGNATURE_BIT, oids.NON_REPUDIATION_BIT),
            issuing.extended_key_usage(oids.TIME_STAMPING, critical=True),
            issuing.policies(STAMP_POLICIES[family]),
        ],
    )  # fmt: skip


def _make_service(
    name: str, key: SigningKey, issuer: Holder, secret: bytes, validity: Validity, extensions: Sequence[bytes]
) -> Holder:
    raw = issuing.issue(
        subject=authority_name(f"ДЕМО {name}"),
        spki=key.spki,
        issuer=issuer.parsed.subject_name,
        by=issuer.key,
        serial=new_serial(secret),
        validity=validity,
        extensions=[
            *extensions,
            issuing.subject_key_id(key.spki),
            issuing.authority_key_id(issuer.key.spki),
        ],
    )
    return Holder(raw, key)


def utc_second(at: datetime) -> datetime:
    """Certificates know whole seconds of UTC."""
    return at.astimezone(UTC).replace(microsecond=0)
