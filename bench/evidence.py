"""Judging stored signatures again from stored bytes alone: what a recheck of a whole petition takes."""

import multiprocessing
import time
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.db import connection, connections

from bench.results import Results
from portal.clock import now
from signatures.eds.demo_certificates import Family
from signatures.eds.demo_pki import DemoPki
from signatures.eds.signing import sign_detached
from signatures.models import RecheckRun
from signatures.services import acceptance, rechecking, statements
from signatures.states import Purpose

NUMBER = 2_000
"""Signatures of each kind; 50,000 are reckoned from them, because each is judged by itself."""

ALL = 50_000
WORKERS = 2


def measure(results: Results) -> None:
    """Store signatures of each kind with their evidence, and judge them again by two processes."""
    for family in (Family.GOST, Family.RSA):
        subject = f"initiative:bench-{family.value}"
        _store(subject, family)
        seconds = _timed(partial(_recheck, subject))
        name = f"recheck of stored {family.value.upper()} signatures"
        results.add(name, NUMBER / seconds, "per s", note=f"{WORKERS} workers, {NUMBER} signatures with evidence")
        results.add(
            f"{name}: {ALL} would take", ALL / NUMBER * seconds, "s", at_most=300, note="reckoned from the row above"
        )


def _store(subject: str, family: Family) -> None:
    pki, at = DemoPki(settings.DEMO_PKI_DIR), now()
    for number in range(NUMBER):
        issued = statements.issue(purpose=Purpose.VOTE, subject=subject, revision=1, language="kk", at=at)
        holder = pki.voter_holder(number, family)
        cms = sign_detached(issued.text.encode(), holder.key, holder.raw, at=at)
        acceptance.accept(token=issued.token, cms=cms, purpose=Purpose.VOTE, subject=subject, at=at)


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _recheck(subject: str) -> None:
    run = rechecking.begin(subject=subject, at=now())
    connections.close_all()
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_work, args=(run,)) for _number in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    found = rechecking.progress(run)
    if (found.good, found.bad) != (NUMBER, []):
        raise RuntimeError(f"{found.good} of {NUMBER} verify, {len(found.bad)} do not")


def _work(run: RecheckRun) -> None:
    rechecking.work(run=run, at=now)
    connection.close()
