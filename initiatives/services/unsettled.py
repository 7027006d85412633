"""Acts that wait for the certification authority, one by one: finding a person's, and ending it with its outcome."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from initiatives import events
from initiatives.models import Initiative, WaitingAct
from initiatives.states import WaitingOutcome
from portal.events.outbox import publish
from signatures.services import pending


def of_person(initiative: Initiative, tags: Sequence[bytes]) -> WaitingAct | None:
    """Return the act of the person that waits, locked; to be called behind the person's lock."""
    found = WaitingAct.objects.select_for_update(of=("self",)).filter(
        initiative=initiative, signer_tag__in=tags, settled_at=None
    )
    return found.first()


def end_by_act(initiative: Initiative, tags: Sequence[bytes], *, gives: bool, signature: Any, at: datetime) -> bool:
    """End what waits because the person has acted anew; return whether they wish the opposite of what waited."""
    waiting = of_person(initiative, tags)
    if waiting is None:
        return False
    is_opposite = waiting.gives != gives
    end(
        waiting,
        WaitingOutcome.TAKEN_BACK if is_opposite else WaitingOutcome.NOT_NEEDED,
        at=at,
        ended_by=signature,
        tells=False,
    )
    return is_opposite


def end(
    waiting: WaitingAct,
    outcome: WaitingOutcome,
    *,
    at: datetime,
    reason: str = "",
    vote_act: int | None = None,
    ended_by: Any = None,
    tells: bool = True,
) -> None:
    """Settle the locked act; the person is told, unless they did it themselves a moment ago."""
    waiting.settled_at, waiting.outcome, waiting.reason = at, outcome, reason
    waiting.vote_act, waiting.ended_by = vote_act, ended_by
    waiting.save(update_fields=["settled_at", "outcome", "reason", "vote_act", "ended_by"])
    pending.drop(signature_id=waiting.signature_id)
    if tells and waiting.voter_id is not None:
        publish(
            events.WaitingSettled(
                at=at, subject_id=str(waiting.initiative_id), waiting_id=str(waiting.pk), outcome=str(outcome.value)
            )
        )
