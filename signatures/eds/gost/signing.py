"""Signatures by GOST for the demo's keys and for tests. Real people sign in their own program: no real key ever comes here.

The arithmetic takes a time that depends on the secret, which is no matter for keys that lie open to everybody.
"""

import hmac
import secrets
from dataclasses import dataclass
from functools import cached_property

from gmpy2 import mpz

from signatures.eds.gost import integers
from signatures.eds.gost.curves import TC26_512_A, Curve
from signatures.eds.gost.keys import PublicKey


@dataclass(frozen=True)
class PrivateKey:
    """A secret number d, with 0 < d < q."""

    curve: Curve
    d: int

    def __post_init__(self) -> None:
        if not 0 < self.d < self.curve.q:
            raise ValueError("the secret is not between 0 and q")

    @cached_property
    def public(self) -> PublicKey:
        """The point d * base."""
        x, y = _base_times(self.curve, self.d)
        return PublicKey(self.curve, x, y)


def _base_times(curve: Curve, number: int) -> tuple[int, int]:
    p = mpz(curve.p)
    x, y = integers.affine(
        integers.add_multiple(integers.INFINITY, integers.base_table(curve), mpz(number), p), p
    )  # fmt: skip
    return int(x), int(y)


def generate(curve: Curve = TC26_512_A) -> PrivateKey:
    """Return a new random key."""
    return PrivateKey(curve, 1 + secrets.randbelow(curve.q - 1))


def _numbers(curve: Curve, d: int, digest: bytes, extra: int) -> int:
    """Return a number below q that depends on key and hash alone, so that nothing repeats and tests can be repeated."""
    seed = d.to_bytes(curve.octets, "big") + extra.to_bytes(4, "big")
    return int.from_bytes(hmac.digest(seed, digest, "sha512")[: curve.octets], "big") % curve.q


def sign(private: PrivateKey, digest: bytes) -> bytes:
    """Return r then s, little-endian, over a hash of the curve's length (GOST R 34.10-2012, RFC 7091, 6.1)."""
    curve, q = private.curve, private.curve.q
    if len(digest) != curve.octets:
        raise ValueError("the hash has another length than the curve")
    e = int.from_bytes(digest, "little") % q or 1
    extra = 0
    while True:
        k = _numbers(curve, private.d, digest, extra)
        extra += 1
        if k:
            r = _base_times(curve, k)[0] % q
            s = (r * private.d + k * e) % q
            if r and s:
                return r.to_bytes(curve.octets, "little") + s.to_bytes(curve.octets, "little")
