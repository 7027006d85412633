"""Telling many: in portions, resumed after any stop, each person once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection

from accounts.models import User
from initiatives import events
from initiatives.models import Follow, Initiative, VoteAct
from initiatives.services import voting
from portal.celery import app
from portal.events.outbox import deliver_due, publish
from portal.notifications import fanning, tasks
from portal.notifications.dispatch import CHUNK
from portal.notifications.models import Delivery, FanOut, Notification
from portal.settings import env
from tests.initiatives.test_voting import at_once
from tests.initiatives.voters import make_initiative, make_petition, make_voter

ROOT = Path(__file__).resolve().parents[2]
MANY = 100_000
LETTERS_OF = 50
"""Every so many followers have an address."""


def followed_by(initiative: Initiative, number: int, at: datetime) -> None:
    """Let so many people follow it: rows by SQL, or the test would take minutes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_user (id, password, given_name, family_name, patronymic, sex, email, is_email_confirmed,"
            " language, is_active, joined_at)"
            " SELECT gen_random_uuid(), '!', 'Reader', '', '', '',"
            " CASE WHEN n %% %s = 0 THEN 'r' || n || '@example.kz' ELSE '' END, n %% %s = 0, 'kk', true, %s"
            " FROM generate_series(1, %s) AS n",
            [LETTERS_OF, LETTERS_OF, at, number],
        )
        cursor.execute(
            "INSERT INTO initiatives_follow (initiative_id, user_id, since)"
            " SELECT %s, id, %s FROM accounts_user WHERE given_name = 'Reader'",
            [initiative.pk, at],
        )


def told_to(template: str = "initiatives/published") -> int:
    return Notification.objects.filter(template=template).count()


@pytest.mark.django_db
class TestPortions:
    """One process."""

    def test_news_for_few_is_told_in_the_same_second(self, at: datetime) -> None:
        idea = make_initiative()
        followed_by(idea, 3, at)
        publish(events.Published(at=at, subject_id=str(idea.pk)))
        deliver_due(at=at)
        assert told_to() == 4
        assert FanOut.objects.get().finished_at == at

    def test_news_for_many_goes_on_where_it_stopped(self, at: datetime) -> None:
        idea = make_initiative()
        followed_by(idea, 2 * CHUNK + 500, at)
        publish(events.Published(at=at, subject_id=str(idea.pk)))
        deliver_due(at=at)
        assert told_to() == CHUNK + 1  # the author, and the first portion of the followers
        assert fanning.advance_due(at=at, portions=1) == CHUNK
        assert FanOut.objects.get().finished_at is None
        assert fanning.advance_due(at=at) == 500
        assert told_to() == 2 * CHUNK + 501
        assert fanning.advance_due(at=at) == 0

    def test_an_event_handled_twice_is_told_once(self, at: datetime) -> None:
        idea = make_initiative()
        followed_by(idea, CHUNK + 1, at)
        for _time in range(2):
            publish(events.Published(at=at, subject_id=str(idea.pk)))
        deliver_due(at=at)
        fanning.advance_due(at=at)
        assert (FanOut.objects.count(), told_to()) == (1, CHUNK + 2)

    def test_news_for_few_does_not_wait_behind_news_for_many(self, at: datetime) -> None:
        crowd, village = make_initiative(), make_initiative()
        followed_by(crowd, 3 * CHUNK, at)
        for idea in (crowd, village):
            publish(events.Published(at=at, subject_id=str(idea.pk)))
        deliver_due(at=at)
        assert FanOut.objects.get(key__contains=f":{village.pk}:").finished_at == at
        assert FanOut.objects.get(key__contains=f":{crowd.pk}:").finished_at is None

    def test_someone_in_two_audiences_is_told_once_as_the_first_of_them(self, at: datetime) -> None:
        idea = make_initiative()
        Follow.objects.create(initiative=idea, user=idea.author, since=at)
        publish(events.Published(at=at, subject_id=str(idea.pk)))
        deliver_due(at=at)
        assert Notification.objects.get().context["role"] == "author"

    def test_voters_are_found_in_portions_and_who_took_the_vote_back_is_not(
        self, at: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fanning, "CHUNK", 2)
        petition = make_petition()
        voters = [make_voter(number) for number in range(1, 6)]
        for voter in voters:
            voting.cast_signed_in(initiative=petition, by=voter, at=at)
        back = VoteAct.objects.get(initiative=petition, voter=voters[0])
        voting.withdraw_signed_in(initiative=petition, by=voters[0], at=at + timedelta(minutes=1))
        publish(events.ThresholdReached(at=at, subject_id=str(petition.pk)))
        deliver_due(at=at)
        fanning.advance_due(at=at)
        told = Notification.objects.filter(topic="voted").values_list("recipient", flat=True)
        assert set(told) == {voter.pk for voter in voters[1:]}
        assert back.sequence == 1


