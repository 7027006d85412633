"""The stand-in answers each recorded request of the real NCALayer as it did, letter for letter but for keys and signatures."""

import base64
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from demo.ncalayer.protocol import Desk, Mode, answer, greeting, heartbeat
from signatures.eds import cms as cms_files
from tests.signatures.demo_ring import make_ring, plain_cms, sign_request

RECORDED: list[dict[str, str]] = json.loads(
    (Path(__file__).parent / "recorded" / "ncalayer.json").read_text(encoding="utf-8")
)
DIGESTS = (
    "A digest is signed with the algorithm of a key that the page does not know yet; the portal sends whole texts."
)
XML = "The portal knows no XML signatures."
DOES_NOT_APPLY = {13: DIGESTS, 14: DIGESTS, 15: DIGESTS, 39: DIGESTS, 40: DIGESTS} | dict.fromkeys(
    (23, 24, 25, 27, 28, 29, 48), XML
)
"""Which of the fifty pairs the stand-in answers with a refusal, and why."""
CUT_OUT = "Actual signature stripped to protect private data"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Aliya has both her keys at hand, one for signing and one for authentication."""
    ring = make_ring(tmp_path_factory.mktemp("keys"))
    own = [*ring.of("aliya"), *ring.of("aliya.second")]
    return Desk(Mode.OK, own, [*ring.of("bolat"), *ring.of("nurlan")], plain_cms)


def ask(text: str, desk: Desk) -> Any:
    return json.loads(answer(text, desk))


def recorded_desk(pair: dict[str, str], desk: Desk) -> Desk:
    """The recording's person: did they cancel, which tokens were plugged in, which version answered?"""
    reply = json.loads(pair["response"])
    if reply.get("body") == {} or reply.get("message") == "action.canceled":
        return replace(desk, mode=Mode.CANCEL)
    if isinstance(reply.get("body", {}).get("result"), str):
        return replace(desk, mode=Mode.OK_STRING)
    tokens = reply["responseObject"] if "getActiveTokens" in pair["request"] else ()
    return replace(desk, tokens=tokens)


@dataclass(frozen=True)
class Alike:
    """Compares everything; where the recording's authors cut out what is private, what must stand there."""

    request: str

    def check(self, given: Any, expected: Any, where: str = "") -> None:
        if isinstance(expected, dict) and not (self._is_key_info and where == ".responseObject"):
            assert isinstance(given, dict), where
            assert set(given) == set(expected), where
            for name in expected:
                self.check(given[name], expected[name], f"{where}.{name}")
        elif isinstance(expected, dict):
            self._check_key_info(given)
        elif isinstance(expected, list):
            assert isinstance(given, list), where
            assert len(given) == len(expected), where
            for number, (one, other) in enumerate(zip(given, expected, strict=True)):
                self.check(one, other, f"{where}[{number}]")
        elif expected == CUT_OUT:
            assert base64.b64decode(given, validate=True)[:1] == b"\x30", where
        elif isinstance(expected, str) and expected.startswith("-----BEGIN CMS-----\n"):
            self._check_pem(given)
        elif "getVersion" in self.request and where.startswith(".responseObject."):
            assert type(given) is str, where
        else:
            assert (type(given), given) == (type(expected), expected), where

    @property
    def _is_key_info(self) -> bool:
        return "getKeyInfo" in self.request

    def _check_key_info(self, given: Any) -> None:
        # The recording keeps one field; the names of the others are those of the program's own source.
        names = {"alias", "keyId", "algorithm", "subjectCn", "subjectDn", "issuerCn", "issuerDn", "serialNumber"}
        names |= {"certNotBefore", "certNotAfter", "authorityKeyIdentifier", "pem"}
        assert set(given) == names
        assert {type(value) for value in given.values()} == {str}
        assert given["certNotBefore"].isdecimal()

    def _check_pem(self, given: Any) -> None:
        first, *body, last, end = given.split("\n")
        assert (first, last, end) == ("-----BEGIN CMS-----", "-----END CMS-----", "")
        assert all(len(line) == 64 for line in body[:-1])
        assert cms_files.unarmour(given.encode())[:1] == b"\x30"


def name(number: int) -> str:
    call = json.loads(RECORDED[number]["request"])
    return f"{number}-{call['method']}"


APPLIES = [number for number in range(len(RECORDED)) if number not in DOES_NOT_APPLY]


