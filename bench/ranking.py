"""What ranking costs as votes grow: a batch folded, what is rising, a full recount beside the bare GROUP BY.

10^4 to 10^6 votes; BIG=1 adds 10^7 on 100,000 initiatives. The cost of a batch must follow the batch, not the votes.
"""

import os
import time
from collections.abc import Callable
from functools import partial
from statistics import median

from django.db import connection, transaction

from bench import world
from bench.results import Results
from initiatives.models import Initiative, PendingTally
from initiatives.services import folding, recounting, rising
from initiatives.states import Order
from portal.clock import now

BATCH = 1000
BARE = "SELECT count(*), sum(votes) FROM (SELECT initiative_id, count(*) AS votes FROM initiatives_voteact GROUP BY 1) AS counted"


def measure(results: Results) -> None:
    """Grow the votes step by step and time the same work at each size."""
    big = os.environ.get("BIG") == "1"
    initiatives = world.make_petitions(100_000 if big else 10_000)
    folding.fold_all(at=now())
    have, marks = 0, 0
    for votes in (10**4, 10**5, 10**6, *([10**7] if big else [])):
        load = seconds(partial(grow, initiatives, have + 1, votes))
        have = votes
        name = f"{votes:.0e} votes".replace("e+0", "e")
        results.add(f"ranking: a batch of {BATCH} votes folded, {name}", _batch(initiatives, marks), "s", at_most=1.0)
        marks += 5 * BATCH
        pace = seconds(lambda: rising.refresh_pace(recent=rising.recent_since(now())))
        results.add(f"ranking: usual pace, once an hour, {name}", pace, "s", at_most=5.0)
        each = seconds(lambda: rising.refresh_rising(at=now()))
        results.add(f"ranking: rising refreshed, {name}", each, "s", at_most=1.0)
        _recount(results, name, load)
    top = Initiative.objects.listed().select_related("tally").ranked(Order.TRENDING)
    results.add("ranking: first 50 by trend", 1000 * seconds(lambda: list(top[:50]), repeat=5), "ms", at_most=10)


def grow(initiatives: list[Initiative], first: int, last: int) -> None:
    with transaction.atomic():
        _skip_foreign_keys()
        world.add_votes(initiatives, first, last, at=now())
    for start in range(0, len(initiatives), 10_000):
        recounting.rebuild([initiative.pk for initiative in initiatives[start : start + 10_000]])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) initiatives_voteact")
        cursor.execute("VACUUM (ANALYZE) initiatives_tally, initiatives_hourtally, initiatives_pendingtally")


def _skip_foreign_keys() -> None:
    """Bulk rows are made from rows that exist; checking ten million keys would be most of the time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")


def _batch(initiatives: list[Initiative], mark: int) -> float:
    times = []
    for part in range(5):
        world.add_votes(initiatives, mark + part * BATCH + 1, mark + (part + 1) * BATCH, at=now(), waiting=True)
        times.append(seconds(lambda: folding.fold_all(at=now())))
    assert not PendingTally.objects.exists()
    return median(times)


def _recount(results: Results, name: str, load: float) -> None:
    with connection.cursor() as cursor:
        bare = seconds(lambda: cursor.execute(BARE), repeat=3)
    found = [recounting.compare()]
    full = seconds(lambda: found.append(recounting.compare()), repeat=3)
    note = f"{len(found[-1].differences)} differences; limit: bare GROUP BY; {load:.0f} s to load"
    results.add(f"ranking: full recount, {name}", full, "s", limit=bare, at_most=max(2 * bare, 0.05), note=note)


def seconds(work: Callable[[], object], repeat: int = 1) -> float:
    times = []
    for _number in range(repeat):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)
