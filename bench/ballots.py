"""Votes signed beforehand with demo certificates, so that the timed part is only what the portal does."""

import base64
import multiprocessing
import os
from collections.abc import Sequence
from http.client import HTTPConnection
from urllib.parse import urlencode

from django.conf import settings
from django.db import connections
from django.urls import reverse
from django.utils.translation import override

from bench.load import Request
from initiatives.models import Initiative
from portal.clock import now
from signatures.eds.demo_certificates import Family
from signatures.eds.demo_pki import DemoPki
from signatures.eds.signing import sign_detached
from signatures.services import statements
from signatures.states import Purpose

SIGNERS = 4


def vote_path(initiative: Initiative) -> str:
    """Return the address of the voting page."""
    with override("kk"):
        return reverse("initiatives:vote", args=[initiative.code])


def prepare(
    port: int, initiatives: Sequence[Initiative], first: int, count: int, family: Family = Family.GOST
) -> list[Request]:
    """Return POSTs of voters number `first` and following, each voter once, over the initiatives in turn.

    All have keys of one family: GOST, as citizens get them today, unless RSA is asked for.
    """
    cookie = _csrf_cookie(port, vote_path(initiatives[0]))
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(SIGNERS, initializer=_use_all_cores) as pool:
        parts = pool.starmap(
            _sign,
            [(initiatives, first, range(part, count, SIGNERS), cookie, family) for part in range(SIGNERS)],
            chunksize=1,
        )
    return [request for group in zip(*parts, strict=False) for request in group]


def _use_all_cores() -> None:
    os.sched_setaffinity(0, range(os.cpu_count() or 1))


def _sign(initiatives: Sequence[Initiative], first: int, numbers: range, cookie: str, family: Family) -> list[Request]:
    pki = DemoPki(settings.DEMO_PKI_DIR)
    headers = (("Cookie", f"csrftoken={cookie}"), ("Accept-Language", "kk"))
    requests = []
    for number in numbers:
        initiative = initiatives[number % len(initiatives)]
        issued = statements.issue(
            purpose=Purpose.VOTE,
            subject=initiative.signing_subject,
            revision=1,
            text_sha256=initiative.text_sha256,
            choice="support",
            lines=[("Title", initiative.title)],
            language="kk",
            at=now(),
        )
        holder = pki.voter_holder(first + number, family)
        cms = sign_detached(issued.text.encode(), holder.key, holder.raw, at=now())
        form = {"token": issued.token, "cms": base64.b64encode(cms).decode(), "csrfmiddlewaretoken": cookie}
        requests.append(Request(vote_path(initiative), urlencode(form).encode(), headers))
    return requests


def _csrf_cookie(port: int, path: str) -> str:
    """Read the page as a browser does first; the same cookie then serves all clients of the load."""
    client = HTTPConnection("127.0.0.1", port, timeout=30)
    client.request("GET", path)
    answer = client.getresponse()
    body = answer.read()
    for header in answer.msg.get_all("Set-Cookie") or []:
        name, _equals, value = header.partition(";")[0].partition("=")
        if name == "csrftoken":
            return value
    raise RuntimeError(f"{path} answered {answer.status} without a csrftoken cookie: {body[:200]!r}")
