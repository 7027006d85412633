#!/usr/bin/env python3
# ruff: noqa: E501 - sentences in three languages stand side by side
"""Check a bundle of «Халық үні» on your own computer: one vote, or a whole count. Nothing is sent anywhere.

    python3 verify_bundle.py BUNDLE.zip [--pin SHA256] [--anchors DIR] [--key KEY] [--witness KEY] [--head FILE]
                             [--lang kk|ru|en] [--json]

This is one file on purpose: it needs Python 3.9 or later and the package `cryptography`, and imports nothing of the portal.
It was written apart from the portal's own code, so that one mistake is not made twice. Exit status: 0 everything is right,
1 something is wrong (the output names it), 2 the bundle cannot be read at all.

Standards: ITU-T X.690 (DER), RFC 5280, 5652, 5035, 6960, 3161, 6962/9162; RFC 6986 (GOST R 34.11-2012), RFC 7091 (GOST R
34.10-2012); C2SP signed-note, tlog-checkpoint, tlog-cosignature; RFC 8785. The formats of the portal: docs/signatures.md.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import locale
import os
import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

UTC = timezone.utc  # noqa: UP017 - older Pythons know no datetime.UTC
LARGEST_FILE = 64 * 1024 * 1024
LARGEST_LEAVES = 8 * 1024 * 1024 * 1024
LARGEST_LINE = 16 * 1024
MOST_FILES = 500
MOST_SQUEEZED = 200
"""Nothing in a bundle compresses so well: more is a zip bomb."""
SKEW = timedelta(minutes=5)
STATEMENT_LIFETIME = timedelta(minutes=15)
OLDEST_OCSP = timedelta(minutes=15)
DEEPEST_PATH = 5


class Problem(Exception):
    """Something is wrong. `code` is a key of SENTENCES, the values fill its gaps."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values


class Unreadable(Problem):
    """The bundle as a whole cannot be read."""


# --- Canonical JSON (RFC 8785 for strings, whole numbers and null) and the bytes of the log -----------------------------


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice")
    return found


def _no_fraction(text: str) -> Any:
    raise ValueError(f"not a whole number: {text}")


def load(raw: bytes, name: str) -> Any:
    """Return what the JSON says; no key twice, no fractions."""
    try:
        text = raw.decode("utf-8")
        return json.loads(text, object_pairs_hook=_once, parse_float=_no_fraction, parse_constant=_no_fraction)
    except (ValueError, RecursionError):
        raise Problem("file_unreadable", name=name) from None


def canonical(value: Any) -> bytes:
    """Return the one spelling of the value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8", "replace")


def load_object(raw: bytes, name: str) -> dict[str, Any]:
    value = load(raw, name)
    if not isinstance(value, dict):
        raise Problem("file_unreadable", name=name)
    return value


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def from_hex(value: Any, size: int, name: str) -> bytes:
    if not isinstance(value, str) or not re.fullmatch(rf"[0-9a-f]{{{2 * size}}}", value):
        raise Problem("file_unreadable", name=name)
    return bytes.fromhex(value)


def from_base64(value: Any, name: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise Problem("file_unreadable", name=name) from None


def moment(text: str) -> datetime:
    """Return the time that the log's format writes: 2026-03-02T05:00:00Z."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


