"""The small HTTP service beside the stand-in: whose key signs, and how the stand-in behaves.

    GET  /people            {"people": [{id, name, kind, note}], "selected": id, "key": "gost", "mode": "ok"}
    POST /select  person=   choose the demo person
    POST /key     key=      choose which of the person's keys signs, gost (the default) or rsa
    POST /mode    mode=     choose the behaviour
    GET  /                  the same choice as a page for a human

Bodies are JSON or an HTML form. Only pages on the loopback interface (and origins named at start) may call
it: a web site elsewhere must not be able to switch the demo person behind the visitor's back.
"""

import json
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from demo.ncalayer.desk import CmsMaker, Desk, Mode
from demo.ncalayer.keys import KeyRing
from signatures.eds.demo_certificates import Family

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
LONGEST_BODY = 4096


@dataclass
class Choice:
    """What is chosen now. The control service writes it, the stand-in reads it; they run in two threads."""

    ring: KeyRing
    person: str
    mode: Mode = Mode.OK
    family: Family = Family.GOST
    """Living citizens hold GOST keys only; RSA ones were issued until April 2024."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def select(self, person: str) -> bool:
        with self._lock:
            known = any(candidate.id == person for candidate in self.ring.people)
            if known:
                self.person = person
            return known

    def behave(self, mode: str) -> bool:
        with self._lock:
            known = mode in set(Mode)
            if known:
                self.mode = Mode(mode)
            return known

    def prefer(self, family: str) -> bool:
        with self._lock:
            known = family in set(Family)
            if known:
                self.family = Family(family)
            return known

    def desk(self, make_cms: CmsMaker) -> Desk:
        """Return what lies before the person now."""
        with self._lock:
            own, others = self.ring.of(self.person, self.family), self.ring.except_of(self.person, self.family)
            return Desk(self.mode, own, others, make_cms, stamp=self.ring.stamp)

    def now(self) -> tuple[str, Mode]:
        with self._lock:
            return self.person, self.mode

    def as_json(self) -> dict[str, Any]:
        person, mode = self.now()
        people = [{"id": one.id, "name": one.name, "kind": one.kind} for one in self.ring.people]
        return {
            "people": people,
            "selected": person,
            "key": self.family.value,
            "mode": mode.value,
            "modes": [mode.value for mode in Mode],
        }


@dataclass(frozen=True)
class Words:
    """Speaks to the reader in the language of their Accept-Language header, which is the last argument."""

    page: Callable[[dict[str, Any], str], str]
    """What is chosen now, as a page."""
    note: Callable[[str, str], str]
    """What a person of this kind is there to show."""


def control_server(
    choice: Choice, *, host: str, port: int, origins: Collection[str], words: Words
) -> ThreadingHTTPServer:
    """A bound, not yet serving, control service."""
    context = {"choice": choice, "origins": frozenset(origins), "words": words}
    return ThreadingHTTPServer((host, port), type("BoundHandler", (_Handler,), context))


class _Handler(BaseHTTPRequestHandler):
    choice: Choice
    origins: frozenset[str]
    words: Words
    server_version = "NCALayerStandIn"
    sys_version = ""

    def do_GET(self) -> None:
        language = self.headers.get("Accept-Language", "")
        if not self._trusted():
            self._json(HTTPStatus.FORBIDDEN, {"error": "This origin may not control the stand-in."})
        elif self.path == "/people":
            chosen = self.choice.as_json()
            for person in chosen["people"]:
                person["note"] = self.words.note(person["kind"], language)
            self._json(HTTPStatus.OK, chosen)
        elif self.path == "/":
            page = self.words.page(self.choice.as_json(), language)
            self._send(HTTPStatus.OK, "text/html; charset=utf-8", page.encode())
        else:
            self._json(HTTPStatus.NOT_FOUND, {"error": "No such page."})

    def do_POST(self) -> None:
        if not self._trusted():
            self._json(HTTPStatus.FORBIDDEN, {"error": "This origin may not control the stand-in."})
            return
        fields, is_form = self._fields()
        if self.path == "/select":
            done = self.choice.select(fields.get("person", ""))
        elif self.path == "/mode":
            done = self.choice.behave(fields.get("mode", ""))
        elif self.path == "/key":
            done = self.choice.prefer(fields.get("key", ""))
        else:
            self._json(HTTPStatus.NOT_FOUND, {"error": "No such page."})
            return
        if not done:
            self._json(HTTPStatus.BAD_REQUEST, {"error": "No such person, key or mode."})
        elif is_form:
            self._send(HTTPStatus.SEE_OTHER, "text/plain", b"", Location="/")
        else:
            self._json(HTTPStatus.OK, self.choice.as_json())

    def do_OPTIONS(self) -> None:
        allowed = self._trusted()
        self._send(HTTPStatus.NO_CONTENT if allowed else HTTPStatus.FORBIDDEN, "text/plain", b"")

    def _trusted(self) -> bool:
        # The Host check closes DNS rebinding; the Origin check closes cross-site requests.
        if urlsplit(f"//{self.headers.get('Host', '')}").hostname not in LOOPBACK:
            return False
        origin = self.headers.get("Origin")
        return origin is None or origin in self.origins or urlsplit(origin).hostname in LOOPBACK

    def _fields(self) -> tuple[dict[str, str], bool]:
        length = min(int(self.headers.get("Content-Length") or 0), LONGEST_BODY)
        body = self.rfile.read(length).decode(errors="replace")
        if not self.headers.get("Content-Type", "").startswith("application/json"):
            return {name: values[-1] for name, values in parse_qs(body).items()}, True
        try:
            parsed = json.loads(body)
        except ValueError:
            parsed = None
        return {str(k): str(v) for k, v in parsed.items()} if isinstance(parsed, dict) else {}, False

    def _json(self, status: HTTPStatus, value: dict[str, Any]) -> None:
        self._send(status, "application/json; charset=utf-8", json.dumps(value, ensure_ascii=False).encode())

    def _send(self, status: HTTPStatus, kind: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        origin = self.headers.get("Origin")
        if origin and self._trusted():
            headers |= {
                "Access-Control-Allow-Origin": origin,
                "Access-Control-Allow-Methods": "GET, POST",
                "Access-Control-Allow-Headers": "Content-Type",
                "Access-Control-Allow-Private-Network": "true",
                "Vary": "Origin",
            }
        headers |= {"Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": "no-store"}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent: the terminal belongs to the portal's own log."""
