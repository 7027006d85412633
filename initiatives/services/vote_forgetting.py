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
from initiatives.models import Initiative, VoteAct, WaitingAct
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
    _forget_waiting(person, at)


def _forget_waiting(person: "User", at: datetime) -> None:
    """Forget signatures that were received and never counted; one that still waits is due once it is settled."""
    acts = list(WaitingAct.objects.filter(voter=person))
    forgetting.postpone([act.signature_id for act in acts if not act.is_settled], at=at)
    ends = [act.ended_by_id for act in acts if act.ended_by_id is not None]
    forgetting.forget_signatures([act.signature_id for act in acts if act.is_settled] + ends, at=at)


def _forget_settled(keys: list[uuid.UUID], at: datetime) -> int:
    """Forget what waited when its person was erased; what was counted after all is due like every vote."""
    settled = WaitingAct.objects.filter(signature__in=keys, settled_at__isnull=False)
    counted = {act.vote_act: act.signature_id for act in settled if act.vote_act is not None}
    acts = VoteAct.objects.filter(pk__in=list(counted))
    forgetting.postpone([act.entry for act in acts if act.entry], at=at)
    forgetting.not_due(list(counted.values()))
    ends = [act.ended_by_id for act in settled if act.ended_by_id is not None]
    return forgetting.forget_signatures([act.signature_id for act in settled if act.vote_act is None] + ends, at=at)


def forget_due(*, at: datetime) -> int:
    """Forget the evidence that was still needed when its voter was erased and is no longer; return of how many acts."""
    settled = _forget_settled(forgetting.due(limit=ERASURES_A_RUN), at)
    entries = forgetting.due(limit=ERASURES_A_RUN)
    acts = VoteAct.objects.filter(entry__in=entries).select_related("initiative__decision")
    return settled + forgetting.forget(_over(acts, at), at=at)


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
