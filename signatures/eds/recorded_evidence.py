"""Revocation from files that somebody kept: lists and responders' answers, judged for a moment that may be long past.

The portal asks at the moment of receipt and wants a fresh answer. An auditor has what was recorded, perhaps later. So: what
says "revoked by T" or "never issued" holds whatever its age; what says "good" holds only when it speaks of T, that is
when it was written after T, or before and was still in force then. The worst believable answer decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from signatures.eds import crl, ocsp
from signatures.eds.certificate import Certificate
from signatures.eds.errors import EdsError
from signatures.eds.path import Authority
from signatures.eds.policy import Policy
from signatures.eds.revocation import Answer, RevocationChecker, SourceUnreachable, State

WORST_FIRST = (State.NEVER_ISSUED, State.REVOKED, State.GOOD, State.PENDING)


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """One file: what it is, and the span of time of which it speaks without being asked again."""

    name: str
    raw: bytes
    kind: str
    """`crl`, `delta` or `ocsp`."""
    since: datetime
    until: datetime | None
    about: str
    """The issuer of a list; empty for an answer."""


@dataclass(frozen=True, slots=True)
class Used:
    """What one file said of a certificate; `reason` is one of `REASONS` when it said nothing."""

    file: EvidenceFile
    state: State | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What all files together say."""

    state: State
    used: tuple[Used, ...]

    @property
    def source(self) -> str:
        """The kind of evidence that decided, `none` without any."""
        return next((use.file.kind for use in self.used if use.state is self.state), "none")


REASONS = ("not_about_it", "out_of_date")


def read(name: str, raw: bytes) -> EvidenceFile | None:
    """Return the list or answer in this file; None when it is neither."""
    try:
        found = crl.parse(raw)
        kind = "crl" if found.base_number is None else "delta"
        return EvidenceFile(name, raw, kind, found.this_update, found.next_update, found.issuer.hex())
    except EdsError:
        pass
    try:
        single = next(iter(ocsp.parse(raw).singles), None)
    except EdsError:
        return None
    return None if single is None else EvidenceFile(name, raw, "ocsp", single.this_update, single.next_update, "")


def judge(
    leaf: Certificate, authority: Authority, files: Sequence[EvidenceFile], *, at: datetime, policy: Policy
) -> Outcome:
    """Return what the files say of the certificate at `at`; PENDING when none of them can tell."""
    deltas = [file for file in files if file.kind == "delta"]
    used = [_ask(leaf, authority, file, deltas, at, policy) for file in files if file.kind != "delta"]
    states = {use.state for use in used}
    return Outcome(next((state for state in WORST_FIRST if state in states), State.PENDING), tuple(used))


class _Recorded:
    """Hands one file to the checker that also serves the portal."""

    def __init__(self, file: EvidenceFile, deltas: Sequence[EvidenceFile] = ()) -> None:
        self._file, self._deltas = file, deltas

    def ocsp(self, authority: Authority, request: bytes, *, now: datetime) -> bytes:
        if self._file.kind != "ocsp":
            raise SourceUnreachable("not an answer")
        return self._file.raw

    def crls(self, authority: Authority, *, now: datetime) -> Sequence[bytes]:
        return [self._file.raw, *(delta.raw for delta in self._deltas)] if self._file.kind == "crl" else []


def _ask(
    leaf: Certificate,
    authority: Authority,
    file: EvidenceFile,
    deltas: Sequence[EvidenceFile],
    at: datetime,
    policy: Policy,
) -> Used:
    fitting = [delta for delta in deltas if delta.about == file.about and delta.since >= file.since]
    answer = Answer(State.PENDING, "none")
    for behind in (fitting, []) if fitting else ([],):
        source = _Recorded(file, sorted(behind, key=lambda delta: delta.since))
        asked = max([file.since, *(delta.since for delta in behind)])
        answer = RevocationChecker(source, policy).check(leaf, authority, at=at, now=asked)
        if answer.state is not State.PENDING:
            break
    if answer.state is State.PENDING:
        return Used(file, None, "not_about_it")
    if answer.state is State.GOOD and not _speaks_of(file, at, policy):
        return Used(replace(file), None, "out_of_date")
    return Used(file, answer.state)


def _speaks_of(file: EvidenceFile, at: datetime, policy: Policy) -> bool:
    lifetime = policy.oldest_ocsp if file.kind == "ocsp" else timedelta(0)
    end = max(file.until or file.since, file.since + lifetime)
    return at <= end + policy.clock_skew
