"""Time stamps (RFC 3161, RFC 5816): proof that some bytes existed at a moment, signed by an authority of its own.

A token is a SignedData over a TSTInfo. It is judged at its own `genTime`: the stamp of an authority whose certificate has
ended since still holds. What is believed: the structure, read by the strict slicer; one signer whose certificate is named
in the signed attributes, issued under a pinned anchor and made for nothing but time stamping; a policy that is allowed;
an imprint that is the digest of the stamped bytes.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from signatures.eds import algorithms, cms, der, oids
from signatures.eds.certificate import Certificate, dotted
from signatures.eds.cms import ParsedSignature, SignedAttributes
from signatures.eds.der import Slice
from signatures.eds.errors import Code, EdsError
from signatures.eds.path import Authority, TrustStore
from signatures.eds.policy import Policy
from signatures.eds.signing import element

BOOLEAN, TSA_NAME, EXTENSIONS = 0x01, 0xA0, 0xA1
OPTIONAL = (der.SEQUENCE, BOOLEAN, der.INTEGER, TSA_NAME, EXTENSIONS)
"""Accuracy, ordering, nonce, the authority's name (its certificate says more) and extensions, in this order."""
TRUE = b"\x01\x01\xff"
LARGEST_NONCE_OCTETS = 64
GRANTED: Final = (0, 1)
"""PKIStatus `granted` and `grantedWithMods`: only these carry a token (RFC 3161, 2.4.2)."""


def _sha1(message: bytes) -> bytes:
    return hashlib.sha1(message, usedforsecurity=False).digest()


_OLD_IMPRINTS: Final = {
    bytes.fromhex("300706052b0e03021a"): _sha1,
    bytes.fromhex("300906052b0e03021a0500"): _sha1,
}
"""For stamps of years ago only. Who stamps today chooses from `algorithms.DIGESTS`."""


@dataclass(frozen=True, slots=True)
class Imprint:
    """The digest under a stamp: AlgorithmIdentifier and value."""

    algorithm: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class StampInfo:
    """A TSTInfo (RFC 3161, 2.4.2) as its authority signed it."""

    policy: str
    imprint: Imprint
    serial: int
    gen_time: datetime
    accuracy: timedelta | None
    nonce: int | None


@dataclass(frozen=True, slots=True)
class TimeStamp:
    """A token that was found good, and who made it."""

    raw: bytes
    info: StampInfo
    certificate: Certificate
    authority: Authority

    @property
    def gen_time(self) -> datetime:
        """The moment that the authority vouches for."""
        return self.info.gen_time


def _wrong(detail: str) -> EdsError:
    return EdsError(Code.TIME_STAMP_WRONG, detail)


def _untrusted(detail: str) -> EdsError:
    return EdsError(Code.TIME_STAMP_NOT_TRUSTED, detail)


def verify(token: bytes, stamped: bytes, *, store: TrustStore, policy: Policy) -> TimeStamp:
    """Judge a token over the bytes `stamped`; EdsError with one of the three codes of time stamps otherwise."""

    def imprint_of(algorithm: bytes) -> bytes:
        old = _OLD_IMPRINTS.get(algorithm) if policy.old_algorithms_allowed else None
        return old(stamped) if old is not None else _digest(algorithm, policy).hash(stamped)

    return _verify(token, imprint_of, store, policy)


def verify_imprint(token: bytes, imprint: Imprint, *, store: TrustStore, policy: Policy) -> TimeStamp:
    """Judge a token over a digest that was made elsewhere; the algorithm must be the very same."""

    def imprint_of(algorithm: bytes) -> bytes:
        return imprint.value if algorithm == imprint.algorithm else b""

    return _verify(token, imprint_of, store, policy)


def _verify(token: bytes, imprint_of: Callable[[bytes], bytes], store: TrustStore, policy: Policy) -> TimeStamp:
    try:
        parsed = cms.parse(token, oids.TIME_STAMP_INFO)
        info = parse_info(parsed.content or b"")
        attributes = cms.attributes(parsed.attributes)
        _require_named_certificate(attributes, parsed.signer_certificate, policy)
        expected = imprint_of(info.imprint.algorithm)
    except EdsError as error:
        if error.code is Code.ALGORITHM_NOT_ALLOWED:
            raise _untrusted(error.detail) from error
        raise _wrong(error.detail or str(error.code)) from error
    if info.imprint.value != expected:
        raise _wrong("the imprint is of other bytes")
    _require_signature(parsed, attributes, policy)
    authority = _require_authority(parsed, info, store, policy)
    return TimeStamp(token, info, parsed.signer_certificate, authority)


