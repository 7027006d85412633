"""kill -9 of the sequencer at any point, and two sequencers at once: no entry is lost or doubled, and the root is right."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection

from signatures.log import leaves, notes, tree
from signatures.models import LogEntry, TreeHead, VoteLog
from signatures.models.log import ARCHIVE
from signatures.selectors import vote_log as reads
from signatures.services import log_checking, log_keys, sequencing, vote_log
from tests.actors import AT
from tests.signatures.killed_sequencer import MOMENTS
from tests.signatures.test_vote_log import CODE, act, add

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
VOTES = 130


def start(moment: str, calls: int = 1) -> subprocess.Popen[bytes]:
    """Start a sequencer as a process of its own over the database of this test."""
    place = connection.settings_dict
    where = urlencode({"host": place["HOST"]}, safe="/")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.test",
        "DATABASE_URL": f"postgresql://{place['USER']}@/{place['NAME']}?{where}",
    }
    command = [sys.executable, "-m", "tests.signatures.killed_sequencer", moment, str(calls)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)


def require_whole(expected: set[str]) -> None:
    """Every entry once, roots computed anew equal those kept and signed, every head in the archive once."""
    log = VoteLog.objects.get(code=CODE)
    found = [leaves.read_leaf(raw) for raw in reads.read_leaves(log, 0, log.size)]
    assert [place for place, _entry in found] == list(range(len(expected)))
    assert {entry.id for _place, entry in found} == expected
    assert len(found) == LogEntry.objects.filter(log=log).count() == log.size
    hashes = [tree.leaf_hash(entry.leaf(place)) for place, entry in found]
    assert tree.root(hashes) == bytes(log.root)
    key = log_keys.published()[0].named(log.origin)
    heads = list(TreeHead.objects.filter(log=log).order_by("size"))
    assert heads[-1].size == log.size
    for head in heads:
        assert notes.open_checkpoint(head.note, key) == notes.Checkpoint(
            log.origin, head.size, tree.root(hashes[: head.size])
        )
    archive = VoteLog.objects.get(code=ARCHIVE)
    assert archive.size == len(heads)
    assert not any(checked.findings for checked in log_checking.check_all())


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_sequencer_killed_at_any_point_loses_and_doubles_nothing(moment: str) -> None:
    expected = {one.id.hex for one in add(VOTES)}
    # In the second batch: the first is whole behind it.
    dead = start(moment, 1 if "archived" in moment else 2)
    assert dead.wait(timeout=60) == -signal.SIGKILL
    expected.add(vote_log.append(act(1000)).id.hex)
    sequencing.run(at=AT)
    require_whole(expected)


@pytest.fixture
def sequencers() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes that the test starts; none of them outlives it."""
    running: list[subprocess.Popen[bytes]] = []
    yield running
    for one in running:
        one.kill()
        one.wait(timeout=10)


def test_sequencers_that_are_killed_at_random_while_others_work_and_votes_come(
    sequencers: list[subprocess.Popen[bytes]],
) -> None:
    expected: set[str] = set()
    stop = threading.Event()

    def vote() -> None:
        number = 0
        while not stop.is_set():
            expected.add(vote_log.append(act(number)).id.hex)
            number += 1
            time.sleep(0.002)
        connection.close()

    voter = threading.Thread(target=vote)
    voter.start()
    chance = random.Random(9)
    sequencers += [start("never"), start("never")]
    time.sleep(2.0)
    for _time in range(2):
        time.sleep(chance.uniform(0.2, 0.7))
        victim = sequencers.pop(0)
        victim.kill()
        victim.wait(timeout=10)
        sequencers.append(start("never"))
    time.sleep(1.0)
    stop.set()
    voter.join()
    for one in sequencers:
        one.kill()
        one.wait(timeout=10)
    sequencing.run(at=AT)
    assert len(expected) > 300
    require_whole(expected)
