"""The public log of moderation: one chain for the whole portal, so that not even a last line can be taken out unseen.

Every act of moderation waits for the one before it here. That is bearable because people moderate, not programs; votes, of
which there are thousands a second, have no part in it.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Max

from initiatives.models import Comment, Initiative, ModerationLogEntry
from initiatives.models.moderation import GENESIS
from initiatives.states import LogAction, LogRole
from portal.audit.models import ChainCheck

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)
CHAIN = "moderation_log"
LOCK = 0x6D6F646C
"""Key of the advisory lock under which lines are numbered ("modl")."""


@transaction.atomic
def append(
    *,
    action: LogAction,
    initiative: Initiative,
    by: "User",
    at: datetime,
    role: LogRole = LogRole.MODERATOR,
    comment: Comment | None = None,
    reason: str = "",
    reason_other: str = "",
    article: str = "",
    text_sha256: str = "",
) -> ModerationLogEntry:
    """Append a line in the transaction of the act itself, as its last step, and return it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = ModerationLogEntry.objects.order_by("-number").first()
    entry = ModerationLogEntry(
        number=last.number + 1 if last else 1,
        at=at,
        action=action,
        initiative=initiative,
        code=initiative.code,
        comment=comment.pk if comment else None,
        role=role,
        role_number=_number_of(by, initiative) if role == LogRole.MODERATOR else None,
        actor=by,
        reason=reason,
        reason_other=reason_other,
        article=article,
        text_sha256=text_sha256,
        previous_hash=last.entry_hash if last else GENESIS,
    )
    entry.entry_hash = entry.digest()
    entry.save(force_insert=True)
    return entry


def _number_of(by: "User", initiative: Initiative) -> int:
    """Return the moderator's number in this matter: theirs if they acted in it before, else the next one."""
    lines = ModerationLogEntry.objects.filter(initiative=initiative, role=LogRole.MODERATOR)
    mine = lines.filter(actor=by).values_list("role_number", flat=True).first()
    return mine or (lines.aggregate(most=Max("role_number"))["most"] or 0) + 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far the log is whole. `broken_at` is the number of the first line that does not follow; None when all do."""

    lines: int
    head: str
    broken_at: int | None


def verify(lines: "Iterable[ModerationLogEntry] | None" = None) -> Verdict:
    """Read the log from its first line and compare each hash with its content and with the line before."""
    previous, read = GENESIS, 0
    for line in lines if lines is not None else ModerationLogEntry.objects.order_by("number").iterator(chunk_size=1000):
        if (line.number, line.previous_hash, line.entry_hash) != (read + 1, previous, line.digest()):
            return Verdict(read, previous, read + 1)
        previous, read = line.entry_hash, read + 1
    return Verdict(read, previous, None)


def check(*, at: datetime) -> Verdict:
    """Verify the log, and that the end seen at the last check is still in it; report as an error what is not so."""
    verdict = verify()
    before = ChainCheck.objects.filter(chain=CHAIN, breaks=[]).order_by("-up_to").first()
    if verdict.broken_at is None and before is not None and before.up_to:
        kept = ModerationLogEntry.objects.filter(number=before.up_to, entry_hash=before.head).exists()
        if not kept:
            verdict = Verdict(verdict.lines, verdict.head, before.up_to)
    broken = [] if verdict.broken_at is None else [verdict.broken_at]
    ChainCheck.objects.create(
        chain=CHAIN, at=at, up_to=verdict.lines, head=verdict.head, checked=verdict.lines, breaks=broken
    )
    if broken:
        logger.error("moderation log: line %s does not follow from those before it", verdict.broken_at)
    return verdict