def _digest(identifier: bytes, policy: Policy) -> algorithms.Digest:
    return algorithms.digest(identifier, old_allowed=policy.old_algorithms_allowed)


def _require_named_certificate(attributes: SignedAttributes, signer: Certificate, policy: Policy) -> None:
    """The signed attributes must name the certificate: by SHA-1 (RFC 3161) or another digest (RFC 5816)."""
    if attributes.content_type != oids.TIME_STAMP_INFO:
        raise _wrong("the signed content type is another one")
    if attributes.certificate_digest is not None:
        identifier, value = attributes.certificate_digest
        named = _digest(identifier, policy).hash(signer.raw) == value
    elif attributes.certificate_sha1 is not None:
        named = _sha1(signer.raw) == attributes.certificate_sha1
    else:
        raise _wrong("the signed attributes name no certificate")
    if not named:
        raise _wrong("the signed attributes name another certificate")


def _require_signature(parsed: ParsedSignature, attributes: SignedAttributes, policy: Policy) -> None:
    try:
        scheme = algorithms.scheme(parsed.signature_algorithm, old_allowed=policy.old_algorithms_allowed)
        if _digest(parsed.digest_algorithm, policy) is not scheme.digest:
            raise _untrusted("digest and signature algorithm do not belong together")
        key = scheme.load_key(parsed.signer_certificate.spki)
    except EdsError as error:
        raise _untrusted(error.detail) from error
    if attributes.message_digest != scheme.digest.hash(parsed.content or b""):
        raise _wrong("the digest is of another TSTInfo")
    if not scheme.verify(key, parsed.signature, attributes.signed):
        raise _wrong("the signature does not match")


def _require_authority(parsed: ParsedSignature, info: StampInfo, store: TrustStore, policy: Policy) -> Authority:
    """Certificate, chain and policy at `genTime`; and nothing in the token that nobody has vouched for."""
    tsa = parsed.signer_certificate
    if info.policy not in policy.time_stamp_policies:
        raise _untrusted(f"policy {info.policy}")
    # RFC 3161, 2.3: exactly this purpose, and critical, so that no other key can be taken for a time stamp authority's.
    if tsa.extended_key_usage != {oids.TIME_STAMPING} or oids.EXTENDED_KEY_USAGE not in tsa.critical:
        raise _untrusted("the certificate is not one of a time stamp authority")
    signs = tsa.key_usage & {oids.DIGITAL_SIGNATURE_BIT, oids.NON_REPUDIATION_BIT}
    if tsa.is_authority or (oids.KEY_USAGE in tsa.extensions and not signs):
        raise _untrusted("the certificate's key is not for signing")
    if not tsa.not_before <= info.gen_time <= tsa.not_after:
        raise _untrusted("the certificate was not valid at the stamp's time")
    if info.accuracy is not None and info.accuracy > policy.clock_skew:
        raise _untrusted("the stamp's time is too inexact")
    for raw in parsed.certificates:
        if raw != tsa.raw and not store.knows(raw):
            raise _wrong("a certificate that is neither the signer's nor a known authority's")
    if len(set(parsed.certificates)) != len(parsed.certificates):
        raise _wrong("a certificate occurs twice")
    try:
        return store.issuer_of(tsa, info.gen_time)
    except EdsError as error:
        raise _untrusted(f"{error.code}: {error.detail}") from error


# --- TSTInfo ---


