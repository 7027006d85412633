"""Fetching answers about revocation over HTTP: only from the operator's addresses, with bounds on time and size.

The addresses inside certificates are not followed: whoever makes a certificate writes them, and they would turn the portal
into a tool for reaching inner networks. Redirects are refused for the same reason.
"""

import threading
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signatures import limits
from signatures.eds.path import Authority
from signatures.eds.revocation import SourceUnreachable


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any, **keywords: Any) -> None:
        return None


@dataclass
class _Breaker:
    """Counts failures in a row of one address and pauses it after too many."""

    failures: int = 0
    paused_until: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.paused_until is not None and now < self.paused_until

    def failed(self, now: datetime) -> None:
        self.failures += 1
        if self.failures >= limits.BREAKER_FAILURES:
            self.failures, self.paused_until = 0, now + limits.BREAKER_PAUSE


class HttpSource:
    """A responder and revocation lists at fixed addresses. Without addresses nothing is ever known."""

    def __init__(self, ocsp_url: str, crl_urls: Sequence[str]) -> None:
        self._ocsp_url = ocsp_url
        self._crl_urls = tuple(crl_urls)
        self._opener = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler({}))
        self._breakers: dict[str, _Breaker] = {}
        self._lists: dict[str, tuple[datetime, bytes]] = {}
        self._lock = threading.Lock()

    def ocsp(self, authority: Authority, request: bytes, *, now: datetime) -> bytes:
        if not self._ocsp_url:
            raise SourceUnreachable("no responder is set")
        return self._fetch(self._ocsp_url, now, limits.LARGEST_OCSP_ANSWER, request)

    def crls(self, authority: Authority, *, now: datetime) -> Sequence[bytes]:
        """Return the lists that name this authority as their issuer, in the order of the addresses."""
        lists = [self._list(url, now) for url in self._crl_urls]
        return [raw for raw in lists if authority.certificate.subject_name in raw[:4096]]

    def _list(self, url: str, now: datetime) -> bytes:
        with self._lock:
            cached = self._lists.get(url)
        if cached is not None and cached[0] <= now < cached[0] + limits.LIST_CACHE:
            return cached[1]
        raw = self._fetch(url, now, limits.LARGEST_REVOCATION_LIST, None)
        with self._lock:
            self._lists[url] = now, raw
        return raw

    def _fetch(self, url: str, now: datetime, largest: int, body: bytes | None) -> bytes:
        breaker = self._breakers.setdefault(url, _Breaker())
        if breaker.is_open(now):
            raise SourceUnreachable("paused after failures")
        headers = {"Content-Type": "application/ocsp-request"} if body is not None else {}
        request = urllib.request.Request(url, data=body, headers=headers)
        try:
            with self._opener.open(request, timeout=limits.OCSP_TIMEOUT_SECONDS) as answer:
                raw: bytes = answer.read(largest + 1)
        except (OSError, ValueError) as error:
            breaker.failed(now)
            raise SourceUnreachable(type(error).__name__) from error
        if len(raw) > largest:
            breaker.failed(now)
            raise SourceUnreachable("the answer is too large")
        breaker.failures = 0
        return raw
