"""Certificates of the national certification authority: sliced, never re-encoded.

What is read is what decides: names by OID (their order and string types vary), key usage, extended key usage and the
roles in it. The attribute named *givenName* holds the patronymic there; the given name is what the common name adds to
the surname. Whether an extension is marked critical varies between real certificates, so only unknown critical ones count.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from signatures.eds import der, oids
from signatures.eds.der import Slice
from signatures.eds.errors import Code, EdsError

UNDERSTOOD_WHEN_CRITICAL = frozenset(
    {oids.KEY_USAGE, oids.BASIC_CONSTRAINTS, oids.CERTIFICATE_POLICIES, oids.EXTENDED_KEY_USAGE}
)
EXTENSIONS_TAG = 0xA3
VERSION_3 = b"\xa0\x03\x02\x01\x02"
IIN_PREFIX = "IIN"
BIN_PREFIX = "BIN"


def dotted(data: bytes, element: Slice) -> str:
    """Return the OBJECT IDENTIFIER."""
    return der.oid(data, element)


def name_values(encoded: bytes) -> dict[str, list[str]]:
    """Return a Name's values by OID, each list in order of appearance."""
    values: dict[str, list[str]] = {}
    for relative in der.children(encoded, der.whole(encoded, der.SEQUENCE)):
        if relative.tag != der.SET:
            raise EdsError(Code.NOT_DER, "a name holds something else than sets")
        for pair in der.children(encoded, relative):
            parts = der.children(encoded, pair)
            if pair.tag != der.SEQUENCE or len(parts) != 2:
                raise EdsError(Code.NOT_DER, "an attribute of a name is not a pair")
            values.setdefault(dotted(encoded, parts[0]), []).append(der.text(encoded, parts[1]))
    return values


@dataclass(frozen=True, slots=True)
class Subject:
    """Who the certificate says its holder is. Never to be logged or stored in clear."""

    surname: str
    given_name: str
    patronymic: str
    iin: str | None
    bin: str | None
    organisation: str


def _numbers(values: dict[str, list[str]], prefix: str) -> set[str]:
    candidates = values.get(oids.SERIAL_NUMBER, []) + values.get(oids.ORGANISATIONAL_UNIT, [])
    return {value.removeprefix(prefix) for value in candidates if value.startswith(prefix)}


def _only(numbers: set[str], what: str) -> str | None:
    if len(numbers) > 1:
        raise EdsError(Code.CERTIFICATE_MALFORMED, f"more than one {what} in the subject")
    return next(iter(numbers), None)


def _subject(values: dict[str, list[str]]) -> Subject:
    def first(oid: str) -> str:
        return values.get(oid, [""])[0].strip()

    surname, common = first(oids.SURNAME), first(oids.COMMON_NAME)
    return Subject(
        surname=surname,
        given_name=common.removeprefix(surname).strip() or common,
        patronymic=first(oids.GIVEN_NAME),
        iin=_only(_numbers(values, IIN_PREFIX), "IIN"),
        bin=_only(_numbers(values, BIN_PREFIX), "BIN"),
        organisation=first(oids.ORGANISATION),
    )


