"""The evidence of an erased person's votes: forgotten at once, or as soon as the law no longer needs it.

A petition stands on its signatures: until its decision can no longer be disputed, the addressed body and a court may ask for
them (APPC, arts 90-1 to 90-6; personal data law, art. 24(1) leaves what an act of law requires). So a vote in force for such a
petition loses its link to the account at once, and its evidence later. A vote that was taken back, one without a
signature, and one for a petition that nobody has to answer is forgotten at once.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from initiatives.limits import DISPUTABLE, ERASURES_A_RUN
from initiatives.models import Initiative, VoteAct
from initiatives.states import ANSWERED_STATES, OPEN_TO_VOTES, WITH_THE_BODY, State, VoteSource
from signatures.services import forgetting

if TYPE_CHECKING:
    from accounts.models import User

NEEDED = OPEN_TO_VOTES | WITH_THE_BODY | {State.CHECK, State.THRESHOLD_REACHED}


def forget_votes(person: "User", *, at: datetime) -> None:
    """Forget the evidence of the person's votes, or remember to do so; before their acts lose the link to them."""
    acts = VoteAct.objects.filter(voter=person, entry__isnull=False).select_related("initiative__decision")
    chains: dict[int, list[VoteAct]] = defaultdict(list)
    for act in acts.order_by("sequence"):
        chains[act.initiative_id].append(act)
    now, later = set[uuid.UUID](), set[uuid.UUID]()
    for chain in chains.values():
        kept = chain[-1].is_vote and chain[-1].source == VoteSource.EDS and is_needed(chain[-1].initiative, at)
        (later if kept else now).update(act.entry for act in chain if act.entry)
    # What still waits for an answer about revocation is not settled yet: it stays due until it is.
    forgetting.postpone(now | later, at=at)
    forgetting.forget(now, at=at)


def forget_due(*, at: datetime) -> int:
    """Forget the evidence that was still needed when its voter was erased and is no longer; return of how many acts."""
    entries = forgetting.due(limit=ERASURES_A_RUN)
    acts = VoteAct.objects.filter(entry__in=entries).select_related("initiative__decision")
    return forgetting.forget(_over(acts, at), at=at)


def _over(acts: Iterable[VoteAct], at: datetime) -> list[uuid.UUID]:
    return [act.entry for act in acts if act.entry and not is_needed(act.initiative, at)]


def is_needed(initiative: Initiative, at: datetime) -> bool:
    """Say whether somebody may still have to check the signatures of this petition."""
    if initiative.state in NEEDED:
        return True
    if initiative.state not in ANSWERED_STATES:
        return False
    decision = getattr(initiative, "decision", None)
    answered_at = decision.published_at if decision is not None else None
    return at < (answered_at or initiative.state_since) + DISPUTABLE
