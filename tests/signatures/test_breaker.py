"""Asking a responder that is silent, slow or dead: nobody waits longer than once, and one process finds out when it is back."""

import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache.backends.locmem import LocMemCache
from redis.exceptions import ConnectionError as RedisGone

from portal.settings import base, env
from signatures import limits
from signatures.eds import policy
from signatures.eds.demo_pki import DemoPki
from signatures.eds.revocation import RevocationChecker, SourceUnreachable
from signatures.eds.verify import Status, Verifier
from signatures.services import transport
from signatures.services.breaker import Breaker, Paused
from signatures.services.fetching import HttpSource, bounded
from tests.actors import AT
from tests.signatures.conftest import TEXT
from tests.signatures.responders import Responder, dead_address, responding, together

SECOND = timedelta(seconds=1)


@pytest.fixture
def responder(pki: DemoPki) -> Iterator[Responder]:
    with responding(pki) as one:
        yield one


def break_open(breaker: Breaker, now: datetime = AT) -> None:
    for _time in range(limits.BREAKER_FAILURES):
        breaker.admit(now=now)
        breaker.failed(now=now, error="timed out")


def is_admitted(breaker: Breaker, now: datetime, *, patient: bool = False) -> bool:
    try:
        breaker.admit(now=now, patient=patient)
    except Paused:
        return False
    return True


class TestBreaker:
    """The state that processes share; each `Breaker` of one name stands for a process."""

    def test_what_one_process_learns_all_know(self) -> None:
        here, there = (Breaker("http://one/") for _process in range(2))
        break_open(here)
        assert not is_admitted(there, AT + SECOND)
        assert is_admitted(Breaker("http://other/"), AT + SECOND)

    def test_failures_that_a_success_parts_do_not_open_it(self) -> None:
        breaker = Breaker(f"http://{uuid4()}/")
        for second in range(0, 60, 2):
            breaker.failed(now=AT + second * SECOND, error="timed out")
            breaker.succeeded(now=AT + (second + 1) * SECOND, seconds=0.1)
        assert is_admitted(breaker, AT + 61 * SECOND)

    def test_after_the_pause_one_of_all_processes_asks(self) -> None:
        name = f"http://{uuid4()}/"
        break_open(Breaker(name))
        later = AT + limits.BREAKER_PAUSE
        asked = together(12, lambda _number: is_admitted(Breaker(name), later))
        assert asked.count(True) == 1

    def test_the_one_that_asked_decides_for_all(self) -> None:
        name = f"http://{uuid4()}/"
        here, there = Breaker(name), Breaker(name)
        break_open(here)
        first = AT + limits.BREAKER_PAUSE
        assert is_admitted(here, first)
        here.failed(now=first, error="timed out")
        assert not is_admitted(there, first + SECOND)
        second = first + limits.BREAKER_PAUSE
        assert is_admitted(there, second)
        there.succeeded(now=second, seconds=0.1)
        assert is_admitted(here, second + SECOND)
        standing = here.standing()
        assert (standing.failing_since, standing.paused_until) == (None, None)
        assert standing.succeeded_at == second.timestamp()
        assert standing.failed_at == first.timestamp()

    def test_how_long_it_fails_is_known_from_the_first_failure(self) -> None:
        breaker = Breaker(f"http://{uuid4()}/")
        break_open(breaker)
        breaker.failed(now=AT + timedelta(hours=1), error="HTTP 500")
        assert breaker.standing().failing_since == AT.timestamp()
        assert breaker.standing().error == "HTTP 500"

    def test_who_answers_slowly_is_left_to_those_who_can_wait(self) -> None:
        breaker = Breaker(f"http://{uuid4()}/")
        for _time in range(limits.BREAKER_FAILURES):
            breaker.succeeded(now=AT, seconds=limits.SLOW_ANSWER_SECONDS + 0.1)
        assert not is_admitted(breaker, AT + SECOND)
        assert is_admitted(breaker, AT + SECOND, patient=True)
        assert breaker.standing().failing_since is None, "it answers: no incident"

    def test_without_the_cache_each_process_remembers_for_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def gone(*arguments: Any, **keywords: Any) -> None:
            raise RedisGone

        for name in ("get", "set", "add", "incr", "delete"):
            monkeypatch.setattr(LocMemCache, name, gone)
        breaker = Breaker("http://one-without-cache/")
        break_open(breaker)
        assert not is_admitted(breaker, AT + SECOND)
        assert is_admitted(breaker, AT + limits.BREAKER_PAUSE)
        assert not is_admitted(breaker, AT + limits.BREAKER_PAUSE)
        breaker.succeeded(now=AT + limits.BREAKER_PAUSE, seconds=0.1)
        assert is_admitted(breaker, AT + limits.BREAKER_PAUSE)

    @pytest.mark.skipif("REDIS_URL" not in os.environ, reason="needs Redis: `make test` starts one")
    def test_the_same_holds_in_redis(self, settings: Any) -> None:
        settings.CACHES = base.caches(env.broker("REDIS_URL")[1])
        self.test_the_one_that_asked_decides_for_all()
        self.test_after_the_pause_one_of_all_processes_asks()


