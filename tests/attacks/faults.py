"""Voting over HTTP while something breaks: the web as deployed, clients that send again until they have an answer."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from django.db import connection

from initiatives.models import Initiative, PendingTally, VoteAct
from initiatives.selectors.counts import exact_count
from initiatives.services import folding, log_agreeing
from portal.clock import now
from signatures.eds.demo_pki import DemoPki
from signatures.models import LogEntry, Signature

ROOT = Path(__file__).resolve().parents[2]
VOTERS, CLIENTS, FAULT_AFTER = 100, 6, 25


class Web:
    """The portal's web as it is deployed, over the database of this test."""

    def __init__(self, keys: DemoPki) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        place = connection.settings_dict
        where = urlencode({"host": place["HOST"]}, safe="/")
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
            "DATABASE_URL": f"postgresql://{place['USER']}@/{place['NAME']}?{where}",
            "DEMO_PKI_DIR": str(keys.directory),
        }
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", f"127.0.0.1:{self.port}"]
        command += ["--workers", "1", "--worker-class", "gthread", "--threads", "4", "--no-control-socket"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, start_new_session=True, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise RuntimeError("the web does not start")

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)


def vote_through(web: Web, petition: Initiative, ballots: list[bytes], fault: Callable[[], int]) -> None:
    """Vote from several clients, strike once while they do, and count."""
    acknowledged: list[int] = []
    troubles: Counter[str] = Counter()

    def send(number: int) -> None:
        deadline, pause = time.monotonic() + 40, 0.1
        while time.monotonic() < deadline and "too_many" not in troubles:
            answer = post(web.port, petition, ballots[number])
            if answer in ("201", "replayed", "already_voted"):
                acknowledged.append(number)
                return
            troubles[answer] += 1
            time.sleep(pause)
            pause = min(2 * pause, 2.0)  # a slow machine's outage must not spend what one address may ask
        raise TimeoutError(f"voter {number} got no answer: {troubles}")

    with ThreadPoolExecutor(CLIENTS) as clients:
        sent = [clients.submit(send, number) for number in range(VOTERS)]
        while len(acknowledged) < FAULT_AFTER:
            time.sleep(0.005)
        before = len(acknowledged)
        kept = fault()
        for one in sent:
            one.result()
    assert before < VOTERS, "the fault came in mid-vote"
    assert troubles, "the fault was felt"
    assert kept >= before, "each vote acknowledged before the fault is kept"
    assert len(set(acknowledged)) == VOTERS
    assert VoteAct.objects.count() == len(set(VoteAct.objects.values_list("signer_tag"))) == VOTERS
    assert Signature.objects.count() == VOTERS
    assert exact_count(petition) == VOTERS
    folding.fold_all(at=now())
    assert exact_count(petition) == VOTERS
    assert not PendingTally.objects.exists()
    assert LogEntry.objects.count() == VOTERS, "each vote is in the public log once, and nothing else is"
    assert log_agreeing.check(at=now()) == 0


def post(port: int, petition: Initiative, body: bytes) -> str:
    """Send one vote; "201", the code of a refusal, or the kind of trouble there was."""
    client = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        path = f"/api/v1/initiatives/{petition.code}/votes/"
        client.request("POST", path, body, {"Content-Type": "application/json"})
        answer = client.getresponse()
        said = answer.read()
    except (OSError, HTTPException) as error:
        return type(error).__name__
    finally:
        client.close()
    return "201" if answer.status == 201 else str(json.loads(said).get("code"))
