"""How the switches stand: remembered in the process, shared in the cache, kept in the database.

What is off is a handful of rows, so all of it is read at once. A process remembers it for two seconds; the cache spares the
database the question; without the cache the database is asked. A switch without a row is on, and so is one of which
nothing can be learnt: a lost database must not look like an administrator's decision.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import InterfaceError, OperationalError
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from portal import clock
from portal.errors import Unavailable
from portal.switches.registry import registered

logger = logging.getLogger(__name__)

REMEMBERED = timedelta(seconds=2)
SHARED_SECONDS = 5
"""A process that read just before a change may share what it read for this long at most."""

KEY = "switches:off"


@dataclass(frozen=True, slots=True)
class Off:
    """Why and since when a part is off."""

    reasons: dict[str, str]
    since: datetime

    @property
    def reason(self) -> str:
        """The reason in the reader's language, else in one that was written."""
        language = (get_language() or "kk").split("-")[0]
        return next(reason for reason in (self.reasons.get(language), *self.reasons.values()) if reason)

    @property
    def sentence(self) -> str:
        """What stands in the place of the part."""
        return _("Switched off for now: %(reason)s") % {"reason": self.reason}


_memory: tuple[datetime, dict[str, Off]] | None = None


def is_on(name: str) -> bool:
    """Return whether the part works. Raises LookupError for a name that no app declared."""
    return off(name) is None


def off(name: str) -> Off | None:
    """Return why the part is off; None while it is on."""
    if name not in registered():
        raise LookupError(f"No app declared the switch {name}")
    return _all_off().get(name)


def require(name: str) -> None:
    """Return while the part is on; raise Unavailable (503) with the administrator's reason while it is off."""
    found = off(name)
    if found is not None:
        raise Unavailable(found.sentence, code="switched_off")


def forget() -> None:
    """Read anew at the next question, in this process and from the cache."""
    global _memory
    _memory = None
    _quietly(lambda: cache.delete(KEY))


def _all_off() -> dict[str, Off]:
    global _memory
    now = clock.now()
    if _memory is not None and _memory[0] <= now < _memory[0] + REMEMBERED:
        return _memory[1]
    found: dict[str, Off] | None = _quietly(lambda: cache.get(KEY))
    if found is None:
        try:
            found = _read()
        except (OperationalError, InterfaceError):
            logger.warning("The database does not answer: switches stand as they were last seen.")
            return _memory[1] if _memory is not None else {}
        _quietly(lambda: cache.set(KEY, found, SHARED_SECONDS))
    _memory = now, found
    return found


def _read() -> dict[str, Off]:
    from portal.switches.models import SwitchState  # the registry is asked before the tables are known

    return {one.name: Off(one.reasons, one.changed_at) for one in SwitchState.objects.filter(is_on=False)}


def _quietly(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except (RedisError, OSError):
        logger.warning("The cache does not answer: switches are read from the database.")
        return None
