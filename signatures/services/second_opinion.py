"""A second opinion on a signature that our own verifier found good: NCANode's HTTP API, behind SECOND_OPINION_URL.

Never the only verifier: it says `valid` of a file that nobody signed, believes unsigned OCSP answers, and judges at its own
now. So its `valid` counts only for exactly one signer whose certificate is the one that we found, with the same IIN. Whatever
else it says of a signature that we hold good is a disagreement: the signature is refused, administrators are alarmed, and
somebody has to look which of the two is wrong. What it is told: the signature and the statement, nothing else.

When it does not answer, SECOND_OPINION_REQUIRED decides: no (the default) goes on and writes "not asked" into the report, because
our own verification is complete and a second program must not be able to stop a vote; yes keeps the signature as pending.
"""

import base64
import json
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from signatures import limits
from signatures.eds.certificate import Certificate
from signatures.eds.errors import Code
from signatures.eds.verify import Finding, Report, Status
from signatures.services import transport
from signatures.services.breaker import Breaker, Paused

logger = logging.getLogger(__name__)

STEP = "second_opinion"
PATH = "/cms/verify"
REFUSED_BY_ITSELF = ("HTTP 400", "HTTP 422")
"""It could not read the file: that is an opinion, too."""
DISAGREED = "second_opinion:disagreed"


class Opinion(StrEnum):
    """What came of asking."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Answer:
    """An opinion and its reason, which holds neither IIN nor name."""

    opinion: Opinion
    reason: str = ""


def confirm(report: Report, cms: bytes, content: bytes, *, at: datetime) -> None:
    """Ask about a signature that we hold good and write the answer into its report.

    A disagreement makes the report invalid; silence makes it pending where an answer is required. What is pending anyway is
    asked about when it is judged again.
    """
    url = str(getattr(settings, "SECOND_OPINION_URL", ""))
    if not url or report.certificate is None or report.signer is None or report.status is not Status.VALID:
        return
    answer = ask(url, cms, content, report.certificate, report.signer.iin, at=at)
    if answer.opinion is Opinion.AGREES:
        report.findings.append(Finding(STEP, True))
    elif answer.opinion is Opinion.DISAGREES:
        _alarm(answer.reason, at)
        report.findings.append(Finding(STEP, False, Code.SECOND_OPINION_DISAGREES, answer.reason))
        report.status = Status.INVALID
    elif getattr(settings, "SECOND_OPINION_REQUIRED", False):
        report.findings.append(Finding(STEP, False, Code.SECOND_OPINION_UNREACHABLE, answer.reason))
        report.status = Status.PENDING
    else:
        report.findings.append(Finding(STEP, True, None, f"not asked: {answer.reason}"))


def ask(url: str, cms: bytes, content: bytes, certificate: Certificate, iin: str, *, at: datetime) -> Answer:
    """Ask once, within the time-out, unless it was silent a moment ago."""
    breaker = _breaker(url)
    try:
        breaker.admit(now=at)
    except Paused as paused:
        return Answer(Opinion.SILENT, str(paused))
    began = time.monotonic()
    try:
        raw = transport.exchange(
            url.rstrip("/") + PATH,
            body=_question(cms, content),
            content_type="application/json",
            largest=limits.LARGEST_SECOND_OPINION,
            seconds=float(getattr(settings, "SECOND_OPINION_TIMEOUT", limits.SECOND_OPINION_SECONDS)),
        )
    except transport.NoAnswer as error:
        if str(error) in REFUSED_BY_ITSELF:
            return Answer(Opinion.DISAGREES, "it cannot read the signature")
        breaker.failed(now=at, error=str(error))
        return Answer(Opinion.SILENT, str(error))
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("valid"), bool):
        breaker.failed(now=at, error="not an answer of NCANode")
        return Answer(Opinion.SILENT, "not an answer of NCANode")
    breaker.succeeded(now=at, seconds=time.monotonic() - began)
    wrong = _difference(said, certificate, iin)
    return Answer(Opinion.AGREES) if not wrong else Answer(Opinion.DISAGREES, wrong)


@lru_cache(maxsize=4)
def _breaker(url: str) -> Breaker:
    return Breaker(url)


def _question(cms: bytes, content: bytes) -> bytes:
    said = {"cms": base64.b64encode(cms).decode(), "data": base64.b64encode(content).decode(), "revocationCheck": []}
    return json.dumps(said).encode()


def _difference(said: dict[str, Any], certificate: Certificate, iin: str) -> str:
    """Return in what the answer differs from our finding; empty when it agrees."""
    if said["valid"] is not True:
        return "it says that the signature is not valid"
    signers = said.get("signers")
    if not isinstance(signers, list) or len(signers) != 1:
        return f"it found {len(signers) if isinstance(signers, list) else 'no list of'} signers"
    certificates = signers[0].get("certificates") if isinstance(signers[0], dict) else None
    if not isinstance(certificates, list):
        return "it names no certificate"
    same = [one for one in certificates if isinstance(one, dict) and _is_ours(one, certificate)]
    if len(same) != 1:
        return "it found another certificate"
    if same[0].get("valid") is not True:
        return "it says that the certificate is not valid"
    subject = same[0].get("subject")
    if not isinstance(subject, dict) or str(subject.get("iin", "")).removeprefix("IIN") != iin:
        return "it reads another IIN"
    return ""


def _is_ours(one: dict[str, Any], certificate: Certificate) -> bool:
    """Its newer versions give key and signature of the certificate; older ones only serial number and validity."""
    exact = (("publicKey", certificate.spki), ("signature", certificate.signature))
    return (
        _number(one.get("serialNumber")) == certificate.serial
        and _moment(one.get("notBefore")) == certificate.not_before
        and _moment(one.get("notAfter")) == certificate.not_after
        and all(one.get(name) in (None, base64.b64encode(ours).decode()) for name, ours in exact)
    )


def _number(text: object) -> int | None:
    try:
        return int(str(text), 16)
    except ValueError:
        return None


def _moment(said: object) -> datetime | None:
    """Java's programs write ISO 8601, or milliseconds since 1970."""
    try:
        if isinstance(said, int) and not isinstance(said, bool):
            return datetime.fromtimestamp(said / 1000, tz=UTC)
        at = datetime.fromisoformat(str(said))
    except (ValueError, OverflowError, OSError):
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


# --- alarm ---


def _alarm(reason: str, at: datetime) -> None:
    """The caller's transaction will be undone, so the alarm goes past the database; the watcher makes an incident of it."""
    logger.error("second opinion disagrees with our verifier: %s", reason)
    try:
        cache.add(DISAGREED, at.timestamp(), timeout=limits.DISAGREEMENT_KEPT.total_seconds())
    except (RedisError, OSError):
        return


def disagreed_since() -> datetime | None:
    """Return when the first disagreement of those not yet forgotten was; None when there is none."""
    try:
        since = cache.get(DISAGREED)
    except (RedisError, OSError):
        return None
    return None if since is None else datetime.fromtimestamp(since, tz=UTC)
