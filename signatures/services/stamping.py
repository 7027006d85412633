"""Having bytes stamped with a time that the portal cannot choose, by the authority at TSA_URL.

The address is the operator's. An answer is believed only when it is a token over this very digest, with the nonce of this very
question, by a time stamp authority under a pinned anchor, and about now. Who does not answer is left in peace for a while;
nothing waits for a stamp but the task that asked.
"""

import secrets
import time
from datetime import datetime
from functools import lru_cache

from django.conf import settings

from signatures import limits
from signatures.eds import algorithms, tsp
from signatures.eds.errors import Code, EdsError
from signatures.eds.policy import POLICIES
from signatures.eds.tsp import Imprint, TimeStamp
from signatures.services import transport, trust
from signatures.services.breaker import Breaker, Paused, Standing

SHA256 = next(
    identifier
    for identifier, digest in algorithms.DIGESTS.items()
    if digest is algorithms.SHA256 and identifier.endswith(b"\x05\x00")
)
SHA256_OCTETS = 32
NONCE_BITS = 63
"""Positive in eight octets."""


def stamp(*, digest: bytes, at: datetime) -> bytes | None:
    """Return a verified token (DER) over a SHA-256 digest; None when nobody stamps it now, or wrongly.

    In the demo the demo's own authority is asked, without the way through HTTP, unless TSA_URL says otherwise.
    """
    if len(digest) != SHA256_OCTETS:
        raise ValueError("not a SHA-256 digest")
    imprint, nonce = Imprint(SHA256, digest), secrets.randbits(NONCE_BITS)
    answer = _asked(tsp.request(imprint, nonce=nonce), at)
    if answer is None:
        return None
    try:
        found = verify(tsp.token_of(answer), digest=digest)
    except EdsError as error:
        _note(at, f"{error.code}: {error.detail}")
        return None
    if found.info.nonce != nonce or abs(found.gen_time - at) > limits.STAMP_SKEW:
        _note(at, "a stamp for another question or of another time")
        return None
    return found.raw


def verify(token: bytes, *, digest: bytes) -> TimeStamp:
    """Return what a token over a SHA-256 digest proves; EdsError when it proves nothing here."""
    store, policy = trust.store(), POLICIES[trust.domain()]
    for identifier, known in algorithms.DIGESTS.items():
        if known is algorithms.SHA256 and identifier in token:
            return tsp.verify_imprint(token, Imprint(identifier, digest), store=store, policy=policy)
    raise EdsError(Code.TIME_STAMP_WRONG, "the imprint is by another digest")


def standing() -> tuple[str, Standing] | None:
    """Return address and standing of the authority, for administrators; None where none is set."""
    return (settings.TSA_URL, _breaker(settings.TSA_URL).standing()) if settings.TSA_URL else None


@lru_cache(maxsize=4)
def _breaker(url: str) -> Breaker:
    return Breaker(url)


def _asked(request: bytes, at: datetime) -> bytes | None:
    """Return the authority's answer; None when there is no authority or no answer."""
    if not settings.TSA_URL:
        demo = trust.demo_pki()
        return None if demo is None else demo.answer_stamp(request, at=at)
    breaker, began = _breaker(settings.TSA_URL), time.monotonic()
    try:
        breaker.admit(now=at, patient=True)
        answer = transport.exchange(
            settings.TSA_URL,
            body=request,
            content_type="application/timestamp-query",
            largest=limits.LARGEST_STAMP_ANSWER,
            seconds=limits.STAMP_TIMEOUT_SECONDS,
        )
    except Paused:
        return None
    except transport.NoAnswer as error:
        breaker.failed(now=at, error=str(error))
        return None
    breaker.succeeded(now=at, seconds=time.monotonic() - began, patient=True)
    return answer


def _note(at: datetime, reason: str) -> None:
    """An answer that cannot be believed counts as none."""
    if settings.TSA_URL:
        _breaker(settings.TSA_URL).failed(now=at, error=reason)
