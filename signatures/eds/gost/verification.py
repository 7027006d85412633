"""GOST R 34.10-2012's verification (RFC 7091, 6.2), with Kazakhstan's byte order, over whichever engine is at hand.

A key with a table is fastest in `integers`; any other in `openssl`, where that is installed. The engines answer the same, which
`selftest` asks at each start and the tests ask with many numbers; the calculation modulo q is here once.
"""

from collections.abc import Callable
from typing import Final

from gmpy2 import invert, mpz

from signatures.eds.gost import integers, openssl
from signatures.eds.gost.keys import PublicKey

Engine = Callable[[PublicKey, int, int], int | None]
"""Returns the x of z1 * base + z2 * key, or None for infinity."""
INTEGERS: Final[Engine] = integers.sum_x
OPENSSL: Final[Engine] = openssl.sum_x


def engine_for(key: PublicKey) -> Engine:
    """Return the fastest engine for this key."""
    return INTEGERS if key.table is not None or openssl.library() is None else OPENSSL


def verify(key: PublicKey, digest: bytes, signature: bytes, engine: Engine | None = None) -> bool:
    """Say whether `signature` (r then s, little-endian) over the hash `digest` (little-endian) was made with the key."""
    curve = key.curve
    octets, q = curve.octets, mpz(curve.q)
    if len(signature) != 2 * octets or len(digest) != octets:
        return False
    r = int.from_bytes(signature[:octets], "little")
    s = int.from_bytes(signature[octets:], "little")
    if not (0 < r < curve.q and 0 < s < curve.q):
        return False
    e = int.from_bytes(digest, "little") % q or mpz(1)
    v = invert(e, q)
    x = (engine or engine_for(key))(key, int(s * v % q), int(-r * v % q))
    return x is not None and x % curve.q == r
