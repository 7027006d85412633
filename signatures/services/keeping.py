"""Keeping what was believed when a signature was accepted: one more statement, in the transaction of the signature.

Answers, lists and certificates are named by their SHA-256 and shared. What this process has seen committed is not sent again,
but the statement counts it: a database that has lost it gets it after all.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from signatures.eds.report import Report
from signatures.eds.revocation import Evidence, Kind
from signatures.models import EvidenceFile, Signature, SignatureEvidence
from signatures.states import SignatureStatus

SHARED = (Kind.AUTHORITY, Kind.LIST, Kind.CHANGES)
"""Kinds that many signatures rest on; an answer is about one certificate at one moment."""
MOST_KNOWN = 4096

_known: set[str] = set()
"""Digests of shared files that this process has seen committed."""


@dataclass(frozen=True, slots=True)
class Belief:
    """What an unstamped signature rests on, apart from its report, which does not travel between processes."""

    files: tuple[Evidence, ...]
    issued_at: datetime


def keep(*, signature: Signature, report: Report, issued_at: datetime | None) -> None:
    """Store what a new signature rests on, in the caller's transaction.

    Of a pending signature only the authorities are kept so far; `settle` adds the rest.
    """
    pending = signature.status == SignatureStatus.PENDING
    files = [one for one in report.evidence if not pending or one.kind == Kind.AUTHORITY]
    row = {
        "signature": signature.pk,
        "issued_at": issued_at,
        "checked_at": None if pending else report.checked_at,
        "stamped_at": None if report.time_stamp is None else report.time_stamp.gen_time,
        "now": report.checked_at,
    }
    _write(files, row)


def settle(*, signature: Signature, report: Report) -> None:
    """Store what was learnt of a signature that was pending, in the caller's transaction; once."""
    keep(signature=signature, report=report, issued_at=None)


def keep_many(rows: Iterable[tuple[Signature, Belief]]) -> None:
    """Store the evidence of many signatures, believed when each was received: for the demo world, which makes thousands."""
    files: dict[str, EvidenceFile] = {}
    links = []
    for signature, belief in rows:
        at = signature.received_at
        for one in belief.files:
            name = one.sha256.hex()
            files.setdefault(name, EvidenceFile(sha256=name, kind=one.kind, content=one.raw, kept_at=at))
        names = [one.sha256.hex() for one in belief.files]
        links.append(SignatureEvidence(signature=signature, files=names, issued_at=belief.issued_at, checked_at=at))
    EvidenceFile.objects.bulk_create(files.values(), batch_size=500, ignore_conflicts=True)
    SignatureEvidence.objects.bulk_create(links, batch_size=500)


ALL_KNOWN = """(SELECT count(*) FROM signatures_evidencefile WHERE sha256 = ANY (%(known)s::text[]))
    = cardinality(%(known)s::text[])"""
# Where something known is missing nothing at all is inserted, so that no lock is held when everything is sent again.
FILES_FIRST = f"""WITH kept AS (
    INSERT INTO signatures_evidencefile (sha256, kind, content, kept_at)
    SELECT name, kind, content, %(now)s::timestamptz
    FROM unnest(%(names)s::text[], %(kinds)s::text[], %(contents)s::bytea[]) AS fresh (name, kind, content)
    WHERE {ALL_KNOWN} ON CONFLICT (sha256) DO NOTHING
) """
ROW = f"""INSERT INTO signatures_signatureevidence (files, signature_id, issued_at, checked_at, stamped_at)
    SELECT %(files)s::varchar(64)[], %(signature)s::uuid, %(issued_at)s::timestamptz, %(checked_at)s::timestamptz,
    %(stamped_at)s::timestamptz WHERE {ALL_KNOWN}
    ON CONFLICT (signature_id) DO UPDATE SET files = excluded.files, checked_at = excluded.checked_at"""


def _write(evidence: Sequence[Evidence], row: Mapping[str, Any]) -> None:
    """Send files and row as one statement. Files that are known to be there are not sent again, but counted."""
    files = {one.sha256.hex(): one for one in evidence}
    known = [name for name in files if name in _known]
    if not _sent(files, known, row):
        _known.difference_update(known)
        if not _sent(files, [], row):
            raise RuntimeError("the evidence of a signature found no row")
    shared = [name for name, one in files.items() if one.kind in SHARED]
    transaction.on_commit(lambda: _remember(shared))


def _sent(files: Mapping[str, Evidence], known: Sequence[str], row: Mapping[str, Any]) -> bool:
    # In the order of their names: two transactions that bring the same new files wait for each other, never in a circle.
    fresh = sorted(name for name in files if name not in known)
    given: dict[str, Any] = {
        "names": fresh,
        "kinds": [str(files[name].kind) for name in fresh],
        "contents": [files[name].raw for name in fresh],
        "files": list(files),
        "known": list(known),
    }
    with connection.cursor() as cursor:
        cursor.execute((FILES_FIRST if fresh else "") + ROW, {**given, **row})
        written: int = cursor.rowcount
    return written == 1


def _remember(names: Collection[str]) -> None:
    if len(_known) > MOST_KNOWN:
        _known.clear()
    _known.update(names)
