"""Answers of an OCSP responder (RFC 6960), read by the strict slicer and believed only for what is signed.

An answer travels over plain HTTP. It counts when the authority itself signed it, or a responder whom this authority made
one: by the usage OCSPSigning, and by the extension `nocheck`, without which one would have to ask about the responder in
turn. The national responder writes that extension empty instead of with a NULL; both are read.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from signatures.eds import certificate, der, oids
from signatures.eds.certificate import Certificate, dotted
from signatures.eds.der import Slice
from signatures.eds.errors import Code, EdsError
from signatures.eds.path import Authority
from signatures.eds.signing import element

ENUMERATED = 0x0A
SUCCESSFUL = b"\x0a\x01\x00"
GOOD, REVOKED, UNKNOWN = 0x80, 0xA1, 0x82
BY_NAME, BY_KEY = 0xA1, 0xA2
HOLD = 6
"""CRLReason certificateHold."""
NEVER_ISSUED_SINCE = datetime(1970, 1, 1, tzinfo=UTC)
"""RFC 6960, 2.2: a responder says "on hold since 1 January 1970" of a certificate that was never issued."""
NONCE_OCTETS = 8
"""As the national responder has it (RFC 9654 would allow up to 128)."""
_SHA256 = bytes.fromhex("300d06096086480165030402010500")
_SHA256_BARE = bytes.fromhex("300b0609608648016503040201")
_NONCE_NAME = bytes.fromhex("06092b0601050507300102")
NOCHECK_VALUES = (b"", b"\x05\x00")


@dataclass(frozen=True, slots=True)
class Single:
    """What is said of one certificate."""

    issuer_hashes: tuple[bytes, bytes]
    serial: int
    status: int
    revoked_since: datetime | None
    reason: int | None
    this_update: datetime
    next_update: datetime | None

    @property
    def never_issued(self) -> bool:
        """Unknown to its own authority, in either of the two ways to say so."""
        held = self.revoked_since == NEVER_ISSUED_SINCE and self.reason == HOLD
        return self.status == UNKNOWN or (self.status == REVOKED and held)


@dataclass(frozen=True, slots=True)
class Response:
    """A successful answer; `certificates` are those that it carries to prove its responder."""

    tbs: bytes
    algorithm: bytes
    signature: bytes
    certificates: tuple[bytes, ...]
    responder: tuple[int, bytes]
    produced_at: datetime
    singles: tuple[Single, ...]
    nonce: bytes | None


def _refuse(detail: str) -> EdsError:
    return EdsError(Code.NOT_DER, detail)


# --- asking ---


def key_bits(issuer: Certificate) -> bytes:
    """Return the bits of the public key alone, over which RFC 6960 takes the issuer's key hash."""
    parts = der.children(issuer.spki, der.whole(issuer.spki, der.SEQUENCE))
    return der.bits(issuer.spki, parts[1])


def issuer_hashes(issuer: Certificate) -> tuple[bytes, bytes]:
    """Return the SHA-256 of the issuer's name and of its key, by which a CertID names it."""
    return hashlib.sha256(issuer.subject_name).digest(), hashlib.sha256(key_bits(issuer)).digest()


