"""DER (ITU-T X.690) written by hand: the few types of which certificates, lists, answers, stamps and signatures consist.

Libraries cannot issue with Kazakhstan's GOST keys, so the demo's authority writes its own bytes, for RSA in the same way. What
verifies signatures (`der`) only ever reads.
"""

from datetime import UTC, datetime
from functools import lru_cache

from signatures.eds import der

NULL = b"\x05\x00"
TRUE = b"\x01\x01\xff"
FALSE = b"\x01\x01\x00"
ENUMERATED = 0x0A
LAST_YEAR_OF_UTC_TIME = 2049
"""RFC 5280, 4.1.2.5: later dates are written as GeneralizedTime."""


def element(tag: int, *parts: bytes) -> bytes:
    """Return one DER element around the parts."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + body


def sequence(*parts: bytes) -> bytes:
    """Return a SEQUENCE of the parts."""
    return element(der.SEQUENCE, *parts)


def set_of(*parts: bytes) -> bytes:
    """Return a SET OF the parts, in DER's order."""
    return element(der.SET, *sorted(parts))


def explicit(number: int, *parts: bytes) -> bytes:
    """Return the parts under an explicit context tag."""
    return element(0xA0 | number, *parts)


def integer(value: int, tag: int = der.INTEGER) -> bytes:
    """Return an INTEGER in its shortest form (two's complement)."""
    octets = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return element(tag, value.to_bytes(octets, "big", signed=True))


def enumerated(value: int) -> bytes:
    """Return an ENUMERATED."""
    return integer(value, ENUMERATED)


def octets(value: bytes) -> bytes:
    """Return an OCTET STRING."""
    return element(der.OCTET_STRING, value)


def bits(value: bytes) -> bytes:
    """Return a BIT STRING of whole octets."""
    return element(der.BIT_STRING, b"\x00", value)


def flags(*numbers: int) -> bytes:
    """Return a named-bit BIT STRING in which these bits are set, without trailing zeros."""
    last = max(numbers)
    value = sum(1 << (last - number) for number in set(numbers))
    unused = 7 - last % 8
    return element(der.BIT_STRING, bytes((unused,)), (value << unused).to_bytes(last // 8 + 1, "big"))


@lru_cache(maxsize=256)
def oid(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    body = b""
    for arc in (40 * first + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        body += bytes(reversed(groups))
    return element(der.OBJECT_IDENTIFIER, body)


def utf8(text: str) -> bytes:
    """Return a UTF8String."""
    return element(der.UTF8_STRING, text.encode())


def printable(text: str) -> bytes:
    """Return a PrintableString."""
    return element(der.PRINTABLE_STRING, text.encode("ascii"))


def generalized_time(at: datetime) -> bytes:
    """Return a GeneralizedTime in whole seconds of UTC."""
    return element(der.GENERALIZED_TIME, f"{at.astimezone(UTC):%Y%m%d%H%M%SZ}".encode("ascii"))


def time(at: datetime) -> bytes:
    """Return a time as RFC 5280 and RFC 5652 choose its type: UTCTime until 2049."""
    at = at.astimezone(UTC)
    if at.year > LAST_YEAR_OF_UTC_TIME:
        return generalized_time(at)
    return element(der.UTC_TIME, f"{at:%y%m%d%H%M%SZ}".encode("ascii"))
