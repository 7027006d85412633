"""The outbox: each event reaches each handler once, whatever fails in between; nothing needs a broker."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.db import connection, transaction

from portal.events import outbox
from portal.events.models import OutboxEvent
from portal.events.outbox import Event, deliver_due, publish
from tests.initiatives.test_voting import at_once


@dataclass(frozen=True, kw_only=True)
class BellRang(Event):
    """Something happened in a test."""

    name: ClassVar[str] = "tests.bell_rang"
    tower: str = "north"


Listen = Callable[[Callable[[BellRang], None]], None]


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listen]:
    """Register handlers that are forgotten after the test."""
    yield lambda function: _register(function)
    outbox._handlers.pop(BellRang.name, None)


def _register(function: Callable[[BellRang], None]) -> None:
    outbox.handler(BellRang)(function)


def _row() -> OutboxEvent:
    return OutboxEvent.objects.get()


@pytest.mark.django_db
class TestDelivery:
    """What becomes of a published event."""

    def test_a_handler_gets_the_event_as_it_was_published(self, at: datetime, listen: Listen) -> None:
        heard: list[BellRang] = []

        def hear(event: BellRang) -> None:
            heard.append(event)

        listen(hear)
        publish(BellRang(at=at, tower="south"))
        assert deliver_due(at=at) == 1
        assert heard == [BellRang(at=at, tower="south")]

    def test_it_is_delivered_once(self, at: datetime, listen: Listen) -> None:
        heard: list[BellRang] = []

        def hear(event: BellRang) -> None:
            heard.append(event)

        listen(hear)
        publish(BellRang(at=at))
        deliver_due(at=at)
        assert deliver_due(at=at + timedelta(days=1)) == 0
        assert len(heard) == 1

    def test_a_change_that_fails_publishes_nothing(self, at: datetime) -> None:
        @transaction.atomic
        def change() -> None:
            publish(BellRang(at=at))
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            change()
        assert not OutboxEvent.objects.exists()

    def test_an_event_without_a_broker_waits_in_the_table(self, at: datetime, listen: Listen, settings: Any) -> None:
        settings.CELERY_BROKER_URL = "redis://127.0.0.1:1"
        heard: list[BellRang] = []

        def hear(event: BellRang) -> None:
            heard.append(event)

        listen(hear)
        publish(BellRang(at=at))
        assert _row().delivered_at is None
        deliver_due(at=at + timedelta(hours=3))
        assert len(heard) == 1


@pytest.mark.django_db
class TestFailure:
    """What becomes of an event whose handler fails."""

    def test_it_is_tried_again_later_and_later(self, at: datetime, listen: Listen) -> None:
        def fail(event: BellRang) -> None:
            raise RuntimeError("not now")

        listen(fail)
        publish(BellRang(at=at))
        waits = []
        moment = at
        for _try in range(3):
            assert deliver_due(at=moment) == 0
            waits.append((_row().next_attempt_at - moment).total_seconds())
            moment = _row().next_attempt_at
        assert waits == [30, 60, 120]
        assert _row().last_error.endswith("RuntimeError")

    def test_a_handler_that_succeeded_is_not_called_again_when_another_fails(
        self, at: datetime, listen: Listen
    ) -> None:
        calls: list[str] = []

        def first(event: BellRang) -> None:
            calls.append("first")

        def second(event: BellRang) -> None:
            calls.append("second")
            if calls.count("second") == 1:
                raise RuntimeError

        listen(first)
        listen(second)
        publish(BellRang(at=at))
        deliver_due(at=at)
        deliver_due(at=at + timedelta(minutes=1))
        assert calls == ["first", "second", "second"]
        assert _row().delivered_at == at + timedelta(minutes=1)

    def test_what_the_failing_handler_wrote_is_undone_and_what_the_other_wrote_is_kept(
        self, at: datetime, listen: Listen
    ) -> None:
        def write(event: BellRang) -> None:
            OutboxEvent.objects.create(name="kept", payload={}, published_at=at, next_attempt_at=at, delivered_at=at)

        def write_and_fail(event: BellRang) -> None:
            OutboxEvent.objects.create(name="undone", payload={}, published_at=at, next_attempt_at=at, delivered_at=at)
            raise RuntimeError

        listen(write)
        listen(write_and_fail)
        publish(BellRang(at=at))
        deliver_due(at=at)
        assert set(OutboxEvent.objects.values_list("name", flat=True)) == {"tests.bell_rang", "kept"}

    def test_a_crash_between_handlers_repeats_the_event_with_nothing_half_done(
        self, at: datetime, listen: Listen
    ) -> None:
        class Killed(BaseException):
            """The worker dies: no handler of exceptions runs."""

        calls: list[str] = []

        def write(event: BellRang) -> None:
            calls.append("write")
            OutboxEvent.objects.create(name="kept", payload={}, published_at=at, next_attempt_at=at, delivered_at=at)

        def die_once(event: BellRang) -> None:
            calls.append("die")
            if calls.count("die") == 1:
                raise Killed

        listen(write)
        listen(die_once)
        publish(BellRang(at=at))
        with pytest.raises(Killed):
            deliver_due(at=at)
        assert not OutboxEvent.objects.filter(name="kept").exists()
        assert deliver_due(at=at) == 1
        assert OutboxEvent.objects.filter(name="kept").count() == 1

    def test_after_the_last_attempt_it_rests_for_a_person_to_look_at(self, at: datetime, listen: Listen) -> None:
        calls: list[BellRang] = []

        def fail(event: BellRang) -> None:
            calls.append(event)
            raise RuntimeError

        listen(fail)
        publish(BellRang(at=at))
        for days in range(outbox.MAX_ATTEMPTS + 5):
            deliver_due(at=at + timedelta(days=2 * days))
        assert len(calls) == outbox.MAX_ATTEMPTS
        assert _row().delivered_at is None


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_events_and_no_event_comes_twice(at: datetime, listen: Listen) -> None:
    heard: list[str] = []

    def hear(event: BellRang) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.02)")
        heard.append(event.tower)

    listen(hear)
    for number in range(20):
        publish(BellRang(at=at, tower=str(number)))
    at_once(3, lambda _number: deliver_due(at=at))
    deliver_due(at=at)
    assert sorted(heard, key=int) == [str(number) for number in range(20)]