def parse_info(data: bytes) -> StampInfo:
    """Slice a TSTInfo; EdsError otherwise."""
    parts = der.children(data, der.whole(data, der.SEQUENCE))
    if len(parts) < 5 or der.raw(data, parts[0]) != cms.VERSION_1:
        raise _wrong("not a TSTInfo of version 1")
    found = {part.tag: part for part in parts[5:]}
    if [part.tag for part in parts[5:]] != [tag for tag in OPTIONAL if tag in found]:
        raise _wrong("unknown parts of TSTInfo")
    if BOOLEAN in found and der.raw(data, found[BOOLEAN]) != TRUE:
        raise _wrong("`ordering` is not written as DER writes it")
    if EXTENSIONS in found:
        _refuse_critical(data, found[EXTENSIONS])
    return StampInfo(
        policy=dotted(data, parts[1]),
        imprint=_imprint(data, parts[2]),
        serial=der.integer(data, parts[3]),
        gen_time=_gen_time(data, parts[4]),
        accuracy=_accuracy(data, found[der.SEQUENCE]) if der.SEQUENCE in found else None,
        nonce=_nonce(data, found[der.INTEGER]) if der.INTEGER in found else None,
    )


def _nonce(data: bytes, number: Slice) -> int:
    if number.end - number.body > LARGEST_NONCE_OCTETS:
        raise _wrong("an endless nonce")
    return der.integer(data, number)


def _imprint(data: bytes, holder: Slice) -> Imprint:
    parts = der.children(data, holder)
    if holder.tag != der.SEQUENCE or len(parts) != 2 or parts[1].tag != der.OCTET_STRING:
        raise _wrong("not a message imprint")
    return Imprint(der.raw(data, parts[0]), der.contents(data, parts[1]))


def _gen_time(data: bytes, time: Slice) -> datetime:
    """Return a GeneralizedTime that may have fractions of a second, without zeros at their end (RFC 3161, 2.4.2)."""
    text = der.contents(data, time)
    whole, point, fraction = text[:-1].partition(b".")
    if time.tag != der.GENERALIZED_TIME or text[-1:] != b"Z":
        raise _wrong("not a time of DER")
    if point and (not fraction.isdigit() or fraction.endswith(b"0") or len(fraction) > 9):
        raise _wrong("a fraction of a second that is not written as DER writes it")
    second = whole + b"Z"
    moment = der.time(second, Slice(der.GENERALIZED_TIME, 0, 0, len(second)))
    return moment + timedelta(microseconds=int(fraction.ljust(6, b"0")[:6] or b"0"))


def _accuracy(data: bytes, holder: Slice) -> timedelta:
    """Return seconds, [0] milliseconds and [1] microseconds, each optional, in this order, from 1 to 999."""
    found = {der.INTEGER: 0, 0x80: 0, 0x81: 0}
    last = -1
    for part in der.children(data, holder):
        place = list(found).index(part.tag) if part.tag in found else -1
        value = der.integer(data, Slice(der.INTEGER, *part[1:]))
        if place <= last or value < 0 or (place > 0 and not 1 <= value <= 999) or value > 2**31:
            raise _wrong("accuracy")
        last, found[part.tag] = place, value
    return timedelta(seconds=found[der.INTEGER], milliseconds=found[0x80], microseconds=found[0x81])


def _refuse_critical(data: bytes, holder: Slice) -> None:
    """Extensions may stand there, none that must be understood."""
    for extension in der.children(data, holder):
        parts = der.children(data, extension)
        if extension.tag != der.SEQUENCE or len(parts) != 2 or parts[1].tag != der.OCTET_STRING:
            raise _wrong("an extension that must be understood, or none at all")
        dotted(data, parts[0])


# --- asking ---


def request(imprint: Imprint, *, nonce: int) -> bytes:
    """Return a TimeStampReq (RFC 3161, 2.4.1) that wants the authority's certificate in the token."""
    return element(
        der.SEQUENCE,
        cms.VERSION_1,
        element(der.SEQUENCE, imprint.algorithm, element(der.OCTET_STRING, imprint.value)),
        element(der.INTEGER, nonce.to_bytes(nonce.bit_length() // 8 + 1, "big")),
        TRUE,
    )


def token_of(response: bytes) -> bytes:
    """Return the token inside a TimeStampResp (RFC 3161, 2.4.2); EdsError when the authority refused."""
    parts = der.children(response, der.whole(response, der.SEQUENCE))
    if not 1 <= len(parts) <= 2 or parts[0].tag != der.SEQUENCE:
        raise _wrong("not a TimeStampResp")
    status = der.children(response, parts[0])
    if not status or der.integer(response, status[0]) not in GRANTED or len(parts) != 2:
        raise _wrong("the authority gave no time stamp")
    return der.raw(response, parts[1])
