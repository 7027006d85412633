"""A signature file as an auditor meets it: any number of signers, over data or over a time stamp's contents.

The portal takes one narrow shape (`cms.parse`). Evidence made elsewhere has two signers, unsigned attributes, certificates of
others; all of it is read here and shown, and what the portal itself would refuse is noted rather than hidden. The bytes
are sliced as strictly as everywhere: an auditor needs one reading of a file, too.
"""

from dataclasses import dataclass

from signatures.eds import certificate, cms, der, oids
from signatures.eds.certificate import Certificate
from signatures.eds.der import Slice
from signatures.eds.errors import Code, EdsError

CONTENT_TYPES = (oids.DATA, oids.TIME_STAMP_INFO)
MOST_SIGNERS = 64
"""A document that a whole council signed is read; a file made to keep the reader busy is not."""


@dataclass(frozen=True, slots=True)
class SignerPart:
    """One SignerInfo, sliced; `attributes` and `unsigned` are the elements as they were written, or empty."""

    certificate: Certificate | None
    trouble: EdsError | None
    """Why there is no certificate."""
    digest_algorithm: bytes
    signature_algorithm: bytes
    attributes: bytes
    signature: bytes
    unsigned: bytes


@dataclass(frozen=True, slots=True)
class SignedFile:
    """A whole SignedData."""

    content_type: str
    content: bytes | None
    certificates: tuple[bytes, ...]
    digests: tuple[bytes, ...]
    has_lists: bool
    signers: tuple[SignerPart, ...]

    @property
    def is_time_stamp(self) -> bool:
        """Say whether the file is itself a time stamp."""
        return self.content_type == oids.TIME_STAMP_INFO


def read(data: bytes) -> SignedFile:
    """Slice a ContentInfo with SignedData (RFC 5652, 5.1); EdsError when it is something else or broken."""
    parts = cms.parts_of(data)
    content_type, content = _content(data, parts[2])
    certificates = next((part for part in parts[3:-1] if part.tag == 0xA0), None)
    raws = () if certificates is None else tuple(der.raw(data, e) for e in der.children(data, certificates))
    infos = der.children(data, parts[-1])
    if len(infos) > MOST_SIGNERS:
        raise EdsError(Code.TOO_LARGE, f"{len(infos)} signers")
    return SignedFile(
        content_type=content_type,
        content=content,
        certificates=raws,
        digests=tuple(der.raw(data, element) for element in der.children(data, parts[1])),
        has_lists=any(part.tag == 0xA1 for part in parts[3:-1]),
        signers=tuple(_signer(data, info, raws) for info in infos),
    )


def _content(data: bytes, encapsulated: Slice) -> tuple[str, bytes | None]:
    parts = der.children(data, encapsulated)
    if encapsulated.tag != der.SEQUENCE or not 1 <= len(parts) <= 2:
        raise EdsError(Code.NOT_SIGNED_DATA, "what is signed is not named")
    kind = der.oid(data, parts[0])
    if len(parts) == 1:
        return kind, None
    octets = der.expect(data, parts[1].body, parts[1].end, der.OCTET_STRING)
    if parts[1].tag != cms.ATTACHED or octets.end != parts[1].end:
        raise EdsError(Code.NOT_SIGNED_DATA, "attached content is not one octet string")
    return kind, der.contents(data, octets)


def _signer(data: bytes, info: Slice, certificates: tuple[bytes, ...]) -> SignerPart:
    parts = der.children(data, info)
    if info.tag != der.SEQUENCE or len(parts) < 5:
        raise EdsError(Code.NOT_SIGNED_DATA, "a signer's parts are missing")
    rest = parts[3:]
    attributes = rest.pop(0) if rest[0].tag == cms.SIGNED_ATTRIBUTES else None
    if len(rest) not in (2, 3) or rest[1].tag != der.OCTET_STRING or (len(rest) == 3 and rest[2].tag != 0xA1):
        raise EdsError(Code.NOT_SIGNED_DATA, "a signer's parts are not those of SignerInfo")
    found, trouble = None, None
    try:
        found = cms.find_certificate(data, parts[1], _readable(certificates))
    except EdsError as error:
        trouble = error
    return SignerPart(
        certificate=found,
        trouble=trouble,
        digest_algorithm=der.raw(data, parts[2]),
        signature_algorithm=der.raw(data, rest[0]),
        attributes=b"" if attributes is None else der.raw(data, attributes),
        signature=der.contents(data, rest[1]),
        unsigned=der.raw(data, rest[2]) if len(rest) == 3 else b"",
    )


def _readable(certificates: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Another signer's broken certificate is no reason to find nobody's; equal copies are one."""
    kept: dict[bytes, None] = {}
    for raw in certificates:
        try:
            certificate.parse(raw)
        except EdsError:
            continue
        kept[raw] = None
    return tuple(kept)
