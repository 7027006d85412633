"""The two curves: y^2 = x^3 + ax + b over the integers modulo p, with a base point of order q.

Both have a = p - 3 and a prime number of points (cofactor 1): a point on the curve, other than infinity, is in the right
group, and no small subgroup exists. GOST 34.10-2015 with keys of 256 bits is absent on purpose: nobody is known to get one.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Curve:
    """Parameters of one curve; `octets` is the length of a coordinate, `libgcrypt` its name there."""

    name: str
    libgcrypt: str
    octets: int
    p: int
    b: int
    q: int
    x: int
    y: int

    @property
    def a(self) -> int:
        """The coefficient of x: -3 on both curves, on which the formulas for points rest."""
        return self.p - 3

    def holds(self, x: int, y: int) -> bool:
        """Say whether this is a point of the curve, with both coordinates in their one spelling."""
        return 0 <= x < self.p and 0 <= y < self.p and (y * y - x * x * x - self.a * x - self.b) % self.p == 0


TC26_512_A: Final = Curve(
    name="id-tc26-gost-3410-12-512-paramSetA",
    libgcrypt="GOST2012-512-tc26-A",
    octets=64,
    p=2**512 - 569,
    b=int(
        "E8C2505DEDFC86DDC1BD0B2B6667F1DA34B82574761CB0E879BD081CFD0B6265"
        "EE3CB090F30D27614CB4574010DA90DD862EF9D4EBEE4761503190785A71C760", 16
    ),
    q=int(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "27E69532F48D89116FF22B8D4E0560609B4B38ABFAD2B85DCACDB1411F10B275", 16
    ),
    x=3,
    y=int(
        "7503CFE87A836AE3A61B8816E25450E6CE5E1C93ACF1ABC1778064FDCBEFA921"
        "DF1626BE4FD036E93D75E6A50E3A41E98028FE5FC235F5B889A589CB5215F2A4", 16
    ),
)  # fmt: skip
"""RFC 7836, A.2.1: Kazakhstan's 1.2.398.3.10.1.1.2.2.1, of GOST 34.10-2015 with keys of 512 bits."""

CRYPTOPRO_A: Final = Curve(
    name="id-GostR3410-2001-CryptoPro-A-ParamSet",
    libgcrypt="GOST2001-CryptoPro-A",
    octets=32,
    p=2**256 - 617,
    b=166,
    q=0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF6C611070995AD10045841B09B761B893,
    x=1,
    y=0x8D91E471E0989CDA27DF505A453F2B7635294F2DDF23E3B122ACC99C9E9F1E14,
)
"""RFC 4357, 11.4: Kazakhstan's 1.2.398.3.10.1.1.1.1.1, of GOST 34.310-2004."""
