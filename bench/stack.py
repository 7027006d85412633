"""The portal's processes for a measurement: servers of the launcher, web, worker and beat, on two cores."""

import os
import secrets
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg2
from psycopg2 import sql

from portal.launch import places, processes, servers

DATABASE = "portal_bench"
SERVED_BY = 2
WEB_WORKERS = int(os.environ.get("BENCH_WEB_WORKERS", "2"))
WEB_THREADS = int(os.environ.get("BENCH_WEB_THREADS", "4"))


@cache
def cores() -> tuple[set[int], set[int]]:
    """Return the cores of the portal and those of the load; the same ones where there are fewer than four.

    Asked once, before this process keeps to its own share.
    """
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2 * SERVED_BY:
        return set(usable), set(usable)
    return set(usable[:SERVED_BY]), set(usable[SERVED_BY:])


@contextmanager
def running() -> Iterator[None]:
    """Run database and broker, with a fresh database; sets the environment that Django reads."""
    here = places.Places(places.ROOT / ".var" / "bench")
    here.prepare()
    with servers.running(here) as addresses:
        given = {**os.environ, **addresses}
        os.environ.update(addresses)
        os.environ["DATABASE_URL"] = _fresh_database(given["DATABASE_URL"])
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.dev"
        os.environ["PORTAL_VAR"] = str(here.var)
        os.environ["DEBUG"] = "no"
        yield


def connect(url: str | None = None) -> "psycopg2.extensions.connection":
    """Return a bare connection to the database of the measurement, without Django."""
    parts = urlsplit(url or os.environ["DATABASE_URL"])
    host = parse_qs(parts.query).get("host", [parts.hostname])[0]
    return psycopg2.connect(
        host=host, port=parts.port, user=parts.username, password=parts.password, dbname=parts.path.lstrip("/")
    )


def _fresh_database(url: str) -> str:
    """Drop and make the database of measurements beside the one that the address names, which is left alone."""
    connection = connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        name = sql.Identifier(DATABASE)
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
    connection.close()
    parts = urlsplit(url)
    # Not geturl(): it drops the empty host of a socket's address.
    user = f"{parts.netloc}" if parts.netloc else ""
    return f"{parts.scheme}://{user}/{DATABASE}" + (f"?{parts.query}" if parts.query else "")


@contextmanager
def portal() -> Iterator[int]:
    """Run web, worker and beat as a deployment does; yields the port of the web."""
    port = _free_port()
    logs = Path(os.environ["PORTAL_VAR"]) / "log"
    python = [sys.executable, "-m"]
    web = [*python, "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    web += ["--workers", str(WEB_WORKERS), "--threads", str(WEB_THREADS), "--worker-tmp-dir", "/dev/shm"]
    web += ["--keep-alive", "30", "--no-control-socket"]
    celery = [*python, "celery", "-A", "portal"]
    commands = {
        "web": web,
        "worker": [*celery, "worker", "-Q", "votes,events,mail,default", "-c", "1", "--without-gossip"],
        "beat": [*celery, "beat", "-s", str(logs / f"beat-{secrets.token_hex(4)}"), "--pidfile="],
    }
    environment = {**os.environ, "PORT": str(port)}
    children: list[processes.Child] = []
    try:
        for name, command in commands.items():
            log = logs / f"{name}.log"
            children.append(processes.start(name, command, log=log, environment=environment, folder=places.ROOT))
        processes.wait_until(lambda: _answers(port), children[0], 60)
        time.sleep(3)  # the worker and the beat have no port to ask
        yield port
    finally:
        processes.stop_all(children)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
