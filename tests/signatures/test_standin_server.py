"""The stand-in over real sockets: the conversation, each behaviour, and who may choose them."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from demo.ncalayer.control import Choice
from demo.ncalayer.keys import KeyRing
from demo.ncalayer.page import WORDS
from demo.ncalayer.protocol import HEARTBEAT, Mode, greeting
from demo.ncalayer.server import Addresses, Running, stand_in
from tests.signatures.demo_ring import make_ring, plain_cms, shape, sign_request


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return make_ring(tmp_path_factory.mktemp("keys"))


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
            assert await socket.recv() == greeting(mode)
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
        (Mode.ERROR_INVOCATION, {"code": "str", "details": "str", "message": "str", "status": "bool"}),
        (Mode.OUTDATED, {"success": "bool", "errorCode": "str"}),
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
        assert [person["id"] for person in json.loads(people)["people"]] == ["aliya", "aliya.second", "bolat", "nurlan"]
        assert headers["Access-Control-Allow-Origin"] == "http://localhost:8000"
        assert call(f"{url}/select", {"person": "bolat"})[0] == 200
        assert call(f"{url}/mode", {"mode": "cancel"})[0] == 200
        assert json.loads(call(f"{url}/people")[1])["key"] == "gost"
        assert call(f"{url}/key", {"key": "rsa"})[0] == 200
        assert json.loads(call(f"{url}/people")[1])["key"] == "rsa"
        assert call(f"{url}/key", {"key": "dsa"})[0] == 400
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
