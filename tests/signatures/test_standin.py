"""The stand-in for NCALayer speaks as the recordings of the real program do, and behaves as it is told."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from demo.ncalayer.control import Choice
from demo.ncalayer.keys import KeyRing
from demo.ncalayer.page import WORDS
from demo.ncalayer.protocol import HEARTBEAT, Desk, Mode, answer
from demo.ncalayer.server import Addresses, Running, stand_in
from tests.signatures.demo_ring import make_ring, plain_cms, verifies

RECORDED = json.loads((Path(__file__).parent / "recorded" / "ncalayer.json").read_text(encoding="utf-8"))
STATEMENT = "Халық үні\nДауыс: иә\n".encode()
# Features of the real program that the portal never asks for and the stand-in answers with an error.
NOT_OFFERED = (
    "signXml",
    "createCAdESFromBase64Hash",
    "createCMSSignatureFromBase64",
    '"format":"xml"',
    '"digested":true',
)


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return make_ring(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def desk(ring: KeyRing) -> Desk:
    """Aliya has both her keys at hand, one for signing and one for authentication."""
    own = [*ring.of("aliya"), *ring.of("aliya-2")]
    return Desk(Mode.OK, own, [*ring.of("bolat"), *ring.of("nurlan")], plain_cms)


def sign_request(data: str | list[str] | None = None, *, usages: tuple[str, ...] = (), **params: Any) -> str:
    """What the signing component sends."""
    return json.dumps(
        {
            "module": "kz.gov.pki.knca.basics",
            "method": "sign",
            "args": {
                "allowedStorages": None,
                "format": "cms",
                "data": base64.b64encode(STATEMENT).decode() if data is None else data,
                "signingParams": {"decode": True, "encapsulate": False, "digested": False, **params},
                "signerParams": {"extKeyUsageOids": list(usages)},
                "locale": "kk",
            },
        }
    )


def ask(text: str, desk: Desk) -> Any:
    return json.loads(answer(text, desk))


def unarmour(pem: str) -> bytes:
    assert pem.startswith("-----BEGIN CMS-----\n")
    assert pem.endswith("-----END CMS-----\n")
    return base64.b64decode("".join(pem.splitlines()[1:-1]))


# --- the recorded pairs


def shape(value: Any) -> Any:
    """What two answers must share: names and types; texts, keys and signatures differ by nature."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value[:1]]
    return type(value).__name__


def recorded_desk(pair: dict[str, str], desk: Desk) -> Desk:
    """The recording's person: did they cancel, which tokens were plugged in, which version answered?"""
    reply = json.loads(pair["response"])
    if reply.get("body") == {} or reply.get("message") == "action.canceled":
        return replace(desk, mode=Mode.CANCEL)
    if isinstance(reply.get("body", {}).get("result"), str):
        return replace(desk, mode=Mode.OK_STRING)
    tokens = reply["responseObject"] if "getActiveTokens" in pair["request"] else ()
    return replace(desk, tokens=tokens)


@pytest.mark.parametrize(
    "pair",
    [pair for pair in RECORDED if not any(word in pair["request"] for word in NOT_OFFERED)],
    ids=lambda pair: pair["request"][:120],
)
def test_the_stand_in_answers_a_recorded_request_as_ncalayer_did(pair: dict[str, str], desk: Desk) -> None:
    expected = json.loads(pair["response"])
    given = ask(pair["request"], recorded_desk(pair, desk))
    if "getKeyInfo" in pair["request"] and isinstance(expected.get("responseObject"), dict):
        assert given["code"] == "200"
        assert isinstance(given["responseObject"]["certNotBefore"], str)
    elif "message" in expected or expected.get("body") == {}:
        assert given == expected
    else:
        assert shape(given) == shape(expected)


@pytest.mark.parametrize(
    "pair",
    [pair for pair in RECORDED if any(word in pair["request"] for word in NOT_OFFERED)],
    ids=lambda pair: pair["request"][:120],
)
def test_what_the_stand_in_does_not_offer_is_an_error_and_never_a_signature(pair: dict[str, str], desk: Desk) -> None:
    given = ask(pair["request"], desk)
    assert given.get("code") in {"500", "INVALID_SIGNING_PARAMS"}
    assert "responseObject" not in given


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
    assert holder(Mode.AUTH_CERT) == "aliya-2"


def test_an_unknown_module_is_reported_as_ncalayer_reports_it(desk: Desk) -> None:
    assert ask('{"module":"kz.example","method":"x"}', desk) == {
        "success": False,
        "errorCode": "MODULE_NOT_FOUND",
    }


@pytest.mark.parametrize("frame", ["", "[]", "{", "null", '{"module":"kz.gov.pki.knca.basics"}'])
def test_nonsense_is_answered_and_does_not_break_the_stand_in(frame: str, desk: Desk) -> None:
    assert "body" not in ask(frame, desk)


# --- over a real socket


@asynccontextmanager
async def running(ring: KeyRing, mode: Mode = Mode.OK) -> AsyncIterator[Running]:
    choice = Choice(ring, person="aliya", mode=mode)
    async with stand_in(choice, plain_cms, WORDS, Addresses(port=0, control_port=0), slow_seconds=0.3) as at:
        yield at


