"""Which algorithms are allowed, as a table: the one place where another algorithm enters.

An algorithm is recognised by the exact bytes of its AlgorithmIdentifier, parameters included, so that there is one
spelling for each and nothing to negotiate. A scheme names the digest it belongs to; a CMS that pairs it with another one
is refused. SHA-1 and MD5 are absent on purpose. The RSA key of a signer must have 2,048 to 8,192 bits.

What is `old` may only be used to judge evidence of former years, where the caller says so; no vote comes by it.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from signatures.eds.errors import Code, EdsError
from signatures.eds.gost import gcrypt, integers, keys, verification
from signatures.eds.gost.curves import CRYPTOPRO_A, TC26_512_A, Curve
from signatures.eds.gost.keys import PublicKey

SMALLEST_RSA_BITS = 2048
LARGEST_RSA_BITS = 8192
LARGEST_RSA_EXPONENT = 2**32
"""A huge exponent makes verification slow on purpose; real keys use 65537."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A hash function."""

    name: str
    hash: Callable[[bytes], bytes]
    old: bool = False


def _unchanged(key: Any) -> Any:
    return key


@dataclass(frozen=True, slots=True)
class Scheme:
    """A signature algorithm: how a key is read from its SubjectPublicKeyInfo and how a signature is checked with it."""

    name: str
    digest: Digest
    load_key: Callable[[bytes], Any]
    verify: Callable[[Any, bytes, bytes], bool]
    prepare: Callable[[Any], Any] = _unchanged
    """Makes a key ready that will check many signatures, as an authority's does; it takes up to 0.1 s for GOST."""
    old: bool = False


def _sha256(message: bytes) -> bytes:
    return hashlib.sha256(message).digest()


def _sha512(message: bytes) -> bytes:
    return hashlib.sha512(message).digest()


SHA256: Final = Digest("SHA-256", _sha256)
SHA512: Final = Digest("SHA-512", _sha512)


def _load_rsa(spki: bytes) -> rsa.RSAPublicKey:
    try:
        key = load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise EdsError(Code.ALGORITHM_NOT_ALLOWED, "the public key cannot be read") from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise EdsError(Code.ALGORITHM_NOT_ALLOWED, "the public key is not RSA")
    if not SMALLEST_RSA_BITS <= key.key_size <= LARGEST_RSA_BITS:
        raise EdsError(Code.KEY_TOO_WEAK, f"RSA key of {key.key_size} bits")
    if key.public_numbers().e > LARGEST_RSA_EXPONENT:
        raise EdsError(Code.KEY_TOO_WEAK, "RSA key with a huge exponent")
    return key


_PKCS1 = padding.PKCS1v15()


def _rsa_verifier(algorithm: hashes.HashAlgorithm) -> Callable[[rsa.RSAPublicKey, bytes, bytes], bool]:
    def verify(key: rsa.RSAPublicKey, signature: bytes, message: bytes) -> bool:
        try:
            key.verify(signature, message, _PKCS1, algorithm)
        except InvalidSignature:
            return False
        return True

    return verify


RSA_SHA256: Final = Scheme("RSA with SHA-256", SHA256, _load_rsa, _rsa_verifier(hashes.SHA256()))
RSA_SHA512: Final = Scheme("RSA with SHA-512", SHA512, _load_rsa, _rsa_verifier(hashes.SHA512()))

# --- GOST ---

STREEBOG_512: Final = Digest("Streebog-512", gcrypt.streebog512)
GOST_34311: Final = Digest("GOST 34.311-95", gcrypt.gost94, old=True)


def _gost(name: str, hashed: Digest, curve: Curve, *, old: bool = False) -> Scheme:
    def load(spki: bytes) -> PublicKey:
        return keys.load(curve, spki)

    def verify(key: PublicKey, signature: bytes, message: bytes) -> bool:
        return verification.verify(key, hashed.hash(message), signature)

    return Scheme(name, hashed, load, verify, integers.prepared, old)


GOST_2015_512: Final = _gost("GOST 34.10-2015 (512 bits)", STREEBOG_512, TC26_512_A)
GOST_2004: Final = _gost("GOST 34.310-2004", GOST_34311, CRYPTOPRO_A, old=True)

DIGESTS: Mapping[bytes, Digest] = {
    # RFC 5754 wants parameters absent but readers must accept NULL, which Kazakhstan's programs write.
    bytes.fromhex("300b0609608648016503040201"): SHA256,
    bytes.fromhex("300d06096086480165030402010500"): SHA256,
    bytes.fromhex("300b0609608648016503040203"): SHA512,
    bytes.fromhex("300d06096086480165030402030500"): SHA512,
    bytes.fromhex("300a06082a830e030a010303"): STREEBOG_512,
    bytes.fromhex("300c06082a830e030a0103030500"): STREEBOG_512,
    bytes.fromhex("300a06082a830e030a010301"): GOST_34311,
    bytes.fromhex("300c06082a830e030a0103010500"): GOST_34311,
}
SCHEMES: Mapping[bytes, Scheme] = {
    # Not the bare rsaEncryption that RFC 5652 also allows: it leaves the digest open.
    bytes.fromhex("300d06092a864886f70d01010b0500"): RSA_SHA256,
    bytes.fromhex("300d06092a864886f70d01010d0500"): RSA_SHA512,
    # The national authority writes NULL into certificates, lists and answers, and so do signers' programs.
    bytes.fromhex("300c060a2a830e030a0101020302"): GOST_2015_512,
    bytes.fromhex("300e060a2a830e030a01010203020500"): GOST_2015_512,
    bytes.fromhex("300b06092a830e030a01010102"): GOST_2004,
    bytes.fromhex("300d06092a830e030a010101020500"): GOST_2004,
}


def digest(identifier: bytes, *, old_allowed: bool = False) -> Digest:
    """Return the allowed digest with this AlgorithmIdentifier."""
    found = DIGESTS.get(identifier)
    if found is None or (found.old and not old_allowed):
        raise EdsError(Code.ALGORITHM_NOT_ALLOWED, f"digest algorithm {identifier[:24].hex()}")
    return found


def scheme(identifier: bytes, *, old_allowed: bool = False) -> Scheme:
    """Return the allowed signature scheme with this AlgorithmIdentifier."""
    found = SCHEMES.get(identifier)
    if found is None or (found.old and not old_allowed):
        raise EdsError(Code.ALGORITHM_NOT_ALLOWED, f"signature algorithm {identifier[:24].hex()}")
    return found
