"""A circuit breaker that all processes of the portal share: who does not answer is left in peace for a while.

Closed: everybody asks. After some failures in a row it opens, and nobody waits for the silent side any more. When the pause is
over, exactly one process asks (half open); its answer closes the breaker, its failure opens it anew. An answer that is right
but slow counts against it, too: voters would stand in line for it. What can wait (`patient`) still asks a slow one.

The state lies in the cache. While the cache is away each process remembers for itself: it then costs each process a few
time-outs, and nothing else. Times are the caller's, so that tests can be at any moment; the cache forgets by its own clock.
"""

import hashlib
import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.core.cache import cache
from redis.exceptions import RedisError

from signatures import limits

logger = logging.getLogger(__name__)

KEPT_SECONDS = 7 * 24 * 3600
"""How long the cache keeps what is known of a place that nobody asks."""

COUNTED_SECONDS = 60
"""Failures further apart are not "in a row"."""

REMEMBERED_SECONDS = 1.0
"""How long a process trusts that a breaker which was closed still is: it spares most votes the way to the cache."""

NOTED_SECONDS = 15.0
"""Successes are noted so often; each one would be a write for each vote."""

PROBE_SECONDS = 4 * limits.OCSP_TIMEOUT_SECONDS
"""By then whoever was to ask has an answer or is gone."""


class Paused(Exception):
    """The place failed a moment ago and is not asked now."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What all processes know of a place; moments are seconds since 1970, None where it never happened."""

    paused_until: float | None = None
    is_slow: bool = False
    """Paused only because its answers take long."""
    succeeded_at: float | None = None
    failed_at: float | None = None
    failing_since: float | None = None
    error: str = ""

    def is_paused(self, now: datetime) -> bool:
        """Whether nobody is to ask at that moment."""
        return self.paused_until is not None and now.timestamp() < self.paused_until

    @property
    def is_clean(self) -> bool:
        """Nothing is held against it."""
        return self.paused_until is None and self.failing_since is None


class _Memory:
    """Stands in for the cache while it is away: what the breakers need of it, in this process."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> Any:
        return self._kept.get(key)

    def set(self, key: str, value: Any, timeout: float) -> None:
        self._kept[key] = value

    def add(self, key: str, value: Any, timeout: float) -> bool:
        with self._lock:
            if key in self._kept:
                return False
            self._kept[key] = value
            return True

    def incr(self, key: str) -> int:
        with self._lock:
            self._kept[key] = self._kept.get(key, 0) + 1
            return int(self._kept[key])

    def delete(self, key: str) -> None:
        self._kept.pop(key, None)


class Breaker:
    """The breaker of one place; `name` is the same in all processes (an address)."""

    def __init__(self, name: str) -> None:
        self._key = f"breaker:{hashlib.sha256(name.encode()).hexdigest()[:32]}"
        self._memory = _Memory()
        self._known: tuple[float, Standing] | None = None

    def admit(self, *, now: datetime, patient: bool = False) -> None:
        """Return when the caller may ask, and must then say how it went; raise Paused when it may not."""
        standing = self._remembered(now)
        if standing.paused_until is None or (patient and standing.is_slow):
            return
        if standing.is_paused(now) or not self._is_first(standing.paused_until):
            raise Paused(standing.error or "paused after failures")

    def succeeded(self, *, now: datetime, seconds: float, patient: bool = False) -> None:
        """Note an answer that took so long."""
        if patient and seconds > limits.SLOW_ANSWER_SECONDS:
            return
        if seconds > limits.SLOW_ANSWER_SECONDS:
            self._strain(now, "answers too slowly", is_slow=True)
            return
        before = self._remembered(now)
        moment = now.timestamp()
        if before.is_clean and before.succeeded_at is not None and 0 <= moment - before.succeeded_at < NOTED_SECONDS:
            return
        self._shared(lambda kept: kept.delete(f"{self._key}:failures"))
        self._write(Standing(succeeded_at=moment, failed_at=before.failed_at, error=before.error), now)

    def failed(self, *, now: datetime, error: str) -> None:
        """Note that no answer came; `error` is a short reason for operators."""
        self._strain(now, error, is_slow=False)

    def standing(self) -> Standing:
        """Return what is known now, read anew."""
        found = self._shared(lambda kept: kept.get(self._key))
        return Standing(**found) if found else Standing()

    def _strain(self, now: datetime, error: str, *, is_slow: bool) -> None:
        moment = now.timestamp()
        before = self.standing()
        opens = self._failures() >= limits.BREAKER_FAILURES or before.paused_until is not None
        after = replace(
            before,
            paused_until=moment + limits.BREAKER_PAUSE.total_seconds() if opens else before.paused_until,
            is_slow=is_slow,
            error=error[:200],
            succeeded_at=moment if is_slow else before.succeeded_at,
            failed_at=before.failed_at if is_slow else moment,
            failing_since=None if is_slow else before.failing_since or moment,
        )
        if opens and before.paused_until is None:
            logger.warning("breaker opens: %s", error)
        self._write(after, now)

    def _failures(self) -> int:
        key = f"{self._key}:failures"

        def count(kept: Any) -> int:
            kept.add(key, 0, timeout=COUNTED_SECONDS)
            return int(kept.incr(key))

        return int(self._shared(count))

    def _is_first(self, paused_until: float) -> bool:
        """Of all who come after the pause one asks; should it die, another may after a while."""
        key = f"{self._key}:probe:{paused_until:.3f}"
        return bool(self._shared(lambda kept: kept.add(key, 1, timeout=PROBE_SECONDS)))

    def _remembered(self, now: datetime) -> Standing:
        moment = now.timestamp()
        known = self._known
        if known is not None and known[1].is_clean and 0 <= moment - known[0] < REMEMBERED_SECONDS:
            return known[1]
        standing = self.standing()
        self._known = moment, standing
        return standing

    def _write(self, standing: Standing, now: datetime) -> None:
        self._shared(lambda kept: kept.set(self._key, asdict(standing), timeout=KEPT_SECONDS))
        self._known = now.timestamp(), standing

    def _shared(self, work: Callable[[Any], Any]) -> Any:
        try:
            return work(cache)
        except (RedisError, OSError, ValueError):  # ValueError: the counter ran out between two calls
            return work(self._memory)


def moment(seconds: float | None) -> datetime | None:
    """Return a moment of a standing as others read it."""
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=UTC)
