"""Key files that no library writes: a .p12 with a GOST key, as the national authority issues them."""

import hashlib
import hmac
from pathlib import Path


def element(tag: int, *parts: bytes) -> bytes:
    """Return one DER element around the parts."""
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    return bytes((tag, 0x82)) + len(body).to_bytes(2, "big") + body


SEQUENCE, SET, INTEGER, OCTETS, NULL = 0x30, 0x31, 0x02, 0x04, b"\x05\x00"
DATA = bytes.fromhex("06092a864886f70d010701")
KEY_BAG = bytes.fromhex("060b2a864886f70d010c0a0101")
SHA1 = element(SEQUENCE, bytes.fromhex("06052b0e03021a"), NULL)
STREEBOG_512 = element(SEQUENCE, bytes.fromhex("06082a830e030a010303"))
GOST_KEY = element(SEQUENCE, bytes.fromhex("06092a830e030a01010202"), bytes.fromhex("060a2a830e030a0101020201"))
ROUNDS, SALT = 1000, b"eight by"


def write_gost_key_file(path: Path, password: str, *, seal: bytes = SHA1) -> None:
    """Write a PFX (RFC 7292) with one unprotected GOST key; `seal` names the digest under which its MAC is said to be."""
    key = element(SEQUENCE, element(INTEGER, b"\x00"), GOST_KEY, element(OCTETS, element(OCTETS, bytes(range(64)))))
    bag = element(SEQUENCE, KEY_BAG, element(0xA0, key))
    safe = element(SEQUENCE, _data(element(SEQUENCE, bag)))
    digest = element(SEQUENCE, seal, element(OCTETS, _mac(password, safe)))
    mac = element(SEQUENCE, digest, element(OCTETS, SALT), element(INTEGER, ROUNDS.to_bytes(2, "big")))
    path.write_bytes(element(SEQUENCE, element(INTEGER, b"\x03"), _data(safe), mac))


def _data(content: bytes) -> bytes:
    return element(SEQUENCE, DATA, element(0xA0, element(OCTETS, content)))


def _mac(password: str, content: bytes) -> bytes:
    """HMAC-SHA-1 under the key of RFC 7292, appendix B.2; one round of output is enough for 20 octets."""
    secret = password.encode("utf-16-be") + b"\0\0"
    block = bytes([3]) * 64 + _filled(SALT) + _filled(secret)
    for _round in range(ROUNDS):
        block = hashlib.sha1(block).digest()
    return hmac.new(block, content, hashlib.sha1).digest()


def _filled(value: bytes) -> bytes:
    size = 64 * -(-len(value) // 64)
    return (value * (size // len(value) + 1))[:size]
