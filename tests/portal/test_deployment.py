"""The commands of docker-compose.yml by hand, with production's settings, on Debian's own Postgres and Redis."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path

import pytest

from portal.launch import portal_run, processes, servers
from portal.launch.places import Places

ROOT = Path(__file__).resolve().parents[2]
POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
REDIS = shutil.which("redis-server")
pytestmark = pytest.mark.skipif(
    not POSTGRES or not REDIS, reason="Debian's servers are not installed: apt-get install postgresql redis-server"
)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Show a redirect instead of following it."""

    def redirect_request(self, *arguments: object) -> None:
        return None


@pytest.fixture
def deployed(whole: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The environment, with both stores running."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORTAL_PG_BIN", str(POSTGRES[-1]))
    monkeypatch.setenv("PORTAL_BROKER_BIN", str(REDIS))
    here = Places(Path("/var/tmp") / f"hu-deployed-{os.getpid()}")
    with servers.running(here, for_tests=True) as addresses:
        yield {**whole, **addresses}
    shutil.rmtree(here.var)
    shutil.rmtree(here.sockets)


def manage(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def get(port: int, path: str, *, secure: bool = True) -> HTTPResponse | urllib.error.HTTPError:
    headers = {"Host": "portal.gov.kz", **({"X-Forwarded-Proto": "https"} if secure else {})}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        answer: HTTPResponse = urllib.request.build_opener(NoRedirect).open(request, timeout=10)
    except urllib.error.HTTPError as error:
        return error
    return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_deployment_serves_works_and_stops(deployed: dict[str, str], tmp_path: Path) -> None:
    manage(deployed, "migrate", "--noinput", "--verbosity", "0")
    manage(deployed, "collectstatic", "--noinput", "--verbosity", "0")
    warnings = manage(deployed, "check", "--deploy", "--fail-level", "WARNING")
    assert "no issues" in warnings

    port = free_port()
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "-A", "portal"]
    environment = {**deployed, "BIND": f"127.0.0.1:{port}"}
    commands = {
        "web": [*python, "gunicorn", "portal.wsgi", "--config", "deploy/gunicorn.py"],
        "worker": [*celery, "worker", "-Q", "votes,events,default", "-c", "1", "--loglevel", "INFO"],
        "beat": [*celery, "beat", "--schedule", str(tmp_path / "schedule"), "--pidfile="],
    }
    children = [
        processes.start(name, command, log=tmp_path / name, environment=environment, folder=ROOT)
        for name, command in commands.items()
    ]
    try:
        processes.wait_until(lambda: portal_run.answers(port), children[0], 30)
        with get(port, "/health/ready", secure=False) as ready:
            assert json.load(ready) == {"status": "ready", "database": "answers", "cache": "answers"}
        with get(port, "/kk/", secure=False) as plain:
            assert (plain.status, plain.headers["Location"]) == (301, "https://portal.gov.kz/kk/")
        with get(port, "/health/live") as live:
            assert live.headers["Strict-Transport-Security"].startswith("max-age=31536000")
        stylesheet = hashed_stylesheet(Path(deployed["STATIC_ROOT"]))
        with get(port, f"/static/{stylesheet}") as static:
            assert (static.status, "immutable" in static.headers["Cache-Control"]) == (200, True)
        worker = children[1]
        processes.wait_until(lambda: " ready." in worker.log.read_text(encoding="utf-8"), worker, 30)
        pong = subprocess.run(
            [*celery, "inspect", "ping", "--timeout", "5"], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert "pong" in pong.stdout
        assert children[2].process.poll() is None
    finally:
        processes.stop_all(children)
    assert [child.process.returncode for child in children] == [0, 0, 0], [child.last_lines() for child in children]


def hashed_stylesheet(folder: Path) -> str:
    named = json.loads((folder / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
    name: str = next(value for key, value in named.items() if key.endswith(".css"))
    assert re.search(r"\.[0-9a-f]{12}\.css$", name)
    return name
