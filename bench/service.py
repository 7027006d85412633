"""Votes without HTTP and without signatures: what the transaction of a vote costs by itself, and folding beside it."""

import multiprocessing
import threading
import time
from typing import Any

from django.db import connection

from accounts.models import User
from accounts.services.identity import identity_tag
from bench import world
from bench.results import Results
from initiatives.models import Initiative
from initiatives.services import folding, recounting, voting
from portal.clock import now

SECONDS = 6
PROCESSES = 4


def measure(results: Results) -> None:
    """Cast votes from four processes on one hot idea and on a thousand, folding each second meanwhile."""
    limit = results.value("machine: insert of one row, 8 clients")
    ideas = world.make_petitions(1000, requires_eds=False)
    # One person per vote; the identity codes are what differs, so they need no real numbers.
    people = [
        User(identity_tag=identity_tag(f"{number:012d}"), given_name="Айгүл", family_name="Серікова", joined_at=now())
        for number in range(1, 30_001)
    ]
    User.objects.bulk_create(people, batch_size=2000)
    half = len(people) // 2
    for name, targets, voters in (
        ("one hot idea", ideas[:1], people[:half]),
        ("1 000 ideas", ideas, people[half:]),
    ):
        rate, lag = _run(targets, voters)
        results.add(
            f"vote transaction, {name}", rate, "per s", limit=limit, note="service alone: no HTTP, no signature"
        )
        results.add(f"folding lag, {name}", lag, "s", at_most=1.5, note="oldest waiting act, folded each second")
    differences = len(recounting.compare().differences)
    results.add("recount after the votes", differences, "different", at_most=0)


def _run(targets: list[Initiative], voters: list[User]) -> tuple[float, float]:
    """Return votes a second and the greatest age of a waiting act."""
    connection.close()
    context = multiprocessing.get_context("fork")
    counts: Any = context.Array("i", PROCESSES)
    workers = [
        context.Process(target=_cast, args=(counts, part, targets, voters[part::PROCESSES]))
        for part in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    stop, ages = threading.Event(), [0.0]
    folder = threading.Thread(target=_fold_meanwhile, args=(stop, ages))
    folder.start()
    for worker in workers:
        worker.join()
    stop.set()
    folder.join()
    folding.fold_all(at=now())
    return sum(counts) / SECONDS, max(ages)


def _cast(counts: Any, part: int, targets: list[Initiative], voters: list[User]) -> None:
    end = time.perf_counter() + SECONDS
    for number, voter in enumerate(voters):
        if time.perf_counter() > end:
            break
        voting.cast_signed_in(initiative=targets[number % len(targets)], by=voter, at=now())
        counts[part] += 1


def _fold_meanwhile(stop: threading.Event, ages: list[float]) -> None:
    following = time.perf_counter()
    while not stop.is_set():
        ages.append(waiting_age())
        folding.fold_all(at=now())
        following += 1
        stop.wait(max(0.0, following - time.perf_counter()))
    connection.close()


def waiting_age() -> float:
    """Return the age in seconds of the oldest act that is not in the tallies yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(extract(epoch FROM now() - min(counted_at)), 0) FROM initiatives_pendingtally")
        return max(0.0, float(cursor.fetchone()[0]))
