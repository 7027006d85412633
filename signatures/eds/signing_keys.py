"""Keys that sign, of whatever algorithm: what a certificate, a list, an answer or a stamp needs to know of its maker.

Only demo keys ever are in the portal's hands; the keys of real people stay in their own programs.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from signatures.eds import algorithms, encoding
from signatures.eds.gost import keys
from signatures.eds.gost import signing as gost


class SigningKey(Protocol):
    """A private key."""

    @property
    def algorithm(self) -> bytes:
        """The AlgorithmIdentifier of its signatures, as DER."""

    @property
    def spki(self) -> bytes:
        """The SubjectPublicKeyInfo of its public half, as DER."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature value over the message."""


def _with_null(scheme: algorithms.Scheme) -> bytes:
    """Return the scheme's AlgorithmIdentifier with NULL parameters, as Kazakhstan's programs write it."""
    found = (identifier for identifier, known in algorithms.SCHEMES.items() if known is scheme)
    return next(identifier for identifier in found if identifier.endswith(encoding.NULL))


RSA_SHA256 = _with_null(algorithms.RSA_SHA256)
GOST_2015_512 = _with_null(algorithms.GOST_2015_512)


@dataclass(frozen=True)
class RsaKey:
    """An RSA key that signs with SHA-256 (PKCS #1 1.5)."""

    private: RSAPrivateKey

    @property
    def algorithm(self) -> bytes:
        """sha256WithRSAEncryption."""
        return RSA_SHA256

    @cached_property
    def spki(self) -> bytes:
        """The public half."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.private.public_key().public_bytes(serialization.Encoding.DER, form)

    def sign(self, message: bytes) -> bytes:
        """Return the signature value."""
        return self.private.sign(message, padding.PKCS1v15(), hashes.SHA256())


@dataclass(frozen=True)
class GostKey:
    """A key of GOST 34.10-2015 with 512 bits, which signs with Streebog-512; the signature is r then s, little-endian."""

    private: gost.PrivateKey

    @property
    def algorithm(self) -> bytes:
        """1.2.398.3.10.1.1.2.3.2."""
        return GOST_2015_512

    @cached_property
    def spki(self) -> bytes:
        """The public half."""
        return keys.encode(self.private.public)

    def sign(self, message: bytes) -> bytes:
        """Return the signature value."""
        return gost.sign(self.private, algorithms.STREEBOG_512.hash(message))


def digest_of(key: SigningKey) -> tuple[bytes, algorithms.Digest]:
    """Return the digest that belongs to the key's signatures, and its AlgorithmIdentifier with NULL parameters.

    NULL, because Kazakhstan's programs write it; SHA-2 would allow its absence.
    """
    digest = algorithms.scheme(key.algorithm).digest
    return identifier_of(digest), digest


def identifier_of(digest: algorithms.Digest) -> bytes:
    """Return the digest's AlgorithmIdentifier with NULL parameters."""
    return next(
        identifier
        for identifier, known in algorithms.DIGESTS.items()
        if known is digest and identifier[-2:] == b"\x05\x00"
    )
