"""Postgres itself goes down in mid-vote, by a restart and by kill -9 of the whole server, and comes back.

The server is one of the launcher's own, as durable as a deployment's: what it acknowledged, it has after its recovery.
"""

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from initiatives.models import Initiative, VoteAct
from portal.launch.failure import LaunchError
from portal.launch.places import Places
from portal.launch.postgres import Postgres
from tests.attacks.faults import Web, vote_through

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def leading_to(server: Postgres, database: str) -> Iterator[None]:
    """The test's connection leads to a database of that server."""
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update({"NAME": database, "HOST": str(server.runner.sockets), "USER": "postgres"})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


@pytest.fixture(scope="module")
def migrated(django_db_setup: None, django_db_blocker: Any) -> Iterator[Postgres]:
    """A server of these tests' own with the portal's tables in it, which take long to make; each test has a copy."""
    here = Places(Path("/var/tmp") / f"hu-restarted-{os.getpid()}")
    here.prepare()
    running = Postgres(here)
    running.start()
    try:
        with django_db_blocker.unblock(), leading_to(running, "portal"):
            call_command("migrate", interactive=False, verbosity=0)
        yield running
    finally:
        running.stop()
        shutil.rmtree(here.var)
        shutil.rmtree(here.sockets)


@pytest.fixture
def server(migrated: Postgres, transactional_db: None) -> Iterator[Postgres]:
    """That server; the test's connection leads to a new copy of the database."""
    with leading_to(migrated, "postgres"), connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS portal_copy WITH (FORCE)")
        cursor.execute("CREATE DATABASE portal_copy TEMPLATE portal")
    with leading_to(migrated, "portal_copy"):
        yield migrated


@pytest.fixture
def web(server: Postgres, demo_trust: Any) -> Iterator[Web]:
    running = Web(demo_trust)
    yield running
    running.kill()


def restart(server: Postgres) -> None:
    """As an administrator restarts it: running statements are broken off."""
    server.stop()
    server.start()


def crash(server: Postgres) -> None:
    """As the kernel ends it when memory is short: nothing is written, recovery reads the log."""
    assert server.child is not None
    os.killpg(server.child.process.pid, signal.SIGKILL)
    server.child.process.wait(timeout=10)
    deadline = time.monotonic() + 20
    while True:  # its last children may hold its memory for a moment
        try:
            server.start()
            return
        except LaunchError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@pytest.mark.parametrize("outage", [restart, crash])
def test_a_server_that_goes_down_and_comes_back_loses_and_doubles_nothing(
    outage: Callable[[Postgres], None], server: Postgres, web: Web, ballots: tuple[Initiative, list[bytes]]
) -> None:
    def fault() -> int:
        connection.close()
        outage(server)
        return VoteAct.objects.count()

    vote_through(web, *ballots, fault)