ENTRY: dict[str, Callable[[Any], Any]] = {
    "v": lambda v: v == 1 and v is not True,
    "id": lambda v: isinstance(v, str) and re.fullmatch(r"[0-9a-f]{32}", v),
    "petition": lambda v: isinstance(v, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", v),
    "revision": lambda v: type(v) is int and v >= 0,
    "text_sha256": lambda v: isinstance(v, str) and re.fullmatch(r"[0-9a-f]{64}", v),
    "action": lambda v: v in ("vote", "withdraw"),
    "cancels": lambda v: v is None or (isinstance(v, str) and re.fullmatch(r"[0-9a-f]{32}", v)),
    "source": lambda v: v in ("eds", "session", "paper"),
    "commitment": lambda v: isinstance(v, str) and re.fullmatch(r"[0-9a-f]{64}", v),
    "time": lambda v: isinstance(v, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", v),
}
LEAF: dict[str, Callable[[Any], Any]] = {**ENTRY, "sequence": lambda v: type(v) is int and v >= 0}


def read_leaf(raw: bytes, name: str) -> dict[str, Any]:
    """Return the leaf, which must be written in the one allowed way."""
    leaf = load_object(raw, name)
    if leaf.keys() != LEAF.keys() or not all(fits(leaf[key]) for key, fits in LEAF.items()) or canonical(leaf) != raw:
        raise Problem("leaf_malformed", name=name)
    return leaf


# --- The Merkle tree (RFC 6962, 2.1; RFC 9162, 2.1.3) --------------------------------------------------------------------


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00", leaf)


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01", left, right)


class Tree:
    """Adds leaves one after the other and knows the root at each moment; keeps one hash a level."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        carried, rest = leaf_hash(leaf), self.size
        while rest & 1:
            carried, rest = node_hash(self._peaks.pop(), carried), rest >> 1
        self._peaks.append(carried)
        self.size += 1

    def root(self) -> bytes:
        if not self._peaks:
            return sha256(b"")
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


def root_by_proof(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """Return the root that the proof leads to; None when the proof has a wrong length or place."""
    if not 0 <= index < size:
        return None
    at, last, root = index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            root = node_hash(step, root)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            root = node_hash(root, step)
        at, last = at >> 1, last >> 1
    return root if last == 0 else None


def read_proof(raw: bytes, name: str) -> tuple[int, int, list[bytes]]:
    proof = load_object(raw, name)
    index, size, path = proof.get("index"), proof.get("size"), proof.get("proof")
    if type(index) is not int or type(size) is not int or not isinstance(path, list) or len(path) > 64:
        raise Problem("file_unreadable", name=name)
    hashes_ = [from_base64(step, name) for step in path]
    if any(len(one) != 32 for one in hashes_):
        raise Problem("file_unreadable", name=name)
    return index, size, hashes_


# --- Signed notes, heads and keys (C2SP) ---------------------------------------------------------------------------------

ED25519, COSIGNATURE = 1, 4


@dataclass(frozen=True)
class Key:
    """A verifier's key: `<name>+<id>+<base64 of its kind and 32 bytes>`."""

    name: str
    kind: int
    raw: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode(), b"\n", bytes([self.kind]), self.raw)[:4]

    def verify(self, signature: bytes, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


def read_key(text: str, name: str) -> Key:
    found = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+(\S+)", text.strip())
    if found is None:
        raise Problem("key_unreadable", name=name)
    raw = from_base64(found[3], name)
    if len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE):
        raise Problem("key_unreadable", name=name)
    key = Key(found[1], raw[0], raw[1:])
    if key.id.hex() != found[2]:
        raise Problem("key_unreadable", name=name)
    return key


def read_keys(raw: bytes, name: str) -> list[Key]:
    lines = raw.decode("utf-8", "replace").splitlines()
    return [read_key(line, name) for line in lines if line.strip() and not line.startswith("#")]


@dataclass(frozen=True)
class Note:
    """A signed note; `text` ends with its line break, as it is signed."""

    text: str
    signatures: list[tuple[str, bytes, bytes]]


@dataclass(frozen=True)
class Head:
    """What a checkpoint says."""

    origin: str
    size: int
    root: bytes


def read_note(raw: bytes, name: str) -> Note:
    try:
        text, _gap, below = raw.decode("utf-8").rpartition("\n\n")
    except UnicodeDecodeError:
        raise Problem("file_unreadable", name=name) from None
    signatures = []
    for line in below.splitlines():
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—":
            raise Problem("file_unreadable", name=name)
        blob = from_base64(parts[2], name)
        signatures.append((parts[1], blob[:4], blob[4:]))
    if not text or not signatures:
        raise Problem("file_unreadable", name=name)
    return Note(text + "\n", signatures)


def read_head(note: Note, name: str) -> Head:
    lines = note.text.split("\n")
    if len(lines) != 4 or lines[3] or not re.fullmatch(r"0|[1-9][0-9]{0,15}", lines[1]):
        raise Problem("file_unreadable", name=name)
    root = from_base64(lines[2], name)
    if len(root) != 32:
        raise Problem("file_unreadable", name=name)
    return Head(lines[0], int(lines[1]), root)


def require_signed(note: Note, keys: list[Key], name: str) -> Key:
    """Return the key of the list that signed the note under its own name."""
    origin = note.text.split("\n", 1)[0]
    for key in keys:
        for signer, key_id, signature in note.signatures:
            if key.kind == ED25519 and signer == key.name == origin and key_id == key.id:
                if not key.verify(signature, note.text.encode()):
                    raise Problem("head_signature", name=name)
                return key
    raise Problem("head_unsigned", name=name)


def cosigned_at(note: Note, key: Key) -> datetime | None:
    """Return when the witness says it saw the head; None when it did not sign (C2SP tlog-cosignature v1)."""
    for signer, key_id, blob in note.signatures:
        if signer == key.name and key_id == key.id and len(blob) == 72:
            seconds = int.from_bytes(blob[:8], "big")
            message = f"cosignature/v1\ntime {seconds}\n{note.text}".encode()
            if seconds < 2**35 and key.verify(blob[8:], message):
                return datetime.fromtimestamp(seconds, UTC)
    return None


# --- GOST R 34.11-2012 (Streebog, RFC 6986) and GOST R 34.10-2012 (RFC 7091), in whole numbers ---------------------------

_PI = bytes.fromhex(
    "fceedd11cf6e3116fbc4fada23c5044de977f0db932e99ba1736f1bb14cd5fc1f918655ae25cef21811c3c428b018e4f"
    "058402aee36a8fa0060bed987fd4d31feb342c51eac848abf22a68a2fd3aceccb5700e56080c7612bf7213479cb75d87"
    "15a19629107b9ac7f391786f9d9eb2b13275193dff358a7e6d54c680c3bd0d57dff524a93ea843c9d779d6f67c22b903"
    "e00fecde7a94b0bcdce828504e330a4aa79760731e0062441ab83882649f2641ad454692275e552f8ca3a57d69d5953b"
    "0758b34086ac1df730376be488d9e789e11b83494c3ff8fe8d53aa90cad88561207167a42d2b095bcb9b25d0bee56c52"
    "59a674d2e6f4b4c0d166afc2394b63b6"
)
_MATRIX = """
8e20faa72ba0b470 47107ddd9b505a38 ad08b0e0c3282d1c d8045870ef14980e 6c022c38f90a4c07 3601161cf205268d 1b8e0b0e798c13c8
83478b07b2468764 a011d380818e8f40 5086e740ce47c920 2843fd2067adea10 14aff010bdd87508 0ad97808d06cb404 05e23c0468365a02
8c711e02341b2d01 46b60f011a83988e 90dab52a387ae76f 486dd4151c3dfdb9 24b86a840e90f0d2 125c354207487869 092e94218d243cba
8a174a9ec8121e5d 4585254f64090fa0 accc9ca9328a8950 9d4df05d5f661451 c0a878a0a1330aa6 60543c50de970553 302a1e286fc58ca7
18150f14b9ec46dd 0c84890ad27623e0 0642ca05693b9f70 0321658cba93c138 86275df09ce8aaa8 439da0784e745554 afc0503c273aa42a
d960281e9d1d5215 e230140fc0802984 71180a8960409a42 b60c05ca30204d21 5b068c651810a89e 456c34887a3805b9 ac361a443d1c8cd2
561b0d22900e4669 2b838811480723ba 9bcf4486248d9f5d c3e9224312c8c1a0 effa11af0964ee50 f97d86d98a327728 e4fa2054a80b329c
727d102a548b194e 39b008152acb8227 9258048415eb419d 492c024284fbaec0 aa16012142f35760 550b8e9e21f7a530 a48b474f9ef5dc18
70a6a56e2440598e 3853dc371220a247 1ca76e95091051ad 0edd37c48a08a6d8 07e095624504536c 8d70c431ac02a736 c83862965601dd1b
641c314b2b8ee083
"""
_ROUNDS = """
b1085bda1ecadae9ebcb2f81c0657c1f2f6a76432e45d016714eb88d7585c4fc4b7ce09192676901a2422a08a460d31505767436cc744d23dd806559f2a64507
6fa3b58aa99d2f1a4fe39d460f70b5d7f3feea720a232b9861d55e0f16b501319ab5176b12d699585cb561c2db0aa7ca55dda21bd7cbcd56e679047021b19bb7
f574dcac2bce2fc70a39fc286a3d843506f15e5f529c1f8bf2ea7514b1297b7bd3e20fe490359eb1c1c93a376062db09c2b6f443867adb31991e96f50aba0ab2
ef1fdfb3e81566d2f948e1a05d71e4dd488e857e335c3c7d9d721cad685e353fa9d72c82ed03d675d8b71333935203be3453eaa193e837f1220cbebc84e3d12e
4bea6bacad4747999a3f410c6ca923637f151c1f1686104a359e35d7800fffbdbfcd1747253af5a3dfff00b723271a167a56a27ea9ea63f5601758fd7c6cfe57
ae4faeae1d3ad3d96fa4c33b7a3039c02d66c4f95142a46c187f9ab49af08ec6cffaa6b71c9ab7b40af21f66c2bec6b6bf71c57236904f35fa68407a46647d6e
f4c70e16eeaac5ec51ac86febf240954399ec6c7e6bf87c9d3473e33197a93c90992abc52d822c3706476983284a05043517454ca23c4af38886564d3a14d493
9b1f5b424d93c9a703e7aa020c6e41414eb7f8719c36de1e89b4443b4ddbc49af4892bcb929b069069d18d2bd1a5c42f36acc2355951a8d9a47f0dd4bf02e71e
378f5a541631229b944c9ad8ec165fde3a7d3a1b258942243cd955b7e00d0984800a440bdbb2ceb17b2b8a9aa6079c540e38dc92cb1f2a607261445183235adb
abbedea680056f52382ae548b2e4f3f38941e71cff8a78db1fffe18a1b3361039fe76702af69334b7a1e6c303b7652f43698fad1153bb6c374b4c7fb98459ced
7bcd9ed0efc889fb3002c6cd635afe94d8fa6bbbebab076120018021148466798a1d71efea48b9caefbacd1d7d476e98dea2594ac06fd85d6bcaa4cd81f32d1b
378ee767f11631bad21380b00449b17acda43c32bcdf1d77f82012d430219f9b5d80ef9d1891cc86e71da4aa88e12852faf417d5d9b21b9948bc924af11bd720
"""
_CONSTANTS = [int(word, 16) for word in _ROUNDS.split()]


def _mixing_tables() -> list[list[int]]:
    """Table j gives what the substituted byte j of a column adds to its 64-bit word."""
    rows = [int(word, 16) for word in _MATRIX.split()]
    tables = []
    for place in range(8):
        table = []
        for value in _PI:
            word = 0
            for bit in range(8):
                if value >> bit & 1:
                    word ^= rows[63 - 8 * place - bit]
            table.append(word)
        tables.append(table)
    return tables


_TABLES = _mixing_tables()


def _mix(state: int) -> int:
    octets, mixed = state.to_bytes(64, "little"), 0
    for column in range(8):
        word = 0
        for place in range(8):
            word ^= _TABLES[place][octets[place * 8 + column]]
        mixed |= word << 64 * column
    return mixed


def _compress(counter: int, chain: int, block: int) -> int:
    key, state = _mix(chain ^ counter), block
    for constant in _CONSTANTS:
        state, key = _mix(state ^ key), _mix(key ^ constant)
    return state ^ key ^ chain ^ block


def streebog512(message: bytes) -> bytes:
    """Return the hash, its lowest byte first, as Kazakhstan's programs write it."""
    chain = counter = total = 0
    whole = len(message) // 64 * 64
    for start in range(0, whole, 64):
        block = int.from_bytes(message[start : start + 64], "little")
        chain = _compress(counter, chain, block)
        counter, total = counter + 512, (total + block) % 2**512
    block = int.from_bytes(message[whole:] + b"\x01", "little")
    chain = _compress(counter, chain, block)
    counter, total = counter + 8 * (len(message) - whole), (total + block) % 2**512
    return _compress(0, _compress(0, chain, counter), total).to_bytes(64, "little")


# id-tc26-gost-3410-12-512-paramSetA (RFC 7836, A.1)
_P = 2**512 - 569
_A = _P - 3
_B = int(
    "e8c2505dedfc86ddc1bd0b2b6667f1da34b82574761cb0e879bd081cfd0b6265"
    "ee3cb090f30d27614cb4574010da90dd862ef9d4ebee4761503190785a71c760",
    16,
)
_Q = int("f" * 64 + "27e69532f48d89116ff22b8d4e0560609b4b38abfad2b85dcacdb1411f10b275", 16)
_BASE = (
    3,
    int(
        "7503cfe87a836ae3a61b8816e25450e6ce5e1c93acf1abc1778064fdcbefa921"
        "df1626be4fd036e93d75e6a50e3a41e98028fe5fc235f5b889a589cb5215f2a4",
        16,
    ),
)
Point = tuple[int, int, int]
_ZERO: Point = (1, 1, 0)


def _double(point: Point) -> Point:
    x, y, z = point
    if not z or not y:
        return _ZERO
    square = y * y % _P
    s = 4 * x * square % _P
    zz = z * z % _P
    m = 3 * (x - zz) * (x + zz) % _P  # because a = -3
    nx = (m * m - 2 * s) % _P
    return nx, (m * (s - nx) - 8 * square * square) % _P, 2 * y * z % _P


def _add(one: Point, two: Point) -> Point:
    if not one[2]:
        return two
    if not two[2]:
        return one
    zz1, zz2 = one[2] * one[2] % _P, two[2] * two[2] % _P
    u1, u2 = one[0] * zz2 % _P, two[0] * zz1 % _P
    s1, s2 = one[1] * zz2 * two[2] % _P, two[1] * zz1 * one[2] % _P
    if u1 == u2:
        return _double(one) if s1 == s2 else _ZERO
    h, r = (u2 - u1) % _P, (s2 - s1) % _P
    hh = h * h % _P
    hhh, v = h * hh % _P, u1 * hh % _P
    nx = (r * r - hhh - 2 * v) % _P
    return nx, (r * (v - nx) - s1 * hhh) % _P, h * one[2] * two[2] % _P


def gost_verify(point: tuple[int, int], signature: bytes, message: bytes) -> bool:
    """Say whether r, s (little-endian, one after the other) sign the message with the key (RFC 7091, 6.2)."""
    x, y = point
    if len(signature) != 128 or not (0 <= x < _P and 0 <= y < _P) or (y * y - x * x * x - _A * x - _B) % _P:
        return False
    r, s = int.from_bytes(signature[:64], "little"), int.from_bytes(signature[64:], "little")
    if not (0 < r < _Q and 0 < s < _Q):
        return False
    inverse = pow(int.from_bytes(streebog512(message), "little") % _Q or 1, -1, _Q)
    first, second = s * inverse % _Q, -r * inverse % _Q
    base, key = (*_BASE, 1), (x, y, 1)
    either = (_ZERO, base, key, _add(base, key))
    total = _ZERO
    for bit in range(511, -1, -1):
        total = _add(_double(total), either[(first >> bit & 1) | (second >> bit & 1) << 1])
    if not total[2]:
        return False
    return total[0] * pow(total[2] * total[2], -1, _P) % _P % _Q == r


# --- DER (ITU-T X.690): read only, every byte accounted for --------------------------------------------------------------


class Der:
    """One element: its tag, its whole bytes, its contents."""

    __slots__ = ("body", "raw", "tag")

    def __init__(self, tag: int, raw: bytes, body: bytes) -> None:
        self.tag, self.raw, self.body = tag, raw, body

    def inside(self) -> list[Der]:
        return list(_elements(self.body))

    def integer(self) -> int:
        _require(self.tag in (0x02, 0x0A) and len(self.body) > 0)
        return int.from_bytes(self.body, "big", signed=True)

    def bits(self) -> bytes:
        _require(self.tag == 0x03 and len(self.body) > 0 and self.body[0] == 0)
        return self.body[1:]

    def flags(self) -> set[int]:
        _require(self.tag == 0x03 and len(self.body) > 0)
        return {8 * i + b for i, octet in enumerate(self.body[1:]) for b in range(8) if octet & 0x80 >> b}

    def oid(self) -> str:
        _require(self.tag == 0x06 and 0 < len(self.body) <= 64 and not self.body[-1] & 0x80)
        arcs, value = [], 0
        for octet in self.body:
            value = value << 7 | octet & 0x7F
            if not octet & 0x80:
                arcs.append(value)
                value = 0
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))

    def time(self) -> datetime:
        text = self.body.decode("ascii", "replace")
        if self.tag == 0x17:
            text = ("19" if text >= "5" else "20") + text
        found = re.fullmatch(r"(\d{14})(?:\.\d{1,9})?Z", text)
        _require(self.tag in (0x17, 0x18) and found is not None)
        assert found is not None
        try:
            return datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            raise MalformedDer from None

    def text(self) -> str:
        return self.body.decode("utf-16-be" if self.tag == 0x1E else "utf-8", "replace")


class MalformedDer(Exception):
    """These bytes are not DER of the expected shape."""


def _require(condition: bool) -> None:
    if not condition:
        raise MalformedDer


def _elements(data: bytes) -> Iterator[Der]:
    at, end = 0, len(data)
    while at < end:
        _require(at + 2 <= end and data[at] & 0x1F != 0x1F)
        length, body = data[at + 1], at + 2
        if length & 0x80:
            count = length & 0x7F
            _require(0 < count <= 4 and body + count <= end and data[body] != 0)
            length = int.from_bytes(data[body : body + count], "big")
            _require(length >= 0x80)
            body += count
        _require(body + length <= end)
        yield Der(data[at], data[at : body + length], data[body : body + length])
        at = body + length


def der(data: bytes, tag: int = 0x30) -> Der:
    """Return the one element that fills the data."""
    found = list(_elements(data))
    _require(len(found) == 1 and found[0].tag == tag)
    return found[0]


# --- Certificates (RFC 5280) and the signatures made with them -----------------------------------------------------------

