"""Judging many stored signatures again: each once, whoever dies meanwhile, and one that does not verify is named."""

import os
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from initiatives.models import Initiative
from initiatives.states import State
from portal import clock
from portal.celery import app
from portal.settings import env
from signatures import limits, tasks
from signatures.eds.demo_pki import DemoPki
from signatures.eds.signing import sign_detached
from signatures.models import RecheckChunk, RecheckRun, Signature
from signatures.services import acceptance, rechecking, statements
from signatures.states import Purpose
from tests.actors import AT
from tests.initiatives.voters import make_initiative, make_kind
from tests.portal.test_fanning import Worker, wait_until
from tests.signatures.responders import together

SUBJECT = "initiative:22222222-2222-4333-8444-555555555555"


def signed(pki: DemoPki, number: int, subject: str = SUBJECT, first: int = 0) -> None:
    """Store so many votes, each of another person."""
    for voter in range(first, first + number):
        issued = statements.issue(purpose=Purpose.VOTE, subject=subject, revision=1, language="en", at=AT)
        holder = pki.voter_holder(voter)
        cms = sign_detached(issued.text.encode(), holder.key, holder.raw, at=AT)
        acceptance.accept(token=issued.token, cms=cms, purpose=Purpose.VOTE, subject=subject, at=AT)


def tamper(signature: Signature) -> None:
    """Change what was signed behind the database's back."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE signatures_signature DISABLE TRIGGER USER")
        cursor.execute("UPDATE signatures_signature SET statement = statement || ' ' WHERE id = %s", [signature.pk])
        cursor.execute("ALTER TABLE signatures_signature ENABLE TRIGGER USER")


@pytest.mark.django_db
class TestRuns:
    """One process."""

    def test_all_are_judged_once_and_a_second_run_begins_anew(self, demo_trust: DemoPki) -> None:
        signed(demo_trust, 23)
        run = rechecking.begin(subject=SUBJECT, at=AT, size=5)
        assert rechecking.begin(subject=SUBJECT, at=AT).pk == run.pk, "one at a time"
        assert rechecking.progress(run).percent == 0
        assert rechecking.work(run=run, at=lambda: AT, most=2) == 2
        found = rechecking.progress(run)
        assert (found.checked, found.percent, found.chunks, found.chunks_done) == (10, 43, 5, 2)
        assert rechecking.work(run=run, at=lambda: AT) == 3
        found = rechecking.progress(run)
        assert (found.good, found.bad, found.percent, found.run.finished_at) == (23, [], 100, AT)
        assert rechecking.begin(subject=SUBJECT, at=AT).pk != run.pk

    def test_one_that_does_not_verify_is_named(self, demo_trust: DemoPki) -> None:
        signed(demo_trust, 7)
        connection.check_constraints()
        changed = Signature.objects.all()[3]
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        tamper(changed)
        run = rechecking.begin(subject=SUBJECT, at=AT, size=2)
        rechecking.work(run=run, at=lambda: AT)
        found = rechecking.progress(run)
        assert (found.good, found.bad) == (6, [{"signature": str(changed.pk), "code": "content_altered"}])

    def test_votes_that_come_later_are_not_in_it_and_nothing_is_nothing(self, demo_trust: DemoPki) -> None:
        empty = rechecking.begin(subject="initiative:none", at=AT)
        assert rechecking.progress(empty).percent == 100
        signed(demo_trust, 4)
        run = rechecking.begin(subject=SUBJECT, at=AT - timedelta(seconds=1), size=2)
        assert (run.total, rechecking.progress(run).percent) == (0, 100)

    def test_a_chunk_whose_worker_died_is_taken_again_and_a_late_result_does_not_count_twice(
        self, demo_trust: DemoPki
    ) -> None:
        signed(demo_trust, 4)
        run = rechecking.begin(subject=SUBJECT, at=AT, size=4)
        slow = rechecking._take(run, AT)
        assert slow is not None
        assert rechecking.work(run=run, at=lambda: AT + limits.RECHECK_TURN - timedelta(seconds=1)) == 0
        assert rechecking.work(run=run, at=lambda: AT + limits.RECHECK_TURN) == 1
        assert not rechecking._judge_chunk(slow, AT + timedelta(hours=1))
        assert rechecking.progress(run).good == 4
        assert RecheckChunk.objects.get().done_at == AT + limits.RECHECK_TURN

    def test_the_command_says_how_far_it_is_and_what_is_wrong(self, demo_trust: DemoPki) -> None:
        petition = make_initiative(make_kind("petition", requires_eds=True), state=State.COLLECTING)
        signed(demo_trust, 3, petition.signing_subject)
        said = StringIO()
        call_command("recheck_evidence", petition.code, "--here", stdout=said)
        assert "3 of 3 (100 %)" in said.getvalue()
        assert "All 3 signatures verify." in said.getvalue()
        tamper(Signature.objects.all()[0])
        with pytest.raises(CommandError, match="1 of 3"):
            call_command("recheck_evidence", petition.code, stdout=StringIO(), stderr=StringIO())
        with pytest.raises(CommandError, match="no initiative"):
            call_command("recheck_evidence", "zzzzzzzzzzzz", stdout=StringIO())
        assert Initiative.objects.filter(pk=petition.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_many_workers_share_the_chunks(demo_trust: DemoPki) -> None:
    signed(demo_trust, 30)
    run = rechecking.begin(subject=SUBJECT, at=AT, size=3)

    def work(_number: int) -> int:
        try:
            return rechecking.work(run=run, at=lambda: AT)
        finally:
            connection.close()

    assert sum(together(4, work)) == 10
    assert rechecking.progress(run).good == 30


@pytest.fixture
def queue(pki: DemoPki, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Tasks go to a real broker, into a queue that no other test reads, to workers that trust the same keys."""
    monkeypatch.setenv("DEMO_PKI_DIR", str(pki.directory))
    name = f"recheck-{os.getpid()}"
    before = {key: app.conf[key] for key in ("broker_url", "task_always_eager")}
    app.conf.update(broker_url=env.broker("REDIS_URL")[0], task_always_eager=False)
    yield name
    with app.connection_for_write() as broker, broker.SimpleQueue(name) as left:
        left.clear()
    app.conf.update(**before)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("REDIS_URL" not in os.environ, reason="needs a broker: `make test` starts one")
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(
    demo_trust: DemoPki, queue: str, settings: Any
) -> None:
    number = 120
    signed(demo_trust, number)
    run = rechecking.begin(subject=SUBJECT, at=clock.now(), size=3)
    worker = Worker(queue)
    try:
        tasks.send_recheck(run, queue=queue)
        wait_until(lambda: rechecking.progress(run).chunks_done > 5)
    finally:
        worker.kill()
    half = rechecking.progress(run)
    assert 0 < half.chunks_done < half.chunks == 40
    assert half.checked == 3 * half.chunks_done
    first = dict(RecheckChunk.objects.filter(done_at__isnull=False).values_list("number", "done_at"))

    # Its turn is over some minutes later.
    RecheckChunk.objects.filter(done_at=None).update(taken_at=clock.now() - limits.RECHECK_TURN)
    worker = Worker(queue)
    try:
        tasks.send_recheck(run, queue=queue)
        wait_until(lambda: RecheckRun.objects.get().finished_at is not None)
    finally:
        worker.kill()
    found = rechecking.progress(run)
    assert (found.good, found.bad, found.percent) == (number, [], 100)
    again = dict(RecheckChunk.objects.values_list("number", "done_at"))
    assert {key: again[key] for key in first} == first, "what was judged is not judged again"
