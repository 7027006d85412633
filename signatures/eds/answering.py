"""OCSP answers (RFC 6960) written by hand and signed by a key of any algorithm, with the habits of the national responder:
no nextUpdate, the nonce repeated, and the extension that says that strangers are called revoked (4.4.8).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from signatures.eds import der, encoding, oids
from signatures.eds.errors import Code, EdsError
from signatures.eds.issuing import Holder, extension

MALFORMED, INTERNAL_ERROR, UNAUTHORIZED = 1, 2, 6
"""OCSPResponseStatus of refusals."""
MOST_CERTIFICATES = 16
"""In one request."""
LONGEST_NONCE = 32
"""Octets of a nonce that are repeated (RFC 9654)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One certificate that a request asks about; `raw` is the CertID as it was sent."""

    raw: bytes
    name_hash: bytes
    key_hash: bytes
    algorithm: str
    serial: int


@dataclass(frozen=True, slots=True)
class Question:
    """A request."""

    certificates: tuple[Asked, ...]
    nonce: bytes | None
    """The value of the nonce's extension, as it was sent."""


@dataclass(frozen=True, slots=True)
class Revoked:
    """Since when a certificate does not hold any more, and why (CRLReason)."""

    since: datetime
    reason: int


def read(request: bytes) -> Question:
    """Slice an OCSPRequest; EdsError when it is none. A signature of the asker is not looked at."""
    outer = der.children(request, der.whole(request, der.SEQUENCE))
    fields = der.children(request, outer[0]) if outer and outer[0].tag == der.SEQUENCE else []
    lists = [field for field in fields if field.tag == der.SEQUENCE]
    if len(lists) != 1:
        raise EdsError(Code.NOT_DER, "not an OCSP request")
    singles = der.children(request, lists[0])
    if not 1 <= len(singles) <= MOST_CERTIFICATES:
        raise EdsError(Code.NOT_DER, f"{len(singles)} certificates in one request")
    asked = tuple(_asked(request, der.children(request, single)) for single in singles)
    nonce = next((_nonce(request, field) for field in fields if field.tag == 0xA2), None)
    return Question(asked, nonce)


def _asked(data: bytes, parts: list[der.Slice]) -> Asked:
    fields = der.children(data, parts[0]) if parts else []
    if [field.tag for field in fields] != [der.SEQUENCE, der.OCTET_STRING, der.OCTET_STRING, der.INTEGER]:
        raise EdsError(Code.NOT_DER, "not a CertID")
    algorithm = der.children(data, fields[0])
    return Asked(
        raw=der.raw(data, parts[0]),
        name_hash=der.contents(data, fields[1]),
        key_hash=der.contents(data, fields[2]),
        algorithm=der.oid(data, algorithm[0]) if algorithm else "",
        serial=der.integer(data, fields[3]),
    )


def _nonce(data: bytes, tagged: der.Slice) -> bytes | None:
    extensions = der.expect(data, tagged.body, tagged.end, der.SEQUENCE)
    for item in der.children(data, extensions):
        parts = der.children(data, item)
        if len(parts) >= 2 and der.oid(data, parts[0]) == oids.OCSP_NONCE and parts[-1].tag == der.OCTET_STRING:
            value = der.contents(data, parts[-1])
            return value if len(value) <= LONGEST_NONCE + 2 else None
    return None


def refuse(status: int) -> bytes:
    """Return an OCSPResponse without an answer."""
    return encoding.sequence(encoding.enumerated(status))


def answer(question: Question, state: Callable[[int], Revoked | None], responder: Holder, *, now: datetime) -> bytes:
    """Return a signed OCSPResponse; `state` says of a serial whether it is revoked, None is good."""
    extensions = [extension(oids.OCSP_EXTENDED_REVOKE, encoding.NULL)]
    if question.nonce is not None:
        extensions.insert(0, extension(oids.OCSP_NONCE, question.nonce))
    tbs = encoding.sequence(
        encoding.explicit(1, responder.parsed.subject_name),
        encoding.generalized_time(now),
        encoding.sequence(*(_single(asked, state(asked.serial), now) for asked in question.certificates)),
        encoding.explicit(1, encoding.sequence(*extensions)),
    )
    parts = (tbs, responder.key.algorithm, encoding.bits(responder.key.sign(tbs)))
    basic = encoding.sequence(*parts, encoding.explicit(0, encoding.sequence(responder.raw)))
    body = encoding.sequence(encoding.oid(oids.OCSP_BASIC), encoding.octets(basic))
    return encoding.sequence(encoding.enumerated(0), encoding.explicit(0, body))


def _single(asked: Asked, revoked: Revoked | None, now: datetime) -> bytes:
    if revoked is None:
        status = b"\x80\x00"
    else:
        reason = encoding.explicit(0, encoding.enumerated(revoked.reason))
        status = encoding.explicit(1, encoding.generalized_time(revoked.since), reason)
    return encoding.sequence(asked.raw, status, encoding.generalized_time(now))
