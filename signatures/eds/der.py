"""A strict slicer of DER (ITU-T X.690): it only ever points into the original bytes.

Signatures are made over bytes. A library that parses and writes again may write other bytes (asn1crypto does so for a
length octet of 0x80), so nothing here encodes. Strict means: definite and shortest lengths, no long tag forms, no byte
left over. BER's freedom is refused, because it would let one signature have many encodings.
"""

from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from signatures.eds.errors import Code, EdsError

INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
NULL = 0x05
OBJECT_IDENTIFIER = 0x06
UTF8_STRING = 0x0C
PRINTABLE_STRING = 0x13
IA5_STRING = 0x16
UTC_TIME = 0x17
GENERALIZED_TIME = 0x18
BMP_STRING = 0x1E
SEQUENCE = 0x30
SET = 0x31

LONGEST_OID = 64
"""Octets of an object identifier; reading a longer one takes time that grows with its square."""

MAX_LENGTH_OCTETS = 4
"""Length octets that are read at most; 4 would allow 4 GiB, and the size of the whole is capped long before."""


class Slice(NamedTuple):
    """One element: `data[start:end]` is the whole of it, `data[body:end]` its contents."""

    tag: int
    start: int
    body: int
    end: int


_new = tuple.__new__
"""Makes a Slice without the Python frame of its own constructor: there are a hundred in each signature."""


def _refuse(detail: str) -> EdsError:
    return EdsError(Code.NOT_DER, detail)


def read(data: bytes, start: int, limit: int) -> Slice:
    """Return the element that begins at `start` and must end by `limit`."""
    if start + 2 > limit:
        raise _refuse("an element is cut off")
    tag = data[start]
    if tag & 0x1F == 0x1F:
        raise _refuse("long tag form")
    length = data[start + 1]
    body = start + 2
    if length >= 0x80:
        octets = length & 0x7F
        if not 0 < octets <= MAX_LENGTH_OCTETS or body + octets > limit:
            raise _refuse("indefinite or oversized length")
        length = int.from_bytes(data[body : body + octets], "big")
        if length < 0x80 or data[body] == 0:
            raise _refuse("length is not in its shortest form")
        body += octets
    end = body + length
    if end > limit:
        raise _refuse("an element reaches beyond its parent")
    return _new(Slice, (tag, start, body, end))


def expect(data: bytes, start: int, limit: int, tag: int) -> Slice:
    """Return the element at `start`, which must have this tag."""
    element = read(data, start, limit)
    if element.tag != tag:
        raise _refuse(f"expected tag {tag:#04x}, found {element.tag:#04x}")
    return element


def whole(data: bytes, tag: int) -> Slice:
    """Return the element that must fill `data` to the last byte."""
    element = expect(data, 0, len(data), tag)
    if element.end != len(data):
        raise _refuse("bytes after the end")
    return element


def children(data: bytes, parent: Slice) -> list[Slice]:
    """Return the elements inside `parent`, which they must fill."""
    found = []
    at = parent.body
    end = parent.end
    while at < end:
        # Most elements have a short length: reading them in place is a third of the whole verification's speed.
        if at + 1 < end and data[at + 1] < 0x80 and data[at] & 0x1F != 0x1F and at + 2 + data[at + 1] <= end:
            body = at + 2
            element = _new(Slice, (data[at], at, body, body + data[at + 1]))
        else:
            element = read(data, at, end)
        found.append(element)
        at = element[3]
    return found


def raw(data: bytes, element: Slice) -> bytes:
    """Return the element as it was written, header included."""
    return data[element.start : element.end]


def contents(data: bytes, element: Slice) -> bytes:
    """Return what is inside the element."""
    return data[element.body : element.end]


def integer(data: bytes, element: Slice) -> int:
    """Return an INTEGER, which must be in its shortest form."""
    if element.tag != INTEGER or element.end == element.body:
        raise _refuse("not an integer")
    if element.end - element.body > 1:
        first, second = data[element.body], data[element.body + 1]
        if (first == 0 and second < 0x80) or (first == 0xFF and second >= 0x80):
            raise _refuse("integer is not in its shortest form")
    return int.from_bytes(data[element.body : element.end], "big", signed=True)


def bits(data: bytes, element: Slice) -> bytes:
    """Return a BIT STRING of whole octets (keys and signatures)."""
    if element.tag != BIT_STRING or element.end == element.body or data[element.body] != 0:
        raise _refuse("not a bit string of whole octets")
    return data[element.body + 1 : element.end]


def flags(data: bytes, element: Slice) -> frozenset[int]:
    """Return the numbers of the bits that are set in a named-bit BIT STRING."""
    if element.tag != BIT_STRING or element.end == element.body:
        raise _refuse("not a bit string")
    unused = data[element.body]
    octets = data[element.body + 1 : element.end]
    if unused > 7 or (unused and not octets) or (octets and octets[-1] & ((1 << unused) - 1)):
        raise _refuse("unused bits are set")
    return frozenset(i * 8 + b for i, octet in enumerate(octets) for b in range(8) if octet & (0x80 >> b))


def oid(data: bytes, element: Slice) -> str:
    """Return an OBJECT IDENTIFIER in dotted form."""
    octets = data[element.body : element.end]
    if element.tag != OBJECT_IDENTIFIER or not 0 < len(octets) <= LONGEST_OID or octets[-1] & 0x80:
        raise _refuse("not an object identifier")
    return _dotted(octets)


@lru_cache(maxsize=4096)
def _dotted(octets: bytes) -> str:
    """The same few occur in every certificate, so they are remembered."""
    arcs: list[int] = []
    value = 0
    fresh = True
    for octet in octets:
        if fresh and octet == 0x80:
            raise _refuse("object identifier is not in its shortest form")
        value = value << 7 | octet & 0x7F
        fresh = not octet & 0x80
        if fresh:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def time(data: bytes, element: Slice) -> datetime:
    """Return a UTCTime or GeneralizedTime as DER writes them: with seconds, in Z."""
    text = contents(data, element)
    size = {UTC_TIME: 13, GENERALIZED_TIME: 15}.get(element.tag)
    if len(text) != size or not text[:-1].isdigit() or text[-1:] != b"Z":
        raise _refuse("not a time of DER")
    digits = text.decode("ascii")[:-1]
    if element.tag == UTC_TIME:
        digits = ("19" if digits >= "5" else "20") + digits  # RFC 5280: 50-99 are of the twentieth century
    try:
        return datetime(
            int(digits[0:4]), int(digits[4:6]), int(digits[6:8]),
            int(digits[8:10]), int(digits[10:12]), int(digits[12:14]), tzinfo=UTC,
        )  # fmt: skip
    except ValueError as error:
        raise _refuse("no such time") from error


_TEXT_ENCODINGS = {UTF8_STRING: "utf-8", PRINTABLE_STRING: "ascii", IA5_STRING: "ascii", BMP_STRING: "utf-16-be"}


def text(data: bytes, element: Slice) -> str:
    """Return a character string of the kinds that occur in certificates."""
    encoding = _TEXT_ENCODINGS.get(element.tag)
    if encoding is None:
        raise _refuse(f"unexpected string type {element.tag:#04x}")
    try:
        return contents(data, element).decode(encoding)
    except UnicodeDecodeError as error:
        raise _refuse("characters are not in the encoding that the string names") from error
