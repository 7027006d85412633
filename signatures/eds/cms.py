"""The signature file (RFC 5652): taken out of its armour and sliced.

What is accepted is what NCALayer writes: SignedData over plain data with one signer, and perhaps one time stamp over the
signature (CAdES-T). Everything else that RFC 5652 offers is refused rather than skipped, so that no byte of an accepted
file is without meaning: each is signed, or fixed by the standard, or compared with something that is. A time stamp is
itself such a file, over another type of content.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime

from signatures.eds import algorithms, certificate, der, oids
from signatures.eds.certificate import Certificate
from signatures.eds.der import Slice
from signatures.eds.errors import Code, EdsError

LARGEST_CMS = 256 * 1024
"""A signature of one person with one certificate has about 2 KiB; attached content and chains fit many times over."""

ATTACHED = 0xA0
KEY_IDENTIFIER = 0x80
VERSION_1, VERSION_3 = b"\x02\x01\x01", b"\x02\x01\x03"
SIGNED_ATTRIBUTES = 0xA0
UNSIGNED_ATTRIBUTES = 0xA1
_PEM_BEGIN = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,32})-----")
_BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]+")


def unarmour(data: bytes, *, largest: int = LARGEST_CMS) -> bytes:
    """Return the DER inside PEM or base64, or the data itself when it is DER already."""
    if len(data) > largest:
        raise EdsError(Code.TOO_LARGE, f"{len(data)} bytes")
    if not data:
        raise EdsError(Code.NOT_DER, "empty")
    if data[0] == der.SEQUENCE and not _BASE64.fullmatch(data):
        return data
    body = _inside_pem(data.strip())
    if not _BASE64.fullmatch(body):
        raise EdsError(Code.NOT_DER, "neither PEM nor base64 nor DER")
    compact = b"".join(body.split())
    try:
        decoded = base64.b64decode(compact, validate=True)
    except binascii.Error as error:
        raise EdsError(Code.NOT_DER, "broken base64") from error
    if base64.b64encode(decoded) != compact:
        raise EdsError(Code.NOT_DER, "base64 is not in its one canonical form")
    return decoded


def _inside_pem(data: bytes) -> bytes:
    """Return what is between the two lines of PEM, if there are any; in linear time whatever is sent."""
    begin = _PEM_BEGIN.match(data)
    if begin is None:
        return data
    end = b"-----END " + begin[1] + b"-----"
    if not data.endswith(end):
        raise EdsError(Code.NOT_DER, "PEM without its end")
    return data[begin.end() : -len(end)]


@dataclass(frozen=True, slots=True)
class SignedAttributes:
    """The attributes under the signature; `signed` are the bytes that the signature is over (RFC 5652, 5.4)."""

    signed: bytes
    content_type: str
    message_digest: bytes
    signing_time: datetime | None
    certificate_digest: tuple[bytes, bytes] | None
    """AlgorithmIdentifier and hash of the signer's certificate (signingCertificateV2, RFC 5035)."""
    certificate_sha1: bytes | None = None
    """The same by signingCertificate (RFC 2634), which older time stamp authorities write. A signer's is not looked at."""


@dataclass(frozen=True, slots=True)
class ParsedSignature:
    """The parts of a SignedData that has exactly one signer."""

    content: bytes | None
    certificates: tuple[bytes, ...]
    signer_certificate: Certificate
    digest_algorithm: bytes
    signature_algorithm: bytes
    attributes: bytes
    signature: bytes
    time_stamp: bytes | None = None
    """The token that is the one unsigned attribute allowed (RFC 3161, appendix A); its own signature is not checked here."""


def parts_of(data: bytes) -> list[Slice]:
    """Return the parts of the SignedData in a ContentInfo (RFC 5652, 5.1), of which there are four at least."""
    outer = der.children(data, der.whole(data, der.SEQUENCE))
    if len(outer) != 2 or outer[0].tag != der.OBJECT_IDENTIFIER or der.oid(data, outer[0]) != oids.SIGNED_DATA:
        raise EdsError(Code.NOT_SIGNED_DATA, "the content type is another one")
    if outer[1].tag != 0xA0:
        raise EdsError(Code.NOT_SIGNED_DATA, "no content")
    inner = der.expect(data, outer[1].body, outer[1].end, der.SEQUENCE)
    parts = der.children(data, inner)
    if inner.end != outer[1].end or len(parts) < 4 or parts[1].tag != der.SET or parts[-1].tag != der.SET:
        raise EdsError(Code.NOT_SIGNED_DATA, "its parts are not those of SignedData")
    return parts


