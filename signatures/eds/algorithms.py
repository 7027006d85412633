"""Which algorithms are allowed, as a table: the one place where another algorithm enters.

An algorithm is recognised by the exact bytes of its AlgorithmIdentifier, parameters included, so that there is one
spelling for each and nothing to negotiate. A scheme names the digest it belongs to; a CMS that pairs it with another one
is refused. SHA-1 and MD5 are absent on purpose. The RSA key of a signer must have 2,048 to 8,192 bits.
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

SMALLEST_RSA_BITS = 2048
LARGEST_RSA_BITS = 8192
LARGEST_RSA_EXPONENT = 2**32
"""A huge exponent makes verification slow on purpose; real keys use 65537."""


@dataclass(frozen=True, slots=True)
class Digest:
    """A hash function."""

    name: str
    hash: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Scheme:
    """A signature algorithm: how a key is read from its SubjectPublicKeyInfo and how a signature is checked with it."""

    name: str
    digest: Digest
    load_key: Callable[[bytes], Any]
    verify: Callable[[Any, bytes, bytes], bool]


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

DIGESTS: Mapping[bytes, Digest] = {
    # RFC 5754 wants parameters absent but readers must accept NULL, which Kazakhstan's programs write.
    bytes.fromhex("300b0609608648016503040201"): SHA256,
    bytes.fromhex("300d06096086480165030402010500"): SHA256,
    bytes.fromhex("300b0609608648016503040203"): SHA512,
    bytes.fromhex("300d06096086480165030402030500"): SHA512,
}
SCHEMES: Mapping[bytes, Scheme] = {
    # Not the bare rsaEncryption that RFC 5652 also allows: it leaves the digest open.
    bytes.fromhex("300d06092a864886f70d01010b0500"): RSA_SHA256,
    bytes.fromhex("300d06092a864886f70d01010d0500"): RSA_SHA512,
}


def digest(identifier: bytes) -> Digest:
    """Return the allowed digest with this AlgorithmIdentifier."""
    try:
        return DIGESTS[identifier]
    except KeyError:
        raise EdsError(Code.ALGORITHM_NOT_ALLOWED, f"digest algorithm {identifier[:24].hex()}") from None


def scheme(identifier: bytes) -> Scheme:
    """Return the allowed signature scheme with this AlgorithmIdentifier."""
    try:
        return SCHEMES[identifier]
    except KeyError:
        raise EdsError(Code.ALGORITHM_NOT_ALLOWED, f"signature algorithm {identifier[:24].hex()}") from None
