"""Votes as they come in life: over HTTP, each signed with a certificate of its own, verified and committed.

One hot petition as fast as the portal answers, with keys of GOST and then of RSA, then at half of that rate for the latencies
with readers who ask for the count at ten times the rate of votes, then over 10,000 petitions. Beside it how stale the public
count ever was.
"""

import threading
import time
from http.client import HTTPConnection
from json import loads

from django.db import connection
from django.urls import reverse
from django.utils.translation import override

from bench import ballots, load, stack, world
from bench.results import Results
from bench.service import waiting_age
from initiatives.models import Initiative, VoteAct
from initiatives.selectors.counts import exact_count
from initiatives.services import folding, recounting
from portal.clock import now
from signatures.eds.demo_certificates import Family

VOTES, SECONDS = 4000, 12
PER_MINUTE = 10_000


def measure(results: Results) -> None:
    """Measure the intake; afterwards every acknowledged vote must be in the count, once."""
    hot, second, older = world.make_petitions(3)
    many = world.make_petitions(10_000)
    with stack.portal() as port:
        began = time.perf_counter()
        first = ballots.prepare(port, [hot], 0, VOTES)
        results.add(
            "votes signed beforehand",
            len(first) / (time.perf_counter() - began),
            "per s",
            note="demo keys, not timed below",
        )
        load.run(port, ballots.prepare(port, [second], 60_000, 40), clients=8)  # warm
        full = load.run(port, first, clients=16, seconds=SECONDS)
        _full(results, "one hot petition, GOST", full)
        if not full.rate:
            return
        rsa = load.run(port, ballots.prepare(port, [older], 30_000, VOTES, Family.RSA), clients=16, seconds=SECONDS)
        _full(results, "one hot petition, RSA", rsa)
        _half(results, port, second, full.rate / 2)
        spread = load.run(port, ballots.prepare(port, many, 20_000, VOTES), clients=16, seconds=SECONDS)
        _full(results, "10 000 petitions, GOST", spread)
        time.sleep(2)
    folding.fold_all(at=now())
    _all_kept(results, hot, full)
    results.add("recount after the intake", len(recounting.compare().differences), "different", at_most=0)


def _full(results: Results, name: str, outcome: load.Outcome) -> None:
    limit = results.value("machine: insert of one row, 8 clients")
    results.add(
        f"vote intake, {name}",
        outcome.rate * 60,
        "per min",
        limit=limit and limit * 60,
        at_least=PER_MINUTE,
        note=outcome.problems
        or f"p50 {outcome.percentile(0.5):.0f} ms, p99 {outcome.percentile(0.99):.0f} ms at full speed",
    )


def _half(results: Results, port: int, petition: Initiative, rate: float) -> None:
    requests = ballots.prepare(port, [petition], 70_000, int(rate * SECONDS))
    stop, lags, stale = threading.Event(), [0.0], [0]
    watcher = threading.Thread(target=_watch, args=(stop, port, petition, lags, stale))
    watcher.start()
    quiet = load.run(port, requests[::2], clients=16, rate=rate, seconds=SECONDS + 10)
    reads: list[load.Outcome] = []
    asked = [load.Request(_count_path(petition))] * int(10 * rate * SECONDS / 2)
    readers = threading.Thread(
        target=lambda: reads.append(load.run(port, asked, clients=8, rate=10 * rate, seconds=SECONDS / 2))
    )
    readers.start()
    busy = load.run(port, requests[1::2], clients=16, rate=rate, seconds=SECONDS + 10)
    readers.join()
    stop.set()
    watcher.join()
    note = quiet.problems or f"{rate:.0f} votes a second"
    results.add("vote at half rate: p50", quiet.percentile(0.5), "ms", note=note)
    results.add("vote at half rate: p99", quiet.percentile(0.99), "ms", at_most=300, note=note)
    note = busy.problems or f"readers got {reads[0].rate:.0f} answers a second of {10 * rate:.0f} asked"
    results.add("vote at half rate, with readers: p99", busy.percentile(0.99), "ms", at_most=300, note=note)
    results.add(
        "public count: answers behind what was committed",
        stale[0],
        "answers",
        at_most=0,
        note="asked ten times a second",
    )
    results.add(
        "public count: folding lag", max(lags), "s", at_most=2, note="lists and charts; the petition's page is exact"
    )


def _watch(stop: threading.Event, port: int, petition: Initiative, lags: list[float], stale: list[int]) -> None:
    """Ask for the public count, and compare it with what was committed just before the question."""
    client = HTTPConnection("127.0.0.1", port, timeout=30)
    while not stop.wait(0.1):
        committed = VoteAct.objects.filter(initiative=petition).count()
        client.request("GET", _count_path(petition))
        stale[0] += loads(client.getresponse().read())["votes"] < committed
        lags.append(waiting_age())
    connection.close()


def _all_kept(results: Results, petition: Initiative, outcome: load.Outcome) -> None:
    acknowledged = outcome.statuses[302]
    kept, shown = VoteAct.objects.filter(initiative=petition).count(), exact_count(petition)
    note = f"{acknowledged} acknowledged, {kept} kept, {shown} shown, {outcome.statuses[0]} without an answer"
    results.add("acknowledged votes lost", max(acknowledged - min(kept, shown), 0), "votes", at_most=0, note=note)


def _count_path(petition: Initiative) -> str:
    with override("kk"):
        return reverse("initiatives:count", args=[petition.code])
