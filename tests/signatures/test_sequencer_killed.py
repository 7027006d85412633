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


class Sequencers:
    """Starts sequencers as processes over the database of this test."""

    def __init__(self) -> None:
        place = connection.settings_dict
        where = urlencode({"host": place["HOST"]}, safe="/")
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
            "DATABASE_URL": f"postgresql://{place['USER']}@/{place['NAME']}?{where}",
        }
        command = [sys.executable, "-m", "tests.signatures.killed_sequencer"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, text=True, start_new_session=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def _ask(self, line: str) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def start(self, moment: str, calls: int = 1) -> int:
        """Return the id of a new process that will die at the moment."""
        return self._ask(f"{moment};{calls}")

    def end_of(self, pid: int) -> int:
        """Wait for it to end; return how: the negative number of the signal, if it was one."""
        return self._ask(str(pid))

    def kill(self, pid: int) -> None:
        """Kill it as the kernel would."""
        os.kill(pid, signal.SIGKILL)
        assert self.end_of(pid) == -signal.SIGKILL

    def close(self) -> None:
        """End every process that is left."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate(timeout=10)


@pytest.fixture(scope="module")
def sequencers(django_db_setup: None) -> Iterator[Sequencers]:
    """None of them outlives the tests of this file."""
    running = Sequencers()
    yield running
    running.close()


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
def test_a_sequencer_killed_at_any_point_loses_and_doubles_nothing(sequencers: Sequencers, moment: str) -> None:
    expected = {one.id.hex for one in add(VOTES)}
    # In the second batch: the first is whole behind it.
    dead = sequencers.start(moment, 1 if "archived" in moment else 2)
    assert sequencers.end_of(dead) == -signal.SIGKILL
    expected.add(vote_log.append(act(1000)).id.hex)
    sequencing.run(at=AT)
    require_whole(expected)


def test_sequencers_that_are_killed_at_random_while_others_work_and_votes_come(sequencers: Sequencers) -> None:
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
    running = [sequencers.start("never"), sequencers.start("never")]
    for _time in range(3):
        time.sleep(chance.uniform(0.2, 0.6))
        sequencers.kill(running.pop(0))
        running.append(sequencers.start("never"))
    time.sleep(0.5)
    stop.set()
    voter.join()
    for one in running:
        sequencers.kill(one)
    sequencing.run(at=AT)
    assert VoteLog.objects.get(code=ARCHIVE).size > 3, "the killed ones did something"
    assert len(expected) > 100
    require_whole(expected)
