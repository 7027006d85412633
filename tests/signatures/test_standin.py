"""The stand-in for NCALayer signs what it is given, and behaves as it is told."""

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from demo.ncalayer.keys import KeyRing
from demo.ncalayer.protocol import Desk, Mode, answer
from tests.signatures.demo_ring import STATEMENT, make_ring, plain_cms, sign_request, verifies


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return make_ring(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def desk(ring: KeyRing) -> Desk:
    """Aliya has both her keys at hand, one for signing and one for authentication."""
    own = [*ring.of("aliya"), *ring.of("aliya.second")]
    return Desk(Mode.OK, own, [*ring.of("bolat"), *ring.of("nurlan")], plain_cms)


def ask(text: str, desk: Desk) -> Any:
    return json.loads(answer(text, desk))


def unarmour(pem: str) -> bytes:
    assert pem.startswith("-----BEGIN CMS-----\n")
    assert pem.endswith("-----END CMS-----\n")
    return base64.b64decode("".join(pem.splitlines()[1:-1]))


# --- signing


def test_the_signature_covers_the_decoded_bytes_and_openssl_agrees(desk: Desk, tmp_path: Path) -> None:
    reply = ask(sign_request(usages=("1.3.6.1.5.5.7.3.4", "1.2.398.3.3.4.1.1")), desk)
    assert reply["status"] is True
    [pem] = reply["body"]["result"]
    assert verifies(unarmour(pem), STATEMENT, tmp_path)
    assert not verifies(unarmour(pem), STATEMENT + b" ", tmp_path)


def test_without_decode_the_base64_text_itself_is_signed(desk: Desk, tmp_path: Path) -> None:
    [pem] = ask(sign_request(decode=False), desk)["body"]["result"]
    assert verifies(unarmour(pem), base64.b64encode(STATEMENT), tmp_path)


def test_encapsulate_puts_the_text_into_the_signature(desk: Desk, tmp_path: Path) -> None:
    [pem] = ask(sign_request(encapsulate=True), desk)["body"]["result"]
    assert STATEMENT in unarmour(pem)
    assert verifies(unarmour(pem), None, tmp_path)


def test_several_documents_get_a_signature_each(desk: Desk) -> None:
    assert len(ask(sign_request(["MTEK", "MTIK", "MTMK"]), desk)["body"]["result"]) == 3


def test_data_that_is_not_base64_is_an_error(desk: Desk) -> None:
    assert ask(sign_request("not base64!"), desk)["status"] is False


def test_a_key_of_another_usage_is_not_shown_and_the_person_can_only_close_the_dialogue(desk: Desk) -> None:
    head = ("1.3.6.1.5.5.7.3.4", "1.2.398.3.3.4.1.2.1")
    assert ask(sign_request(usages=head), desk) == {"body": {}, "status": True}


def test_cades_of_common_utils_is_bare_base64(desk: Desk, tmp_path: Path) -> None:
    data = base64.b64encode(STATEMENT).decode()
    args = ["PKCS12", "SIGNATURE", data, False]
    request = {"module": "kz.gov.pki.knca.commonUtils", "method": "createCAdESFromBase64", "args": args}
    reply = ask(json.dumps(request), desk)
    assert reply["code"] == "200"
    assert verifies(base64.b64decode(reply["responseObject"], validate=True), STATEMENT, tmp_path)


@pytest.mark.parametrize("mode", [Mode.TAMPERED])
def test_a_tampered_signature_does_not_verify(desk: Desk, mode: Mode, tmp_path: Path) -> None:
    [pem] = ask(sign_request(), replace(desk, mode=mode))["body"]["result"]
    assert not verifies(unarmour(pem), STATEMENT, tmp_path)


def test_the_wrong_certificate_is_another_persons(desk: Desk) -> None:
    def holder(mode: Mode) -> str:
        signers: list[str] = []

        def note(content: bytes, key: Any, attached: bool) -> bytes:
            signers.append(key.person)
            return plain_cms(content, key, attached)

        ask(sign_request(), replace(desk, mode=mode, make_cms=note))
        return signers[0]

    assert holder(Mode.OK) == "aliya"
    assert holder(Mode.WRONG_CERT) == "bolat"
    assert holder(Mode.AUTH_CERT) == "aliya.second"


def test_an_unknown_module_is_reported_as_ncalayer_reports_it(desk: Desk) -> None:
    assert ask('{"module":"kz.example","method":"x"}', desk) == {
        "success": False,
        "errorCode": "MODULE_NOT_FOUND",
    }


@pytest.mark.parametrize("frame", ["", "[]", "{", "null", '{"module":"kz.gov.pki.knca.basics"}'])
def test_nonsense_is_answered_and_does_not_break_the_stand_in(frame: str, desk: Desk) -> None:
    assert "body" not in ask(frame, desk)
