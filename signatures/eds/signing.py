"""Signatures shaped like NCALayer's, for the demo and for benchmarks: detached CAdES-BES with four signed attributes.

Real people sign in their own program; the portal never holds a real key. This writes DER directly, because two thousand
demo voters and every benchmark need it to be as fast as the RSA operation itself.
"""

import base64
import hashlib
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from signatures.eds import algorithms, certificate, der

_CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
_MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
_SIGNING_TIME = bytes.fromhex("06092a864886f70d010905")
_SIGNING_CERTIFICATE_V2 = bytes.fromhex("060b2a864886f70d010910022f")
_DATA = bytes.fromhex("06092a864886f70d010701")
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_SHA256 = bytes.fromhex("300d06096086480165030402010500")
_RSA_SHA256 = next(identifier for identifier, scheme in algorithms.SCHEMES.items() if scheme is algorithms.RSA_SHA256)
_VERSION_1 = b"\x02\x01\x01"


def element(tag: int, *parts: bytes) -> bytes:
    """Return one DER element around the parts."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + body


def _attribute(name: bytes, value: bytes) -> bytes:
    return element(der.SEQUENCE, name, element(der.SET, value))


def _integer(value: int) -> bytes:
    return element(der.INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def signed_attributes(content: bytes, certificate_raw: bytes, at: datetime) -> bytes:
    """Return the attributes as the SET that is signed, in DER's order."""
    reference = element(
        der.SEQUENCE,
        element(
            der.SEQUENCE,
            element(der.SEQUENCE, element(der.OCTET_STRING, hashlib.sha256(certificate_raw).digest())),
        ),
    )
    attributes = (
        _attribute(_CONTENT_TYPE, _DATA),
        _attribute(_SIGNING_TIME, element(der.UTC_TIME, f"{at:%y%m%d%H%M%SZ}".encode("ascii"))),
        _attribute(_MESSAGE_DIGEST, element(der.OCTET_STRING, hashlib.sha256(content).digest())),
        _attribute(_SIGNING_CERTIFICATE_V2, reference),
    )
    return element(der.SET, *sorted(attributes))


def sign_detached(
    content: bytes, key: RSAPrivateKey, certificate_raw: bytes, *, at: datetime, attached: bool = False
) -> bytes:
    """Return a CMS over `content` as DER; `at` (UTC) only fills the signingTime attribute, which no verifier trusts."""
    parsed = certificate.parse(certificate_raw)
    attributes = signed_attributes(content, certificate_raw, at)
    signature = key.sign(attributes, padding.PKCS1v15(), hashes.SHA256())
    signer = element(
        der.SEQUENCE,
        _VERSION_1,
        element(der.SEQUENCE, parsed.issuer, _integer(parsed.serial)),
        _SHA256,
        b"\xa0" + attributes[1:],
        _RSA_SHA256,
        element(der.OCTET_STRING, signature),
    )
    inside = (element(0xA0, element(der.OCTET_STRING, content)),) if attached else ()
    signed_data = element(
        der.SEQUENCE,
        _VERSION_1,
        element(der.SET, _SHA256),
        element(der.SEQUENCE, _DATA, *inside),
        element(0xA0, certificate_raw),
        element(der.SET, signer),
    )
    return element(der.SEQUENCE, _SIGNED_DATA, element(0xA0, signed_data))


def to_pem(cms: bytes) -> str:
    """Return the CMS in the armour in which NCALayer hands it over."""
    text = base64.b64encode(cms).decode("ascii")
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"-----BEGIN CMS-----\n{lines}\n-----END CMS-----\n"
