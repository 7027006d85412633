"""The hook of a scanner for harmful content, and the one for ClamAV's daemon.

`ATTACHMENT_SCANNER` names a callable that takes the bytes of a file and returns what was found in it, or nothing. One that
cannot be asked raises ScannerAway; the file then waits, and is shown to nobody else.
"""

import socket
import struct
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.module_loading import import_string

Scanner = Callable[[bytes], str]

PIECE = 64 * 1024
CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 30.0
ANSWER_MAX = 4096


class ScannerAway(Exception):
    """The scanner could not be asked, or did not say yes or no."""


def configured() -> Scanner | None:
    """Return the scanner of the settings; None where there is none."""
    name: str = settings.ATTACHMENT_SCANNER
    scanner: Scanner | None = import_string(name) if name else None
    return scanner


def clamd(content: bytes) -> str:
    """Ask ClamAV's daemon at `CLAMD_ADDRESS` by its command INSTREAM; return the name of what it found, or nothing."""
    try:
        with _connected(settings.CLAMD_ADDRESS) as line:
            line.settimeout(ANSWER_SECONDS)
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), PIECE):
                piece = content[start : start + PIECE]
                line.sendall(struct.pack("!I", len(piece)) + piece)
            line.sendall(struct.pack("!I", 0))
            answer = _answer(line)
    except OSError as error:
        raise ScannerAway(f"clamd: {error}") from error
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND") or "unnamed"
    raise ScannerAway(f"clamd: {answer[:100]!r}")


def _connected(address: str) -> socket.socket:
    """Connect to tcp://host:port or unix:///path."""
    parts = urlsplit(address)
    if parts.scheme == "unix":
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(CONNECT_SECONDS)
        try:
            line.connect(parts.path)
        except OSError:
            line.close()
            raise
        return line
    return socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 3310), timeout=CONNECT_SECONDS)


def _answer(line: socket.socket) -> str:
    """Read up to the byte 0 that ends an answer, or to the end of the connection."""
    heard = b""
    while not heard.endswith(b"\0") and len(heard) < ANSWER_MAX:
        more = line.recv(ANSWER_MAX)
        if not more:
            break
        heard += more
    return heard.rstrip(b"\0\n").decode("utf-8", "replace")
