"""The exact count and the reader's own vote."""

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Mod

from initiatives.models import Initiative, VoteAct
from initiatives.states import VoteSource

if TYPE_CHECKING:
    from accounts.models import User


# One statement, one snapshot: between two, the folding task could move votes from one table to the other.
EXACT = """
SELECT coalesce((SELECT votes FROM initiatives_tally WHERE initiative_id = %(initiative)s), 0)
     + coalesce((SELECT sum(delta) FROM initiatives_pendingtally WHERE initiative_id = %(initiative)s), 0)
"""


def exact_count(initiative: Initiative) -> int:
    """Return the votes in force now: those folded and those still waiting to be, in one statement's snapshot."""
    with connection.cursor() as cursor:
        cursor.execute(EXACT, {"initiative": initiative.pk})
        return int(cursor.fetchone()[0])


ON_PAPER = """
SELECT count(*) FROM initiatives_voteact act
WHERE act.initiative_id = %s AND act.source = 'paper' AND (act.sequence & 1) = 1 AND NOT EXISTS (
    SELECT FROM initiatives_voteact later WHERE later.initiative_id = act.initiative_id
        AND later.signer_tag = act.signer_tag AND later.sequence = act.sequence + 1
)
"""


def count_on_paper(initiative: Initiative) -> int:
    """Return how many of the votes in force were given on paper."""
    with connection.cursor() as cursor:
        cursor.execute(ON_PAPER, [initiative.pk])
        return int(cursor.fetchone()[0])


def on_paper() -> Subquery:
    """Return the same of each initiative of a queryset, as an expression for `annotate`."""
    place = {"initiative": OuterRef("initiative"), "signer_tag": OuterRef("signer_tag")}
    later = VoteAct.objects.filter(**place, sequence=OuterRef("sequence") + 1)
    acts = VoteAct.objects.filter(initiative=OuterRef("pk"), source=VoteSource.PAPER).alias(odd=Mod("sequence", 2))
    in_force = acts.filter(~Exists(later), odd=1).order_by().values("initiative")
    return Subquery(in_force.annotate(number=Count("*")).values("number"))


def own_latest(initiative: Initiative, user: "User | None", session_act: int | None) -> VoteAct | None:
    """Return the reader's latest act, be it a vote or its withdrawal; None when there is none that we know as theirs."""
    acts = VoteAct.objects.filter(initiative=initiative)
    act = acts.filter(voter=user).order_by("-sequence").first() if user else None
    if act is None and session_act is not None:
        mine = acts.filter(pk=session_act).first()
        act = VoteAct.objects.of(initiative.pk, bytes(mine.signer_tag)).first() if mine else None
    return act


def own_act(initiative: Initiative, user: "User | None", session_act: int | None) -> VoteAct | None:
    """Return the reader's latest act when it is a vote in force; None when they have not voted or have withdrawn.

    Who voted without signing in is known in this browser by the number of the act alone.
    """
    act = own_latest(initiative, user, session_act)
    return act if act is not None and act.is_vote else None