@pytest.mark.django_db(transaction=True)
def test_workers_share_the_work_and_nobody_is_told_twice(at: datetime) -> None:
    ideas = [make_initiative() for _number in range(3)]
    followed_by(ideas[0], 4 * CHUNK, at)
    Follow.objects.bulk_create(
        Follow(initiative=idea, user=person, since=at)
        for idea in ideas[1:]
        for person in User.objects.filter(given_name="Reader")
    )
    for idea in ideas:
        publish(events.Published(at=at, subject_id=str(idea.pk)))
    deliver_due(at=at)
    at_once(4, lambda _number: fanning.advance_due(at=at))
    fanning.advance_due(at=at)
    assert told_to() == 3 * (4 * CHUNK + 1)
    assert not FanOut.objects.filter(finished_at=None).exists()


class Worker:
    """A real Celery worker on a queue of this test's own."""

    def __init__(self, queue: str) -> None:
        place = connection.settings_dict
        where = urlencode({"host": place["HOST"]}, safe="/")
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
            "DATABASE_URL": f"postgresql://{place['USER']}@/{place['NAME']}?{where}",
        }
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "portal",
            "-b",
            app.conf["broker_url"],
            "worker",
            "-Q",
            queue,
            "-c",
            "1",
            "-P",
            "solo",
        ]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat", "-n", f"{queue}@here"]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)


@pytest.fixture
def queue() -> Iterator[str]:
    """Tasks go to a real broker, into a queue that no other test reads."""
    name = f"fan-{os.getpid()}"
    before = {key: app.conf[key] for key in ("broker_url", "task_always_eager")}
    app.conf.update(broker_url=env.broker("REDIS_URL")[0], task_always_eager=False)
    yield name
    with app.connection_for_write() as broker, broker.SimpleQueue(name) as left:
        left.clear()
    app.conf.update(**before)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("REDIS_URL" not in os.environ, reason="needs a broker: `make test` starts one")
def test_a_worker_killed_in_the_middle_of_a_hundred_thousand_tells_everybody_once(at: datetime, queue: str) -> None:
    idea = make_initiative()
    followed_by(idea, MANY, at)
    publish(events.Published(at=at, subject_id=str(idea.pk)))
    deliver_due(at=at)

    worker = Worker(queue)
    try:
        tasks.fan_out.apply_async(queue=queue)
        tasks.fan_out.apply_async(queue=queue)
        wait_until(lambda: FanOut.objects.get().told > MANY // 4)
    finally:
        worker.kill()
    half = FanOut.objects.get()
    assert CHUNK < half.told < MANY
    assert told_to() == half.told, "what the row says is told, and nothing else"

    worker = Worker(queue)
    try:
        for _run in range(-(-MANY // (CHUNK * fanning.AT_A_TIME)) + 1):  # as the beat sends them
            tasks.fan_out.apply_async(queue=queue)
        wait_until(lambda: FanOut.objects.filter(finished_at__isnull=False).exists())
    finally:
        worker.kill()
    assert told_to() == MANY + 1
    assert Notification.objects.values("recipient").distinct().count() == MANY + 1
    assert Delivery.objects.count() == MANY // LETTERS_OF
    assert FanOut.objects.get().told == MANY + 1


def wait_until(ready: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, "the worker does not get on"
        time.sleep(0.05)