def request(leaf: Certificate, issuer: Certificate, nonce: bytes | None = None) -> bytes:
    """Return a question about one certificate, with the SHA-256 CertID that the national responder wants."""
    name_hash, key_hash = issuer_hashes(issuer)
    identifier = element(
        der.SEQUENCE,
        _SHA256,
        element(der.OCTET_STRING, name_hash),
        element(der.OCTET_STRING, key_hash),
        element(der.INTEGER, leaf.serial.to_bytes(leaf.serial.bit_length() // 8 + 1, "big", signed=True)),
    )
    asked = [element(der.SEQUENCE, element(der.SEQUENCE, identifier))]
    if nonce is not None:
        value = element(der.OCTET_STRING, element(der.OCTET_STRING, nonce))
        asked.append(element(0xA2, element(der.SEQUENCE, element(der.SEQUENCE, _NONCE_NAME, value))))
    return element(der.SEQUENCE, element(der.SEQUENCE, *asked))


# --- reading ---


def parse(raw: bytes) -> Response:
    """Slice an OCSPResponse; EdsError when it is not a successful basic one, written in DER."""
    outer = der.children(raw, der.whole(raw, der.SEQUENCE))
    if len(outer) != 2 or der.raw(raw, outer[0]) != SUCCESSFUL or outer[1].tag != 0xA0:
        raise _refuse("the responder gave no answer")
    wrapped = der.children(raw, _only(raw, outer[1], der.SEQUENCE))
    if len(wrapped) != 2 or dotted(raw, wrapped[0]) != oids.OCSP_BASIC or wrapped[1].tag != der.OCTET_STRING:
        raise _refuse("not a basic answer")
    basic = der.contents(raw, wrapped[1])
    parts = der.children(basic, der.whole(basic, der.SEQUENCE))
    if not 3 <= len(parts) <= 4 or parts[0].tag != der.SEQUENCE or parts[1].tag != der.SEQUENCE:
        raise _refuse("the parts of the answer")
    carried: list[Slice] = []
    if len(parts) == 4:
        if parts[3].tag != 0xA0:
            raise _refuse("the parts of the answer")
        carried = der.children(basic, _only(basic, parts[3], der.SEQUENCE))
    fields = der.children(basic, parts[0])
    if not 3 <= len(fields) <= 4 or fields[0].tag not in (BY_NAME, BY_KEY) or fields[2].tag != der.SEQUENCE:
        raise _refuse("the signed part of the answer")
    extensions = _extensions(basic, fields[3]) if len(fields) == 4 else {}
    return Response(
        tbs=der.raw(basic, parts[0]),
        algorithm=der.raw(basic, parts[1]),
        signature=der.bits(basic, parts[2]),
        certificates=tuple(der.raw(basic, one) for one in carried),
        responder=(fields[0].tag, der.contents(basic, fields[0])),
        produced_at=_time(basic, fields[1]),
        singles=tuple(_single(basic, one) for one in der.children(basic, fields[2])),
        nonce=_nonce(extensions.get(oids.OCSP_NONCE)),
    )


def _only(data: bytes, parent: Slice, tag: int) -> Slice:
    inner = der.expect(data, parent.body, parent.end, tag)
    if inner.end != parent.end:
        raise _refuse("bytes behind an element")
    return inner


def _time(data: bytes, at: Slice) -> datetime:
    if at.tag != der.GENERALIZED_TIME:
        raise _refuse("not a GeneralizedTime")
    return der.time(data, at)


def _single(data: bytes, single: Slice) -> Single:
    parts = der.children(data, single)
    if single.tag != der.SEQUENCE or not 3 <= len(parts) <= 5:
        raise _refuse("an answer about one certificate")
    name_hash, key_hash, serial = _certificate_id(data, parts[0])
    since, reason = _revoked(data, parts[1]) if parts[1].tag == REVOKED else (None, None)
    if parts[1].tag in (GOOD, UNKNOWN) and parts[1].end != parts[1].body:
        raise _refuse("a state that says too much")
    if parts[1].tag not in (GOOD, REVOKED, UNKNOWN) or [p.tag for p in parts[3:]] not in (
        [],
        [0xA0],
        [0xA1],
        [0xA0, 0xA1],
    ):
        raise _refuse("the parts of an answer about one certificate")
    if parts[-1].tag == 0xA1:
        _extensions(data, parts[-1])
    following = parts[3] if len(parts) > 3 and parts[3].tag == 0xA0 else None
    return Single(
        issuer_hashes=(name_hash, key_hash),
        serial=serial,
        status=parts[1].tag,
        revoked_since=since,
        reason=reason,
        this_update=_time(data, parts[2]),
        next_update=None if following is None else _time(data, _only(data, following, der.GENERALIZED_TIME)),
    )


def _certificate_id(data: bytes, identifier: Slice) -> tuple[bytes, bytes, int]:
    parts = der.children(data, identifier)
    if len(parts) != 4 or parts[1].tag != der.OCTET_STRING or parts[2].tag != der.OCTET_STRING:
        raise _refuse("a CertID")
    name_hash, key_hash = der.contents(data, parts[1]), der.contents(data, parts[2])
    if der.raw(data, parts[0]) not in (_SHA256, _SHA256_BARE):
        name_hash = key_hash = b""  # asked with SHA-256: an answer by another digest is about nobody
    return name_hash, key_hash, der.integer(data, parts[3])


def _revoked(data: bytes, status: Slice) -> tuple[datetime, int | None]:
    parts = der.children(data, status)
    if not 1 <= len(parts) <= 2 or (len(parts) == 2 and parts[1].tag != 0xA0):
        raise _refuse("a revocation")
    reason = None
    if len(parts) == 2:
        number = _only(data, parts[1], ENUMERATED)
        reason = der.integer(data, Slice(der.INTEGER, *number[1:]))
    return _time(data, parts[0]), reason


def _extensions(data: bytes, holder: Slice) -> dict[str, bytes]:
    """Return the extensions, none of which may be one that must be understood: the nonce is not critical."""
    found: dict[str, bytes] = {}
    for extension in der.children(data, _only(data, holder, der.SEQUENCE)):
        parts = der.children(data, extension)
        if extension.tag != der.SEQUENCE or len(parts) != 2 or parts[1].tag != der.OCTET_STRING:
            raise _refuse("an extension that must be understood, or none at all")
        name = dotted(data, parts[0])
        if name in found:
            raise _refuse("an extension occurs twice")
        found[name] = der.contents(data, parts[1])
    return found


def _nonce(value: bytes | None) -> bytes | None:
    """Return the nonce's octets; older responders leave out the OCTET STRING around them (RFC 6960, 4.4.1)."""
    if value is None:
        return None
    if value[:1] == b"\x04" and len(value) >= 2 and value[1] == len(value) - 2:
        return value[2:]
    return value


# --- who answered ---


def responder(response: Response, authority: Authority, now: datetime) -> Authority:
    """Return who may answer for the authority and is named in the answer; its signature is still to be checked."""
    if _is_named(authority.certificate, response.responder):
        return authority
    for raw in response.certificates:
        candidate = _delegated(raw, authority.old_algorithms_allowed)
        if _is_named(candidate.certificate, response.responder) and _may_answer(candidate.certificate, authority, now):
            return candidate
    raise _refuse("the answer is not of a responder of the authority")


@lru_cache(maxsize=8)
def _delegated(raw: bytes, old_allowed: bool) -> Authority:
    """Return the responder, remembered with its key: it answers about many. Whether it may answer is asked each time."""
    own = certificate.parse(raw)
    return Authority(own, own.not_before, own.not_after, 0, lasting=True, old_algorithms_allowed=old_allowed)


def _is_named(candidate: Certificate, name: tuple[int, bytes]) -> bool:
    kind, value = name
    if kind == BY_NAME:
        return value == candidate.subject_name
    digest = hashlib.sha1(key_bits(candidate), usedforsecurity=False).digest()  # a name, not a protection
    return value == b"\x04\x14" + digest


def _may_answer(candidate: Certificate, authority: Authority, now: datetime) -> bool:
    usage = candidate.key_usage
    return (
        oids.OCSP_SIGNING in candidate.extended_key_usage
        and candidate.extensions.get(oids.OCSP_NO_CHECK) in NOCHECK_VALUES
        and (oids.KEY_USAGE not in candidate.extensions or oids.DIGITAL_SIGNATURE_BIT in usage)
        and candidate.not_before <= now <= candidate.not_after
        and authority.has_issued(candidate)
    )
