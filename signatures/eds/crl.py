"""Revocation lists (RFC 5280, 5): sliced once, looked up in constant time, whole or as a whole and its changes.

National lists hold a hundred thousand entries and more, so entries are indexed by their serial and only the one that is
asked for is read. What a list does not say plainly is refused: lists of other issuers' certificates, lists of some reasons
only, extensions that must be understood and are not.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from signatures.eds import der, oids
from signatures.eds.certificate import Certificate, dotted
from signatures.eds.der import Slice
from signatures.eds.errors import Code, EdsError

VERSION_2 = b"\x02\x01\x01"
TIMES = (der.UTC_TIME, der.GENERALIZED_TIME)
REMOVED = 8
"""CRLReason removeFromCRL: the hold that an earlier list told of is over."""
UNDERSTOOD = frozenset({oids.CRL_NUMBER, oids.DELTA_INDICATOR, oids.ISSUING_POINT, oids.AUTHORITY_KEY_ID})
TRUE = b"\xff"
FULL_NAME = 0xA0
ENUMERATED = 0x0A


def _refuse(detail: str) -> EdsError:
    return EdsError(Code.NOT_DER, detail)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the list says of one serial."""

    since: datetime
    reason: int | None


@dataclass(frozen=True)
class RevocationList:
    """One list as its issuer wrote it; its signature is still to be checked."""

    raw: bytes
    tbs: bytes
    algorithm: bytes
    signature: bytes
    issuer: bytes
    this_update: datetime
    next_update: datetime | None
    extensions: dict[str, bytes]
    places: dict[bytes, int]
    """From a serial's octets to where its entry begins in `raw`."""

    @cached_property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.raw).digest()

    @cached_property
    def number(self) -> int | None:
        return self._number(oids.CRL_NUMBER)

    @cached_property
    def base_number(self) -> int | None:
        """Of a list of changes, the number of the list that they begin from; None for a whole list."""
        return self._number(oids.DELTA_INDICATOR)

    @cached_property
    def issuer_key_id(self) -> bytes | None:
        value = self.extensions.get(oids.AUTHORITY_KEY_ID)
        parts = [] if value is None else der.children(value, der.whole(value, der.SEQUENCE))
        return next((der.contents(value or b"", part) for part in parts if part.tag == 0x80), None)

    def _number(self, name: str) -> int | None:
        value = self.extensions.get(name)
        return None if value is None else der.integer(value, der.whole(value, der.INTEGER))

    def find(self, serial: int) -> Entry | None:
        """Return what is said of the serial, if anything."""
        octets = serial.to_bytes(serial.bit_length() // 8 + 1, "big", signed=True)
        place = self.places.get(octets)
        if place is None:
            return None
        parts = der.children(self.raw, der.read(self.raw, place, len(self.raw)))
        if not 2 <= len(parts) <= 3 or parts[1].tag not in TIMES:
            raise _refuse("an entry of the list")
        extensions = _extensions(self.raw, parts[2], frozenset({oids.CRL_REASON})) if len(parts) == 3 else {}
        reason = extensions.get(oids.CRL_REASON)
        return Entry(der.time(self.raw, parts[1]), None if reason is None else _enumerated(reason))

    def covers(self, leaf: Certificate) -> bool:
        """Say whether the list speaks of certificates like this one (issuingDistributionPoint, RFC 5280, 5.2.5)."""
        value = self.extensions.get(oids.ISSUING_POINT)
        if value is None:
            return True
        for part in der.children(value, der.whole(value, der.SEQUENCE)):
            content = der.contents(value, part)
            said = part.tag in (0x81, 0x82) and content == TRUE
            if part.tag == FULL_NAME:
                if not _names(content) & _points(leaf):
                    return False
            elif not said or (part.tag == 0x82) is not leaf.is_authority:
                return False  # some reasons only, other issuers' certificates, attribute certificates
        return True


def _enumerated(value: bytes) -> int:
    return der.integer(value, Slice(der.INTEGER, *der.whole(value, ENUMERATED)[1:]))


def _names(point: bytes) -> set[bytes]:
    """Return the general names of a DistributionPointName's fullName; a name relative to the issuer gives none."""
    inner = der.read(point, 0, len(point))
    return {der.raw(point, name) for name in der.children(point, inner)} if inner.tag == FULL_NAME else set()


def _points(leaf: Certificate) -> set[bytes]:
    value = leaf.extensions.get(oids.DISTRIBUTION_POINTS)
    names: set[bytes] = set()
    for point in [] if value is None else der.children(value, der.whole(value, der.SEQUENCE)):
        for part in der.children(value or b"", point):
            if part.tag == FULL_NAME:
                names |= _names(der.contents(value or b"", part))
    return names


def parse(raw: bytes) -> RevocationList:
    """Slice a list of version 2; EdsError otherwise."""
    outer = der.children(raw, der.whole(raw, der.SEQUENCE))
    if len(outer) != 3 or outer[0].tag != der.SEQUENCE:
        raise _refuse("not a revocation list")
    fields = der.children(raw, outer[0])
    if len(fields) < 5 or der.raw(raw, fields[0]) != VERSION_2 or fields[3].tag not in TIMES:
        raise _refuse("not a revocation list of version 2")
    algorithm = der.raw(raw, outer[1])
    if der.raw(raw, fields[1]) != algorithm:
        raise _refuse("two different signature algorithms")
    rest = {field.tag: field for field in fields[4:]}
    following = next((rest.pop(tag) for tag in TIMES if tag in rest), None)
    entries, extensions = rest.pop(der.SEQUENCE, None), rest.pop(0xA0, None)
    if rest or len(fields) != 4 + sum(part is not None for part in (following, entries, extensions)):
        raise _refuse("unknown parts of the list")
    return RevocationList(
        raw=raw,
        tbs=der.raw(raw, outer[0]),
        algorithm=algorithm,
        signature=der.bits(raw, outer[2]),
        issuer=der.raw(raw, fields[2]),
        this_update=der.time(raw, fields[3]),
        next_update=None if following is None else der.time(raw, following),
        extensions={} if extensions is None else _extensions_of_list(raw, extensions),
        places={} if entries is None else _places(raw, entries),
    )


def _extensions_of_list(raw: bytes, holder: Slice) -> dict[str, bytes]:
    inner = der.expect(raw, holder.body, holder.end, der.SEQUENCE)
    if inner.end != holder.end:
        raise _refuse("bytes behind the extensions")
    return _extensions(raw, inner, UNDERSTOOD)


def _extensions(data: bytes, holder: Slice, understood: frozenset[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for extension in der.children(data, holder):
        parts = der.children(data, extension)
        if extension.tag != der.SEQUENCE or len(parts) not in (2, 3) or parts[-1].tag != der.OCTET_STRING:
            raise _refuse("an extension")
        name = dotted(data, parts[0])
        if len(parts) == 3 and (der.raw(data, parts[1]) != b"\x01\x01\xff" or name not in understood):
            raise _refuse(f"extension {name} must be understood")
        if name in found:
            raise _refuse("an extension occurs twice")
        found[name] = der.contents(data, parts[-1])
    return found


def _places(raw: bytes, entries: Slice) -> dict[bytes, int]:
    """Index the entries by serial. Written for speed: each entry is short, and is read whole only when asked for."""
    places: dict[bytes, int] = {}
    at, end = entries.body, entries.end
    while at < end:
        if raw[at] != der.SEQUENCE or at + 4 > end:
            raise _refuse("an entry of the list")
        length = raw[at + 1]
        body, after = (at + 2, at + 2 + length) if length < 0x80 else der.read(raw, at, end)[2:]
        serial = body + 2 + raw[body + 1]
        if after > end or serial > after or raw[body] != der.INTEGER or raw[body + 1] >= 0x80:
            raise _refuse("an entry of the list")
        places[raw[body + 2 : serial]] = at
        at = after
    return places