@pytest.mark.parametrize("number", APPLIES, ids=name)
def test_the_stand_in_answers_a_recorded_request_as_ncalayer_did(number: int, desk: Desk) -> None:
    pair = RECORDED[number]
    given = ask(pair["request"], recorded_desk(pair, desk))
    Alike(pair["request"]).check(given, json.loads(pair["response"]))


@pytest.mark.parametrize("number", DOES_NOT_APPLY, ids=name)
def test_what_the_stand_in_does_not_offer_is_refused_and_never_signed(number: int, desk: Desk) -> None:
    assert json.loads(RECORDED[number]["response"]).get("code", "200") == "200", "a refusal could be answered alike"
    given = ask(RECORDED[number]["request"], desk)
    assert given["code"] in {"500", "INVALID_SIGNING_PARAMS"}
    assert not {"responseObject", "body"} & set(given)


def test_fifty_pairs_are_recorded_and_each_is_accounted_for() -> None:
    assert len(RECORDED) == 50
    assert len(APPLIES) + len(DOES_NOT_APPLY) == 50
    assert all(DOES_NOT_APPLY.values())


def test_the_recorded_greeting_is_that_of_an_older_version_and_the_usual_one_is_that_of_1_4() -> None:
    [recorded] = [pair["initMessage"] for pair in RECORDED if "initMessage" in pair]
    assert greeting(Mode.OK_STRING) == recorded
    assert json.loads(greeting(Mode.OK)) == {"result": {"version": "1.4"}}
    assert "result" not in json.loads(greeting(Mode.STRANGER))


def test_a_heartbeat_is_answered_by_the_version_or_by_its_echo(desk: Desk) -> None:
    assert answer("--heartbeat--", desk) == heartbeat(Mode.OK) == greeting(Mode.OK)
    assert answer("--heartbeat--", replace(desk, mode=Mode.OK_STRING)) == "--heartbeat--"


def test_with_output_cert_the_signatures_come_with_the_certificate(desk: Desk) -> None:
    result = ask(sign_request(["MTEK", "MTIK"], outputCert=True), desk)["body"]["result"]
    assert set(result) == {"signatures", "certificate"}
    assert len(result["signatures"]) == 2
    assert result["certificate"].startswith("-----BEGIN CERTIFICATE-----\n")


def test_common_utils_gives_back_the_uuid_it_was_given(desk: Desk) -> None:
    call = {"module": "kz.gov.pki.knca.commonUtils", "method": "getActiveTokens", "uuid": "b0f1"}
    assert ask(json.dumps(call), desk) == {"responseObject": [], "code": "200", "uuid": "b0f1"}


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        (Mode.ERROR, "SIGNING_FAILURE"),
        (Mode.ERROR_GENERAL, "GENERAL_ERROR"),
        (Mode.ERROR_PARAMETERS, "INVALID_SIGNING_PARAMS"),
        (Mode.ERROR_INVOCATION, "INVOCATION_ERROR"),
    ],
)
def test_each_error_of_the_program_comes_in_its_shape(mode: Mode, code: str, desk: Desk) -> None:
    given = ask(sign_request(), replace(desk, mode=mode))
    assert (given["code"], given["status"]) == (code, False)
    assert set(given) - {"details"} == {"code", "message", "status"}
    old = {"module": "kz.gov.pki.knca.commonUtils", "method": "getKeyInfo", "args": ["PKCS12"]}
    assert set(ask(json.dumps(old), replace(desk, mode=mode))) == {"code", "message"}


def test_too_old_a_program_knows_no_basics_but_still_its_older_module(desk: Desk) -> None:
    outdated = replace(desk, mode=Mode.OUTDATED)
    assert ask(sign_request(), outdated) == {"success": False, "errorCode": "MODULE_NOT_FOUND"}
    cades = {"module": "kz.gov.pki.knca.commonUtils", "method": "createCAdESFromBase64"}
    assert ask(json.dumps(cades | {"args": ["PKCS12", "SIGNATURE", "MTEK", False]}), outdated)["code"] == "200"


def test_a_filter_by_iin_hides_the_keys_of_everybody_else(desk: Desk) -> None:
    request = json.loads(sign_request())
    request["args"]["signerParams"]["iin"] = "900101300007"
    assert ask(json.dumps(request), desk) == {"body": {}, "status": True}
