"""What a verification found: each step with its outcome, who signed, and the bytes that were believed."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from signatures.eds.certificate import Certificate
from signatures.eds.errors import Code
from signatures.eds.iin import Sex
from signatures.eds.revocation import Evidence
from signatures.eds.tsp import TimeStamp


class Status(StrEnum):
    """The outcome. PENDING: all is well but revocation is not known; to be kept, not counted, and asked again."""

    VALID = "valid"
    INVALID = "invalid"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Finding:
    """One step of the order. `detail` holds neither IIN nor name."""

    step: str
    ok: bool
    code: Code | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """The verified holder. Never to be logged or stored in clear."""

    iin: str
    given_name: str
    surname: str
    patronymic: str
    birth_date: date | None
    sex: Sex | None
    organisation: str
    organisation_bin: str | None
    roles: frozenset[str]


@dataclass(slots=True)
class Report:
    """All findings in order, and what they come to."""

    findings: list[Finding] = field(default_factory=list)
    status: Status = Status.INVALID
    signer: Signer | None = None
    certificate: Certificate | None = None
    signing_time: datetime | None = None
    """What the signer's clock said; nothing is judged by it."""
    time_stamp: TimeStamp | None = None
    judged_at: datetime | None = None
    """T: the time stamp's moment, else that of receipt; None when no step came so far."""
    checked_at: datetime | None = None
    """When it was asked about revocation."""
    evidence: tuple[Evidence, ...] = ()
    """All that was believed beside the file itself: certificates of authorities, answers, lists."""

    @property
    def code(self) -> Code | None:
        """The code of the step that failed, or None."""
        return next((finding.code for finding in self.findings if not finding.ok), None)

    def as_json(self) -> dict[str, Any]:
        """The report as it may be stored in clear."""
        return {
            "status": str(self.status),
            "findings": [
                {"step": f.step, "ok": f.ok, "code": None if f.code is None else str(f.code), "detail": f.detail}
                for f in self.findings
            ],
        }
