"""The vote log: entries written, folded into the tree, proved, and checked as each night. BIG=1: 10^6 leaves instead of 10^5."""

import os
import random
import time
from statistics import median

from django.db import connection

from bench.results import Results
from portal.clock import now
from signatures.log import tree
from signatures.models import LogEntry, VoteLog
from signatures.selectors import vote_log as reads
from signatures.services import log_checking, sequencing, vote_log
from signatures.services.vote_log import Act

CODE = "bench0votelog"
SECONDS = 4
PROOFS = 300

FILL = """
INSERT INTO signatures_logentry (entry, log_id, revision, text_sha256, action, source, commitment, at, key, signature)
SELECT gen_random_uuid(), %s, 1, repeat('ab', 32), 'vote', 'session', encode(sha256(number::text::bytea), 'hex'), now(),
    sha256('key'), sha256('r') || sha256('s')
FROM generate_series(1, %s) AS number
"""
"""Entries as `append` writes them, without their receipts, which folding does not read."""


def measure(results: Results) -> None:
    """Append one by one, fold all, prove some, check everything."""
    results.add(
        "log_append_per_s", _append(), "per s", note="own transaction each, one process, with the receipt signed"
    )
    sequencing.run(at=now())
    log = VoteLog.objects.get(code=CODE)
    leaves = 10**6 if os.environ.get("BIG") == "1" else 10**5
    with connection.cursor() as cursor:
        cursor.execute(FILL, [log.pk, leaves])
    started = time.perf_counter()
    folded = sequencing.run(at=now()).entries
    rate = folded / (time.perf_counter() - started)
    results.add("log_fold_per_s", rate, "per s", at_least=5_000, note=f"{folded} leaves, tiles and heads")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) signatures_logentry")
    log.refresh_from_db()
    note = f"{log.size} leaves, median of {PROOFS}"
    results.add("proof_ms", _proof(log), "ms", at_most=50, note=f"entry found, path read and computed; {note}")
    results.add("log consistency proof", _consistency(log), "ms", at_most=50, note=note)
    started = time.perf_counter()
    checked = log_checking.check(log)
    rate = checked.size / (time.perf_counter() - started)
    results.add("log check by night", rate, "per s", note="every leaf, tile and head anew")
    results.add("log check: findings", len(checked.findings), "different", at_most=0)


def _append() -> float:
    number, ends = 0, time.perf_counter() + SECONDS
    while time.perf_counter() < ends:
        number += 1
        tag = b"\x01" + number.to_bytes(32)
        vote_log.append(Act(CODE, 1, "ab" * 32, "vote", "session", tag, now()))
    return number / SECONDS


def _proof(log: VoteLog) -> float:
    chance, times = random.Random(1), []
    for _number in range(PROOFS):
        row = LogEntry.objects.get(log=log, sequence=chance.randrange(log.size))
        started = time.perf_counter()
        found = reads.find_entry(log, entry=row.entry)
        assert found is not None
        assert found.sequence is not None
        proof = reads.inclusion_proof(log, found.sequence, log.size)
        times.append(time.perf_counter() - started)
        tree.verify_inclusion(
            found.sequence, log.size, tree.leaf_hash(reads.leaf_of(log, found)), proof, bytes(log.root)
        )
    return 1000 * median(times)


def _consistency(log: VoteLog) -> float:
    chance, times = random.Random(2), []
    for _number in range(PROOFS):
        started = time.perf_counter()
        reads.consistency_proof(log, chance.randrange(1, log.size + 1), log.size)
        times.append(time.perf_counter() - started)
    return 1000 * median(times)
