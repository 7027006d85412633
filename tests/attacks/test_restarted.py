"""Postgres itself goes down in mid-vote, by a restart and by kill -9 of the whole server, and comes back.

The server is one of the launcher's own, as durable as a deployment's: what it acknowledged, it has after its recovery.
"""

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
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


@pytest.fixture
def server(transactional_db: None) -> Iterator[Postgres]:
    """A server of this test's own, with the portal's tables in it; the test's connection leads there."""
    here = Places(Path("/var/tmp") / f"hu-restarted-{os.getpid()}")
    here.prepare()
    running = Postgres(here)
    running.start()
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update({"NAME": "portal", "HOST": str(running.runner.sockets), "USER": "postgres"})
    try:
        call_command("migrate", interactive=False, verbosity=0)
        yield running
    finally:
        connection.close()
        connection.settings_dict.update(before)
        running.stop()
        shutil.rmtree(here.var)
        shutil.rmtree(here.sockets)


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
