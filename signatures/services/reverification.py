"""All stored signatures judged again, one batch after another, so that whoever stops it can go on where it stopped."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from signatures.eds.report import Status
from signatures.eds.verify import Report
from signatures.limits import EVIDENCE_BATCH
from signatures.models import Signature
from signatures.services import evidence
from signatures.states import SignatureStatus

NOT_REFUSED = "no_longer_refused"
"""A signature that was refused after waiting, and that its own evidence finds good."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A signature that does not verify as it once did."""

    signature: UUID
    code: str


@dataclass(slots=True)
class Tally:
    """How far it is. `last` is where the next run resumes."""

    total: int = 0
    judged: int = 0
    good: int = 0
    faulty: int = 0
    unsettled: int = 0
    """Pending, or given up before anybody answered: nothing to judge."""
    last: UUID | None = None
    new_faults: list[Fault] = field(default_factory=list)


def run(*, after: UUID | None, most: int | None, subject: str, now: datetime) -> Iterator[Tally]:
    """Judge signatures in the order of their ids and yield the tally after each batch."""
    held = Signature.objects.filter(subject=subject) if subject else Signature.objects.all()
    waiting = held if after is None else held.filter(pk__gt=after)
    tally = Tally(total=waiting.count() if most is None else min(most, waiting.count()))
    while tally.judged < tally.total:
        room = min(EVIDENCE_BATCH, tally.total - tally.judged)
        behind = waiting if tally.last is None else waiting.filter(pk__gt=tally.last)
        rows = list(behind.order_by("pk").select_related("evidence")[:room])
        if not rows:
            return
        tally.new_faults = [fault for row in rows if (fault := _judge(row, tally, now))]
        tally.faulty += len(tally.new_faults)
        tally.judged += len(rows)
        tally.last = rows[-1].pk
        yield tally


def _judge(row: Signature, tally: Tally, now: datetime) -> Fault | None:
    link = getattr(row, "evidence", None)
    waits = link is None or link.checked_at is None
    if row.status == SignatureStatus.PENDING or (row.status == SignatureStatus.REFUSED and waits):
        tally.unsettled += 1
        return None
    report = evidence.verify_again(signature=row, now=now)
    code = _fault(row, report)
    if code:
        return Fault(row.pk, code)
    tally.good += 1
    return None


def _fault(row: Signature, report: Report) -> str:
    """Return why the signature does not verify as it did, empty when it does."""
    if row.status == SignatureStatus.VALID:
        if report.status is Status.VALID and report.certificate is not None:
            same = report.certificate.sha256.hex() == row.certificate_sha256
            return "" if same else "another_certificate"
        return str(report.code)
    return NOT_REFUSED if report.status is Status.VALID else ""