RSA_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "1.2.840.113549.1.1.11": hashes.SHA256(),
    "1.2.840.113549.1.1.12": hashes.SHA384(),
    "1.2.840.113549.1.1.13": hashes.SHA512(),
}
PLAIN_RSA = "1.2.840.113549.1.1.1"
GOST_SIGNATURE = "1.2.398.3.10.1.1.2.3.2"
GOST_KEY = "1.2.398.3.10.1.1.2.2"
DIGESTS: dict[str, Callable[[bytes], bytes]] = {
    "1.3.14.3.2.26": lambda data: hashlib.sha1(data).digest(),
    "2.16.840.1.101.3.4.2.1": lambda data: hashlib.sha256(data).digest(),
    "2.16.840.1.101.3.4.2.2": lambda data: hashlib.sha384(data).digest(),
    "2.16.840.1.101.3.4.2.3": lambda data: hashlib.sha512(data).digest(),
    "1.2.398.3.10.1.3.3": streebog512,
}
SHA1, SHA256 = "1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1"
STRONG = {name for name in DIGESTS if name != SHA1}
OF_SIGNATURE = {
    "1.2.840.113549.1.1.11": SHA256,
    "1.2.840.113549.1.1.12": "2.16.840.1.101.3.4.2.2",
    "1.2.840.113549.1.1.13": "2.16.840.1.101.3.4.2.3",
    GOST_SIGNATURE: "1.2.398.3.10.1.3.3",
}
RSA_OF_DIGEST = {digest: algorithm for algorithm, digest in OF_SIGNATURE.items() if algorithm in RSA_DIGESTS}


def verify_with(spki: bytes, algorithm: str, signature: bytes, message: bytes) -> bool:
    """Say whether the key in the SubjectPublicKeyInfo made the signature; unknown algorithms never did."""
    if algorithm == GOST_SIGNATURE:
        kind, bits = der(spki).inside()
        octets = der(bits.bits(), 0x04).body
        if kind.inside()[0].oid() != GOST_KEY or len(octets) != 128:
            return False
        point = int.from_bytes(octets[:64], "little"), int.from_bytes(octets[64:], "little")
        return gost_verify(point, signature, message)
    if algorithm not in RSA_DIGESTS:
        return False
    try:
        key = load_der_public_key(spki)
        if not isinstance(key, rsa.RSAPublicKey) or key.key_size < 2048:
            return False
        key.verify(signature, message, padding.PKCS1v15(), RSA_DIGESTS[algorithm])
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return False
    return True


COMMON_NAME = "2.5.4.3"
SUBJECT_KEY_ID, KEY_USAGE, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE = "2.5.29.14", "2.5.29.15", "2.5.29.19", "2.5.29.37"
NON_REPUDIATION, CERT_SIGN, CRL_SIGN = 1, 5, 6
EMAIL_PROTECTION, PERSON = "1.3.6.1.5.5.7.3.4", "1.2.398.3.3.4.1.1"
TIME_STAMPING, OCSP_SIGNING = "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9"


class Certificate:
    """The fields that are needed here."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        tbs, algorithm, signature = der(raw).inside()
        self.tbs, self.algorithm, self.signature = tbs.raw, algorithm.inside()[0].oid(), signature.bits()
        fields = tbs.inside()
        if fields[0].tag == 0xA0:
            fields = fields[1:]
        _require(len(fields) >= 6)
        self.serial = fields[0].integer()
        self.issuer, self.subject, self.spki = fields[2].raw, fields[4].raw, fields[5].raw
        self.not_before, self.not_after = (moment.time() for moment in fields[3].inside())
        self.extensions: dict[str, bytes] = {}
        for field_ in fields[6:]:
            if field_.tag == 0xA3:
                for extension in field_.inside()[0].inside():
                    parts = extension.inside()
                    self.extensions[parts[0].oid()] = parts[-1].body
        # Read everything now: a damaged certificate is named when it is opened, not somewhere later.
        _ = self.name, self.key_id, self.usage, self.purposes, self.is_authority, self.key_bits

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def name(self) -> str:
        for relative in der(self.subject).inside():
            for pair in relative.inside():
                kind, value = pair.inside()
                if kind.oid() == COMMON_NAME:
                    return value.text()
        return "?"

    @property
    def is_self_issued(self) -> bool:
        return self.issuer == self.subject

    @property
    def key_id(self) -> bytes | None:
        raw = self.extensions.get(SUBJECT_KEY_ID)
        return None if raw is None else der(raw, 0x04).body

    @property
    def usage(self) -> set[int]:
        raw = self.extensions.get(KEY_USAGE)
        return set() if raw is None else der(raw, 0x03).flags()

    @property
    def purposes(self) -> set[str]:
        raw = self.extensions.get(EXTENDED_KEY_USAGE)
        return set() if raw is None else {one.oid() for one in der(raw).inside()}

    @property
    def is_authority(self) -> bool:
        raw = self.extensions.get(BASIC_CONSTRAINTS)
        parts = [] if raw is None else der(raw).inside()
        return bool(parts) and parts[0].raw == b"\x01\x01\xff" and CERT_SIGN in self.usage

    @property
    def key_bits(self) -> bytes:
        return der(self.spki).inside()[1].bits()

    def signed(self, algorithm: str, signature: bytes, message: bytes) -> bool:
        return verify_with(self.spki, algorithm, signature, message)

    def issued(self, other: Certificate) -> bool:
        return other.issuer == self.subject and self.signed(other.algorithm, other.signature, other.tbs)

    def is_valid(self, at: datetime) -> bool:
        return self.not_before <= at <= self.not_after


def read_certificate(raw: bytes, name: str) -> Certificate:
    if raw.lstrip().startswith(b"-----BEGIN"):
        body = re.sub(rb"-----[^-]+-----|\s", b"", raw)
        raw = from_base64(body, name)
    try:
        return Certificate(raw)
    except (MalformedDer, ValueError, IndexError):
        raise Problem("certificate_unreadable", name=name) from None


@dataclass
class Trust:
    """The certificates at hand, and which of them the user or the bundle calls anchors (SHA-256)."""

    known: list[Certificate]
    anchors: set[str]

    def path(self, leaf: Certificate, at: datetime) -> list[Certificate]:
        """Return the authorities from the leaf's issuer to an anchor, all valid at that moment."""
        path, current = [leaf], leaf
        while len(path) <= DEEPEST_PATH:
            issuer = next((one for one in self.known if one.is_authority and one.issued(current)), None)
            if issuer is None:
                raise Problem("path_broken", name=current.name)
            if not issuer.is_valid(at):
                raise Problem("path_not_valid", name=issuer.name)
            path.append(issuer)
            if issuer.sha256 in self.anchors:
                return path[1:]
            if issuer.is_self_issued:
                break
            current = issuer
        raise Problem("path_not_anchored", name=path[-1].name, sha256=path[-1].sha256)


# --- CMS (RFC 5652) and time stamps (RFC 3161) ---------------------------------------------------------------------------

SIGNED_DATA, DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
CERTIFICATE_V1, CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.12", "1.2.840.113549.1.9.16.2.47"
TIME_STAMP_TOKEN = "1.2.840.113549.1.9.16.2.14"


class Cms:
    """A SignedData with one signer."""

    def __init__(self, raw: bytes) -> None:
        kind, wrapped = der(raw).inside()
        _require(kind.oid() == SIGNED_DATA and wrapped.tag == 0xA0)
        parts = wrapped.inside()[0].inside()
        inside = parts[2].inside()
        self.content_type = inside[0].oid()
        self.content = inside[1].inside()[0].body if len(inside) > 1 else None
        self.certificates = [Certificate(one.raw) for part in parts if part.tag == 0xA0 for one in part.inside()]
        signers = parts[-1].inside()
        _require(parts[-1].tag == 0x31 and len(signers) == 1)
        fields = signers[0].inside()
        self.signer_id = fields[1]
        self.digest = fields[2].inside()[0].oid()
        _require(fields[3].tag == 0xA0)
        self.signed = b"\x31" + fields[3].raw[1:]
        self.attributes = _attributes(fields[3])
        self.algorithm = fields[4].inside()[0].oid()
        self.signature = fields[5].body
        _require(fields[5].tag == 0x04 and len(fields) <= 7)
        self.unsigned = _attributes(fields[6]) if len(fields) == 7 else {}

    def signer(self, known: list[Certificate]) -> Certificate:
        """Return the certificate that the signer's id names."""
        for one in [*self.certificates, *known]:
            if self.signer_id.tag == 0x80:
                if one.key_id == self.signer_id.body:
                    return one
            else:
                issuer, serial = self.signer_id.inside()
                if one.issuer == issuer.raw and one.serial == serial.integer():
                    return one
        raise Problem("signer_certificate_missing")


def _attributes(implicit: Der) -> dict[str, list[Der]]:
    found: dict[str, list[Der]] = {}
    for attribute in implicit.inside():
        name, values = attribute.inside()
        _require(name.oid() not in found and values.tag == 0x31)
        found[name.oid()] = values.inside()
    return found


def read_cms(raw: bytes, name: str) -> Cms:
    try:
        return Cms(raw)
    except (MalformedDer, ValueError, IndexError):
        raise Problem("cms_unreadable", name=name) from None


def require_cms(cms: Cms, content: bytes, signer: Certificate, name: str, *, kind: str = DATA) -> None:
    """Check attributes, digest and signature over the content."""
    if cms.digest not in STRONG or OF_SIGNATURE.get(cms.algorithm, cms.digest) != cms.digest:
        raise Problem("algorithm_unknown", name=name)
    try:
        said = cms.attributes[CONTENT_TYPE][0].oid()
        digest = cms.attributes[MESSAGE_DIGEST][0].body
    except (KeyError, IndexError, MalformedDer):
        raise Problem("cms_unreadable", name=name) from None
    if said != kind or cms.content_type != kind or (cms.content is not None and cms.content != content):
        raise Problem("content_altered", name=name)
    if digest != DIGESTS[cms.digest](content):
        raise Problem("content_altered", name=name)
    algorithm = RSA_OF_DIGEST.get(cms.digest, "") if cms.algorithm == PLAIN_RSA else cms.algorithm
    if not signer.signed(algorithm, cms.signature, cms.signed):
        raise Problem("signature_wrong", name=name)
    _require_named_certificate(cms, signer, name)


def _require_named_certificate(cms: Cms, signer: Certificate, name: str) -> None:
    """The signed attribute names the certificate, so that another one of the same key cannot take its place."""
    for attribute, usual in ((CERTIFICATE_V2, SHA256), (CERTIFICATE_V1, SHA1)):
        if attribute in cms.attributes:
            fields = cms.attributes[attribute][0].inside()[0].inside()[0].inside()
            if fields[0].tag == 0x30:
                usual, fields = fields[0].inside()[0].oid(), fields[1:]
            if usual not in DIGESTS or DIGESTS[usual](signer.raw) != fields[0].body:
                raise Problem("other_certificate", name=name)
            return
    raise Problem("certificate_not_named", name=name)


def require_time_stamp(raw: bytes, stamped: bytes, trust: Trust, name: str) -> datetime:
    """Return the time that the authority attests for these bytes."""
    try:
        return _time_stamp(raw, stamped, trust, name)
    except (MalformedDer, ValueError, IndexError):
        raise Problem("stamp_unreadable", name=name) from None


def _time_stamp(raw: bytes, stamped: bytes, trust: Trust, name: str) -> datetime:
    parts = der(raw).inside()
    if parts[0].tag == 0x30:  # a whole answer of the authority: a status before the token
        _require(len(parts) == 2 and parts[0].inside()[0].integer() in (0, 1))
        raw = parts[1].raw
    cms = Cms(raw)
    if cms.content is None:
        raise Problem("stamp_unreadable", name=name)
    info = der(cms.content).inside()
    algorithm, imprint = info[2].inside()
    digest = algorithm.inside()[0].oid()
    if digest not in STRONG or DIGESTS[digest](stamped) != imprint.body:
        raise Problem("stamp_other", name=name)
    at = info[4].time()
    signer = cms.signer(trust.known)
    require_cms(cms, cms.content, signer, name, kind=TST_INFO)
    if TIME_STAMPING not in signer.purposes or not signer.is_valid(at):
        raise Problem("stamp_not_authority", name=name)
    Trust([*trust.known, *cms.certificates], trust.anchors).path(signer, at)
    return at


