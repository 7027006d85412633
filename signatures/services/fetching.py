"""Fetching answers about revocation over HTTP: only from the operator's addresses, with bounds on time and size.

The addresses inside certificates are not followed: whoever makes a certificate writes them, and they would turn the portal
into a tool for reaching inner networks. Redirects are refused for the same reason.

All that is asked for one signature shares one time (`bounded`); a place that fails or is slow is left in peace by all
processes (`breaker`), so that a voter waits at most once and the next ones not at all.
"""

import hashlib
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from redis.exceptions import RedisError

from signatures import limits
from signatures.eds.path import Authority
from signatures.eds.revocation import SourceUnreachable
from signatures.services import transport
from signatures.services.breaker import Breaker, Paused, Standing


@dataclass(frozen=True, slots=True)
class _Bound:
    """Until when (monotonic seconds) this thread may ask, and whether it is somebody who can wait."""

    deadline: float
    patient: bool
    forced: bool


_bound: ContextVar[_Bound | None] = ContextVar("bound", default=None)


@contextmanager
def bounded(seconds: float, *, patient: bool = False, forced: bool = False) -> Iterator[None]:
    """All that this thread asks inside takes at most so long together.

    `patient`: nobody stands and waits for it. `forced`: places that are left in peace are asked, too.
    """
    token = _bound.set(_Bound(time.monotonic() + seconds, patient, forced))
    try:
        yield
    finally:
        _bound.reset(token)


@dataclass(frozen=True, slots=True)
class Place:
    """One place where revocation is asked, as administrators see it."""

    kind: str
    """`ocsp` or `crl`."""
    address: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class _Kept:
    fetched_at: datetime
    raw: bytes


class HttpSource:
    """A responder and revocation lists at fixed addresses. Without addresses nothing is ever known."""

    def __init__(self, ocsp_url: str, crl_urls: Sequence[str]) -> None:
        self._ocsp_url = ocsp_url
        self._crl_urls = tuple(crl_urls)
        self._breakers = {url: Breaker(url) for url in (ocsp_url, *crl_urls) if url}
        self._lists: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def ocsp(self, authority: Authority, request: bytes, *, now: datetime) -> bytes:
        if not self._ocsp_url:
            raise SourceUnreachable("no responder is set")
        return self._fetch(self._ocsp_url, now, limits.LARGEST_OCSP_ANSWER, request)

    def crls(self, authority: Authority, *, now: datetime) -> Sequence[bytes]:
        """Return the lists that name this authority as their issuer, in the order of the addresses."""
        lists = [self._list(url, now) for url in self._crl_urls]
        return [raw for raw in lists if authority.certificate.subject_name in raw[:4096]]

    def refresh(self, *, now: datetime, forced: bool = False) -> int:
        """Fetch every list anew for all processes, so that no voter waits for one; return how many came."""
        return sum(self._refreshed(url, now, forced) is not None for url in self._crl_urls)

    def lists(self) -> list[tuple[str, datetime, bytes]]:
        """Return address, moment of fetching and content of the lists at hand."""
        found = ((url, self._newest(url)) for url in self._crl_urls)
        return [(url, kept.fetched_at, kept.raw) for url, kept in found if kept is not None]

    def places(self) -> list[Place]:
        """Return how each address stands."""
        return [
            Place("ocsp" if url == self._ocsp_url else "crl", url, breaker.standing())
            for url, breaker in self._breakers.items()
        ]

    def _list(self, url: str, now: datetime) -> bytes:
        kept = self._newest(url, now)
        if kept is not None and _is_fresh(kept, now):
            return kept.raw
        try:
            return self._fetched_list(url, now)
        except SourceUnreachable:
            if kept is None:
                raise
            return kept.raw  # whether it is still in force is judged by what it says itself

    def _newest(self, url: str, now: datetime | None = None) -> _Kept | None:
        """Return the list at hand: this process's, else the one that another has fetched."""
        with self._lock:
            own = self._lists.get(url)
        if own is not None and now is not None and _is_fresh(own, now):
            return own
        shared: _Kept | None = _quietly(lambda: cache.get(_list_key(url)))
        if shared is None or (own is not None and own.fetched_at >= shared.fetched_at):
            return own
        with self._lock:
            self._lists[url] = shared
        return shared

    def _refreshed(self, url: str, now: datetime, forced: bool) -> bytes | None:
        try:
            with bounded(limits.LIST_TIMEOUT_SECONDS, patient=True, forced=forced):
                return self._fetched_list(url, now)
        except SourceUnreachable:
            return None

    def _fetched_list(self, url: str, now: datetime) -> bytes:
        kept = _Kept(now, self._fetch(url, now, limits.LARGEST_REVOCATION_LIST, None))
        with self._lock:
            self._lists[url] = kept
        _quietly(lambda: cache.set(_list_key(url), kept, limits.LIST_KEPT.total_seconds()))
        return kept.raw

    def _fetch(self, url: str, now: datetime, largest: int, body: bytes | None) -> bytes:
        bound, breaker, began = _bound.get(), self._breakers[url], time.monotonic()
        patient = bound is not None and bound.patient
        seconds = limits.OCSP_TIMEOUT_SECONDS if bound is None else bound.deadline - began
        if seconds <= 0:
            raise SourceUnreachable("no time is left to ask")
        try:
            if bound is None or not bound.forced:
                breaker.admit(now=now, patient=patient)
            raw = transport.exchange(
                url, body=body, content_type="application/ocsp-request", largest=largest, seconds=seconds
            )
        except Paused as pause:
            raise SourceUnreachable(str(pause)) from pause
        except transport.NoAnswer as error:
            breaker.failed(now=now, error=str(error))
            raise SourceUnreachable(str(error)) from error
        breaker.succeeded(now=now, seconds=time.monotonic() - began, patient=patient)
        return raw


def _is_fresh(kept: _Kept, now: datetime) -> bool:
    return kept.fetched_at <= now < kept.fetched_at + limits.LIST_CACHE


def _list_key(url: str) -> str:
    return f"revocation-list:{hashlib.sha256(url.encode()).hexdigest()[:32]}"


def _quietly(ask: Any) -> Any:
    try:
        return ask()
    except (RedisError, OSError):
        return None
