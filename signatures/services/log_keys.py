"""The keys by which the portal signs receipts and heads (Ed25519, RFC 8032).

VOTE_LOG_KEYS holds seeds (64 hexadecimal digits), the one in use first. A public key that has once signed a head stays published
with the time from which it was used, also after its seed has left the settings.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from signatures.log.notes import Key
from signatures.models import LogKey
from signatures.selectors.vote_log import find_log


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key of the portal: its public half, and the signing itself."""

    public: bytes
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """A public key and when it signed its first head; None while it has signed none."""

    public: bytes
    since: datetime | None
    is_in_use: bool

    def named(self, origin: str) -> Key:
        """Return the key under the name by which the notes of this log call it."""
        return Key(origin, self.public)


def in_use() -> SigningKey:
    """Return the key that signs now."""
    return _key(settings.VOTE_LOG_KEYS[0])


def publish(*, at: datetime) -> None:
    """Remember that the key in use signs from now on. Idempotent."""
    LogKey.objects.get_or_create(public=in_use().public, defaults={"since": at})


def published() -> list[PublishedKey]:
    """Return every key whose signatures are the portal's, the one in use first, then the newest."""
    current = in_use().public
    since = {bytes(row.public): row.since for row in LogKey.objects.order_by("-since", "-pk")}
    known = dict.fromkeys([current, *since, *(_key(seed).public for seed in settings.VOTE_LOG_KEYS)])
    return [PublishedKey(public, since.get(public), public == current) for public in known]


@lru_cache(maxsize=16)
def _key(seed: str) -> SigningKey:
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    return SigningKey(private.public_key().public_bytes_raw(), private.sign)


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key under the name of one log, as a line to copy, and since when it signs; None while it has signed nothing."""

    line: str
    since: datetime | None
    is_in_use: bool


def lines(code: str) -> list[KeyLine]:
    """Return the portal's keys under the name of this log, the one in use first; none while nothing is in the log."""
    log = find_log(code)
    if log is None:
        return []
    return [KeyLine(one.named(log.origin).line, one.since, one.is_in_use) for one in published()]
