"""A page with the signing component, the server it is sent to, and a stand-in for NCALayer beside it.

The page comes under a policy that forbids inline scripts and styles, as the portal's pages do.
"""

import asyncio
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation

from demo.ncalayer.control import Choice
from demo.ncalayer.page import WORDS
from demo.ncalayer.protocol import CmsMaker
from demo.ncalayer.server import Addresses, Running, stand_in

STATIC = Path(settings.BASE_DIR) / "static"
# Everything that HTML could change on the way: line breaks at both ends, markup, spaces, letters of scripts.
TEXT = '\nХалық үні — ҚҰЖАТ  №1\n\tДауыс: <b>иә</b> & "қолдаймын"\n\nNonce: 8f3a\n'
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; connect-src 'self' ws://127.0.0.1:* http://127.0.0.1:*"
)
# Those of the portal's layout: without them the component's colours and sizes would not be its real ones.
STYLES = [
    "vendor/govuk-frontend/govuk-frontend.layered.min.css",
    "css/tokens.css",
    "css/base.css",
    "css/components/forms.css",
    "css/components/content.css",
    "css/components/feedback.css",
]
PAGE = """<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>Signing</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{styles}</head>
<body><main><h1>Signing</h1><form method="post" action="/sign">
<label for="comment">Comment</label><input id="comment" name="comment">{signer}</form></main></body></html>"""


@dataclass
class Statement:
    token: str = "token-of-the-server"
    text: str = TEXT
    sha256: str = hashlib.sha256(TEXT.encode()).hexdigest()


@dataclass
class SigningDesk:
    """What the page is told, and what the server has received."""

    ncalayer_url: str
    demo_control_url: str = ""
    language: str = "en"
    attributes: str = ""
    received: list[dict[str, bytes]] = field(default_factory=list)
    url: str = ""

    def page(self) -> str:
        context = {
            "statement": Statement(),
            "ncalayer_url": self.ncalayer_url,
            "demo_control_url": self.demo_control_url,
            "signer_usage": "person",
        }
        with translation.override(self.language):
            signer: str = render_to_string("signatures/signer.html", context)
        signer = signer.replace('data-state="idle"', f'data-state="idle" {self.attributes}')
        links = "".join(f'<link rel="stylesheet" href="{static(path)}">' for path in STYLES)
        return PAGE.format(language=self.language, signer=signer, styles=links)


@contextmanager
def serving(desk: SigningDesk) -> Iterator[SigningDesk]:
    """Serve the page, the static files and the form's target on a free port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"desk": desk}))
    desk.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def ncalayer(choice: Choice, make_cms: CmsMaker, *, port: int = 0, slow_seconds: float = 2.0) -> Iterator[Running]:
    """A stand-in on its own event loop, since the browser's driver occupies the test's."""
    loop = asyncio.new_event_loop()
    started: asyncio.Future[Running] = loop.create_future()
    leave = asyncio.Event()

    async def run() -> None:
        at = Addresses(port=port, control_port=0)
        async with stand_in(choice, make_cms, WORDS, at, slow_seconds=slow_seconds) as running:
            started.set_result(running)
            ready.set()
            await leave.wait()

    ready = threading.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), daemon=True)
    thread.start()
    assert ready.wait(10), "the stand-in did not start"
    try:
        yield started.result()
    finally:
        loop.call_soon_threadsafe(leave.set)
        thread.join(10)
        loop.close()


class _Handler(BaseHTTPRequestHandler):
    desk: SigningDesk
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path == "/":
            self._send("text/html; charset=utf-8", self.desk.page().encode())
        elif path.startswith(settings.STATIC_URL):
            file = STATIC / path.removeprefix(settings.STATIC_URL)
            self._send(guess_type(file.name)[0] or "text/plain", file.read_bytes())
        else:
            self._send("text/plain", b"", status=404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kind = self.headers["Content-Type"]
        self.desk.received.append(_multipart(kind, body) if "multipart" in kind else _form(body))
        self._send("text/html; charset=utf-8", b"<!DOCTYPE html><title>Done</title><h1>Received</h1>")

    def _send(self, kind: str, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent."""


def _form(body: bytes) -> dict[str, bytes]:
    fields = parse_qs(body.decode(), keep_blank_values=True)
    return {name: values[-1].encode() for name, values in fields.items()}


def _multipart(kind: str, body: bytes) -> dict[str, bytes]:
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    parts: dict[str, bytes] = {}
    for part in message.iter_parts():
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        parts[str(part.get_param("name", header="content-disposition"))] = payload
    return parts