class TestTransport:
    """The deadline holds whatever the other side does."""

    @pytest.mark.parametrize("mode", ["hang", "dribble"])
    def test_no_trick_of_a_server_holds_the_asker_longer(self, responder: Responder, mode: str) -> None:
        responder.mode = mode
        began = time.monotonic()
        with pytest.raises(transport.NoAnswer, match="timed out"):
            transport.exchange(responder.url, body=None, largest=100_000, seconds=0.5)
        assert time.monotonic() - began < 1.0

    def test_an_answer_comes_whole(self, responder: Responder, pki: DemoPki) -> None:
        raw = transport.exchange(responder.url, body=None, largest=100_000, seconds=5)
        assert raw[:1] == b"\x30"
        with pytest.raises(transport.NoAnswer, match="too large"):
            transport.exchange(responder.url, body=None, largest=len(raw) - 1, seconds=5)

    @pytest.mark.parametrize("address", ["ftp://127.0.0.1/", "http:///", "file:///etc/passwd"])
    def test_other_addresses_are_none(self, address: str) -> None:
        with pytest.raises(transport.NoAnswer, match="not an http address"):
            transport.exchange(address, body=None, largest=1, seconds=1)


def verifier_of(pki: DemoPki, source: HttpSource) -> Verifier:
    return Verifier(pki.trust_store(), RevocationChecker(source, policy.DEMO), policy.DEMO)


class TestVoters:
    """Many at once before a responder in trouble."""

    def judged(self, verifier: Verifier, cms: bytes, now: datetime = AT) -> tuple[Status, float]:
        began = time.monotonic()
        with bounded(limits.OCSP_TIMEOUT_SECONDS):
            report = verifier.verify(cms, TEXT, at=AT, now=now)
        return report.status, time.monotonic() - began

    @pytest.fixture(autouse=True)
    def _short_waits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "OCSP_TIMEOUT_SECONDS", 0.6)
        monkeypatch.setattr(limits, "SLOW_ANSWER_SECONDS", 0.3)

    @pytest.mark.parametrize("mode", ["hang", "dribble"])
    def test_a_silent_responder_costs_each_voter_one_time_out_at_most_and_then_nothing(
        self, pki: DemoPki, responder: Responder, mode: str
    ) -> None:
        responder.mode = mode
        source = HttpSource(responder.url, (f"{responder.url}list",))
        verifier, cms = verifier_of(pki, source), pki.sign("aigerim", TEXT, at=AT)
        first = together(8, lambda _number: self.judged(verifier, cms))
        assert {status for status, _took in first} == {Status.PENDING}
        assert max(took for _status, took in first) < 1.2, "responder and list share one time"
        asked, began = responder.asked, time.monotonic()
        later = [self.judged(verifier, cms) for _voter in range(200)]
        rate = 200 / (time.monotonic() - began)
        assert responder.asked <= asked + 3, "at most what the list's own breaker still lets through"
        assert sorted(took for _status, took in later)[195] < 0.2
        print(f"{rate:.0f} votes a second judged while the responder is silent")

    def test_a_dead_responder_leaves_intake_at_full_speed(self, pki: DemoPki) -> None:
        source = HttpSource(dead_address(), ())
        verifier, cms = verifier_of(pki, source), pki.sign("aigerim", TEXT, at=AT)
        began = time.monotonic()
        found = together(8, lambda _number: [self.judged(verifier, cms)[0] for _voter in range(50)])
        took = time.monotonic() - began
        assert {status for part in found for status in part} == {Status.PENDING}
        assert 400 / took > 100, f"{400 / took:.0f} votes a second"

    def test_a_slow_responder_is_left_to_the_background_which_asks_on(self, pki: DemoPki, responder: Responder) -> None:
        responder.mode, responder.slow_seconds = "slow", 0.4
        source = HttpSource(responder.url, ())
        verifier, cms = verifier_of(pki, source), pki.sign("aigerim", TEXT, at=AT)
        first = [self.judged(verifier, cms)[0] for _voter in range(limits.BREAKER_FAILURES)]
        assert first == [Status.VALID] * limits.BREAKER_FAILURES, "slow answers are answers"
        assert self.judged(verifier, cms)[0] is Status.PENDING
        with bounded(5, patient=True):
            assert verifier.verify(cms, TEXT, at=AT).status is Status.VALID

    def test_when_the_responder_is_down_the_list_answers(self, pki: DemoPki, responder: Responder) -> None:
        source = HttpSource(dead_address(), (f"{responder.url}list",))
        verifier = verifier_of(pki, source)
        assert self.judged(verifier, pki.sign("aigerim", TEXT, at=AT))[0] is Status.VALID
        assert self.judged(verifier, pki.sign("revoked", TEXT, at=AT))[0] is Status.INVALID

    def test_a_list_that_another_process_fetched_is_used_and_outlives_its_server(
        self, pki: DemoPki, responder: Responder
    ) -> None:
        here, there = (HttpSource("", (f"{responder.url}list",)) for _process in range(2))
        assert here.refresh(now=AT) == 1
        responder.mode = "broken"
        authority = next(
            one for one in pki.trust_store().authorities if one.certificate.raw == pki.authority.issuing.raw
        )
        later = AT + 2 * limits.LIST_CACHE
        assert there.crls(authority, now=AT) == there.crls(authority, now=later) == here.crls(authority, now=AT)
        with pytest.raises(SourceUnreachable):
            HttpSource("", (f"{responder.url}another",)).crls(authority, now=AT)
