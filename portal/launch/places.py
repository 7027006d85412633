"""Where the launcher keeps things: all under .var, but for the sockets.

A Unix socket's path may have 107 bytes (unix(7)), and a checkout may lie deeper: sockets go to a short folder of
this user's own, named after the checkout.
"""

import fcntl
import hashlib
import os
import shutil
import stat
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.launch.failure import LaunchError

ROOT = Path(__file__).resolve().parents[2]
#: The demo world, the logs and Postgres' write-ahead log fit well into this.
NEEDED_MEGABYTES = 700


def packages() -> list[str]:
    """Our own packages, as the import contracts name them: `make app` adds to that list."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    return list(contracts["root_packages"])


@dataclass(frozen=True)
class Places:
    """The folders of one set of servers: the demo's in .var, the tests' in .var/test."""

    var: Path

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def sockets(self) -> Path:
        name = f"hu-{hashlib.sha256(str(self.var).encode()).hexdigest()[:10]}"
        runtime = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
        if runtime.is_absolute() and runtime.is_dir() and runtime.stat().st_uid == os.geteuid():
            return runtime / name
        return Path("/tmp") / name

    def prepare(self) -> None:
        """Make the folders, for this user only, and see that the disk has room."""
        for folder in (self.var, self.logs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        private_folder(self.sockets)
        free = shutil.disk_usage(self.var).free // 2**20
        if free < NEEDED_MEGABYTES:
            raise LaunchError(
                f"The disk of {self.var} has only {free} MB free: make room for {NEEDED_MEGABYTES} MB and start again."
            )

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold this set of servers for one launcher at a time."""
        self.var.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.var / "launch.lock").open("a+", encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise LaunchError(
                    f"It runs already from here (process {lock.read().strip()}): stop it there with Ctrl-C first."
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield


def demo() -> Places:
    return Places(Path(os.environ.get("PORTAL_VAR", ROOT / ".var")).resolve())


def tests() -> Places:
    return Places(demo().var / "test")


def private_folder(path: Path) -> None:
    """Make the folder 0700, or refuse one that somebody else laid there first."""
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise LaunchError(
            f"{path} belongs to somebody else: remove it, or set XDG_RUNTIME_DIR to a folder of your own."
        )
    path.chmod(0o700)
