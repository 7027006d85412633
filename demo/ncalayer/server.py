"""Serves the stand-in: the WebSocket that pages speak to, and the control service beside it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from http.server import ThreadingHTTPServer

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from demo.ncalayer.control import Choice, Words, control_server
from demo.ncalayer.protocol import HEARTBEAT, CmsMaker, Mode, answer, greeting, heartbeat

BUSY = '{"code":"GENERAL_ERROR","message":"A request is already being served.","status":false}'
LARGEST_FRAME = 4 * 1024 * 1024


@dataclass(frozen=True)
class Addresses:
    """Where the stand-in listens; ports may be 0 for any free one."""

    host: str = "127.0.0.1"
    port: int = 13579
    control_port: int = 8642
    origins: Collection[str] = ()


@dataclass(frozen=True)
class Running:
    """A started stand-in."""

    url: str
    control_url: str


@asynccontextmanager
async def stand_in(
    choice: Choice, make_cms: CmsMaker, words: Words, at: Addresses, *, slow_seconds: float = 8.0
) -> AsyncIterator[Running]:
    """Listen on both ports until the context is left."""

    async def connection(socket: ServerConnection) -> None:
        await _Conversation(socket, choice, make_cms, slow_seconds).run()

    control = control_server(choice, host=at.host, port=at.control_port, origins=at.origins, words=words)
    try:
        async with serve(connection, at.host, at.port, max_size=LARGEST_FRAME) as server:
            port = next(iter(server.sockets)).getsockname()[1]
            with _in_thread(control):
                yield Running(f"ws://{at.host}:{port}", f"http://{at.host}:{control.server_port}")
    finally:
        control.server_close()


@contextmanager
def _in_thread(control: ThreadingHTTPServer) -> Iterator[None]:
    """Run the control service beside the event loop."""
    thread = threading.Thread(target=control.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        control.shutdown()
        thread.join()


class _Conversation:
    """One socket: greeting first, then one request at a time; heartbeats are answered in between."""

    def __init__(self, socket: ServerConnection, choice: Choice, make_cms: CmsMaker, slow_seconds: float) -> None:
        self._socket = socket
        self._choice = choice
        self._make_cms = make_cms
        self._slow_seconds = slow_seconds
        self._in_flight: asyncio.Task[None] | None = None

    async def run(self) -> None:
        try:
            with suppress(ConnectionClosed):
                await self._socket.send(greeting(self._choice.now()[1]))
                async for frame in self._socket:
                    await self._take(frame if isinstance(frame, str) else frame.decode(errors="replace"))
        finally:
            if self._in_flight:
                self._in_flight.cancel()

    async def _take(self, frame: str) -> None:
        if frame == HEARTBEAT:
            await self._socket.send(heartbeat(self._choice.now()[1]))
        elif self._in_flight and not self._in_flight.done():
            # The protocol has no request ids: a second request in flight could not be told apart.
            await self._socket.send(BUSY)
        else:
            self._in_flight = asyncio.create_task(self._serve(frame))

    async def _serve(self, frame: str) -> None:
        _person, mode = self._choice.now()
        signs = '"getVersion"' not in frame
        if mode is Mode.DROP and signs:
            await self._socket.close(code=1011)
            return
        if mode is Mode.SLOW and signs:
            await asyncio.sleep(self._slow_seconds)
        reply = await asyncio.to_thread(answer, frame, self._choice.desk(self._make_cms))
        with suppress(ConnectionClosed):
            await self._socket.send(reply)
