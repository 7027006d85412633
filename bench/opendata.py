"""The open data: how long an edition takes, and that memory does not grow with the votes (10^5 beside 10^6).

Each export runs in a process of its own, so that its peak is nobody else's. What it grew by is told, and by how much more it
grew for ten times the votes.
"""

import json
import subprocess
import sys
from functools import partial

from bench import world
from bench.ranking import grow, seconds
from bench.results import Results

EXPORT = """
import json, tempfile, time
import django
django.setup()
from django.conf import settings
from django.db import connection
from django.urls import reverse
from initiatives.services import opening
from portal.clock import now
connection.ensure_connection()
reverse("initiatives:home")  # loads what every process of the portal has loaded
def peak():
    # Not getrusage: its peak is handed down by the process that started this one.
    line = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
with tempfile.TemporaryDirectory() as folder:
    settings.OPEN_DATA_ROOT = folder
    before, began = peak(), time.perf_counter()
    edition = opening.export(at=now())
    took = time.perf_counter() - began
    print(json.dumps({"seconds": took, "grown": peak() - before, "bytes": sum(one.bytes for one in edition.files),
                      "rows": sum(one.rows or 0 for one in edition.files)}))
"""


def measure(results: Results) -> None:
    """Export at both sizes; the larger one must not need more memory."""
    initiatives = world.make_petitions(10_000)
    have, grown = 0, {}
    for votes in (10**5, 10**6):
        load = seconds(partial(grow, initiatives, have + 1, votes))
        have = votes
        done = subprocess.run([sys.executable, "-c", EXPORT], stdout=subprocess.PIPE, text=True, check=True)
        found = json.loads(done.stdout.splitlines()[-1])
        name = f"{votes:.0e} votes".replace("e+0", "e")
        note = f"{found['rows']:,} rows, {found['bytes'] / 1e6:.0f} MB; {load:.0f} s to load".replace(",", " ")
        results.add(f"open data: an edition, {name}", found["seconds"], "s", at_most=60, note=note)
        grown[votes] = found["grown"]
        results.add(f"open data: memory grown, {name}", found["grown"], "MB", at_most=64)
    results.add("open data: more memory for ten times the votes", grown[10**6] - grown[10**5], "MB", at_most=16)
