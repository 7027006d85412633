"""The numbers of the law that an initiative lives by, remembered for a minute in each process.

A version's norms do not change once an initiative lives by it (a change of law is a new version), and every page and every vote
needs them: they are read once and shared. They are for reading only.
"""

from datetime import datetime, timedelta

from initiatives.models import Initiative, KindVersion
from portal import clock

REMEMBERED = timedelta(minutes=1)

_known: dict[int, tuple[datetime, KindVersion]] = {}


def version(pk: int) -> KindVersion:
    """Return the version with its kind and its norms."""
    now = clock.now()
    since, found = _known.get(pk, (None, None))
    if found is None or since is None or not since <= now < since + REMEMBERED:
        found = KindVersion.objects.select_related("kind").prefetch_related("norms").get(pk=pk)
        _known[pk] = now, found
    return found


def with_rules(initiative: Initiative) -> Initiative:
    """Return the initiative with the version it lives by, and its kind."""
    initiative.kind_version = version(initiative.kind_version_id)
    initiative.kind = initiative.kind_version.kind
    return initiative


def forget() -> None:
    """Forget what was remembered: another database begins."""
    _known.clear()
