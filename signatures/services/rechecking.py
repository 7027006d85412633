"""Judging all signatures of an object again, from what is stored: in chunks, by any number of workers, resumable.

A chunk is taken for a while, judged outside of any transaction, and its result written once, if nobody was faster. Who dies
while judging loses that chunk's turn and nothing else: it is taken again when its turn is over.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from signatures import limits
from signatures.eds.verify import Report, Status
from signatures.models import RecheckChunk, RecheckRun, Signature
from signatures.services import evidence
from signatures.states import Purpose, SignatureStatus

BOUNDS = """
WITH numbered AS (
    SELECT id, (row_number() OVER (ORDER BY id) - 1) / %(size)s AS chunk FROM signatures_signature
    WHERE subject = %(subject)s AND purpose = ANY(%(purposes)s) AND status = 'valid' AND received_at <= %(at)s
        AND erased_at IS NULL
)
INSERT INTO signatures_recheckchunk (run_id, number, first, last, good, bad)
SELECT %(run)s, chunk, (array_agg(id ORDER BY id))[1], (array_agg(id ORDER BY id DESC))[1], 0, '[]'
FROM numbered GROUP BY chunk
"""

TAKE = """
UPDATE signatures_recheckchunk SET taken_at = %(at)s WHERE id = (
    SELECT id FROM signatures_recheckchunk
    WHERE run_id = %(run)s AND done_at IS NULL AND (taken_at IS NULL OR taken_at <= %(before)s)
    ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id
"""

COUNTED = (Purpose.VOTE, Purpose.WITHDRAW)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `bad` lists number and code of those that did not verify."""

    run: RecheckRun
    checked: int
    good: int
    bad: list[dict[str, Any]]
    chunks: int
    chunks_done: int

    @property
    def percent(self) -> int:
        """Of the signatures, rounded down: 100 only at the end."""
        return 100 if self.run.finished_at else min(99, 100 * self.checked // max(1, self.run.total))


def begin(*, subject: str, label: str = "", at: datetime, size: int = limits.RECHECK_CHUNK) -> RecheckRun:
    """Return the run of this object that is under way, or a new one with its chunks."""
    try:
        with transaction.atomic():
            run = RecheckRun.objects.create(subject=subject, label=label[:200], total=0, began_at=at)
            _cut(run, size)
    except IntegrityError:
        return RecheckRun.objects.get(subject=subject, finished_at=None)
    if run.total == 0:
        _finish(run, at)
    return run


def _cut(run: RecheckRun, size: int) -> None:
    held = Signature.objects.filter(
        subject=run.subject,
        purpose__in=COUNTED,
        status=SignatureStatus.VALID,
        received_at__lte=run.began_at,
        erased_at=None,
    )
    purposes = [str(purpose.value) for purpose in COUNTED]
    values: dict[str, Any] = {
        "run": run.pk,
        "subject": run.subject,
        "purposes": purposes,
        "at": run.began_at,
        "size": size,
    }
    with connection.cursor() as cursor:
        cursor.execute(BOUNDS, values)
    run.total = held.count()
    run.save(update_fields=["total"])


def work(*, run: RecheckRun, at: Callable[[], datetime], most: int | None = None) -> int:
    """Judge chunk after chunk until none is free, or `most` were judged; return how many. Any number may work at once."""
    done = 0
    while (most is None or done < most) and (chunk := _take(run, at())):
        done += _judge_chunk(chunk, at())
    _finish(run, at())
    return done


def _take(run: RecheckRun, at: datetime) -> RecheckChunk | None:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"run": run.pk, "at": at, "before": at - limits.RECHECK_TURN})
        row = cursor.fetchone()
    return RecheckChunk.objects.select_related("run").get(pk=row[0]) if row else None


def _judge_chunk(chunk: RecheckChunk, at: datetime) -> bool:
    held = Signature.objects.filter(
        subject=chunk.run.subject,
        purpose__in=COUNTED,
        status=SignatureStatus.VALID,
        received_at__lte=chunk.run.began_at,
        erased_at=None,  # nothing is left to judge of a person who was erased; their leaf stays in the log
        pk__range=(chunk.first, chunk.last),
    )
    good, bad = 0, []
    for signature in held.order_by("pk"):
        report = evidence.verify_again(signature=signature, now=at)
        good += report.status is Status.VALID
        if report.status is not Status.VALID:
            bad.append({"signature": str(signature.pk), "code": _code(report)})
    left = RecheckChunk.objects.filter(pk=chunk.pk, done_at=None)
    return bool(left.update(done_at=at, good=good, bad=bad))


def _code(report: Report) -> str:
    return str(report.code)


def _finish(run: RecheckRun, at: datetime) -> None:
    if not RecheckChunk.objects.filter(run=run, done_at=None).exists():
        RecheckRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=at)


def progress(run: RecheckRun) -> Progress:
    """Return how far the run is now."""
    run.refresh_from_db()
    done = Q(done_at__isnull=False)
    found = RecheckChunk.objects.filter(run=run).aggregate(
        good=Coalesce(Sum("good", filter=done), 0), chunks=Count("pk"), chunks_done=Count("pk", filter=done)
    )
    bad = [one for part in RecheckChunk.objects.filter(run=run).exclude(bad=[]).order_by("number") for one in part.bad]
    return Progress(run, found["good"] + len(bad), found["good"], bad, found["chunks"], found["chunks_done"])


def left_alone(*, at: datetime) -> list[RecheckRun]:
    """Return the runs that are not finished and of which nobody has taken a chunk for a while."""
    busy = RecheckChunk.objects.filter(taken_at__gt=at - limits.RECHECK_ALONE).values("run")
    return list(RecheckRun.objects.filter(finished_at=None).exclude(pk__in=busy).order_by("began_at"))


def latest(number: int) -> list[Progress]:
    """Return the newest runs with how far they are."""
    return [progress(run) for run in RecheckRun.objects.all()[:number]]
