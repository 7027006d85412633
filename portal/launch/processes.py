"""Starting, watching and stopping processes, so that none is left behind.

Each child leads a session of its own: Ctrl-C reaches only the launcher, which stops the children in order. Should
the launcher be killed outright, the kernel tells each child (PR_SET_PDEATHSIG, prctl(2)).
"""

import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from portal.launch.failure import LaunchError

PR_SET_PDEATHSIG = 1
SECONDS_TO_STOP = 10.0
INTERRUPTIONS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Child:
    """A running process, its name for people, and how it likes to be stopped."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    stopped: bool = field(default=False)

    def ask_to_stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def end(self, deadline: float) -> None:
        """Wait for the process until the deadline, then kill it; whatever it started goes with it."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, deadline - time.monotonic()))
        kill_group(self.process.pid)
        self.process.wait()
        self.stopped = True

    def last_lines(self, number: int = 12) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(f"    {line}" for line in lines[-number:])


def start(
    name: str,
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    folder: Path | None = None,
) -> Child:
    """Start a child whose output goes to its log."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if environment is None else dict(environment),
            cwd=folder,
            start_new_session=True,
            preexec_fn=_die_with_parent(stop_signal),
        )
    return Child(name, process, log, stop_signal)


def _die_with_parent(stop_signal: signal.Signals) -> Callable[[], None]:
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def prepare() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
        if os.getppid() != parent:  # the launcher died between fork and prctl
            os.kill(os.getpid(), signal.SIGKILL)

    return prepare


def stop_all(children: Sequence[Child]) -> None:
    """Ask all at once, then wait for each."""
    with undisturbed():
        for child in children:
            child.ask_to_stop()
        deadline = time.monotonic() + SECONDS_TO_STOP
        for child in children:
            child.end(deadline)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let a second Ctrl-C wait until everything is stopped: an interrupted stop leaves processes behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in INTERRUPTIONS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def wait_until(ready: Callable[[], bool], child: Child, seconds: float) -> None:
    """Wait for a child to serve; say which one failed and why when it does not."""
    deadline = time.monotonic() + seconds
    while not ready():
        if child.process.poll() is not None:
            raise LaunchError(f"{child.name} stopped at once; its last lines were:\n{child.last_lines()}")
        if time.monotonic() > deadline:
            raise LaunchError(f"{child.name} was not ready after {seconds:.0f} s; see {child.log}.")
        time.sleep(0.02)


def kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def command_of(pid: int) -> str:
    """The command line of a process, or nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def stop_left_over(pid: int, mark: str, stop_signal: signal.Signals = signal.SIGTERM) -> bool:
    """Stop a server that an earlier launcher left, if the process is really that one (its command holds the mark)."""
    if mark not in command_of(pid):
        return False
    os.kill(pid, stop_signal)
    deadline = time.monotonic() + SECONDS_TO_STOP
    while mark in command_of(pid):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            deadline += SECONDS_TO_STOP
        time.sleep(0.05)
    return True
