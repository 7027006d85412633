"""How many whole signatures one core verifies: from the file to the answer, with the chain and the revocation list.

Each message is of a voter of its own with a certificate of its own, over the statement of a vote. "First seen" is a certificate
that the process has not met; "seen before" one whose issuer's signature it remembers, as of a person who votes again.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings

from bench.results import Results
from portal.clock import now
from signatures.eds import policy
from signatures.eds.demo_certificates import Family
from signatures.eds.demo_pki import DemoPki, DemoSource
from signatures.eds.gost import gcrypt, integers, verification
from signatures.eds.gost import signing as gost
from signatures.eds.path import PREPARED_AFTER
from signatures.eds.revocation import RevocationChecker
from signatures.eds.signing import sign_detached
from signatures.eds.verify import Status, Verifier
from signatures.services import statements
from signatures.states import Purpose

REQUIRED = {Family.RSA: 3000, Family.GOST: 250}
MESSAGES = {Family.RSA: 3000, Family.GOST: 800}
SINGLE = 400
Message = tuple[bytes, bytes]


def measure(results: Results) -> None:
    """Measure whole messages by both families, then the engines of GOST alone."""
    pki, at = DemoPki(settings.DEMO_PKI_DIR), now()
    for family in (Family.RSA, Family.GOST):
        messages = _messages(pki, family, MESSAGES[family], at)
        judge = partial(_verify, _verifier(pki), at)
        _rate(judge, _messages(pki, family, PREPARED_AFTER, at))  # warm: the authority's table, the list
        name = f"verify_{family}_per_s"
        first, again = _rate(judge, messages), _rate(judge, messages)
        limit = results.value("machine: RSA-2048 verifications, one core") if family is Family.RSA else None
        note = "one core, whole message"
        results.add(
            name, first, "per s", limit=limit, at_least=REQUIRED[family], note=f"{note}; certificate first seen"
        )
        results.add(f"{name}, certificate seen before", again, "per s", limit=limit, note=note)
    _engines(results)


def _messages(pki: DemoPki, family: Family, count: int, at: datetime) -> list[Message]:
    """Return signature files with the statements under them; not timed."""
    made = []
    for number in range(count):
        text = statements.issue(
            purpose=Purpose.VOTE, subject="initiative:bench", revision=1, text_sha256="0" * 64, choice="support",
            lines=[("Title", "Bench")], language="kk", at=at,
        ).text.encode()  # fmt: skip
        holder = pki.voter_holder(number, family)
        made.append((sign_detached(text, holder.key, holder.raw, at=at), text))
    return made


def _verifier(pki: DemoPki) -> Verifier:
    """A verifier that has seen nobody; revocation by list, which spares the round trip to a responder."""
    checker = RevocationChecker(DemoSource(pki), policy.DEMO, prefer_lists=True)
    return Verifier(pki.trust_store(), checker, policy.DEMO)


def _verify(verifier: Verifier, at: datetime, message: Message) -> None:
    report = verifier.verify(*message, at=at)
    if report.status is not Status.VALID:
        raise RuntimeError(f"a good signature is {report.status}: {report.code}")


def _rate(work: Callable[[Any], None], items: Sequence[Any]) -> float:
    """Return how many a second of processor time: other programs on the machine do not count."""
    began = time.process_time()
    for item in items:
        work(item)
    return len(items) / (time.process_time() - began)


def _engines(results: Results) -> None:
    """The mathematics alone, by which the engines were chosen."""
    private = gost.generate()
    digests = [gcrypt.streebog512(b"%d" % number) for number in range(SINGLE)]
    signed = [(digest, gost.sign(private, digest)) for digest in digests]
    judges: dict[str, Callable[[bytes, bytes], bool]] = {
        "OpenSSL": partial(verification.verify, private.public, engine=verification.OPENSSL),
        "gmpy2": partial(verification.verify, private.public, engine=verification.INTEGERS),
        "gmpy2 with a table, as of an authority": partial(verification.verify, integers.prepared(private.public)),
        "libgcrypt": partial(gcrypt.verify, private.public),
    }
    for name, judge in judges.items():
        results.add(f"one GOST operation: {name}", _rate(partial(_require, judge), signed), "per s")


def _require(judge: Callable[[bytes, bytes], bool], pair: tuple[bytes, bytes]) -> None:
    if not judge(*pair):
        raise RuntimeError("a good signature was refused")
