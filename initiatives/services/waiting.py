"""Votes that are received and wait: kept with their signature, asked about again, settled with their time of receipt.

A pending signature is real and fits the text; only its certificate's revocation is unknown. The act is kept in one
transaction with it and counts nothing. Who may vote is judged at the receipt; when the answer is good the act becomes a vote
like any other, behind the same gate and the same lock of the person, so the database's promise of one vote holds for both.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from initiatives import limits
from initiatives.models import Initiative, WaitingAct
from initiatives.selectors.counts import exact_count
from initiatives.selectors.waiting import ENDED, counted_until
from initiatives.services import unsettled, voters, voting
from initiatives.states import WaitingOutcome
from portal.errors import Conflict
from signatures.services import pending

if TYPE_CHECKING:
    from accounts.models import Territory, User

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WaitingReceipt:
    """What the voter is shown at once: the act that waits, and the count, in which it is not yet."""

    act: WaitingAct
    votes: int

    @property
    def status(self) -> str:
        """How programs are told of it."""
        return "waiting"


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What one run did."""

    asked: int = 0
    settled: int = 0


CLAIM = """
UPDATE initiatives_waitingact SET asked_at = %(at)s WHERE id IN (
    SELECT id FROM initiatives_waitingact WHERE settled_at IS NULL AND asked_at <= %(before)s
    ORDER BY asked_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) RETURNING id
"""


def keep(
    *,
    initiative: Initiative,
    accepted: voters.AcceptedSignature,
    gives: bool,
    territory: "Territory | None",
    by: "User | None",
    at: datetime,
) -> WaitingReceipt:
    """Keep the act of a pending signature, in the caller's transaction; return the receipt.

    Raises NotAllowed (closed, too young) and Conflict: "already_waiting", "already_voted", "nothing_to_withdraw".
    """
    voting.require_eds_kind(initiative)
    voter = voters.by_signature(accepted)
    voting.enter(initiative, voter)
    has_acts, has_waiting = voting.judge(initiative, voter, gives=gives, at=at)
    if has_waiting:
        raise Conflict(
            _(
                "We have received a signature of yours here already. It waits for the certification authority; sign again later."
            ),
            code="already_waiting",
        )
    last = voting.latest_act(initiative, voter, by) if has_acts else None
    if gives == (last is not None and last.is_vote):
        raise voting.refusal(gives, last)
    act = WaitingAct.objects.create(
        initiative=initiative,
        signer_tag=voter.tags[0],
        signature=voter.signature,
        gives=gives,
        territory=territory if gives else None,
        voter=by,
        shown_name=voter.shown_name,
        received_at=at,
        asked_at=at,
    )
    return WaitingReceipt(act=act, votes=exact_count(initiative))


def recheck(*, at: datetime, limit: int = limits.WAITING_BATCH) -> Rechecked:
    """Ask about up to `limit` acts that wait, the longest unasked first, and settle those of which something is known.

    Each is settled in a transaction of its own; a run that dies loses its turn, not the acts. While the authority stays
    silent the run ends early.
    """
    asked = settled = _void_ended(at)
    while asked < limit and (portion := _claim(at, limits.WAITING_ASKERS)):
        asked += len(portion)
        settled += sum(_settle_alone(act, report, at) for act, report in zip(portion, _ask(portion, at), strict=True))
        if asked >= limits.WAITING_GIVES_UP and not settled:
            break
    return Rechecked(asked, settled)


def _void_ended(at: datetime) -> int:
    """Settle what waits before petitions that no vote can reach any more."""
    found = WaitingAct.objects.filter(ENDED, settled_at=None).values_list("pk", flat=True)
    return sum(_end_alone(key, WaitingOutcome.VOID, at) for key in list(found[: limits.WAITING_BATCH]))


def _claim(at: datetime, limit: int) -> list[WaitingAct]:
    """Take a turn at these acts: nobody else asks about them for a while."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"at": at, "before": at - limits.WAITING_TURN, "limit": limit})
        keys = [key for (key,) in cursor.fetchall()]
    return list(WaitingAct.objects.filter(pk__in=keys).select_related("signature"))


def _ask(acts: list[WaitingAct], at: datetime) -> list[Any]:
    """Return the report about each; all are asked at once, outside of any transaction."""

    def one(act: WaitingAct) -> Any:
        try:
            return pending.ask_again(signature=act.signature, at=at)
        except Exception:
            logger.exception("waiting act %s could not be asked about", act.pk)
            return None
        finally:
            connection.close()  # this thread's own, should asking have opened one

    with ThreadPoolExecutor(max_workers=len(acts)) as askers:
        return list(askers.map(one, acts))


def _settle_alone(act: WaitingAct, report: Any, at: datetime) -> bool:
    """Settle the act; one that cannot be settled must not hold up those behind it until their time has run out."""
    try:
        return _settle(act, report, at)
    except Exception:
        logger.exception("waiting act %s could not be settled", act.pk)
        return False


def _settle(act: WaitingAct, report: Any, at: datetime) -> bool:
    """Do what the answer says; return whether the act is settled now."""
    if report is None or pending.is_pending(report):
        until = counted_until(Initiative.objects.get(pk=act.initiative_id))
        return until is not None and at >= until and _end_alone(act.pk, WaitingOutcome.EXPIRED, at)
    accepted = pending.accepted(signature=act.signature, report=report)
    if accepted is None:
        return _end_alone(act.pk, WaitingOutcome.REFUSED, at, report=report)
    return _count(act.pk, accepted, report, at)


@transaction.atomic
def _end_alone(key: int, outcome: WaitingOutcome, at: datetime, *, report: Any = None) -> bool:
    """End an act that counts nothing; False when somebody else has settled it."""
    act = WaitingAct.objects.select_for_update(of=("self",)).get(pk=key)
    if act.is_settled:
        return False
    if report is not None:
        pending.conclude(signature=act.signature, report=report, at=at)
    unsettled.end(act, outcome, at=at, reason="" if report is None else str(report.code))
    return True


@transaction.atomic
def _count(key: int, accepted: voters.AcceptedSignature, report: Any, at: datetime) -> bool:
    """Count the act with its time of receipt, unless its person has acted otherwise, or the petition is gone."""
    act = WaitingAct.objects.select_related("initiative__kind", "initiative__kind_version", "territory").get(pk=key)
    voter = replace(voters.by_signature(accepted), shown_name=act.shown_name)
    # Gate and person first, then rows: the order in which every vote takes them.
    voting.enter(act.initiative, voter)
    act = WaitingAct.objects.select_for_update(of=("self",)).select_related("initiative__kind", "territory").get(pk=key)
    if act.is_settled:
        return False
    pending.conclude(signature=act.signature, report=report, at=at)
    initiative, last = act.initiative, voting.latest_act(act.initiative, voter, None)
    if WaitingAct.objects.filter(ENDED, pk=key).exists():
        unsettled.end(act, WaitingOutcome.VOID, at=at)
    elif act.gives == (last is not None and last.is_vote):
        unsettled.end(act, WaitingOutcome.NOT_NEEDED, at=at, reason=voting.refusal(act.gives, last).code)
    else:
        receipt = voting.write(
            initiative, voter, gives=act.gives, last=last, territory=act.territory, by=act.voter, at=act.received_at
        )
        unsettled.end(act, WaitingOutcome.COUNTED, at=at, vote_act=receipt.act.pk)
    return True
