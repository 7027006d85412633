"""Load over HTTP from separate processes with keep-alive connections; latencies as a client sees them.

With a rate, requests are due at fixed moments and a late answer counts from the moment its request was due: a stalled server is
not spared by clients that wait for it ("coordinated omission").
"""

import multiprocessing
import os
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

from bench import stack


@dataclass(frozen=True, slots=True)
class Request:
    """One request; a body makes it a POST of a form."""

    path: str
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Outcome:
    """What clients saw: a latency of each answer in milliseconds, in the order of arrival, and the statuses."""

    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Good answers a second."""
        good = sum(number for status, number in self.statuses.items() if 200 <= status < 400)
        return good / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Return the latency in milliseconds below which that share of the answers lies."""
        ordered = sorted(self.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("nan")

    @property
    def problems(self) -> str:
        """The answers that were not good, for the note; empty when all were."""
        bad = {status: number for status, number in self.statuses.items() if not 200 <= status < 400}
        return f"answers not good: {bad}" if bad else ""


def run(
    port: int,
    requests: Sequence[Request],
    *,
    clients: int = 16,
    processes: int = 2,
    rate: float | None = None,
    seconds: float = 15.0,
) -> Outcome:
    """Send each request once until they or the time are used up; at `rate` a second, or as fast as answers come."""
    context = multiprocessing.get_context("fork")
    queue: Any = context.Queue()
    workers = [
        context.Process(
            target=_process,
            args=(queue, port, requests[part::processes], clients // processes, rate and rate / processes, seconds),
        )
        for part in range(processes)
    ]
    for worker in workers:
        worker.start()
    outcome = Outcome()
    for _worker in workers:
        latencies, statuses, elapsed = queue.get(timeout=seconds + 60)
        outcome.latencies += latencies
        outcome.statuses.update(statuses)
        outcome.seconds = max(outcome.seconds, elapsed)
    for worker in workers:
        worker.join()
    return outcome


def _process(
    queue: Any, port: int, requests: Sequence[Request], clients: int, rate: float | None, seconds: float
) -> None:
    os.sched_setaffinity(0, stack.cores()[1])
    lock, following = threading.Lock(), iter(enumerate(requests))
    latencies: list[float] = []
    statuses: Counter[int] = Counter()
    began = time.perf_counter()

    def client() -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        while True:
            with lock:
                number, request = next(following, (0, None))
            if request is None or time.perf_counter() - began > seconds:
                return
            due = time.perf_counter() if rate is None else began + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            status = _send(connection, request)
            latencies.append((time.perf_counter() - due) * 1000)
            statuses[status] += 1

    threads = [threading.Thread(target=client) for _number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    queue.put((latencies, statuses, time.perf_counter() - began))


def _send(connection: HTTPConnection, request: Request) -> int:
    headers = dict(request.headers)
    if request.body is not None:
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
    try:
        connection.request("POST" if request.body is not None else "GET", request.path, request.body, headers)
        answer = connection.getresponse()
        answer.read()
    except (OSError, HTTPException):
        connection.close()
        return 0
    return answer.status