def parse(data: bytes, content_type: str = oids.DATA) -> ParsedSignature:
    """Slice a ContentInfo; EdsError with the code of the first thing that is not as it must be.

    Of another `content_type` than plain data the content is attached, and no unsigned attribute is allowed.
    """
    parts = parts_of(data)
    if der.raw(data, parts[0]) not in (VERSION_1, VERSION_3):
        raise EdsError(Code.NOT_SIGNED_DATA, "unknown version")
    content = _content(data, parts[2], content_type)
    certificates = _certificates(data, parts[3:-1])
    infos = der.children(data, parts[-1])
    if len(infos) != 1:
        raise EdsError(Code.SIGNER_COUNT, f"{len(infos)} signers")
    signer = _signer(data, infos[0], der.contents(data, parts[1]), content, certificates)
    # Version 3 says that the signer is of version 3 or that the content is not plain data (RFC 5652, 5.1).
    signers = data[infos[0].body : infos[0].body + len(VERSION_1)]
    if der.raw(data, parts[0]) != (signers if content_type == oids.DATA else VERSION_3):
        raise EdsError(Code.NOT_SIGNED_DATA, "a version that does not fit the parts")
    if content_type != oids.DATA and (signer.content is None or signer.time_stamp is not None):
        raise EdsError(Code.NOT_SIGNED_DATA, "content is missing, or there are unsigned attributes")
    return signer


def _content(data: bytes, encapsulated: Slice, content_type: str) -> bytes | None:
    parts = der.children(data, encapsulated)
    if encapsulated.tag != der.SEQUENCE or not 1 <= len(parts) <= 2 or der.oid(data, parts[0]) != content_type:
        raise EdsError(Code.NOT_SIGNED_DATA, "what is signed is another type of content")
    if len(parts) == 1:
        return None
    octets = der.expect(data, parts[1].body, parts[1].end, der.OCTET_STRING)
    if parts[1].tag != ATTACHED or octets.end != parts[1].end:
        raise EdsError(Code.NOT_SIGNED_DATA, "attached content is not one octet string")
    return der.contents(data, octets)


def _certificates(data: bytes, optional: list[Slice]) -> tuple[bytes, ...]:
    if not optional:
        return ()
    if len(optional) > 1 or optional[0].tag != 0xA0:
        raise EdsError(Code.UNSUPPORTED_PART, "revocation lists inside the signature")
    found = der.children(data, optional[0])
    if any(element.tag != der.SEQUENCE for element in found):
        raise EdsError(Code.UNSUPPORTED_PART, "certificates of another kind than X.509")
    return tuple(der.raw(data, element) for element in found)


def _signer(
    data: bytes, info: Slice, digests: bytes, content: bytes | None, certificates: tuple[bytes, ...]
) -> ParsedSignature:
    parts = der.children(data, info)
    if info.tag != der.SEQUENCE or len(parts) < 5:
        raise EdsError(Code.ATTRIBUTES_MISSING, "the signer has no signed attributes")
    if parts[3].tag != SIGNED_ATTRIBUTES or parts[5:6] == []:
        raise EdsError(Code.ATTRIBUTES_MISSING, "the signer has no signed attributes")
    if len(parts) > 7:
        raise EdsError(Code.UNSUPPORTED_PART, "parts behind the unsigned attributes")
    if parts[5].tag != der.OCTET_STRING:
        raise EdsError(Code.NOT_SIGNED_DATA, "the signature value is not an octet string")
    # The version follows from how the signer is named, by issuer and serial or by key (RFC 5652, 5.3).
    if der.raw(data, parts[0]) != (VERSION_3 if parts[1].tag == KEY_IDENTIFIER else VERSION_1):
        raise EdsError(Code.NOT_SIGNED_DATA, "a version that does not fit the parts")
    digest_algorithm = der.raw(data, parts[2])
    # Known is enough here: whether it is allowed depends on the policy, and is asked in a step of its own. The list of digests
    # is not signed, so it must be spelled as the signer spells it: one signature has no second file.
    algorithms.digest(digest_algorithm, old_allowed=True)
    if digests != digest_algorithm:
        raise EdsError(Code.ALGORITHM_NOT_ALLOWED, "the digests announced are not the signer's one")
    return ParsedSignature(
        content=content,
        certificates=certificates,
        signer_certificate=find_certificate(data, parts[1], certificates),
        digest_algorithm=digest_algorithm,
        signature_algorithm=der.raw(data, parts[4]),
        attributes=der.raw(data, parts[3]),
        signature=der.contents(data, parts[5]),
        time_stamp=time_stamp_token(data, parts[6]) if len(parts) == 7 else None,
    )