# --- Was the certificate revoked? OCSP (RFC 6960) and revocation lists (RFC 5280, 5) -------------------------------------

OCSP_BASIC = "1.3.6.1.5.5.7.48.1.1"
REASON_CODE = "2.5.29.21"
DELTA_INDICATOR, ISSUING_POINT, DISTRIBUTION_POINTS = "2.5.29.27", "2.5.29.28", "2.5.29.31"
REMOVED_FROM_LIST = 8


def is_ocsp(raw: bytes) -> bool:
    try:
        return der(raw).inside()[0].tag == 0x0A
    except (MalformedDer, IndexError):
        return False


def ocsp_says(
    raw: bytes, leaf: Certificate, issuer: Certificate, at: datetime, name: str, known: list[Certificate]
) -> bool:
    """Return whether the answer is about this certificate; a Problem when it is forged, too old or bad."""
    status, wrapped = der(raw).inside()
    kind, basic = wrapped.inside()[0].inside()
    _require(status.integer() == 0 and kind.oid() == OCSP_BASIC)
    parts = der(basic.body).inside()
    answers = next(field_ for field_ in parts[0].inside() if field_.tag == 0x30).inside()
    about = [single.inside() for single in answers if _is_about(single.inside()[0], leaf, issuer)]
    # An answer about an authority's own certificate is signed by the authority above it.
    signers = [issuer] if about else known
    moments = [next(field_ for field_ in parts[0].inside() if field_.tag == 0x18).time()]
    moments += [fields[2].time() for fields in about]
    if not any(_is_answered_by(one, parts, moments) for one in signers):
        raise Problem("revocation_forged", name=name)
    for fields in about:
        if fields[2].time() < at - OLDEST_OCSP - SKEW:
            raise Problem("revocation_too_old", name=name)
        _require_not_revoked(fields[1], at)
    return bool(about)


def _is_answered_by(authority: Certificate, parts: list[Der], moments: list[datetime]) -> bool:
    """Say whether the authority or a responder that it delegated, then valid, signed the answer (RFC 6960, 4.2.2.2)."""
    algorithm, signature, tbs = parts[1].inside()[0].oid(), parts[2].bits(), parts[0].raw
    if authority.signed(algorithm, signature, tbs):
        return True
    responders = [Certificate(one.raw) for one in parts[3].inside()[0].inside()] if len(parts) > 3 else []
    return any(
        OCSP_SIGNING in one.purposes
        and all(one.is_valid(at) for at in moments)
        and authority.issued(one)
        and one.signed(algorithm, signature, tbs)
        for one in responders
    )


def _is_about(certificate_id: Der, leaf: Certificate, issuer: Certificate) -> bool:
    algorithm, name, key, serial = certificate_id.inside()
    digest = DIGESTS.get(algorithm.inside()[0].oid())
    return (
        digest is not None
        and serial.integer() == leaf.serial
        and name.body == digest(issuer.subject)
        and key.body == digest(issuer.key_bits)
    )


def _require_not_revoked(status: Der, at: datetime) -> None:
    if status.tag == 0x80:
        return
    since = status.inside()[0].time() if status.tag == 0xA1 else datetime(1970, 1, 1, tzinfo=UTC)
    if since <= at:
        raise Problem("never_issued" if since.year == 1970 else "revoked", time=f"{since:%Y-%m-%d %H:%M}Z")


def list_says(
    raw: bytes, leaf: Certificate, issuer: Certificate, at: datetime, name: str, known: list[Certificate]
) -> bool:
    """Return whether the list speaks for this certificate; a Problem when it is forged, out of date or names it."""
    tbs, algorithm, signature = der(raw).inside()
    fields = tbs.inside()
    place = 1 if fields[0].tag == 0x02 else 0
    by_issuer = fields[place + 1].raw == issuer.subject
    # The issuer's own key and no other: the bundle may bring a stranger's certificate with the issuer's name.
    named = [issuer] if by_issuer else [one for one in known if one.subject == fields[place + 1].raw]
    signers = [one for one in named if CRL_SIGN in one.usage]
    oid = algorithm.inside()[0].oid()
    if not any(one.signed(oid, signature.bits(), tbs.raw) for one in signers):
        raise Problem("revocation_forged", name=name)
    if not by_issuer:  # the list of another authority, about an authority
        return False
    ends = fields[place + 3].time()
    if ends < at - SKEW:
        raise Problem("revocation_too_old", name=name)
    entries = fields[place + 4] if len(fields) > place + 4 and fields[place + 4].tag == 0x30 else None
    for entry in entries.inside() if entries else []:
        parts = entry.inside()
        if parts[0].integer() == leaf.serial and not _was_removed(parts) and parts[1].time() <= at:
            raise Problem("revoked", time=f"{parts[1].time():%Y-%m-%d %H:%M}Z")
    return _covers(fields[-1], leaf)


def _covers(last: Der, leaf: Certificate) -> bool:
    """Say whether the list answers for such certificates: mere changes do not, nor lists of another scope (RFC 5280, 5.2)."""
    if last.tag != 0xA0:
        return True
    found = {parts[0].oid(): parts[-1].body for parts in (one.inside() for one in last.inside()[0].inside())}
    if DELTA_INDICATOR in found:
        return False
    for part in der(found[ISSUING_POINT]).inside() if ISSUING_POINT in found else []:
        if part.tag == 0xA0:
            names = part.inside()[0].inside()
            if not any(name.raw in leaf.extensions.get(DISTRIBUTION_POINTS, b"") for name in names):
                return False
        elif part.tag != (0x82 if leaf.is_authority else 0x81) or part.body != b"\xff":
            return False
    return True


def _was_removed(entry: list[Der]) -> bool:
    for extension in entry[2].inside() if len(entry) > 2 else []:
        parts = extension.inside()
        if parts[0].oid() == REASON_CODE:
            return der(parts[-1].body, 0x0A).integer() == REMOVED_FROM_LIST
    return False


# --- The bundle: a zip that is never unpacked, or a folder ---------------------------------------------------------------

MANIFEST = "manifest.json"
LEAVES = "leaves.ndjson"
PLAIN_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*){0,3}")


