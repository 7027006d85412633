"""What stands in the vote log, and what the voter takes home: entries, commitments, leaves, receipts.

The formats are told byte by byte in docs/signatures.md; whoever changes them here changes them there.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from signatures.log import canonical
from signatures.log.errors import LogError

VERSION = 1
VOTE = "vote"
WITHDRAW = "withdraw"
SOURCES = ("eds", "session", "paper")
COMMITMENT = b"halyq-uni/commitment/v1\n"
RECEIPT = b"halyq-uni/receipt/v1\n"
NO_CMS = bytes(32)
"""Stands for the SHA-256 of a signature where there is none."""

SALT_OCTETS = 32
TAG_OCTETS = 33

_ID = re.compile(r"[0-9a-f]{32}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PETITION = re.compile(r"[0-9a-z]{1,32}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(frozen=True, slots=True)
class Entry:
    """One act as the log keeps it. `cancels` is the id of the vote that a withdrawal takes back."""

    id: str
    petition: str
    revision: int
    text_sha256: str
    action: str
    cancels: str | None
    source: str
    commitment: str
    time: str

    def as_json(self) -> dict[str, Any]:
        """Return the entry as it stands in receipts; with `sequence` added it is the leaf."""
        return {
            "v": VERSION,
            "id": self.id,
            "petition": self.petition,
            "revision": self.revision,
            "text_sha256": self.text_sha256,
            "action": self.action,
            "cancels": self.cancels,
            "source": self.source,
            "commitment": self.commitment,
            "time": self.time,
        }

    def leaf(self, sequence: int) -> bytes:
        """Return the bytes of the leaf at this place of the log."""
        return canonical.write({**self.as_json(), "sequence": sequence})

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the entry; LogError when a key is missing, unknown, or holds what it must not."""
        if not isinstance(value, Mapping) or set(value) != {*cls.__slots__, "v"} or value["v"] != VERSION:
            raise LogError("this is not an entry of version 1")
        entry = cls(**{key: value[key] for key in cls.__slots__})
        entry.check()
        return entry

    def check(self) -> None:
        """Raise LogError when a value is not of its form."""
        is_withdrawal = self.action == WITHDRAW
        fine = (
            _fits(_ID, self.id)
            and _fits(_PETITION, self.petition)
            and type(self.revision) is int
            and self.revision >= 0
            and _fits(_SHA256, self.text_sha256)
            and self.action in (VOTE, WITHDRAW)
            and (_fits(_ID, self.cancels) if is_withdrawal else self.cancels is None)
            and self.source in SOURCES
            and _fits(_SHA256, self.commitment)
            and _fits(_TIME, self.time)
        )
        if not fine:
            raise LogError("a value of the entry is not of its form")


def read_leaf(raw: bytes) -> tuple[int, Entry]:
    """Return the place in the log and the entry; LogError unless these are exactly the bytes of a leaf."""
    value = canonical.read(raw)
    if not isinstance(value, dict) or type(value.get("sequence")) is not int or value["sequence"] < 0:
        raise LogError("a leaf has its place in the log")
    sequence = value.pop("sequence")
    return sequence, Entry.from_json(value)


def archive_leaf(*, checkpoint: str, time: str, sequence: int) -> bytes:
    """Return the bytes of a leaf of the archive: a signed head of another log."""
    return canonical.write({"v": VERSION, "checkpoint": checkpoint, "time": time, "sequence": sequence})


def commitment(*, salt: bytes, cms_sha256: bytes | None, signer_tag: bytes) -> str:
    """Return the commitment in hexadecimal: who knows the salt can show which signature and person it stands for.

    Without the salt nobody can try out persons: it has 256 random bits.
    """
    cms = NO_CMS if cms_sha256 is None else cms_sha256
    if len(salt) != SALT_OCTETS or len(cms) != len(NO_CMS) or len(signer_tag) != TAG_OCTETS:
        raise LogError("a commitment is made of 32 bytes of salt, 32 of the signature's hash and 33 of the tag")
    return hashlib.sha256(COMMITMENT + salt + cms + signer_tag).hexdigest()


def timestamp(moment: datetime) -> str:
    """Return the moment in UTC to the second, as entries write it: 2026-11-24T06:30:00Z."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"


def receipt_message(origin: str, entry: Entry) -> bytes:
    """Return what the portal signs in a receipt."""
    return RECEIPT + canonical.write({"entry": entry.as_json(), "origin": origin})


def receipt(origin: str, entry: Entry, *, public_key: bytes, signature: bytes) -> dict[str, Any]:
    """Return the receipt: the promise that the entry will stand in the log within 60 seconds."""
    return {
        "v": VERSION,
        "origin": origin,
        "entry": entry.as_json(),
        "key": base64.b64encode(public_key).decode(),
        "signature": base64.b64encode(signature).decode(),
    }


def sign_receipt(origin: str, entry: Entry, *, public_key: bytes, sign: Callable[[bytes], bytes]) -> dict[str, Any]:
    """Return the receipt signed by `sign`, which makes an Ed25519 signature of what it is given."""
    return receipt(origin, entry, public_key=public_key, signature=sign(receipt_message(origin, entry)))


def verify_receipt(value: Mapping[str, Any], public_keys: Collection[bytes]) -> tuple[str, Entry]:
    """Return origin and entry; LogError unless one of these keys signed the receipt."""
    wanted = {"v", "origin", "entry", "key", "signature"}
    if not isinstance(value, Mapping) or set(value) != wanted or value["v"] != VERSION:
        raise LogError("this is not a receipt of version 1")
    if not isinstance(value["origin"], str):
        raise LogError("the origin is a string")
    entry = Entry.from_json(value["entry"])
    key = from_base64(value["key"])
    if key not in public_keys:
        raise LogError("the receipt is signed by an unknown key")
    try:
        message = receipt_message(value["origin"], entry)
        Ed25519PublicKey.from_public_bytes(key).verify(from_base64(value["signature"]), message)
    except InvalidSignature as error:
        raise LogError("the signature of the receipt does not hold") from error
    return value["origin"], entry


def from_base64(value: object) -> bytes:
    """Return the bytes; LogError unless the text is their one base64 (RFC 4648, section 4)."""
    try:
        raw = base64.b64decode(str(value), validate=True)
    except (binascii.Error, ValueError) as error:
        raise LogError("this is not base64") from error
    if base64.b64encode(raw).decode() != value:
        raise LogError("this is not the one base64 of its bytes")
    return raw


def _fits(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
