"""Encryption of the raw signature, which holds a name and an IIN (law 94-V on personal data, art. 22).

SIGNATURES_ENCRYPTION_KEYS holds secrets, the one in use first; older ones still open what they sealed.
"""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


@lru_cache(maxsize=4)
def _box(secrets: tuple[str, ...]) -> MultiFernet:
    """Secrets are long random strings; the hash only gives them the size that Fernet wants."""
    digests = (hashlib.sha256(b"signatures at rest:" + secret.encode()).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def seal(data: bytes) -> bytes:
    """Return the data encrypted and authenticated under the key in use."""
    return _box(tuple(settings.SIGNATURES_ENCRYPTION_KEYS)).encrypt(data)


def unseal(sealed: bytes | memoryview) -> bytes:
    """Return what was sealed under any key that is still known; cryptography.fernet.InvalidToken otherwise."""
    return _box(tuple(settings.SIGNATURES_ENCRYPTION_KEYS)).decrypt(bytes(sealed))