class Bundle:
    """The files of a bundle by name. Nothing is ever written, so no name in it can reach outside."""

    def __init__(self, path: Path) -> None:
        self._zip: zipfile.ZipFile | None = None
        self._folder = path
        self.sizes: dict[str, int] = {}
        if path.is_dir():
            files = [one for one in sorted(path.rglob("*")) if one.is_file() and not one.is_symlink()]
            names = [(one.relative_to(path).as_posix(), one.stat().st_size, 0) for one in files]
        else:
            try:
                self._zip = zipfile.ZipFile(path)
            except (OSError, zipfile.BadZipFile, ValueError):
                raise Unreadable("not_a_zip") from None
            infos = [one for one in self._zip.infolist() if not one.is_dir()]
            if any(one.flag_bits & 1 or one.compress_type not in (0, 8) for one in infos):
                raise Unreadable("not_a_zip")
            names = [(one.filename, one.file_size, one.compress_size) for one in infos]
        self._admit(names)

    def _admit(self, names: list[tuple[str, int, int]]) -> None:
        if len(names) > MOST_FILES:
            raise Unreadable("too_large")
        for name, size, packed in names:
            if not PLAIN_NAME.fullmatch(name) or name in self.sizes:
                raise Unreadable("strange_name", name=ascii(name[:80]))
            if size > (LARGEST_LEAVES if name == LEAVES else LARGEST_FILE) or (
                self._zip is not None and size > 1024 * 1024 and size > packed * MOST_SQUEEZED
            ):
                raise Unreadable("too_large")
            self.sizes[name] = size

    def open(self, name: str) -> IO[bytes]:
        if name not in self.sizes:
            raise Problem("file_missing", name=name)
        try:
            return self._zip.open(name) if self._zip is not None else (self._folder / name).open("rb")
        except (OSError, zipfile.BadZipFile, NotImplementedError):
            raise Problem("file_unreadable", name=name) from None

    def read(self, name: str) -> bytes:
        """Return the whole file, at most as long as was announced."""
        with self.open(name) as file:
            return _pull(file, LARGEST_FILE, name)

    def digest(self, name: str) -> str:
        total = hashlib.sha256()
        with self.open(name) as file:
            while block := _pull(file, 1024 * 1024, name, whole=False):
                total.update(block)
        return total.hexdigest()

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield lines without their ends; memory holds one at a time."""
        with self.open(name) as file:
            while line := _line(file, name):
                if not line.endswith(b"\n"):
                    raise Problem("file_unreadable", name=name)
                yield line[:-1]

    def below(self, folder: str) -> list[str]:
        return sorted(name for name in self.sizes if name.startswith(folder + "/"))


def _pull(file: IO[bytes], most: int, name: str, *, whole: bool = True) -> bytes:
    try:
        block = file.read(most + 1 if whole else most)
    except (OSError, zipfile.BadZipFile, EOFError, ValueError, zlib.error):
        raise Problem("file_unreadable", name=name) from None
    if whole and len(block) > most:
        raise Unreadable("too_large")
    return block


def _line(file: IO[bytes], name: str) -> bytes:
    try:
        line = file.readline(LARGEST_LINE + 1)
    except (OSError, zipfile.BadZipFile, EOFError, ValueError, zlib.error):
        raise Problem("file_unreadable", name=name) from None
    if len(line) > LARGEST_LINE:
        raise Problem("file_unreadable", name=name)
    return line


# --- What is found, and what the user gave -------------------------------------------------------------------------------


@dataclass
class Options:
    """What the user knows apart from the bundle."""

    anchors: list[Certificate] = field(default_factory=list)
    pins: set[str] = field(default_factory=set)
    keys: set[bytes] = field(default_factory=set)
    witnesses: list[Key] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)


@dataclass(frozen=True)
class Finding:
    """One check and how it ended: ok, note, wrong. `step` and `code` are keys of the dictionary below."""

    step: str
    result: str
    code: str = ""
    values: dict[str, object] = field(default_factory=dict)


@dataclass
class Report:
    """All findings in order, and the figures that were found."""

    kind: str = ""
    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)

    def run(self, step: str, check: Callable[[], Any]) -> Any:
        """Run a check; what it returns, or None when something is wrong."""
        try:
            result = check()
        except Unreadable:
            raise
        except Problem as problem:
            self.findings.append(Finding(step, "wrong", problem.code, problem.values))
            return None
        except (MalformedDer, IndexError, KeyError, TypeError, ValueError, StopIteration, OverflowError) as error:
            self.findings.append(Finding(step, "wrong", "malformed", {"name": type(error).__name__}))
            return None
        self.findings.append(Finding(step, "ok"))
        return result

    def note(self, step: str, code: str, **values: object) -> None:
        self.findings.append(Finding(step, "note", code, values))

    @property
    def is_valid(self) -> bool:
        return all(finding.result != "wrong" for finding in self.findings)


# --- What both kinds of bundles have: the list of files, the keys, heads, the archive -------------------------------------

ALWAYS = ("checkpoint.txt", "log-key.txt")
OF_VOTE = ("leaf.json", "inclusion.json")
NOT_ERASED = ("commitment.json", "receipt.json")
OF_SIGNATURE_FILES = ("statement.txt", "signature.p7s", "report.json")
ARCHIVE = ("archive/leaf.json", "archive/inclusion.json", "archive/checkpoint.txt")


def read_manifest(bundle: Bundle) -> dict[str, Any]:
    try:
        manifest = load_object(bundle.read(MANIFEST), MANIFEST)
    except Problem:
        raise Unreadable("no_manifest") from None
    files = manifest.get("files")
    if manifest.get("v") != 1 or manifest.get("kind") not in ("vote", "count") or not isinstance(files, dict):
        raise Unreadable("no_manifest")
    return manifest


def check_files(bundle: Bundle, manifest: dict[str, Any], wanted: list[str]) -> None:
    """The bundle holds exactly the files of the list, with these SHA-256, and all that it must hold."""
    listed = manifest["files"]
    for name in sorted(bundle.sizes.keys() - {MANIFEST} - listed.keys()):
        raise Problem("file_extra", name=name)
    for name in sorted(listed.keys() | set(wanted)):
        if name not in bundle.sizes:
            raise Problem("file_missing", name=str(name)[:80])
    for name in sorted(listed):
        if bundle.digest(name) != listed[name]:
            raise Problem("file_altered", name=name)


@dataclass(frozen=True)
class Log:
    """A head that is signed, and the note that says so."""

    note: Note
    head: Head
    key: Key


def open_log(bundle: Bundle, name: str, origin: str, options: Options) -> Log:
    """Return the head, signed by a key of the bundle; where the user pins keys, by one of those."""
    note = read_note(bundle.read(name), name)
    head = read_head(note, name)
    if head.origin != origin or origin.startswith("/"):
        raise Problem("head_of_another", name=name, origin=head.origin)
    key = require_signed(note, read_keys(bundle.read("log-key.txt"), "log-key.txt"), name)
    if options.keys and key.raw not in options.keys:
        raise Problem("key_not_pinned", name=name)
    return Log(note, head, key)


def require_included(bundle: Bundle, leaf: bytes, index: int, head: Head, name: str) -> None:
    place, size, path = read_proof(bundle.read(name), name)
    if place != index or size != head.size:
        raise Problem("proof_other_place", name=name)
    if root_by_proof(leaf_hash(leaf), index, size, path) != head.root:
        raise Problem("proof_wrong", name=name)


def check_archive(bundle: Bundle, report: Report, options: Options, host: str, trust: Trust) -> None:
    """The head of the log is itself a leaf of the archive, whose head is witnessed and stamped."""
    if not bundle.below("archive"):
        report.note("archive", "no_archive")
        if options.witnesses:
            check_witnesses(None, report, options)
        return

    def included() -> Log:
        archive = open_log(bundle, ARCHIVE[2], f"{host}/log/heads", options)
        raw = bundle.read(ARCHIVE[0])
        leaf = load_object(raw, ARCHIVE[0])
        if leaf.keys() != {"v", "checkpoint", "time", "sequence"} or canonical(leaf) != raw:
            raise Problem("leaf_malformed", name=ARCHIVE[0])
        # Another signature line (a witness's) may have come to the note since: the signed text is what counts.
        kept = read_note(leaf["checkpoint"].encode(), ARCHIVE[0])
        if kept.text != read_note(bundle.read("checkpoint.txt"), "checkpoint.txt").text:
            raise Problem("archive_other_head")
        require_included(bundle, raw, leaf["sequence"], archive.head, ARCHIVE[1])
        return archive

    archive = report.run("archive", included)
    check_witnesses(archive, report, options)
    stamp = "archive/timestamp.der"
    if stamp not in bundle.sizes:
        report.note("head_time", "no_head_stamp")
        return

    def stamped() -> datetime:
        note = read_note(bundle.read(ARCHIVE[2]), ARCHIVE[2])
        return require_time_stamp(bundle.read(stamp), note.text.encode(), trust, stamp)

    at = report.run("head_time", stamped)
    if at is not None:
        report.facts["head_existed_at"] = f"{at:%Y-%m-%dT%H:%M:%SZ}"


def check_witnesses(archive: Log | None, report: Report, options: Options) -> None:
    """Each witness that the user named has signed; without names nothing can be said of them."""
    others = [] if archive is None else [one for one in archive.note.signatures if one[0] != archive.key.name]
    if not options.witnesses:
        report.note("witnesses", "witnesses_unknown", number=len(others))
        return

    def all_signed() -> None:
        for key in options.witnesses:
            if archive is None or cosigned_at(archive.note, key) is None:
                raise Problem("witness_missing", name=key.name)

    report.run("witnesses", all_signed)


def _certificate_of(bundle: Bundle, name: str) -> Certificate:
    return read_certificate(bundle.read(name), name)


def trust_of(bundle: Bundle, report: Report, options: Options) -> Trust:
    """Return the certificates of the bundle and the user's; the user's anchors count alone where there are any."""
    certificates = list(options.anchors)
    for name in bundle.below("certificates"):
        found = report.run("certificates", partial(_certificate_of, bundle, name))
        if found is not None:
            certificates.append(found)
    # One line says that all of them could be read.
    report.findings = [one for one in report.findings if (one.step, one.result) != ("certificates", "ok")]
    anchors = options.pins | {one.sha256 for one in options.anchors}
    if not anchors:
        names = {one.subject for one in certificates if one.is_authority}
        tops = (one for one in certificates if one.is_authority and (one.is_self_issued or one.issuer not in names))
        anchors = {one.sha256 for one in tops}
        for sha in sorted(anchors):
            report.note("path", "anchor_from_bundle", sha256=sha)
    return Trust(certificates, anchors)


def note_keys(report: Report, options: Options, log: Log | None) -> None:
    if log is not None and not options.keys:
        report.note("head", "key_from_bundle", key=base64.b64encode(log.key.raw).decode())


# --- The bundle of one vote ----------------------------------------------------------------------------------------------


def check_vote(bundle: Bundle, manifest: dict[str, Any], report: Report, options: Options) -> None:
    erased = manifest.get("erased") is not None
    leaf = report.run("leaf", lambda: read_leaf(bundle.read("leaf.json"), "leaf.json"))
    is_signed = leaf is not None and leaf["source"] == "eds" and not erased
    wanted = [*ALWAYS, *OF_VOTE, *(() if erased else NOT_ERASED), *(OF_SIGNATURE_FILES if is_signed else ())]
    if bundle.below("archive"):
        wanted += ARCHIVE
    report.run("files", lambda: check_files(bundle, manifest, wanted))
    if erased:
        report.note("erased", "was_erased")
        report.run("erased", lambda: _require_erased(bundle))
    trust = trust_of(bundle, report, options)
    if leaf is not None:
        report.facts.update(leaf=leaf["sequence"], petition=leaf["petition"], action=leaf["action"], time=leaf["time"])
        if manifest.get("petition") not in (None, leaf["petition"]):
            values: dict[str, object] = {"number": leaf["sequence"]}
            report.findings.append(Finding("leaf", "wrong", "leaf_out_of_place", values))
        _check_place(bundle, leaf, report, options, trust, erased)
    if leaf is not None and not erased:
        report.run("commitment", lambda: check_commitment(bundle, leaf))
    if leaf is not None and is_signed:
        _check_signature(bundle, leaf, report, trust)


def _require_erased(bundle: Bundle) -> None:
    """Nothing of the voter is left: what would lie there unchecked is a forgery with an excuse."""
    for name in [*NOT_ERASED, *OF_SIGNATURE_FILES, *bundle.below("revocation")]:
        if name in bundle.sizes:
            raise Problem("not_erased", name=name)


def _compare_kept(bundle: Bundle, report: Report, head: Head, kept: list[bytes]) -> None:
    """Of heads that the user kept, those of the same size have the same root; the others need all records."""
    for number, raw in enumerate(kept, 1):
        heads: dict[int, list[tuple[str, bytes]]] = {}
        name = f"--head {number}"

        def same(raw: bytes = raw, name: str = name, heads: dict[int, list[tuple[str, bytes]]] = heads) -> None:
            _own_head(bundle, raw, name, head.origin, heads)
            if any(root != head.root for _name, root in heads.get(head.size, [])):
                raise Problem("root_other", name=name, size=head.size)

        report.run("own_heads", same)
        if heads and head.size not in heads:
            report.note("own_heads", "head_not_compared", name=name)


def _check_place(
    bundle: Bundle, leaf: dict[str, Any], report: Report, options: Options, trust: Trust, erased: bool
) -> None:
    """The receipt, the proof, the head, the archive."""
    try:
        origin = read_head(read_note(bundle.read("checkpoint.txt"), "checkpoint.txt"), "checkpoint.txt").origin
    except Problem:
        origin = ""
    host = origin.partition("/log/")[0]
    expected = f"{host}/log/{leaf['petition']}"
    log = report.run("head", lambda: open_log(bundle, "checkpoint.txt", expected, options))
    note_keys(report, options, log)
    if log is not None:
        raw = canonical(leaf)
        report.run("inclusion", lambda: require_included(bundle, raw, leaf["sequence"], log.head, "inclusion.json"))
        report.facts["head_size"] = log.head.size
        _compare_kept(bundle, report, log.head, options.heads)
    if not erased:
        report.run("receipt", lambda: check_receipt(bundle, leaf, expected, options))
    if host:
        check_archive(bundle, report, options, host, trust)


def check_receipt(bundle: Bundle, leaf: dict[str, Any], origin: str, options: Options) -> None:
    """What the portal promised at once is what stands in the log now."""
    receipt = load_object(bundle.read("receipt.json"), "receipt.json")
    entry = {key: value for key, value in leaf.items() if key != "sequence"}
    message = b"halyq-uni/receipt/v1\n" + canonical({"entry": receipt.get("entry"), "origin": receipt.get("origin")})
    signature = from_base64(receipt.get("signature"), "receipt.json")
    public = from_base64(receipt.get("key"), "receipt.json")
    keys = [key for key in read_keys(bundle.read("log-key.txt"), "log-key.txt") if key.name == origin]
    signers = [key for key in keys if key.raw == public and key.verify(signature, message)]
    if not signers or (options.keys and public not in options.keys):
        raise Problem("receipt_forged")
    if receipt.get("entry") != entry or receipt.get("origin") != origin:
        raise Problem("receipt_other_vote")


def check_commitment(bundle: Bundle, leaf: dict[str, Any]) -> None:
    """The leaf stands for this signature and this voter, and for nobody else."""
    name = "commitment.json"
    given = load_object(bundle.read(name), name)
    salt, tag = from_hex(given.get("salt"), 32, name), from_hex(given.get("signer_tag"), 33, name)
    said = given.get("cms_sha256")
    cms = bytes(32) if said is None else from_hex(said, 32, name)
    if (said is None) == (leaf["source"] == "eds"):
        raise Problem("commitment_wrong")
    if said is not None and bundle.digest("signature.p7s") != said:
        raise Problem("commitment_other_signature")
    if sha256(b"halyq-uni/commitment/v1\n", salt, cms, tag).hex() != leaf["commitment"]:
        raise Problem("commitment_wrong")


def _check_signature(bundle: Bundle, leaf: dict[str, Any], report: Report, trust: Trust) -> None:
    """What the person signed, with which certificate, and whether it was in force."""
    statement = report.run("statement", lambda: check_statement(bundle, leaf))
    cms = report.run("cms", lambda: read_cms(bundle.read("signature.p7s"), "signature.p7s"))
    if cms is None:
        return
    signer = report.run("signer", lambda: cms.signer(trust.known))
    if signer is None:
        return
    report.facts["signer"] = signer.name
    report.run("signature", lambda: _require_signature(bundle, cms, signer))
    at = moment(leaf["time"])
    if TIME_STAMP_TOKEN in cms.unsigned:
        stamped = report.run("signature_time", lambda: _signature_time(cms, trust, at, statement))
        at = stamped or at
    else:
        report.note("signature_time", "no_signature_stamp")
    report.facts["signed_at"] = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    report.run("validity", lambda: _require_valid(signer, at))
    report.run("usage", lambda: _require_usage(signer))
    path = report.run("path", lambda: trust.path(signer, at))
    issuer = path[0] if path else next((one for one in trust.known if one.issued(signer)), None)
    if issuer is not None:
        report.run("revocation", lambda: check_revocation(bundle, signer, issuer, at, trust.known))


def check_statement(bundle: Bundle, leaf: dict[str, Any]) -> datetime:
    """The signed words are about this petition, this text and this act; return until when they were valid."""
    name = "statement.txt"
    try:
        lines = bundle.read(name).decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise Problem("file_unreadable", name=name) from None
    # Labels are in the reader's language; the order of the lines and the codes in brackets are fixed.
    values = [line.partition(": ")[2] for line in lines if line]
    if len(values) < 7 or lines[-1]:
        raise Problem("statement_other", what=lines[0][:80])
    host = read_note(bundle.read("checkpoint.txt"), "checkpoint.txt").text.partition("/log/")[0]
    # Behind the checksum stand choice, number and end; a title before it may look like a checksum.
    facts = [
        (values[0], values[0].split("://")[-1] == host),
        (values[1], values[1].endswith(f"[{leaf['action']}]")),
        (values[2], values[2] == f"initiative:{leaf['petition']} [{leaf['revision']}]"),
        (leaf["text_sha256"], values[-4] == leaf["text_sha256"]),
    ]
    for what, fits in facts:
        if not fits:
            raise Problem("statement_other", what=what[:100])
    until = datetime.fromisoformat(values[-1])
    if not until - STATEMENT_LIFETIME - SKEW <= moment(leaf["time"]) <= until + SKEW:
        raise Problem("statement_late")
    return until


def _require_signature(bundle: Bundle, cms: Cms, signer: Certificate) -> None:
    if CERTIFICATE_V2 not in cms.attributes:
        raise Problem("certificate_not_named", name="signature.p7s")
    require_cms(cms, bundle.read("statement.txt"), signer, "signature.p7s")


def _signature_time(cms: Cms, trust: Trust, received: datetime, until: datetime | None) -> datetime:
    stamped = require_time_stamp(cms.unsigned[TIME_STAMP_TOKEN][0].raw, cms.signature, trust, "signature.p7s")
    earliest = received - STATEMENT_LIFETIME if until is None else until - STATEMENT_LIFETIME
    if not earliest - SKEW <= stamped <= received + SKEW:
        raise Problem("stamp_out_of_time", time=f"{stamped:%Y-%m-%d %H:%M}Z")
    return stamped


def _require_valid(signer: Certificate, at: datetime) -> None:
    if not signer.is_valid(at):
        raise Problem("not_valid_then", start=f"{signer.not_before:%Y-%m-%d}", end=f"{signer.not_after:%Y-%m-%d}")


def _require_usage(signer: Certificate) -> None:
    if signer.is_authority or NON_REPUDIATION not in signer.usage or not {EMAIL_PROTECTION, PERSON} <= signer.purposes:
        raise Problem("not_for_signing")


def check_revocation(
    bundle: Bundle, signer: Certificate, issuer: Certificate, at: datetime, known: list[Certificate]
) -> None:
    """At least one answer of the authority is about this certificate, and none is forged or bad."""
    answers = False
    for name in bundle.below("revocation"):
        raw = bundle.read(name)
        judge = ocsp_says if is_ocsp(raw) else list_says
        try:
            answers = judge(raw, signer, issuer, at, name, known) or answers
        except (MalformedDer, ValueError, IndexError, StopIteration):
            raise Problem("revocation_unreadable", name=name) from None
    if not answers:
        raise Problem("revocation_missing")


# --- The bundle of a count -----------------------------------------------------------------------------------------------


@dataclass
class Count:
    """Goes through the leaves once; remembers the votes in force and the first thing of each kind that is wrong."""

    petition: str
    wanted: dict[int, list[tuple[str, bytes]]]
    tree: Tree = field(default_factory=Tree)
    votes: int = 0
    withdrawn: int = 0
    sources: dict[str, int] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    in_force: set[bytes] = field(default_factory=set)
    seen: set[bytes] = field(default_factory=set)

    def add(self, raw: bytes) -> None:
        number = self.tree.size
        self.tree.add(raw)
        try:
            self._apply(read_leaf(raw, f"{LEAVES}:{number}"), number)
        except Problem as problem:
            self.problems.setdefault(problem.code, problem)
        self.compare()

    def compare(self) -> None:
        """Compare the root with each head of this size."""
        for name, root in self.wanted.pop(self.tree.size, []):
            if root != self.tree.root():
                self.problems.setdefault("root_other", Problem("root_other", name=name, size=self.tree.size))

    def _apply(self, leaf: dict[str, Any], number: int) -> None:
        if leaf["sequence"] != number or leaf["petition"] != self.petition:
            raise Problem("leaf_out_of_place", number=number)
        own = bytes.fromhex(leaf["id"])
        if own in self.seen:
            raise Problem("leaf_twice", number=number)
        self.seen.add(own)
        change = 1
        if leaf["action"] == "vote":
            if leaf["cancels"] is not None:
                raise Problem("cancels_wrong", number=number)
            self.in_force.add(own)
            self.votes += 1
        else:
            taken = bytes.fromhex(leaf["cancels"] or "")
            if taken not in self.in_force:
                raise Problem("cancels_wrong", number=number)
            self.in_force.remove(taken)
            self.withdrawn, change = self.withdrawn + 1, -1
        self.sources[leaf["source"]] = self.sources.get(leaf["source"], 0) + change


def check_count(bundle: Bundle, manifest: dict[str, Any], report: Report, options: Options) -> None:
    wanted = [LEAVES, *ALWAYS, *(ARCHIVE if bundle.below("archive") else ())]
    report.run("files", lambda: check_files(bundle, manifest, wanted))
    petition = str(manifest.get("petition"))
    try:
        origin = read_head(read_note(bundle.read("checkpoint.txt"), "checkpoint.txt"), "checkpoint.txt").origin
    except Problem:
        origin = ""
    host = origin.partition("/log/")[0]
    log = report.run("head", lambda: open_log(bundle, "checkpoint.txt", f"{host}/log/{petition}", options))
    note_keys(report, options, log)
    heads: dict[int, list[tuple[str, bytes]]] = {}
    if log is not None:
        heads.setdefault(log.head.size, []).append(("checkpoint.txt", log.head.root))
    if "heads.ndjson" in bundle.sizes:
        report.run("heads", lambda: _earlier_heads(bundle, origin, heads))
    for number, raw in enumerate(options.heads, 1):
        report.run("own_heads", partial(_own_head, bundle, raw, f"--head {number}", origin, heads))
    count = Count(petition, heads)
    report.run("leaves", lambda: _count(bundle, count, None if log is None else log.head.size))
    _conclude(manifest, report, count)
    trust = trust_of(bundle, report, options)
    if host:
        check_archive(bundle, report, options, host, trust)


def _earlier_heads(bundle: Bundle, origin: str, heads: dict[int, list[tuple[str, bytes]]]) -> None:
    keys = read_keys(bundle.read("log-key.txt"), "log-key.txt")
    for number, line in enumerate(bundle.lines("heads.ndjson")):
        name = f"heads.ndjson:{number}"
        _own_head(bundle, load_object(line, name)["checkpoint"].encode(), name, origin, heads, keys)


def _own_head(
    bundle: Bundle,
    raw: bytes,
    name: str,
    origin: str,
    heads: dict[int, list[tuple[str, bytes]]],
    keys: list[Key] | None = None,
) -> None:
    note = read_note(raw, name)
    head = read_head(note, name)
    if head.origin != origin:
        raise Problem("head_of_another", name=name, origin=head.origin)
    require_signed(note, keys or read_keys(bundle.read("log-key.txt"), "log-key.txt"), name)
    heads.setdefault(head.size, []).append((name, head.root))


def _count(bundle: Bundle, count: Count, signed: int | None) -> None:
    count.compare()
    for line in bundle.lines(LEAVES):
        count.add(line)
    if signed is not None and count.tree.size > signed:
        count.problems.setdefault("leaves_unsigned", Problem("leaves_unsigned", size=signed, found=count.tree.size))
    for size, heads in sorted(count.wanted.items())[-1:]:
        missing = Problem("leaves_missing", name=heads[0][0], size=size, found=count.tree.size)
        count.problems.setdefault(missing.code, missing)
    for problem in count.problems.values():
        raise problem


def _conclude(manifest: dict[str, Any], report: Report, count: Count) -> None:
    for problem in list(count.problems.values())[1:]:
        report.findings.append(Finding("leaves", "wrong", problem.code, problem.values))
    found = count.votes - count.withdrawn
    report.facts.update(
        petition=count.petition, leaves=count.tree.size, votes=count.votes, withdrawn=count.withdrawn, count=found,
        sources=count.sources, root=base64.b64encode(count.tree.root()).decode(),
    )  # fmt: skip

    def same() -> None:
        if manifest.get("count") != found:
            raise Problem("count_other", said=str(manifest.get("count"))[:20], found=found)

    report.run("count", same)


# --- Words: Kazakh, Russian, English -------------------------------------------------------------------------------------

LANGUAGES = ("kk", "ru", "en")
STEPS = {
    "files": ("Файлдар тізімі", "Список файлов", "List of files"),
    "leaf": ("Журналдағы жазба", "Запись в журнале", "Record in the log"),
    "erased": ("Тұлға өшірілген", "Человек удалён", "Person erased"),
    "certificates": ("Сертификаттар", "Сертификаты", "Certificates"),
    "head": ("Журнал басының қолтаңбасы", "Подпись под итогом журнала", "Signature of the log's head"),
    "inclusion": ("Дауыс журналда бар", "Голос есть в журнале", "The vote is in the log"),
    "receipt": ("Порталдың қолхаты", "Расписка портала", "Receipt of the portal"),
    "archive": ("Мұрағаттағы жазба", "Запись в архиве", "Record in the archive"),
    "witnesses": ("Куәгерлер", "Свидетели", "Witnesses"),
    "head_time": ("Журнал басының уақыты", "Время итога журнала", "Time of the log's head"),
    "commitment": ("Жазба осы қолтаңбаныкі", "Запись сделана об этой подписи", "The record is of this signature"),
    "statement": ("Қол қойылған мәтін", "Подписанный текст", "Signed text"),
    "cms": ("Қолтаңба файлы", "Файл подписи", "Signature file"),
    "signer": ("Қол қоюшының сертификаты", "Сертификат подписавшего", "Signer's certificate"),
    "signature": ("Электрондық цифрлық қолтаңба", "Электронная цифровая подпись", "Digital signature"),
    "signature_time": ("Қолтаңба уақыты", "Время подписи", "Time of the signature"),
    "validity": ("Сертификаттың мерзімі", "Срок сертификата", "Term of the certificate"),
    "usage": ("Кілттің мақсаты", "Назначение ключа", "Purpose of the key"),
    "path": ("Сертификаттар тізбегі", "Цепочка сертификатов", "Chain of certificates"),
    "revocation": ("Сертификат қайтарып алынбаған", "Сертификат не отозван", "Certificate not revoked"),
    "leaves": ("Барлық жазба", "Все записи", "All records"),
    "heads": ("Журналдың бұрынғы бастары", "Прежние итоги журнала", "Earlier heads of the log"),
    "own_heads": ("Сіз сақтаған бастар", "Сохранённые вами итоги", "Heads that you kept"),
    "count": ("Дауыс саны", "Число голосов", "The count"),
}
SENTENCES = {
    "not_a_zip": (
        "Бұл — топтама емес: zip ашылмайды.",
        "Это не пакет: zip не открывается.",
        "This is not a bundle: the zip cannot be opened.",
    ),
    "no_manifest": (
        "manifest.json жоқ немесе оқылмайды: бұл порталдың топтамасы емес.",
        "manifest.json нет или он не читается: это не пакет портала.",
        "manifest.json is missing or cannot be read: this is not a bundle of the portal.",
    ),
    "too_large": (
        "Топтама тым үлкен, ашылмады.",
        "Пакет слишком велик и не открыт.",
        "The bundle is too large and was not opened.",
    ),
    "strange_name": (
        "Файлдың аты күмәнді: {name}.",
        "Подозрительное имя файла: {name}.",
        "A file has a suspicious name: {name}.",
    ),
    "file_missing": ("Файл жоқ: {name}.", "Нет файла {name}.", "A file is missing: {name}."),
    "file_extra": (
        "Тізімде жоқ артық файл: {name}.",
        "Лишний файл, которого нет в списке: {name}.",
        "A file that the list does not name: {name}.",
    ),
    "file_altered": ("Файл өзгертілген: {name}.", "Файл изменён: {name}.", "A file was changed: {name}."),
    "file_unreadable": ("Файл оқылмайды: {name}.", "Файл не читается: {name}.", "A file cannot be read: {name}."),
    "malformed": (
        "Деректің пішіні бұзылған ({name}).",
        "Данные повреждены ({name}).",
        "The data are damaged ({name}).",
    ),
    "leaf_malformed": (
        "Жазба дұрыс жазылмаған: {name}.",
        "Запись записана неверно: {name}.",
        "A record is not written as it must be: {name}.",
    ),
    "key_unreadable": ("Кілт оқылмайды: {name}.", "Ключ не читается: {name}.", "A key cannot be read: {name}."),
    "key_not_pinned": (
        "{name}: журналға сіз берген кілт емес, басқа кілт қол қойған.",
        "{name}: журнал подписан не тем ключом, который вы указали.",
        "{name}: the log is signed by another key than the one you gave.",
    ),
    "key_from_bundle": (
        "Кілт топтаманың өзінен алынды: {key}. Оны портал жариялаған кілтпен салыстырыңыз немесе --key арқылы беріңіз.",
        "Ключ взят из самого пакета: {key}. Сравните его с опубликованным или укажите свой через --key.",
        "The key came with the bundle: {key}. Compare it with the published one, or give yours with --key.",
    ),
    "head_of_another": (
        "{name} — басқа журналдың басы ({origin}).",
        "{name} — итог другого журнала ({origin}).",
        "{name} is the head of another log ({origin}).",
    ),
    "head_unsigned": (
        "{name}: журнал кілтінің қолтаңбасы жоқ.",
        "{name}: нет подписи ключа журнала.",
        "{name} carries no signature of the log's key.",
    ),
    "head_signature": (
        "{name}: журнал басының қолтаңбасы сәйкес келмейді, ол өзгертілген.",
        "{name}: подпись под итогом журнала неверна, он изменён.",
        "{name}: the signature of the head is wrong; the head was changed.",
    ),
    "proof_other_place": (
        "{name}: дәлел басқа орынға немесе басқа басқа арналған.",
        "{name}: доказательство о другом месте или другом итоге.",
        "{name}: the proof is about another place or another head.",
    ),
    "proof_wrong": (
        "{name}: дәлел журналдың түбіріне апармайды — бұл жазба журналда осы орында жоқ.",
        "{name}: доказательство не ведёт к корню журнала — на этом месте в журнале другая запись.",
        "{name}: the proof does not lead to the log's root; the log does not hold this record at this place.",
    ),
    "no_archive": (
        "Бұл бас мұрағатқа әлі түспеген, сондықтан куәгерлер мен уақыт белгісі тексерілмеді.",
        "Этот итог ещё не попал в архив: свидетели и метка времени не проверены.",
        "This head is not in the archive yet: witnesses and time stamp were not checked.",
    ),
    "archive_other_head": (
        "Мұрағаттағы жазба басқа басқа жатады.",
        "Запись архива — о другом итоге журнала.",
        "The archive's record is about another head of the log.",
    ),
    "witnesses_unknown": (
        "Мұрағат басына тағы {number} куәгер қол қойған; олардың кілттері берілмегендіктен тексерілмеді (--witness).",
        "Под итогом архива ещё подписей свидетелей: {number}; их ключи не указаны, поэтому они не проверены (--witness).",
        "Signatures of witnesses under the archive's head: {number}; not checked, because no keys of theirs were given (--witness).",
    ),
    "witness_missing": (
        "{name} куәгерінің дұрыс қолтаңбасы жоқ.",
        "Нет верной подписи свидетеля {name}.",
        "There is no right signature of the witness {name}.",
    ),
    "no_head_stamp": (
        "Журнал басында уақыт белгісі жоқ.",
        "У итога журнала нет метки времени.",
        "The head of the log has no time stamp.",
    ),
    "receipt_forged": (
        "Қолхатқа журнал кілті қол қоймаған немесе ол өзгертілген.",
        "Расписка не подписана ключом журнала или изменена.",
        "The receipt is not signed by the log's key, or was changed.",
    ),
    "receipt_other_vote": (
        "Қолхат басқа дауысқа берілген.",
        "Расписка выдана о другом голосе, чем запись в журнале.",
        "The receipt was given for another vote than the one in the log.",
    ),
    "commitment_wrong": (
        "Тұз бен деректер журналдағы жазбаға сәйкес келмейді.",
        "Соль и данные не подходят к записи в журнале.",
        "Salt and data do not fit the record in the log.",
    ),
    "commitment_other_signature": (
        "signature.p7s — журналға жазылған қолтаңба емес.",
        "signature.p7s — не та подпись, о которой сделана запись.",
        "signature.p7s is not the signature that was recorded.",
    ),
    "statement_other": (
        "statement.txt журналдағы дауыс туралы емес ({what}).",
        "statement.txt не о том голосе, что записан в журнале ({what}).",
        "statement.txt is not about the vote in the log ({what}).",
    ),
    "statement_late": (
        "Дауыс мәтіннің мерзімінен тыс қабылданған.",
        "Голос принят не в срок действия подписанного текста.",
        "The vote was received outside the time for which the text was valid.",
    ),
    "cms_unreadable": (
        "{name}: қолтаңба файлы бүлінген.",
        "{name}: файл подписи повреждён.",
        "{name}: the signature file is damaged.",
    ),
    "signer_certificate_missing": (
        "Қол қоюшының сертификаты табылмады.",
        "Сертификат подписавшего не найден.",
        "The signer's certificate was not found.",
    ),
    "algorithm_unknown": (
        "{name}: белгісіз алгоритм.",
        "{name}: неизвестный алгоритм.",
        "{name}: an unknown algorithm.",
    ),
    "content_altered": (
        "{name}: қол қойылған мәтін — statement.txt емес, ол өзгертілген.",
        "{name}: подписан не этот текст, текст изменён.",
        "{name}: another text was signed; the text was changed.",
    ),
    "signature_wrong": (
        "{name}: қолтаңба сертификатқа сәйкес келмейді.",
        "{name}: подпись не сходится с сертификатом.",
        "{name}: the signature does not fit the certificate.",
    ),
    "other_certificate": (
        "{name}: қолтаңба басқа сертификатты атайды.",
        "{name}: в подписи назван другой сертификат.",
        "{name}: the signature names another certificate.",
    ),
    "certificate_not_named": (
        "{name}: қолтаңба сертификатты атамайды.",
        "{name}: в подписи не назван сертификат.",
        "{name}: the signature does not name its certificate.",
    ),
    "certificate_unreadable": (
        "{name}: сертификат оқылмайды.",
        "{name}: сертификат не читается.",
        "{name}: the certificate cannot be read.",
    ),
    "path_broken": (
        "«{name}» сертификатын кім бергені анықталмады: беруші жоқ немесе оның қолтаңбасы сәйкес келмейді.",
        "Неизвестно, кто выдал сертификат «{name}»: издателя нет или его подпись неверна.",
        "Nobody can be shown to have issued the certificate of “{name}”: its issuer is missing or did not sign it.",
    ),
    "path_not_valid": (
        "«{name}» орталығының сертификаты сол кезде күшінде болмаған.",
        "Сертификат центра «{name}» тогда не действовал.",
        "The certificate of the authority “{name}” was not valid then.",
    ),
    "path_not_anchored": (
        "Тізбек сіз сенетін орталыққа апармайды: {name}, {sha256}.",
        "Цепочка ведёт не к тому центру, которому вы доверяете: {name}, {sha256}.",
        "The chain does not lead to an authority that you trust: {name}, {sha256}.",
    ),
    "anchor_from_bundle": (
        "Түбірлік сертификат топтаманың өзінен алынды: SHA-256 {sha256}. Оны куәландырушы орталық жариялағанмен салыстырыңыз немесе --pin арқылы беріңіз.",
        "Корневой сертификат взят из самого пакета: SHA-256 {sha256}. Сравните с опубликованным удостоверяющим центром или укажите через --pin.",
        "The root certificate came with the bundle: SHA-256 {sha256}. Compare it with what the authority publishes, or give it with --pin.",
    ),
    "not_valid_then": (
        "Сертификат сол кезде күшінде болмаған (мерзімі {start} – {end}).",
        "Сертификат тогда не действовал (срок {start} – {end}).",
        "The certificate was not valid then (term {start} to {end}).",
    ),
    "not_for_signing": (
        "Кілт адамның қол қоюына арналмаған.",
        "Ключ не предназначен для подписи человека.",
        "The key is not for a person's signatures.",
    ),
    "revocation_forged": (
        "{name}: жауапқа куәландырушы орталық қол қоймаған немесе ол өзгертілген.",
        "{name}: ответ не подписан удостоверяющим центром или изменён.",
        "{name}: the answer is not signed by the authority, or was changed.",
    ),
    "revocation_too_old": (
        "{name}: жауап ескірген.",
        "{name}: ответ устарел к тому времени.",
        "{name}: the answer was out of date by then.",
    ),
    "revocation_unreadable": (
        "{name}: жауап оқылмайды.",
        "{name}: ответ не читается.",
        "{name}: the answer cannot be read.",
    ),
    "revocation_missing": (
        "Осы сертификат туралы бірде-бір жауап жоқ.",
        "Нет ни одного ответа об этом сертификате.",
        "There is no answer about this certificate.",
    ),
    "revoked": (
        "Сертификат қайтарып алынған: {time}.",
        "Сертификат отозван: {time}.",
        "The certificate was revoked: {time}.",
    ),
    "never_issued": (
        "Орталық мұндай сертификат бермегенін айтады.",
        "Центр отвечает, что не выдавал такого сертификата.",
        "The authority says that it never issued this certificate.",
    ),
    "no_signature_stamp": (
        "Қолтаңбада уақыт белгісі жоқ: портал қабылдаған уақыт алынды.",
        "В подписи нет метки времени: взято время получения порталом.",
        "The signature carries no time stamp: the portal's time of receipt was taken.",
    ),
    "stamp_unreadable": (
        "{name}: уақыт белгісі оқылмайды.",
        "{name}: метка времени не читается.",
        "{name}: the time stamp cannot be read.",
    ),
    "stamp_other": (
        "{name}: уақыт белгісі басқа деректерге қойылған.",
        "{name}: метка времени поставлена на другие данные.",
        "{name}: the time stamp is of other data.",
    ),
    "stamp_not_authority": (
        "{name}: белгіні қоюшы уақыт белгісі орталығы емес.",
        "{name}: метку поставил не центр меток времени.",
        "{name}: the stamp was not made by a time stamp authority.",
    ),
    "stamp_out_of_time": (
        "Уақыт белгісі дауыс уақытына сәйкес келмейді: {time}.",
        "Метка времени не подходит ко времени голоса: {time}.",
        "The time stamp does not fit the time of the vote: {time}.",
    ),
    "was_erased": (
        "Дауыс берушінің деректері оның өтініші бойынша өшірілді: қолтаңба мен тұз енді жоқ. Дауыс журналда және санда қалды.",
        "Данные голосовавшего удалены по его просьбе: подписи и соли больше нет. Голос остался в журнале и в счёте.",
        "The voter's data were erased at their request: signature and salt are gone. The vote stays in the log and in the count.",
    ),
    "leaf_out_of_place": (
        "№ {number} жазба өз орнында емес немесе басқа петицияныкі.",
        "Запись № {number} не на своём месте или о другой петиции.",
        "Record {number} is not in its place, or is of another petition.",
    ),
    "leaf_twice": (
        "№ {number} жазба екінші рет кездеседі.",
        "Запись № {number} встречается второй раз.",
        "Record {number} occurs a second time.",
    ),
    "cancels_wrong": (
        "№ {number} жазба күшінде жоқ дауысты қайтарып алады.",
        "Запись № {number} отзывает голос, которого нет в силе.",
        "Record {number} takes back a vote that is not in force.",
    ),
    "root_other": (
        "Алғашқы {size} жазба {name} қол қойған түбірді бермейді: жазба өзгертілген, қосылған немесе жойылған.",
        "Первые {size} записей не дают корня, который подписан в {name}: запись изменена, добавлена или убрана.",
        "The first {size} records do not give the root that {name} signs: a record was changed, added or removed.",
    ),
    "leaves_missing": (
        "{name} {size} жазбаға қол қойған, ал мұнда {found}.",
        "{name} подписывает {size} записей, а здесь их {found}.",
        "{name} signs {size} records, but there are {found}.",
    ),
    "leaves_unsigned": (
        "Журнал басы {size} жазбаға ғана қол қойған, ал мұнда {found}: артығына ешкім қол қоймаған.",
        "Итог журнала подписывает только {size} записей, а здесь их {found}: лишние никем не подписаны.",
        "The log's head signs {size} records only, but there are {found}: nobody signed those behind it.",
    ),
    "head_not_compared": (
        "{name} басқа көлемдегі бас: оны салыстыру үшін санның топтамасы керек.",
        "{name} — итог другого размера: чтобы сравнить его, нужен пакет всего счёта.",
        "{name} is a head of another size: to compare it, take the bundle of the whole count.",
    ),
    "not_erased": (
        "Тұлға өшірілген делінеді, ал {name} файлы бар: ол тексерілмеді.",
        "Сказано, что данные человека удалены, но файл {name} есть: он не проверен.",
        "The person is said to be erased, but {name} is there: it was not checked.",
    ),
    "count_other": (
        "Портал {said} дауыс дейді, жазбалар {found} береді.",
        "Портал называет {said}, а записи дают {found}.",
        "The portal says {said}, the records give {found}.",
    ),
}
VERDICTS = {
    "valid": ("БАРЛЫҒЫ ДҰРЫС", "ВСЁ ВЕРНО", "EVERYTHING IS RIGHT"),
    "invalid": ("ҚАТЕ БАР", "ЕСТЬ ОШИБКИ", "SOMETHING IS WRONG"),
    "unreadable": ("ТЕКСЕРУ МҮМКІН ЕМЕС", "ПРОВЕРИТЬ НЕЛЬЗЯ", "CANNOT BE CHECKED"),
}
MARKS = {
    "ok": ("дұрыс", "верно", "right"),
    "wrong": ("ҚАТЕ", "НЕВЕРНО", "WRONG"),
    "note": ("назар", "учтите", "note"),
}
FACTS = {
    "petition": ("Петиция", "Петиция", "Petition"),
    "leaf": ("Журналдағы орны", "Место в журнале", "Place in the log"),
    "signer": ("Қол қойған", "Подписал(а)", "Signed by"),
    "signed_at": ("Қолтаңба уақыты", "Время подписи", "Signed at"),
    "leaves": ("Жазба", "Записей", "Records"),
    "votes": ("Берілген дауыс", "Отдано голосов", "Votes given"),
    "withdrawn": ("Қайтарып алынған", "Отозвано", "Taken back"),
    "count": ("Күшіндегі дауыс", "Голосов в силе", "Votes in force"),
    "head_existed_at": ("Журнал басы мына уақытта болған", "Итог журнала существовал", "The head existed at"),
}
LIMITS = {
    "vote": (
        "Бұл тексеру дауыстың журналда өзгеріссіз тұрғанын көрсетеді. Басқа дауыстардың шынайылығын көрсетпейді.",
        "Проверка показывает, что этот голос стоит в журнале без изменений. О других голосах она не говорит.",
        "This shows that this vote stands in the log unchanged. It says nothing about other votes.",
    ),
    "count": (
        "Бұл тексеру санның жазбалардан шыққанын көрсетеді. Әр жазбаның артында бір адам тұрғаны қолтаңбаларға және порталдың бірегейлік белгісіне негізделеді; оны адресат пен аудитор тексереді.",
        "Проверка показывает, что число получается из записей. То, что за каждой записью один человек, держится на подписях и на метке единственности портала; это проверяют адресат и аудитор.",
        "This shows that the number follows from the records. That one person stands behind each record rests on the signatures and on the portal's mark of uniqueness; the addressed body and auditors check that.",
    ),
}  # fmt: skip


# --- The command ---------------------------------------------------------------------------------------------------------


def verify(path: Path, options: Options) -> Report:
    """Return all findings about the bundle; Unreadable when there is nothing to judge."""
    report = Report()
    bundle = Bundle(path)
    manifest = read_manifest(bundle)
    report.kind = manifest["kind"]
    (check_vote if report.kind == "vote" else check_count)(bundle, manifest, report, options)
    return report


def say(words: tuple[str, str, str], language: str, values: dict[str, object] | None = None) -> str:
    return words[LANGUAGES.index(language)].format(**(values or {}))


def as_json(report: Report, verdict: str, language: str) -> str:
    checks = [
        {
            "step": one.step,
            "result": one.result,
            "code": one.code or None,
            "text": say(SENTENCES[one.code], language, one.values) if one.code else None,
            "values": {key: value if isinstance(value, int) else str(value) for key, value in one.values.items()},
        }
        for one in report.findings
    ]
    told = {"verdict": verdict, "kind": report.kind or None, "checks": checks, "facts": report.facts}
    return json.dumps(told, ensure_ascii=False, indent=2)


def as_text(report: Report, verdict: str, language: str) -> str:
    width = max(len(say(words, language)) for words in MARKS.values())
    lines = []
    for one in report.findings:
        line = f"[{say(MARKS[one.result], language):^{width}}] {say(STEPS[one.step], language)}"
        lines.append(line + (f": {say(SENTENCES[one.code], language, one.values)}" if one.code else ""))
    lines.append("")
    lines += [f"{say(FACTS[key], language)}: {value}" for key, value in report.facts.items() if key in FACTS]
    lines += ["", say(VERDICTS[verdict], language)]
    if report.kind and verdict == "valid":
        lines.append(say(LIMITS[report.kind], language))
    return "\n".join(lines)


def own_language() -> str:
    """Return the language of the computer where it is one of ours, else English."""
    told = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")] + [locale.getlocale()[0] or ""]
    first = next((one for one in told if one), "").lower()
    names = {"kk": ("kk", "kazakh"), "ru": ("ru", "russian")}
    return next((language for language, words in names.items() if first.startswith(words)), "en")


def read_options(given: argparse.Namespace) -> Options:
    """Return what the user knows; Problem when a file or key cannot be read."""
    options = Options(pins={pin.lower().replace(":", "") for pin in given.pin})
    for pin in options.pins:
        from_hex(pin, 32, "--pin")
    if given.anchors:
        for path in sorted(Path(given.anchors).iterdir()):
            if path.suffix.lower() in (".der", ".cer", ".crt", ".pem"):
                options.anchors.append(read_certificate(path.read_bytes(), path.name))
    for key in given.key:
        options.keys.add(read_key(key, "--key").raw if re.search(r"\+[0-9a-f]{8}\+", key) else _bare_key(key))
    options.witnesses = [read_key(key, "--witness") for key in given.witness]
    options.heads = [Path(path).read_bytes() for path in given.head]
    return options


def _bare_key(text: str) -> bytes:
    raw = bytes.fromhex(text) if re.fullmatch(r"[0-9a-fA-F]{64}", text) else from_base64(text, "--key")
    if len(raw) != 32:
        raise Problem("key_unreadable", name="--key")
    return raw


def parser() -> argparse.ArgumentParser:
    told = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    told.add_argument("bundle", help="the downloaded zip, or its unpacked folder")
    told.add_argument("--pin", action="append", default=[], metavar="SHA256", help="of a root certificate you trust")
    told.add_argument("--anchors", metavar="DIR", help="folder with certificates of authorities you trust")
    told.add_argument("--key", action="append", default=[], help="public key of the portal's log, as it is published")
    told.add_argument("--witness", action="append", default=[], metavar="KEY", help="a witness who must have signed")
    told.add_argument("--head", action="append", default=[], metavar="FILE", help="a head of the log you kept earlier")
    told.add_argument("--lang", choices=LANGUAGES, default=own_language())
    told.add_argument("--json", action="store_true", help="write the findings as JSON")
    return told


def main(arguments: list[str] | None = None) -> int:
    """Check and print; return 0 right, 1 wrong, 2 unreadable."""
    given = parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    report = Report()
    try:
        report = verify(Path(given.bundle), read_options(given))
        verdict = "valid" if report.is_valid else "invalid"
    except Problem as problem:
        verdict = "unreadable"
        report.findings.append(Finding("files", "wrong", problem.code, problem.values))
    except OSError as error:
        verdict = "unreadable"
        report.findings.append(Finding("files", "wrong", "file_unreadable", {"name": error.filename or str(error)}))
    print((as_json if given.json else as_text)(report, verdict, given.lang))
    return {"valid": 0, "invalid": 1, "unreadable": 2}[verdict]


if __name__ == "__main__":
    sys.exit(main())
