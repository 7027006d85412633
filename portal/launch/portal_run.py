"""`make run`: the whole portal on this machine, until Ctrl-C."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from portal.launch import places, processes, servers
from portal.launch.failure import LaunchError

WEB_WORKERS = 2
WEB_THREADS = 4
WORKER_WORDS = ("--loglevel", "INFO", "--without-gossip", "--without-mingle")
STANDIN_ADDRESSES = {"NCALAYER_URL": "ws://127.0.0.1:13579", "DEMO_CONTROL_URL": "http://127.0.0.1:13580"}


def run() -> None:
    began = time.monotonic()
    here = places.demo()
    port = chosen_port()
    refuse_taken_ports(port)
    with servers.running(here, note=here.var / "servers.env") as addresses:
        environment = environment_for(addresses, port)
        print("Preparing:", flush=True)
        prepare(environment)
        children: list[processes.Child] = []
        try:
            for name, command in commands(here.var, port).items():
                log = here.logs / f"{name.replace(' ', '-')}.log"
                children.append(processes.start(name, command, log=log, environment=environment, folder=places.ROOT))
            web = children[0]
            processes.wait_until(lambda: answers(port), web, 60)
            greet(environment, port, time.monotonic() - began)
            watch(children)
        finally:
            processes.stop_all(children)


def chosen_port() -> int:
    word = os.environ.get("PORT") or "8000"
    if not word.isdigit() or not 1 <= int(word) <= 65535:
        raise LaunchError(f"PORT must be a number between 1 and 65535, not {word!r}.")
    return int(word)


def refuse_taken_ports(port: int) -> None:
    if taken(port):
        raise LaunchError(
            f"Port {port} is taken by another program: choose a free one, as in `make run PORT={port + 1}`."
        )
    for name, usual in STANDIN_ADDRESSES.items():
        address = urlsplit(os.environ.get(name) or usual)
        if address.port and taken(address.port):
            other = f"{address.scheme}://127.0.0.1:{address.port + 10}"
            raise LaunchError(
                f"Port {address.port} of the NCALayer stand-in is taken, perhaps by a real NCALayer: "
                f"stop that, or choose another port, as in `make run {name}={other}`."
            )


def taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise LaunchError(
                f"Port {port} is for root only: choose one above 1023, as in `make run PORT=8000`."
            ) from None
        except OSError:
            return True
    return False


def environment_for(addresses: Mapping[str, str], port: int) -> dict[str, str]:
    """What the portal's processes see. DEBUG is off unless asked for, so that error pages are the real ones."""
    given = dict(os.environ)
    given.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    given.setdefault("DEBUG", "no")
    return {**given, **addresses, "PORT": str(port), "PYTHONUNBUFFERED": "1"}


def prepare(environment: Mapping[str, str]) -> None:
    command = [sys.executable, "-m", "portal.launch.prepare"]
    preparing = subprocess.Popen(command, env=dict(environment), cwd=places.ROOT, start_new_session=True)
    try:
        code = preparing.wait()
    finally:
        processes.kill_group(preparing.pid)  # it signs the demo's votes in processes of its own
        preparing.wait()
    if code:
        raise LaunchError("The portal could not be prepared; the reason stands above.")


def commands(var: Path, port: int) -> dict[str, list[str]]:
    """The same programs as in a deployment (docker-compose.yml), with their settings for one machine."""
    python = [sys.executable, "-m"]
    web = [
        *python, "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread",
        "--workers", str(WEB_WORKERS), "--threads", str(WEB_THREADS), "--worker-tmp-dir", "/dev/shm",
        "--graceful-timeout", "5", "--access-logfile", "-", "--no-control-socket",
    ]  # fmt: skip
    if os.environ.get("DEBUG", "no").lower() in {"1", "yes", "true", "on"}:
        web.append("--reload")
    celery = [*python, "celery", "-A", "portal"]
    return {
        "web": web,
        "worker": [*celery, "worker", "-Q", "votes,events,mail,webhooks,default", "-c", "2", *WORKER_WORDS],
        "beat": [*celery, "beat", "-s", str(var / "beat-schedule"), "--pidfile=", "--loglevel", "WARNING"],
        "NCALayer stand-in": [sys.executable, "manage.py", "ncalayer_standin"],
    }


def answers(port: int) -> bool:
    """Somebody takes connections there."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def greet(environment: Mapping[str, str], port: int, seconds: float) -> None:
    print(f"\nХалық үні is open after {seconds:.1f} s:  http://localhost:{port}/\n", flush=True)
    persons = subprocess.run(
        [sys.executable, "manage.py", "demo_persons"],
        env=dict(environment), cwd=places.ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    print(persons.stdout or "The demo persons could not be listed.", flush=True)
    print("\nMails lie in .var/mail, logs in .var/log. Ctrl-C stops everything; the data stays.", flush=True)


def watch(children: list[processes.Child]) -> None:
    """Stay until a child ends by itself, which none should."""
    while True:
        for child in children:
            code = child.process.poll()
            if code is not None:
                raise LaunchError(f"The {child.name} stopped (exit {code}); its last lines were:\n{child.last_lines()}")
        time.sleep(0.3)