def in_own_loop(conversation: Coroutine[Any, Any, None]) -> None:
    """A thread of its own: after a browser test, this thread still has the browser driver's running loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, conversation).result(30)


def talk(ring: KeyRing, mode: Mode, script: Callable[[ClientConnection], Awaitable[None]]) -> None:
    async def conversation() -> None:
        async with running(ring, mode) as at, connect(at.url) as socket:
            assert json.loads(await socket.recv()) == {"result": {"version": "1.4"}}
            await asyncio.wait_for(script(socket), 10)

    in_own_loop(conversation())


def test_the_stand_in_greets_first_and_answers_heartbeat_and_probe(ring: KeyRing) -> None:
    async def script(socket: ClientConnection) -> None:
        await socket.send(HEARTBEAT)
        assert json.loads(await socket.recv())["result"]["version"] == "1.4"
        await socket.send('{"module":"kz.digiflow.mobile.extensions","method":"getVersion"}')
        assert json.loads(await socket.recv())["code"] == "200"

    talk(ring, Mode.OK, script)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (Mode.OK, {"body": {"result": ["str"]}, "status": "bool"}),
        (Mode.OK_STRING, {"body": {"result": "str"}, "status": "bool"}),
        (Mode.CANCEL, {"body": {}, "status": "bool"}),
        (Mode.ERROR, {"code": "str", "message": "str", "status": "bool"}),
        (Mode.WRONG_CERT, {"body": {"result": ["str"]}, "status": "bool"}),
        (Mode.AUTH_CERT, {"body": {"result": ["str"]}, "status": "bool"}),
        (Mode.TAMPERED, {"body": {"result": ["str"]}, "status": "bool"}),
        (Mode.SLOW, {"body": {"result": ["str"]}, "status": "bool"}),
    ],
)
def test_each_behaviour_answers_in_its_shape(ring: KeyRing, mode: Mode, expected: Any) -> None:
    async def script(socket: ClientConnection) -> None:
        await socket.send(sign_request())
        assert shape(json.loads(await socket.recv())) == expected

    talk(ring, mode, script)


def test_told_to_drop_the_stand_in_breaks_the_connection(ring: KeyRing) -> None:
    async def script(socket: ClientConnection) -> None:
        await socket.send(sign_request())
        with pytest.raises(ConnectionClosed):
            await socket.recv()

    talk(ring, Mode.DROP, script)


def test_a_second_request_in_flight_is_refused_while_heartbeats_go_on(ring: KeyRing) -> None:
    async def script(socket: ClientConnection) -> None:
        await socket.send(sign_request())
        await socket.send(sign_request())
        await socket.send(HEARTBEAT)
        assert json.loads(await socket.recv())["code"] == "GENERAL_ERROR"
        assert "result" in json.loads(await socket.recv())
        assert json.loads(await socket.recv())["body"]["result"]

    talk(ring, Mode.SLOW, script)


# --- the control service


def call(url: str, body: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> tuple[int, str, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data=data, headers={"Content-Type": "application/json", **(headers or {})})
    try:
        with urlopen(request, timeout=5) as reply:
            return reply.status, reply.read().decode(), reply.headers
    except HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode(), refusal.headers


def control(ring: KeyRing, script: Callable[[str], None]) -> None:
    async def conversation() -> None:
        async with running(ring) as at:
            await asyncio.to_thread(script, at.control_url)

    in_own_loop(conversation())


def test_the_demo_person_and_the_behaviour_are_chosen_over_the_control_service(ring: KeyRing) -> None:
    def script(url: str) -> None:
        _, people, headers = call(f"{url}/people", headers={"Origin": "http://localhost:8000"})
        assert [person["id"] for person in json.loads(people)["people"]] == ["aliya", "aliya-2", "bolat", "nurlan"]
        assert headers["Access-Control-Allow-Origin"] == "http://localhost:8000"
        assert call(f"{url}/select", {"person": "bolat"})[0] == 200
        assert call(f"{url}/mode", {"mode": "cancel"})[0] == 200
        now = json.loads(call(f"{url}/people")[1])
        assert (now["selected"], now["mode"]) == ("bolat", "cancel")
        assert call(f"{url}/select", {"person": "nobody"})[0] == 400
        assert call(f"{url}/mode", {"mode": "generous"})[0] == 400

    control(ring, script)


def test_a_web_site_elsewhere_may_not_choose_the_demo_person(ring: KeyRing) -> None:
    def script(url: str) -> None:
        for headers in ({"Origin": "https://example.com"}, {"Host": "example.com"}, {"Origin": "null"}):
            assert call(f"{url}/select", {"person": "bolat"}, headers)[0] == 403
        assert json.loads(call(f"{url}/people")[1])["selected"] == "aliya"

    control(ring, script)


def test_the_page_for_a_human_names_the_people_and_marks_the_chosen_one(ring: KeyRing) -> None:
    def script(url: str) -> None:
        status, page, _ = call(f"{url}/", headers={"Accept-Language": "en"})
        assert status == 200
        assert "Әлия Сапарова" in page
        assert re.search(r'value="aliya"\s+checked', page)

    control(ring, script)
