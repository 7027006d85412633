"""A time stamp authority (RFC 3161) that writes its tokens by hand, so that it can stamp with a key of any algorithm."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from signatures.eds import algorithms, der, encoding, oids
from signatures.eds.errors import EdsError
from signatures.eds.issuing import Holder
from signatures.eds.signing import sign

GRANTED, REJECTION = 0, 2
"""PKIStatus."""
BAD_ALGORITHM, BAD_DATA_FORMAT, UNACCEPTED_POLICY, UNACCEPTED_EXTENSION = 0, 5, 15, 16
"""PKIFailureInfo."""
LONGEST_NONCE = 64
_VERSION_1 = encoding.integer(1)
_BOOLEAN = 0x01


class Refused(Exception):
    """The request gets no stamp; `failure` is the bit of PKIFailureInfo that says why."""

    def __init__(self, failure: int) -> None:
        super().__init__(failure)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class StampRequest:
    """A TimeStampReq; `imprint` is the MessageImprint as it was sent."""

    imprint: bytes
    digest: algorithms.Digest
    policy: str | None
    nonce: int | None
    wants_certificate: bool


def read(request: bytes) -> StampRequest:
    """Slice a TimeStampReq; Refused when it is none or asks for what is not given here."""
    try:
        parts = der.children(request, der.whole(request, der.SEQUENCE))
        if len(parts) < 2 or der.raw(request, parts[0]) != _VERSION_1 or parts[1].tag != der.SEQUENCE:
            raise Refused(BAD_DATA_FORMAT)
        return _request(request, parts[1], parts[2:])
    except EdsError as error:
        raise Refused(BAD_DATA_FORMAT) from error


def _request(data: bytes, imprint: der.Slice, optional: Sequence[der.Slice]) -> StampRequest:
    order = [der.OBJECT_IDENTIFIER, der.INTEGER, _BOOLEAN, 0xA0]
    tags = [part.tag for part in optional]
    if tags != [tag for tag in order if tag in tags]:
        raise Refused(BAD_DATA_FORMAT)
    found = dict(zip(tags, optional, strict=True))
    if 0xA0 in found:
        raise Refused(UNACCEPTED_EXTENSION)
    nonce = found.get(der.INTEGER)
    if nonce is not None and nonce.end - nonce.body > LONGEST_NONCE:
        raise Refused(BAD_DATA_FORMAT)
    policy, wants = found.get(der.OBJECT_IDENTIFIER), found.get(_BOOLEAN)
    return StampRequest(
        imprint=der.raw(data, imprint),
        digest=_digest(data, imprint),
        policy=None if policy is None else der.oid(data, policy),
        nonce=None if nonce is None else der.integer(data, nonce),
        wants_certificate=wants is not None and der.raw(data, wants) == encoding.TRUE,
    )


def _digest(data: bytes, imprint: der.Slice) -> algorithms.Digest:
    parts = der.children(data, imprint)
    if len(parts) != 2 or parts[1].tag != der.OCTET_STRING:
        raise Refused(BAD_DATA_FORMAT)
    try:
        digest = algorithms.digest(der.raw(data, parts[0]))
    except EdsError as error:
        raise Refused(BAD_ALGORITHM) from error
    if len(der.contents(data, parts[1])) != len(digest.hash(b"")):
        raise Refused(BAD_DATA_FORMAT)
    return digest


def token(request: StampRequest, tsa: Holder, policy: str, *, at: datetime) -> bytes:
    """Return the TimeStampToken: a SignedData over a TSTInfo that says `at`, in whole seconds."""
    info = encoding.sequence(
        _VERSION_1,
        encoding.oid(policy),
        request.imprint,
        encoding.integer(int.from_bytes(os.urandom(16), "big") >> 1),
        encoding.generalized_time(at),
        *(() if request.nonce is None else (encoding.integer(request.nonce),)),
    )
    return sign(
        info,
        tsa.key,
        tsa.raw,
        at=at,
        content_type=oids.TIME_STAMP_INFO,
        attached=True,
        with_certificate=request.wants_certificate,
    )


def granted(made: bytes) -> bytes:
    """Return the TimeStampResp with a token."""
    return encoding.sequence(encoding.sequence(encoding.integer(GRANTED)), made)


def refusal(failure: int) -> bytes:
    """Return the TimeStampResp without one."""
    return encoding.sequence(encoding.sequence(encoding.integer(REJECTION), encoding.flags(failure)))


@dataclass(frozen=True, slots=True)
class StampAuthority:
    """One authority's key and the policy under which it stamps."""

    holder: Holder
    policy: str
    digests: tuple[algorithms.Digest, ...]
    """Of the imprints that it stamps where the request names no policy."""


def respond(request: bytes, authorities: Sequence[StampAuthority], *, at: datetime) -> bytes:
    """Return the TimeStampResp of the authority whose policy is asked for, or else whose digest the imprint has."""
    try:
        asked = read(request)
        for authority in authorities:
            fits = asked.digest in authority.digests if asked.policy is None else asked.policy == authority.policy
            if fits:
                return granted(token(asked, authority.holder, authority.policy, at=at))
        raise Refused(BAD_ALGORITHM if asked.policy is None else UNACCEPTED_POLICY)
    except Refused as refused:
        return refusal(refused.failure)
