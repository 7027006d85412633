"""Reads of the public moderation log. Who acted is never read here: lines know a role and a number."""

from datetime import datetime

from django.db.models import F, QuerySet

from initiatives.models import Initiative, ModerationLogEntry, Removal
from initiatives.states import LISTED, LogAction
from portal.audit.models import ChainCheck

CHAIN = "moderation_log"


def lines(*, action: str = "", code: str = "") -> QuerySet[ModerationLogEntry]:
    """Return the lines that fit, the newest first, without those columns that nobody is told."""
    found = ModerationLogEntry.objects.defer("actor").select_related("initiative")
    if action in LogAction.values:
        found = found.filter(action=action)
    if code:
        found = found.filter(code=code)
    return found.order_by(F("number").desc())


def last_check() -> ChainCheck | None:
    """Return what the nightly check found the last time."""
    return ChainCheck.objects.filter(chain=CHAIN).first()


def is_readable(initiative: Initiative) -> bool:
    """Whether the page of the initiative is known to everybody, so that a line may name it and lead to it.

    What only a link opens has not been checked: its line says its code, which the chain holds, and not its title.
    """
    return initiative.state in LISTED


def tombstone(initiative: Initiative) -> tuple[datetime, Removal] | None:
    """Return when the text was removed and the act by which it was; None where the text stands."""
    if initiative.text_removed_at is None:
        return None
    act = Removal.objects.filter(initiative=initiative, confirmed_at__isnull=False).last()
    return (initiative.text_removed_at, act) if act else None