@dataclass(frozen=True)
class Certificate:
    """One X.509 certificate; the byte fields are slices of `raw`."""

    raw: bytes
    tbs: bytes
    algorithm: bytes
    signature: bytes
    serial: int
    issuer: bytes
    subject_name: bytes
    not_before: datetime
    not_after: datetime
    spki: bytes
    extensions: dict[str, bytes]
    critical: frozenset[str] = frozenset()

    @cached_property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.raw).digest()

    @cached_property
    def subject(self) -> Subject:
        return _subject(name_values(self.subject_name))

    @cached_property
    def key_usage(self) -> frozenset[int]:
        value = self.extensions.get(oids.KEY_USAGE)
        return frozenset() if value is None else der.flags(value, der.whole(value, der.BIT_STRING))

    @cached_property
    def extended_key_usage(self) -> frozenset[str]:
        value = self.extensions.get(oids.EXTENDED_KEY_USAGE)
        if value is None:
            return frozenset()
        return frozenset(dotted(value, item) for item in der.children(value, der.whole(value, der.SEQUENCE)))

    @cached_property
    def is_authority(self) -> bool:
        value = self.extensions.get(oids.BASIC_CONSTRAINTS)
        if value is None:
            return False
        parts = der.children(value, der.whole(value, der.SEQUENCE))
        return bool(parts) and der.raw(value, parts[0]) == b"\x01\x01\xff"

    @cached_property
    def key_id(self) -> bytes | None:
        value = self.extensions.get(oids.SUBJECT_KEY_ID)
        return None if value is None else der.contents(value, der.whole(value, der.OCTET_STRING))

    @cached_property
    def issuer_key_id(self) -> bytes | None:
        value = self.extensions.get(oids.AUTHORITY_KEY_ID)
        if value is None:
            return None
        for part in der.children(value, der.whole(value, der.SEQUENCE)):
            if part.tag == 0x80:
                return der.contents(value, part)
        return None


def _extensions(data: bytes, holder: Slice) -> tuple[dict[str, bytes], frozenset[str]]:
    outer = der.children(data, holder)
    if len(outer) != 1 or outer[0].tag != der.SEQUENCE:
        raise EdsError(Code.CERTIFICATE_MALFORMED, "extensions")
    found: dict[str, bytes] = {}
    marked: set[str] = set()
    for extension in der.children(data, outer[0]):
        parts = der.children(data, extension)
        if extension.tag != der.SEQUENCE or len(parts) not in (2, 3) or parts[-1].tag != der.OCTET_STRING:
            raise EdsError(Code.CERTIFICATE_MALFORMED, "an extension")
        name = dotted(data, parts[0])
        critical = len(parts) == 3
        if critical and der.raw(data, parts[1]) != b"\x01\x01\xff":
            raise EdsError(Code.CERTIFICATE_MALFORMED, "criticality of an extension")
        if critical and name not in UNDERSTOOD_WHEN_CRITICAL:
            raise EdsError(Code.CERTIFICATE_MALFORMED, f"unknown critical extension {name}")
        if name in found:
            raise EdsError(Code.CERTIFICATE_MALFORMED, "an extension occurs twice")
        found[name] = der.contents(data, parts[-1])
        if critical:
            marked.add(name)
    return found, frozenset(marked)


def parse(raw: bytes) -> Certificate:
    """Slice one certificate of version 3; anything unusual is refused."""
    outer = der.children(raw, der.whole(raw, der.SEQUENCE))
    if len(outer) != 3 or outer[0].tag != der.SEQUENCE:
        raise EdsError(Code.CERTIFICATE_MALFORMED, "not a certificate")
    fields = der.children(raw, outer[0])
    if len(fields) != 8 or der.raw(raw, fields[0]) != VERSION_3 or fields[7].tag != EXTENSIONS_TAG:
        raise EdsError(Code.CERTIFICATE_MALFORMED, "not a certificate of version 3 with extensions")
    algorithm = der.raw(raw, outer[1])
    if der.raw(raw, fields[2]) != algorithm:
        raise EdsError(Code.CERTIFICATE_MALFORMED, "two different signature algorithms")
    validity = der.children(raw, fields[4])
    if len(validity) != 2:
        raise EdsError(Code.CERTIFICATE_MALFORMED, "validity")
    extensions, critical = _extensions(raw, fields[7])
    return Certificate(
        raw=raw,
        tbs=der.raw(raw, outer[0]),
        algorithm=algorithm,
        signature=der.bits(raw, outer[2]),
        serial=der.integer(raw, fields[1]),
        issuer=der.raw(raw, fields[3]),
        subject_name=der.raw(raw, fields[5]),
        not_before=der.time(raw, validity[0]),
        not_after=der.time(raw, validity[1]),
        spki=der.raw(raw, fields[6]),
        extensions=extensions,
        critical=critical,
    )
