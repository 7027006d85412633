"""Signatures shaped like NCALayer's, for the demo and for benchmarks: detached CAdES-BES with four signed attributes, or CAdES-T.

Real people sign in their own program; the portal never holds a real key. This writes DER directly, because two thousand
demo voters and every benchmark need it to be as fast as the operation of the key itself, and because libraries have no GOST.
"""

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime

from signatures.eds import certificate, der, encoding, oids
from signatures.eds.encoding import element as element
from signatures.eds.encoding import explicit, integer, octets, oid, sequence, set_of
from signatures.eds.signing_keys import SigningKey, digest_of

Stamper = Callable[[bytes], bytes]
"""From the signature value to the token of a time stamp authority over it."""
_VERSION_1, _VERSION_3 = integer(1), integer(3)


def _attribute(name: str, value: bytes) -> bytes:
    return sequence(oid(name), set_of(value))


def signed_attributes(
    content: bytes, key: SigningKey, certificate_raw: bytes, at: datetime, content_type: str = oids.DATA
) -> bytes:
    """Return the attributes as the SET that is signed, in DER's order."""
    _identifier, digest = digest_of(key)
    reference = sequence(sequence(sequence(octets(hashlib.sha256(certificate_raw).digest()))))
    return set_of(
        _attribute(oids.CONTENT_TYPE, oid(content_type)),
        _attribute(oids.SIGNING_TIME, encoding.time(at)),
        _attribute(oids.MESSAGE_DIGEST, octets(digest.hash(content))),
        _attribute(oids.SIGNING_CERTIFICATE_V2, reference),
    )


def sign(
    content: bytes, key: SigningKey, certificate_raw: bytes, *, at: datetime, content_type: str = oids.DATA,
    attached: bool = False, with_certificate: bool = True, stamp: Stamper | None = None,
) -> bytes:  # fmt: skip
    """Return a CMS of one signer as DER.

    `at` (UTC) only fills the signingTime attribute, which no verifier trusts. With `stamp` the signature value gets a time
    stamp as an unsigned attribute (RFC 3161, appendix A): CAdES-T, as NCALayer makes when it is given a `tsaProfile`.
    """
    parsed = certificate.parse(certificate_raw)
    digest, _hash = digest_of(key)
    attributes = signed_attributes(content, key, certificate_raw, at, content_type)
    signature = key.sign(attributes)
    unsigned = () if stamp is None else (explicit(1, _attribute(oids.TIME_STAMP_TOKEN, stamp(signature))),)
    signer = sequence(
        _VERSION_1,
        sequence(parsed.issuer, integer(parsed.serial)),
        digest,
        b"\xa0" + attributes[1:],
        key.algorithm,
        octets(signature),
        *unsigned,
    )
    signed_data = sequence(
        _VERSION_1 if content_type == oids.DATA else _VERSION_3,
        set_of(digest),
        sequence(oid(content_type), *((explicit(0, octets(content)),) if attached else ())),
        *((explicit(0, certificate_raw),) if with_certificate else ()),
        set_of(signer),
    )
    return sequence(oid(oids.SIGNED_DATA), explicit(0, signed_data))


def stamped(cms: bytes, stamp: Stamper) -> bytes:
    """Return a CMS of one signer without unsigned attributes, as `sign` makes it, with a time stamp over its signature."""
    outer = der.children(cms, der.whole(cms, der.SEQUENCE))
    *parts, signers = der.children(cms, der.expect(cms, outer[1].body, outer[1].end, der.SEQUENCE))
    (signer,) = der.children(cms, signers)
    signature = der.children(cms, signer)[-1]
    unsigned = explicit(1, _attribute(oids.TIME_STAMP_TOKEN, stamp(der.contents(cms, signature))))
    signed_data = sequence(
        *(der.raw(cms, part) for part in parts), set_of(sequence(der.contents(cms, signer), unsigned))
    )
    return sequence(der.raw(cms, outer[0]), explicit(0, signed_data))


def sign_detached(
    content: bytes, key: SigningKey, certificate_raw: bytes, *, at: datetime, attached: bool = False,
    stamp: Stamper | None = None,
) -> bytes:  # fmt: skip
    """Return a CMS over the text `content` as DER; see `sign`."""
    return sign(content, key, certificate_raw, at=at, attached=attached, stamp=stamp)


def to_pem(cms: bytes) -> str:
    """Return the CMS in the armour in which NCALayer hands it over."""
    text = base64.b64encode(cms).decode("ascii")
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"-----BEGIN CMS-----\n{lines}\n-----END CMS-----\n"
