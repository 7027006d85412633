"""Votes, counts and the public log say the same: the log is checked by itself, then compared with acts and tallies."""

import logging
from datetime import datetime

from django.db import connection, transaction

from initiatives.models import Initiative
from initiatives.services.standing import close_gate
from initiatives.services.vote_logging import unlogged
from signatures.selectors.vote_log import ARCHIVE, unclosed_codes
from signatures.services import heads, log_checking

logger = logging.getLogger(__name__)

ACTS = """
SELECT initiative.code, acts.in_log, acts.given, coalesce(tally.votes, 0) + coalesce(waiting.votes, 0)
FROM (
    SELECT initiative_id, 2 * count(*) FILTER (WHERE (sequence & 1) = 1) - count(*) AS given,
        2 * count(entry) FILTER (WHERE (sequence & 1) = 1) - count(entry) AS in_log
    FROM initiatives_voteact GROUP BY 1
) acts
JOIN initiatives_initiative initiative ON initiative.id = acts.initiative_id
LEFT JOIN initiatives_tally tally USING (initiative_id)
LEFT JOIN (
    SELECT initiative_id, sum(delta) AS votes FROM initiatives_pendingtally GROUP BY 1
) waiting USING (initiative_id)
WHERE %(code)s::text IS NULL OR initiative.code = %(code)s
"""


def check(*, at: datetime) -> int:
    """Check every log and compare it with the votes; report each difference as an error and return how many there are."""
    found = 0
    for checked in log_checking.check_all():
        for finding in checked.findings:
            logger.error("vote log: %s: %s", checked.origin, finding)
        found += len(checked.findings)
    found += sum(_differs(code) for code in _suspects())
    waiting = unlogged(before=at)
    if waiting:
        logger.error("vote log: %s votes are in no log: run `manage.py log_existing_votes`", waiting)
    return found + bool(waiting)


def close_ended(*, at: datetime) -> int:
    """Make the final heads of the logs whose petitions take no votes any more; return how many. Idempotent."""
    codes = unclosed_codes()
    still_open = Initiative.objects.open_to_votes(at).filter(code__in=codes).values_list("code", flat=True)
    ended = sorted(set(codes) - set(still_open))
    return heads.close(ended, at=at) if ended else 0


def _suspects() -> list[str]:
    """Those whose log, acts and tallies differ at a glance; a vote may have come between two statements."""
    logged = log_checking.counts()
    acts = {code: (in_log, all_of_them == shown) for code, in_log, all_of_them, shown in _acts(None)}
    return sorted(
        code for code in {*logged, *acts} - {ARCHIVE} if (logged.get(code, 0), True) != acts.get(code, (0, True))
    )


@transaction.atomic
def _differs(code: str) -> bool:
    """Look again while no vote of this initiative is in flight; report when it is still so."""
    initiative = Initiative.objects.filter(code=code).first()
    if initiative is not None:
        close_gate(initiative)
    logged = log_checking.counts(code).get(code, 0)
    in_log, given, shown = next(((row[1], row[2], row[3]) for row in _acts(code)), (0, 0, 0))
    if (logged, given) == (in_log, shown):
        return False
    logger.error(
        "vote log: %s: the log counts %s votes, its acts %s; all acts give %s, shown are %s",
        code,
        logged,
        in_log,
        given,
        shown,
    )
    return True


def _acts(code: str | None) -> list[tuple[str, int, int, int]]:
    """Return code, votes of acts that are in the log, votes of all acts, and the count that is shown."""
    with connection.cursor() as cursor:
        cursor.execute(ACTS, {"code": code})
        return [(row[0], int(row[1]), int(row[2]), int(row[3])) for row in cursor.fetchall()]
