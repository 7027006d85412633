"""Encryption of the raw signature, which holds a name and an IIN (law 94-V on personal data, art. 22).

SIGNATURES_ENCRYPTION_KEYS holds secrets, the one in use first; older ones still open what they sealed. A token names its key:
`k1.<8 hexadecimal digits of the key's name>:<Fernet token>` (encrypted by AES-128-CBC, authenticated by HMAC-SHA256), so that
one can see in the table which keys are still needed. Tokens from before have no name and are tried with each key.
"""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

PREFIX = b"k1."
NAMED = len(PREFIX) + 9
"""Octets before the Fernet token: prefix, name, colon."""


@lru_cache(maxsize=16)
def _box(secret: str) -> Fernet:
    """Secrets are long random strings; the hash only gives them the size that Fernet wants."""
    digest = hashlib.sha256(b"signatures at rest:" + secret.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


@lru_cache(maxsize=16)
def key_name(secret: str) -> str:
    """Return the name of a key, from which nobody finds the key."""
    return hashlib.sha256(b"name of a sealing key:" + secret.encode()).hexdigest()[:8]


def names() -> tuple[str, ...]:
    """Return the names of the known keys, the one in use first."""
    return tuple(key_name(secret) for secret in settings.SIGNATURES_ENCRYPTION_KEYS)


def newest_prefix() -> bytes:
    """Return what every token under the key in use begins with."""
    return PREFIX + names()[0].encode() + b":"


def name_in(sealed: bytes | memoryview) -> str:
    """Return the name of the key that a token needs; empty for a token from before names."""
    head = bytes(sealed[:NAMED])
    return head[len(PREFIX) : -1].decode("ascii", "replace") if head.startswith(PREFIX) else ""


def seal(data: bytes) -> bytes:
    """Return the data encrypted and authenticated under the key in use."""
    return newest_prefix() + _box(settings.SIGNATURES_ENCRYPTION_KEYS[0]).encrypt(data)


def unseal(sealed: bytes | memoryview) -> bytes:
    """Return what was sealed under any key that is still known; cryptography.fernet.InvalidToken otherwise."""
    token = bytes(sealed)
    named = name_in(token)
    if named:
        token = token[NAMED:]
    for secret in settings.SIGNATURES_ENCRYPTION_KEYS:
        if named and key_name(secret) != named:
            continue
        try:
            return _box(secret).decrypt(token)
        except InvalidToken:
            continue
    raise InvalidToken
