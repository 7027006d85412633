"""Signed heads: C2SP signed-note, tlog-checkpoint and tlog-cosignature (version 1, Ed25519).

A note is text, an empty line, and signature lines. A checkpoint is a note whose text is origin, size and root. A witness adds
a line whose signature also covers the time at which it saw the head to be consistent with all it had seen before.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from signatures.log.errors import LogError
from signatures.log.leaves import from_base64

NOTE = 0x01
"""Signature type: Ed25519 over the text of the note."""

COSIGNATURE = 0x04
"""Signature type: Ed25519 over a time and the text, by a witness."""

DASH = "—"
MOST_LINES = 64
LONGEST_NOTE = 64 * 1024
LARGEST_TIME = 2**63 - 1

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")

Sign = Callable[[bytes], bytes]
"""Makes an Ed25519 signature of what it is given."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key under the name by which notes call it."""

    name: str
    public: bytes
    kind: int = NOTE

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.public) != 32 or self.kind not in (NOTE, COSIGNATURE):
            raise LogError("this is not an Ed25519 key with a name without spaces and plus signs")

    @property
    def id(self) -> bytes:
        """The four bytes by which signature lines name the key."""
        return hashlib.sha256(self.name.encode() + bytes([0x0A, self.kind]) + self.public).digest()[:4]

    @property
    def line(self) -> str:
        """The key in one line, as logs and witnesses are configured with it: name, id and key joined by plus signs."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    @classmethod
    def from_line(cls, line: str) -> Self:
        """Return the key; LogError when the id is not the one of name and key."""
        parts = line.split("+", 2)
        if len(parts) != 3:
            raise LogError("a key line is name, id and key, joined by plus signs")
        raw = from_base64(parts[2])
        if len(raw) != 33:
            raise LogError("an Ed25519 key has 32 bytes")
        key = cls(parts[0], raw[1:], raw[0])
        if key.id.hex() != parts[1]:
            raise LogError("the key's id is another one")
        return key


@dataclass(frozen=True, slots=True)
class Line:
    """A signature line: who signed, and what they wrote."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{DASH} {self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signature lines, none of them verified yet."""

    text: str
    lines: tuple[Line, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(map(str, self.lines))

    @classmethod
    def parse(cls, raw: str) -> Self:
        """Return the note; LogError when it is not one."""
        text, empty, signed = raw.rpartition("\n\n")
        if len(raw) > LONGEST_NOTE or not empty or not text or _CONTROL.search(raw):
            raise LogError("this is not a signed note")
        return cls(text + "\n", parse_lines(signed))

    def verify(self, keys: Iterable[Key]) -> tuple[Key, ...]:
        """Return those of these keys that signed. LogError when a line of a known key is wrong, or none is known."""
        known = {(key.name, key.id): key for key in keys}
        signed = []
        for line in self.lines:
            key = known.get((line.name, line.key_id))
            if key is not None:
                _verify_line(line, key, self.text)
                signed.append(key)
        if not signed:
            raise LogError("no known key signed this note")
        return tuple(signed)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: how many leaves it has, and their root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the head; LogError when the text is not exactly one, without further lines."""
        parts = text.split("\n")
        if len(parts) != 4 or parts[3] or not _NAME.fullmatch(parts[0]) or not _SIZE.fullmatch(parts[1]):
            raise LogError("this is not the head of a log")
        root = from_base64(parts[2])
        if len(root) != 32:
            raise LogError("a root has 32 bytes")
        return cls(parts[0], int(parts[1]), root)


def sign_note(text: str, key: Key, sign: Sign) -> str:
    """Return the note with one signature by the log's own key."""
    if not text.endswith("\n") or _CONTROL.search(text):
        raise LogError("the text of a note ends its last line and has no control characters")
    return str(Note(text, (Line(key.name, key.id, sign(text.encode())),)))


def open_checkpoint(raw: str, key: Key) -> Checkpoint:
    """Return the head that this key signed; LogError otherwise, also when the head is another log's."""
    note = Note.parse(raw)
    note.verify([key])
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != key.name:
        raise LogError("this is the head of another log")
    return checkpoint


def cosign(text: str, key: Key, sign: Sign, *, seconds: int) -> str:
    """Return a witness's signature line over the text of a checkpoint at this moment (seconds since 1970)."""
    if key.kind != COSIGNATURE or not 0 <= seconds <= LARGEST_TIME:
        raise LogError("a witness signs with a key of type 4, at a moment after 1969")
    signature = seconds.to_bytes(8) + sign(_cosigned(text, seconds))
    return str(Line(key.name, key.id, signature))


def verify_cosignature(line: Line, key: Key, text: str) -> int:
    """Return when the witness signed, in seconds since 1970; LogError when the line is not its signature."""
    if key.kind != COSIGNATURE or (line.name, line.key_id) != (key.name, key.id):
        raise LogError("this line is not of this witness")
    _verify_line(line, key, text)
    return int.from_bytes(line.signature[:8])


def parse_lines(signed: str) -> tuple[Line, ...]:
    """Return signature lines as they stand below a note, or in a witness's answer; LogError when there are none."""
    *rows, rest = signed.split("\n")
    if rest or not rows or len(rows) > MOST_LINES:
        raise LogError("a note has between one and 64 signature lines")
    return tuple(_parse_line(row) for row in rows)


def _parse_line(row: str) -> Line:
    parts: Sequence[str] = row.split(" ")
    if len(parts) != 3 or parts[0] != DASH or not _NAME.fullmatch(parts[1]):
        raise LogError("this is not a signature line")
    raw = from_base64(parts[2])
    if len(raw) < 5:
        raise LogError("a signature line holds a key's id and a signature")
    return Line(parts[1], raw[:4], raw[4:])


def _verify_line(line: Line, key: Key, text: str) -> None:
    message, signature = text.encode(), line.signature
    if key.kind == COSIGNATURE:
        seconds = int.from_bytes(signature[:8])
        if len(signature) != 72 or seconds > LARGEST_TIME:
            raise LogError("a witness's signature holds a time and 64 bytes")
        message, signature = _cosigned(text, seconds), signature[8:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except InvalidSignature as error:
        raise LogError(f"the signature of {key.name} does not hold") from error


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
