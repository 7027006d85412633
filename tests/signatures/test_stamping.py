"""Asking a time stamp authority: who is asked, what is believed, and that a silent one is left in peace."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core.cache import cache

from signatures import limits
from signatures.eds import tsp
from signatures.eds.demo_pki import DemoPki
from signatures.eds.errors import EdsError
from signatures.services import stamping
from tests.actors import AT

DIGEST = hashlib.sha256(b"the head of the archive").digest()
OTHER = hashlib.sha256(b"another head").digest()


class Tsa:
    """Answers on loopback as `act` says."""

    def __init__(self) -> None:
        self.act: Callable[[bytes], bytes] = lambda request: b""
        self.asked: list[tuple[str, bytes]] = []
        tsa = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = self.rfile.read(int(self.headers["Content-Length"]))
                tsa.asked.append((self.headers["Content-Type"], request))
                answer = tsa.act(request)
                self.send_response(200 if answer else 503)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *arguments: Any) -> None:
                """Tests are silent."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/tsp"


@pytest.fixture
def tsa(settings: Any, demo_trust: DemoPki) -> Iterator[Tsa]:
    """The authority at TSA_URL."""
    cache.clear()
    found = Tsa()
    settings.TSA_URL = found.url
    thread = threading.Thread(target=found.server.serve_forever, args=(0.01,))
    thread.start()
    yield found
    found.server.shutdown()
    thread.join()
    found.server.server_close()


def test_in_the_demo_its_own_authority_stamps(demo_trust: DemoPki) -> None:
    token = stamping.stamp(digest=DIGEST, at=AT)

    assert token is not None
    assert stamping.verify(token, digest=DIGEST).gen_time == AT
    with pytest.raises(EdsError):
        stamping.verify(token, digest=OTHER)
    assert stamping.standing() is None


def test_without_an_authority_nothing_is_stamped(settings: Any) -> None:
    settings.TRUST_DOMAIN = "production"
    assert stamping.stamp(digest=DIGEST, at=AT) is None


def test_the_operators_authority_is_asked_and_its_token_believed(tsa: Tsa, demo_trust: DemoPki) -> None:
    tsa.act = lambda request: demo_trust.answer_stamp(request, at=AT + timedelta(minutes=1))
    token = stamping.stamp(digest=DIGEST, at=AT)

    assert token is not None
    assert stamping.verify(token, digest=DIGEST).gen_time == AT + timedelta(minutes=1)
    assert [kind for kind, _request in tsa.asked] == ["application/timestamp-query"]


def test_an_answer_that_cannot_be_believed_is_none(tsa: Tsa, demo_trust: DemoPki) -> None:
    imprint = tsp.Imprint(stamping.SHA256, DIGEST)
    answers: dict[str, Callable[[bytes], bytes]] = {
        "another question": lambda request: demo_trust.answer_stamp(tsp.request(imprint, nonce=5), at=AT),
        "another digest": lambda request: demo_trust.answer_stamp(request.replace(DIGEST, OTHER), at=AT),
        "another time": lambda request: demo_trust.answer_stamp(request, at=AT + timedelta(minutes=6)),
        "a refusal": lambda request: bytes.fromhex("30053003020102"),
        "altered": lambda request: demo_trust.answer_stamp(request, at=AT)[:-1] + b"\x00",
        "nonsense": lambda request: b"nonsense",
        "a flood": lambda request: b"x" * (limits.LARGEST_STAMP_ANSWER + 1),
    }
    for name, act in answers.items():
        cache.clear()
        stamping._breaker.cache_clear()
        tsa.act = act
        assert stamping.stamp(digest=DIGEST, at=AT) is None, name


def test_a_failing_authority_is_left_in_peace_and_asked_again_later(tsa: Tsa, demo_trust: DemoPki) -> None:
    stamping._breaker.cache_clear()
    for second in range(limits.BREAKER_FAILURES + 3):
        assert stamping.stamp(digest=DIGEST, at=AT + timedelta(seconds=second)) is None
    assert len(tsa.asked) == limits.BREAKER_FAILURES
    found = stamping.standing()
    assert found is not None
    assert found[1].is_paused(AT + timedelta(seconds=6))

    tsa.act = lambda request: demo_trust.answer_stamp(request, at=AT + timedelta(minutes=1))
    assert stamping.stamp(digest=DIGEST, at=AT + timedelta(minutes=1)) is not None


def test_only_a_digest_is_stamped(demo_trust: DemoPki) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        stamping.stamp(digest=b"short", at=AT)
