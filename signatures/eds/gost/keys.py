"""From SubjectPublicKeyInfo to a key, and back: X then Y, each little-endian, in an OCTET STRING in the BIT STRING.

The whole of it but the coordinates is compared as bytes: an algorithm with its parameters has one spelling, and nothing is left
to negotiate. A key is a point of the curve or it is refused; infinity has no spelling in these bytes.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from signatures.eds.errors import Code, EdsError
from signatures.eds.gost.curves import CRYPTOPRO_A, TC26_512_A, Curve

_HEADERS: Final = {
    TC26_512_A: bytes.fromhex(
        "3081ac302306092a830e030a010102023016060a2a830e030a010102020106082a830e030a01030303818400048180"
    ),
    CRYPTOPRO_A: bytes.fromhex(
        "306c302506092a830e030a010101013018060a2a830e030a0101010101060a2a830e030a01030101000343000440"
    ),
}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A point of the curve. `table` speeds up a key that checks many signatures (see `integers.prepared`)."""

    curve: Curve
    x: int
    y: int
    table: Any = field(default=None, compare=False, repr=False)


def load(curve: Curve, spki: bytes) -> PublicKey:
    """Return the key of a SubjectPublicKeyInfo; EdsError(ALGORITHM_NOT_ALLOWED) when it is no key of this curve."""
    header, octets = _HEADERS[curve], curve.octets
    if len(spki) != len(header) + 2 * octets or not spki.startswith(header):
        raise EdsError(Code.ALGORITHM_NOT_ALLOWED, f"the public key is not one of {curve.name}")
    x = int.from_bytes(spki[-2 * octets : -octets], "little")
    y = int.from_bytes(spki[-octets:], "little")
    if not curve.holds(x, y):
        raise EdsError(Code.ALGORITHM_NOT_ALLOWED, "the public key is not a point of its curve")
    return PublicKey(curve, x, y)


def encode(key: PublicKey) -> bytes:
    """Return the SubjectPublicKeyInfo of a key."""
    octets = key.curve.octets
    return _HEADERS[key.curve] + key.x.to_bytes(octets, "little") + key.y.to_bytes(octets, "little")
