"""The engines prove themselves on published numbers before the first signature is judged; takes about 0.1 s.

A library that is missing, too old, or of another mind than the publications must stop the start: later it would refuse every
voter, or accept what nobody signed.
"""

from typing import Final

from signatures.eds.gost import gcrypt, openssl, verification
from signatures.eds.gost.curves import CRYPTOPRO_A, TC26_512_A
from signatures.eds.gost.keys import PublicKey


class EngineFailed(Exception):
    """One whole sentence for the operator: what is wrong and how to mend it."""


_HASHES: Final = (
    (
        "Streebog-512",
        gcrypt.streebog512,
        b"012345678901234567890123456789012345678901234567890123456789012",
        "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa"
        "00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48",
    ),  # RFC 6986, 10.1.1
    (
        "GOST 34.311-95",
        gcrypt.gost94,
        b"This is message, length=32 bytes",
        "b1c466d37519b82e8319819ff32595e047a28cb6f83eff1c6916a815a637fffa",
    ),  # RFC 5831, 7.3.1
)
_SIGNED: Final = (
    (
        PublicKey(
            TC26_512_A,
            0x28C9F1FFDF601800C890CC078F948FB9AF056935C1D1BF8A844CBA3719EC953BC4D14951E405671AF34E72F2027A391238B13AB048088480FCF95989F12A92FA,
            0x45E5B51E170A01CBE33A5F0ABCC9D9099429650BF9DD5101D9C706A85E5707C6A67B10BA114D4BC7F887E21FDEA0C2CA615784AC1303711592EA6808AD321204,
        ),
        "7d2b8e1c32c116aba0e4c14a021d459206b6174d201cddfed0b256da91729cf1"
        "69199a9ff12d6026c29e6acabe19c4d191954823f54fb7b2661b3b4b5cfe2179",
        "8d6c6a698664478e092159fb3570b0e93641b8eeb52e1735581099c8221c0d14"
        "4415b08e27ebc77579ee65f70bd53f7932a7e9b885debd71e6be0e8018600364"
        "d47013472a66eebceeb1efc9d2309981b4fc1f5d45d7d8b0ab1490574cee5e38"
        "b975491336c312db35b6cf666e695f6bba90806d1dda19726218554cad2f1666",
    ),  # fedor35/ncalayer-rs, tests/fixtures/test_gost512.vectors
    (
        PublicKey(
            CRYPTOPRO_A,
            0x475AF7892C4C796340324AC49C229DDD66C320E93FBA42BF490280221021F875,
            0xF43AC90E005566D891E14805053DB338463E11411BAE1E16C6F0414FA753A905,
        ),
        "934ea4a05b0b147671eea3f1d75feae61e992c01786f651e0d9bb18717100df0",
        "9e0b4e358e03f46a4052cec7d4cfc39e7f72ccb4dfbd128cbc1945ca7a8a35d3"
        "10598b03d76fe8f2c88d8569d2c1bf01c028dd05cef8eddfbec9f9650d53e0f0",
    ),  # the test authority's signature over a certificate of January 2022 (malikzh/NCANode, src/test/resources)
)


def run() -> None:
    """Return when hashes and engines give the published answers; EngineFailed says which one does not."""
    try:
        for name, function, message, published in _HASHES:
            if function(message).hex() != published:
                raise EngineFailed(f"libgcrypt computes {name} otherwise than published: install Debian's libgcrypt20.")
    except gcrypt.EngineMissing as error:
        raise EngineFailed(f"GOST signatures cannot be verified, because {error}.") from error
    _judge("gmpy2", verification.INTEGERS)
    if openssl.library() is not None:
        _judge("OpenSSL's libcrypto", verification.OPENSSL)


def _judge(name: str, engine: verification.Engine) -> None:
    for key, digest, signature in _SIGNED:
        right, altered = bytes.fromhex(digest), bytes.fromhex(digest)[::-1]
        try:
            sound = verification.verify(key, right, bytes.fromhex(signature), engine)
            deceived = verification.verify(key, altered, bytes.fromhex(signature), engine)
        except (ArithmeticError, MemoryError) as error:
            raise EngineFailed(f"{name} cannot judge a published signature by GOST ({error}).") from error
        if not sound or deceived:
            raise EngineFailed(f"{name} judges a published signature by GOST wrongly: install it anew.")
