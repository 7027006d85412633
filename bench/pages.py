"""Pages as a reader of one's own gets them (drawn each time) and as strangers share them; queries, weight.

A cookie that the portal does not know makes a reader one of their own: nothing is taken from the cache (`portal.web.caching`).
"""

import gzip
import re
import time
from http.client import HTTPConnection
from urllib.parse import quote

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from bench import load, stack, world
from bench.results import Results
from initiatives.services import folding
from portal.clock import now

RATE, SECONDS = 50, 3
TIMES = 20
OWN = (("Cookie", "reader=own"),)
SHARED = ("home", "list", "petition")
PEER = {"list": 5.0, "petition": 28.0, "home": 120.0}
"""Requests a second of a Django peer (1,000 ideas, 50,000 ratings) on two cores of the same class."""


def measure(results: Results) -> None:
    """Measure the pages of a portal with a thousand petitions and 50,000 votes."""
    initiatives = world.make_petitions(1000)
    world.add_votes(initiatives, 50_000_001, 50_050_000, at=now(), waiting=True)
    folding.fold_all(at=now())
    with override("kk"):
        try:
            pages = {
                "home": reverse("initiatives:home"),
                "list": reverse("initiatives:index"),
                "search": reverse("initiatives:index") + "?q=мектеп",
                "petition": reverse("initiatives:detail", args=[initiatives[0].code]),
                "count": reverse("initiatives:count", args=[initiatives[0].code]),
            }
        except NoReverseMatch as error:
            results.missing("pages", f"no address: {error}")
            return
    for name, path in pages.items():
        _queries(results, name, path)
    with stack.portal() as port:
        for name, path in pages.items():
            _latency(results, name, path, port)
        empty = load.run(port, [load.Request("/health/live")] * 40_000, clients=8, seconds=SECONDS)
        results.add(
            "machine: an empty answer of the same web", empty.rate, "per s", note="load and portal share the cores"
        )
        for name in SHARED:
            _shared(results, name, pages[name], port, empty.rate)
        for name in SHARED:
            _weight(results, name, pages[name], port)


def _queries(results: Results, name: str, path: str) -> None:
    client = Client(HTTP_HOST="localhost")
    client.cookies["reader"] = "own"
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = client.get(path)
    if answer.status_code != 200:
        results.missing(f"page {name}", f"it answered {answer.status_code}")
        return
    results.add(f"page {name}: queries", len(captured), "queries")
    began = time.process_time()
    for _number in range(TIMES):
        client.get(path)
    spent = 1000 * (time.process_time() - began) / TIMES
    results.add(
        f"page {name}: processor time of one answer",
        spent,
        "ms",
        note="Python only, without Postgres; steady on a busy machine",
    )


def _latency(results: Results, name: str, path: str, port: int) -> None:
    requests = [load.Request(_quoted(path), headers=OWN)] * (RATE * SECONDS)
    load.run(port, requests[:20], clients=4)
    paced = load.run(port, requests, rate=RATE, seconds=SECONDS + 5)
    results.add(f"page {name}: p50 at {RATE}/s", paced.percentile(0.5), "ms", note=paced.problems)
    results.add(f"page {name}: p95 at {RATE}/s", paced.percentile(0.95), "ms", at_most=100)
    most = load.run(port, requests * 40, clients=8, seconds=SECONDS)
    peer = PEER.get(name)
    note = f"uncached; a peer: {peer:.0f}/s" if peer else "uncached"
    results.add(f"page {name}: most a second", most.rate, "per s", at_least=peer and 10 * peer, note=note)


def _shared(results: Results, name: str, path: str, port: int, limit: float) -> None:
    requests = [load.Request(_quoted(path))] * 40_000
    load.run(port, requests[:20], clients=4)
    most = load.run(port, requests, clients=8, seconds=SECONDS)
    note = most.problems or f"p95 {most.percentile(0.95):.0f} ms at full speed"
    results.add(f"page {name}, shared: most a second", most.rate, "per s", limit=limit, at_least=2000, note=note)


def _weight(results: Results, name: str, path: str, port: int) -> None:
    html = _get(port, _quoted(path))
    assets = set(re.findall(rb'(?:href|src)="(/static/[^"]+\.(?:css|js|woff2))"', html))
    weight = len(gzip.compress(html)) + sum(len(gzip.compress(_get(port, asset.decode()))) for asset in assets)
    note = f"HTML {len(gzip.compress(html)) / 1024:.0f} kB and {len(assets)} files it names, each compressed"
    results.add(f"page {name}: weight", weight / 1024, "kB gz", note=note)


def _get(port: int, path: str) -> bytes:
    client = HTTPConnection("127.0.0.1", port, timeout=10)
    client.request("GET", path)
    return client.getresponse().read()


def _quoted(path: str) -> str:
    return quote(path, safe="/?=&%")
