"""A second opinion: NCANode's answers as it gives them, its holes included, from a stand-in over real HTTP."""

import base64
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from signatures.eds import certificate, cms
from signatures.eds.demo_pki import DemoPki
from signatures.models import Incident, Signature
from signatures.services import acceptance, second_opinion, statements, watching
from signatures.services.refusals import SignatureRefused
from signatures.states import Purpose, SignatureStatus, Trouble
from tests.actors import AT
from tests.signatures.settling import recheck

Answer = Callable[[dict[str, Any]], tuple[int, Any]]


def agreeing(asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """What NCANode says of a good signature."""
    leaf = cms.parse(base64.b64decode(asked["cms"])).signer_certificate
    return 200, {"status": 200, "message": "OK", "valid": True, "signers": [{"certificates": [described(leaf)]}]}


def described(leaf: certificate.Certificate, **more: Any) -> dict[str, Any]:
    return {
        "valid": True,
        "revocations": [],
        "notBefore": leaf.not_before.strftime("%Y-%m-%dT%H:%M:%S.000+00:00"),
        "notAfter": leaf.not_after.strftime("%Y-%m-%dT%H:%M:%S.000+00:00"),
        "keyUsage": "SIGN",
        "serialNumber": f"{leaf.serial:x}",
        "signAlg": "SHA256WITHRSAENCRYPTION",
        "keyUser": ["INDIVIDUAL"],
        "publicKey": base64.b64encode(leaf.spki).decode(),
        "signature": base64.b64encode(leaf.signature).decode(),
        "subject": {"commonName": "ТЕСТОВ ТЕСТ", "iin": leaf.subject.iin, "country": "KZ"},
        "issuer": {"commonName": "ҰКО", "country": "KZ"},
        **more,
    }


class StandIn:
    """Speaks NCANode's JSON; what it answers is the test's."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answer: Answer = agreeing
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append({"path": self.path, **body})
                status, said = outer.answer(body)
                raw = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *arguments: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def standin(settings: Any) -> Iterator[StandIn]:
    made = StandIn()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    settings.SECOND_OPINION_URL = made.url
    cache.clear()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()
    cache.clear()


def give(pki: DemoPki, key: str = "aigerim", **more: Any) -> acceptance.Accepted:
    issued = statements.issue(purpose=Purpose.VOTE, subject="initiative:x", language="en", at=AT)
    signed = pki.sign(key, issued.text.encode(), at=AT)
    with transaction.atomic():
        return acceptance.accept(
            token=issued.token, cms=signed, purpose=Purpose.VOTE, subject="initiative:x", at=AT, **more
        )


@pytest.mark.django_db
def test_both_agree_and_the_report_says_so(demo_trust: DemoPki, standin: StandIn) -> None:
    accepted = give(demo_trust)

    assert accepted.signature.report["findings"][-1] == {
        "step": "second_opinion", "ok": True, "code": None, "detail": "",
    }  # fmt: skip
    [asked] = standin.asked
    assert (asked["path"], set(asked)) == ("/cms/verify", {"path", "cms", "data", "revocationCheck"})
    assert base64.b64decode(asked["data"]).decode() == accepted.signature.statement


@pytest.mark.django_db
def test_it_is_off_by_default(demo_trust: DemoPki, settings: Any) -> None:
    assert "second_opinion" not in [found["step"] for found in give(demo_trust).signature.report["findings"]]


def _holes(leaf: certificate.Certificate, other: certificate.Certificate) -> dict[str, Any]:
    own = described(leaf)
    return {
        "no signers at all": {"valid": True, "signers": []},
        "no list of signers": {"valid": True},
        "two signers": {"valid": True, "signers": [{"certificates": [own]}, {"certificates": [own]}]},
        "no certificates": {"valid": True, "signers": [{"certificates": []}]},
        "another certificate": {"valid": True, "signers": [{"certificates": [described(other)]}]},
        "another key": {"valid": True, "signers": [{"certificates": [described(leaf, publicKey="AAAA")]}]},
        "another IIN": {
            "valid": True, "signers": [{"certificates": [described(leaf, subject={"iin": other.subject.iin})]}],
        },
        "no subject": {"valid": True, "signers": [{"certificates": [described(leaf, subject=None)]}]},
        "a certificate that is not valid": {"valid": True, "signers": [{"certificates": [described(leaf, valid=False)]}]},
        "not valid": {"valid": False, "signers": [{"certificates": [own]}]},
        "strange shapes": {"valid": True, "signers": ["x"]},
    }  # fmt: skip


@pytest.mark.django_db
def test_each_disagreement_refuses_and_alarms_without_naming_anybody(
    demo_trust: DemoPki, standin: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    leaf = certificate.parse(demo_trust.holder("aigerim").raw)
    other = certificate.parse(demo_trust.holder("marina").raw)
    for name, said in _holes(leaf, other).items():
        caplog.clear()
        standin.answer = lambda _asked, said=said: (200, said)  # type: ignore[misc]
        with caplog.at_level(logging.ERROR), pytest.raises(SignatureRefused) as refused:
            give(demo_trust)
        assert refused.value.code == "second_opinion_disagrees", name
        assert int(refused.value.status) == 422
        assert "second opinion disagrees" in caplog.text, name
        assert str(leaf.subject.iin) not in caplog.text
        assert str(other.subject.iin) not in caplog.text
    standin.answer = lambda _asked: (400, {"status": 400, "message": "Invalid cms"})
    with pytest.raises(SignatureRefused, match="second_opinion_disagrees"):
        give(demo_trust)
    assert not Signature.objects.exists()


@pytest.mark.django_db
def test_administrators_are_told_once(demo_trust: DemoPki, standin: StandIn) -> None:
    standin.answer = lambda _asked: (200, {"valid": True, "signers": []})
    for _again in range(2):
        with pytest.raises(SignatureRefused):
            give(demo_trust)
        watching.watch(at=AT)

    assert list(Incident.objects.values_list("kind", "ended_at")) == [(Trouble.DISAGREEMENT, None)]
    cache.delete(second_opinion.DISAGREED)
    watching.watch(at=AT)
    assert Incident.objects.get().ended_at is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said", [(503, {}), (200, b"<html>"), (200, {"status": 200}), (200, b"[" * 100_000), (302, {})]
)
def test_silence_goes_on_and_is_written_down(demo_trust: DemoPki, standin: StandIn, said: tuple[int, Any]) -> None:
    standin.answer = lambda _asked: said
    finding = give(demo_trust).signature.report["findings"][-1]

    assert (finding["step"], finding["ok"]) == ("second_opinion", True)
    assert finding["detail"].startswith("not asked: ")


@pytest.mark.django_db
def test_silence_keeps_the_signature_waiting_where_an_answer_is_required(
    demo_trust: DemoPki, standin: StandIn, settings: Any
) -> None:
    settings.SECOND_OPINION_REQUIRED = True
    standin.answer = lambda _asked: (503, {})
    with pytest.raises(SignatureRefused) as refused:
        give(demo_trust)
    assert (refused.value.code, int(refused.value.status)) == ("second_opinion_unreachable", 503)

    waiting = give(demo_trust, keep_pending=True).signature
    assert waiting.status == SignatureStatus.PENDING
    assert recheck(signature=waiting, at=AT) == SignatureStatus.PENDING
    standin.answer = agreeing
    cache.clear()
    assert recheck(signature=waiting, at=AT) == SignatureStatus.VALID


@pytest.mark.django_db
def test_who_is_slow_costs_one_time_out_and_is_then_left_in_peace(
    demo_trust: DemoPki, standin: StandIn, settings: Any
) -> None:
    settings.SECOND_OPINION_TIMEOUT = 0.2

    def slow(asked: dict[str, Any]) -> tuple[int, Any]:
        time.sleep(0.5)
        return agreeing(asked)

    standin.answer = slow
    began = time.monotonic()
    for _again in range(8):
        give(demo_trust)
    assert len(standin.asked) == 3
    assert time.monotonic() - began < 3


@pytest.mark.django_db
def test_it_is_not_asked_about_what_we_refuse_ourselves(demo_trust: DemoPki, standin: StandIn) -> None:
    with pytest.raises(SignatureRefused, match="revoked"):
        give(demo_trust, "revoked")
    assert standin.asked == []
