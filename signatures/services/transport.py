"""One question over HTTP to an address that the operator set, with an end that holds whatever the other side does.

A time-out of a socket runs anew with each octet, so a server that sends one now and then could hold a voter for ever. Here all of
it (name, connection, handshake, sending, receiving) shares one deadline. Redirects are no answers.
"""

import io
import re
import socket
import ssl
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from functools import lru_cache
from http.client import HTTPException, HTTPResponse
from typing import Any, cast
from urllib.parse import urlsplit

CHUNK = 64 * 1024
MOST_HEAD = 64 * 1024
"""Octets of status line and headers."""

LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)[ \t]*\r\n", re.IGNORECASE)
NAMES = ThreadPoolExecutor(max_workers=4, thread_name_prefix="names")
"""Asking for a host's address cannot be given a time-out, so others do it and the asker leaves them."""


class NoAnswer(Exception):
    """What was asked did not come, or not in time, or is too large; `str` is a short reason for operators."""


class _Received(io.BytesIO):
    """An answer that is there as a whole, for the standard library's parser."""

    def makefile(self, *arguments: Any, **keywords: Any) -> io.BytesIO:
        return self


def exchange(url: str, *, body: bytes | None, content_type: str = "", largest: int, seconds: float) -> bytes:
    """Return the body of the answer (status 200) to a GET, or to a POST of `body`; NoAnswer after `seconds` at the latest."""
    deadline = time.monotonic() + seconds
    try:
        with _connected(url, deadline) as line:
            line.settimeout(_left(deadline))
            line.sendall(_request(url, body, content_type))
            raw = _receive(line, largest + MOST_HEAD, deadline)
        return _body(raw, largest)
    except (OSError, HTTPException, ValueError) as error:
        raise NoAnswer("timed out" if isinstance(error, TimeoutError) else type(error).__name__) from error


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise NoAnswer("timed out")
    return left


def _connected(url: str, deadline: float) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NoAnswer("not an http address")
    address = (parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
    line = socket.create_connection(_resolved(*address, deadline), timeout=_left(deadline))
    if parts.scheme == "http":
        return line
    line.settimeout(_left(deadline))
    return _tls().wrap_socket(line, server_hostname=parts.hostname)


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _resolved(host: str, port: int, deadline: float) -> tuple[str, int]:
    asked = cast("Future[list[Any]]", NAMES.submit(socket.getaddrinfo, host, port, 0, socket.SOCK_STREAM))
    try:
        found = asked.result(timeout=_left(deadline))
    except TooLate as error:
        asked.cancel()
        raise NoAnswer("the name is not found in time") from error
    return str(found[0][4][0]), port


def _request(url: str, body: bytes | None, content_type: str) -> bytes:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # HTTP/1.0: no chunks, and the end of the connection ends the answer.
    lines = [f"{'GET' if body is None else 'POST'} {target} HTTP/1.0", f"Host: {parts.netloc.rpartition('@')[2]}"]
    lines += ["Connection: close", "Accept: */*", "User-Agent: halyq-uni"]
    if body is not None:
        lines += [f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + (body or b"")


def _receive(line: socket.socket, largest: int, deadline: float) -> bytes:
    """Read to the end of the connection, or as much as the answer says that it has."""
    raw, whole = bytearray(), None
    while whole is None or len(raw) < whole:
        line.settimeout(_left(deadline))
        part = line.recv(CHUNK)
        if not part:
            break
        raw += part
        if len(raw) > largest:
            raise NoAnswer("the answer is too large")
        end = raw.find(b"\r\n\r\n") if whole is None else -1
        length = LENGTH.search(raw, 0, end + 2) if end >= 0 else None
        whole = end + 4 + int(length[1]) if length else whole
    return bytes(raw)


def _body(raw: bytes, largest: int) -> bytes:
    answer = HTTPResponse(cast(socket.socket, _Received(raw)))
    answer.begin()
    if answer.status != 200:
        raise NoAnswer(f"HTTP {answer.status}")
    body = answer.read(largest + 1)
    if len(body) > largest:
        raise NoAnswer("the answer is too large")
    return body