def time_stamp_token(data: bytes, unsigned: Slice) -> bytes:
    """Return the token of unsigned attributes that are exactly one time stamp; everything else is refused."""
    attributes = der.children(data, unsigned)
    if unsigned.tag != UNSIGNED_ATTRIBUTES or len(attributes) != 1 or attributes[0].tag != der.SEQUENCE:
        raise EdsError(Code.UNSUPPORTED_PART, "unsigned attributes other than one time stamp")
    parts = der.children(data, attributes[0])
    if len(parts) != 2 or parts[1].tag != der.SET or certificate.dotted(data, parts[0]) != oids.TIME_STAMP_TOKEN:
        raise EdsError(Code.UNSUPPORTED_PART, "an unsigned attribute that is not a time stamp")
    tokens = der.children(data, parts[1])
    if len(tokens) != 1 or tokens[0].tag != der.SEQUENCE:
        raise EdsError(Code.UNSUPPORTED_PART, f"{len(tokens)} time stamps")
    return der.raw(data, tokens[0])


def find_certificate(data: bytes, identifier: Slice, candidates: tuple[bytes, ...]) -> Certificate:
    """Return the one certificate that the signer's id names, compared byte for byte."""
    found = []
    for raw in candidates:
        try:
            parsed = certificate.parse(raw)
        except EdsError as error:
            raise EdsError(Code.CERTIFICATE_MALFORMED, error.detail) from error
        if identifier.tag == KEY_IDENTIFIER:
            matches = parsed.key_id == der.contents(data, identifier)
        else:
            parts = der.children(data, identifier)
            matches = (
                identifier.tag == der.SEQUENCE
                and len(parts) == 2
                and der.raw(data, parts[0]) == parsed.issuer
                and der.integer(data, parts[1]) == parsed.serial
            )
        if matches:
            found.append(parsed)
    if len(found) != 1:
        raise EdsError(Code.CERTIFICATE_MISSING, f"{len(found)} certificates fit the signer's id")
    return found[0]


def attributes(implicit: bytes) -> SignedAttributes:
    """Read the signed attributes; each may occur once and holds one value."""
    signed = b"\x31" + implicit[1:]
    values: dict[str, tuple[Slice, ...]] = {}
    for attribute in der.children(signed, der.whole(signed, der.SET)):
        parts = der.children(signed, attribute)
        if attribute.tag != der.SEQUENCE or len(parts) != 2 or parts[1].tag != der.SET:
            raise EdsError(Code.ATTRIBUTES_MALFORMED, "an attribute is not a pair")
        name = certificate.dotted(signed, parts[0])
        if name in values:
            raise EdsError(Code.ATTRIBUTES_MALFORMED, "an attribute occurs twice")
        values[name] = tuple(der.children(signed, parts[1]))

    def one(name: str, tag: int) -> Slice | None:
        found = values.get(name)
        if found is None:
            return None
        if len(found) != 1 or (tag and found[0].tag != tag):
            raise EdsError(Code.ATTRIBUTES_MALFORMED, f"attribute {name}")
        return found[0]

    content_type = one(oids.CONTENT_TYPE, der.OBJECT_IDENTIFIER)
    message_digest = one(oids.MESSAGE_DIGEST, der.OCTET_STRING)
    if content_type is None or message_digest is None:
        raise EdsError(Code.ATTRIBUTES_MISSING, "contentType or messageDigest")
    signing_time = one(oids.SIGNING_TIME, 0)
    reference = one(oids.SIGNING_CERTIFICATE_V2, der.SEQUENCE)
    older = one(oids.SIGNING_CERTIFICATE, der.SEQUENCE)
    return SignedAttributes(
        signed=signed,
        content_type=der.oid(signed, content_type),
        message_digest=der.contents(signed, message_digest),
        signing_time=None if signing_time is None else der.time(signed, signing_time),
        certificate_digest=None if reference is None else _certificate_digest(signed, reference),
        certificate_sha1=None if older is None else _certificate_digest(signed, older)[1],
    )


def _certificate_digest(data: bytes, reference: Slice) -> tuple[bytes, bytes]:
    """Read the first ESSCertIDv2: SHA-256 when it names no algorithm (RFC 5035, 4)."""
    parts = der.children(data, reference)
    identifiers = der.children(data, parts[0]) if parts else []
    fields = der.children(data, identifiers[0]) if identifiers else []
    algorithm = SHA256_IDENTIFIER
    if fields and fields[0].tag == der.SEQUENCE:
        algorithm = der.raw(data, fields[0])
        fields = fields[1:]
    if not fields or fields[0].tag != der.OCTET_STRING:
        raise EdsError(Code.ATTRIBUTES_MALFORMED, "signingCertificateV2")
    return algorithm, der.contents(data, fields[0])


SHA256_IDENTIFIER = next(identifier for identifier, known in algorithms.DIGESTS.items() if known is algorithms.SHA256)
