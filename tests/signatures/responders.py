"""A responder on loopback that a test can make silent, slow, dribbling, broken or dead while others ask it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

from signatures.eds.demo_pki import DemoPki
from tests.actors import AT

R = TypeVar("R")


def together(count: int, act: Callable[[int], R]) -> list[R]:
    """Run the act in that many threads, released at once; return what each got."""
    barrier = threading.Barrier(count)

    def run(number: int) -> R:
        barrier.wait(timeout=30)
        return act(number)

    with ThreadPoolExecutor(max_workers=count) as pool:
        return list(pool.map(run, range(count)))


class Responder:
    """Answers as the demo's responder, when and how `mode` says: good, slow, hang, dribble, broken."""

    def __init__(self, pki: DemoPki, at: Any = AT) -> None:
        self.pki, self.at = pki, at
        self.mode = "good"
        self.slow_seconds = 1.3
        self.asked = 0
        self._stopped = threading.Event()
        responder = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                responder.answer(self, responder.pki.authority.answer_ocsp(body, now=responder.at))

            def do_GET(self) -> None:
                responder.answer(self, responder.pki.authority.revocation_list(now=responder.at))

            def log_message(self, *arguments: Any) -> None:
                """Tests are silent."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *arguments: Any) -> None:
                """Whoever asked has gone: that is what is tested."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def answer(self, handler: BaseHTTPRequestHandler, raw: bytes) -> None:
        self.asked += 1
        if self.mode == "hang":
            self._stopped.wait(20)
        if self.mode == "slow":
            time.sleep(self.slow_seconds)
        handler.send_response(500 if self.mode == "broken" else 200)
        handler.send_header("Content-Length", str(len(raw)))
        handler.end_headers()
        for place in range(len(raw) if self.mode == "dribble" else 0):
            handler.wfile.write(raw[place : place + 1])
            handler.wfile.flush()
            if self._stopped.wait(0.2):
                return
        if self.mode != "dribble":
            handler.wfile.write(raw)

    def close(self) -> None:
        self._stopped.set()
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def responding(pki: DemoPki, at: Any = AT) -> Iterator[Responder]:
    """A responder for the length of a test."""
    responder = Responder(pki, at)
    try:
        yield responder
    finally:
        responder.close()


def dead_address() -> str:
    """An address at which nobody listens."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{line.getsockname()[1]}/"
