"""How an initiative and a voter stand: the exact count, the steps that follow from it, what is rising.

The exact count is what is folded plus what waits to be folded, read in one statement and so in one snapshot.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import F, Q

from initiatives import events, ranking
from initiatives.models import Initiative, Tally, VoteAct
from initiatives.querysets import InitiativeQuerySet
from initiatives.states import NormCode, Process, State
from initiatives.workflow import PETITION
from portal import workflow
from portal.audit.log import history, record
from portal.events.outbox import publish

if TYPE_CHECKING:
    from accounts.models import User

GATE = 90_003
"""Name space of the gates among Postgres' advisory locks."""

HALFWAY = "halfway"
BASELINE_DAYS = 14


@dataclass(frozen=True, slots=True)
class OwnStanding:
    """The reader's own latest act here; `has_voted` while it is a vote in force."""

    act: VoteAct | None

    @property
    def has_voted(self) -> bool:
        """Whether the reader's vote is in force."""
        return self.act is not None and self.act.is_vote


def close_gate(initiative: Initiative) -> None:
    """Wait for the votes in flight and let no other begin until this transaction ends. Take it before the row's lock.

    To be called by whatever ends the voting, before it reads the exact count or changes the state.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [GATE, initiative.pk])


def exact_count(initiative_id: int) -> int:
    """Return the number of votes in force, those not folded yet included."""
    return exact_counts([initiative_id])[initiative_id]


def exact_counts(initiative_ids: Collection[int]) -> dict[int, int]:
    """Return the number of votes in force of each initiative, those not folded yet included."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT wanted.id,
                   coalesce((SELECT votes FROM initiatives_tally WHERE initiative_id = wanted.id), 0)
                   + coalesce((SELECT sum(delta) FROM initiatives_pendingtally WHERE initiative_id = wanted.id), 0)
            FROM unnest(%s::bigint[]) AS wanted (id)
            """,
            [list(initiative_ids)],
        )
        return {initiative_id: int(votes) for initiative_id, votes in cursor.fetchall()}


def own_standing(initiative: Initiative, *, user: "User | None" = None, acts: Iterable[int] = ()) -> OwnStanding:
    """Return how the reader stands here: by their account, or by the acts their browser session remembers.

    A session remembers acts, not the person: the latest act of that same person is looked up.
    """
    here = VoteAct.objects.filter(initiative=initiative)
    mine = Q(pk__in=list(acts))
    if user is not None:
        mine |= Q(voter=user)
    known = here.filter(mine).order_by("-at", "-pk").first()
    if known is None:
        return OwnStanding(None)
    return OwnStanding(VoteAct.objects.of(initiative.pk, bytes(known.signer_tag)).first())


def advance(initiative_ids: Collection[int] | None, *, at: datetime) -> int:
    """Take the steps that the counts call for; return how many were taken. Idempotent; None looks at all.

    The 50th joiner hands a petition over for its check (art. 90-2(4)); the threshold ends the collection (art. 90-3(4));
    half of the threshold is told once.
    """
    asked = Initiative.objects.filter(kind__process=Process.PETITION)
    if initiative_ids is not None:
        asked = asked.filter(pk__in=initiative_ids)
    taken = 0
    for initiative_id in _ripe(asked):
        with transaction.atomic():
            taken += _settle(initiative_id, at)
    halfway = asked.filter(state=State.COLLECTING, threshold__gt=0, tally__votes__gte=F("threshold") / 2.0)
    for initiative_id in halfway.values_list("pk", flat=True):
        with transaction.atomic():
            taken += _announce_halfway(initiative_id, at)
    return taken


def settle(initiative: Initiative, *, at: datetime) -> bool:
    """Behind the closed gate, take the step that the exact count calls for; return whether one was taken.

    To be called in the transaction of whatever ends the voting, before it: votes in the last second may have
    reached the number although no task has counted them yet.
    """
    with transaction.atomic():
        return _settle(initiative.pk, at)


def _ripe(asked: InitiativeQuerySet) -> list[int]:
    """Return those whose folded count reaches their number; the exact count is asked behind the gate."""
    joined = asked.filter(
        state=State.JOINING,
        kind_version__norms__code=NormCode.JOINERS,
        tally__votes__gte=F("kind_version__norms__number"),
    )
    collected = asked.filter(state=State.COLLECTING, threshold__gt=0, tally__votes__gte=F("threshold"))
    return [*joined.values_list("pk", flat=True), *collected.values_list("pk", flat=True)]


def _settle(initiative_id: int, at: datetime) -> bool:
    close_gate(Initiative(pk=initiative_id))
    initiative = (
        Initiative.objects.select_for_update(no_key=True, of=("self",))
        .select_related("kind", "kind_version")
        .get(pk=initiative_id)
    )
    needed = {
        State.JOINING: initiative.kind_version.number_of(NormCode.JOINERS),
        State.COLLECTING: initiative.threshold,
    }.get(State(initiative.state))
    votes = exact_count(initiative_id)
    if initiative.kind.process != Process.PETITION or not needed or votes < needed:
        return False
    data = {"votes": votes, "needed": int(needed)}
    if initiative.state == State.JOINING:
        workflow.perform(PETITION, "submit", subject=initiative, by=None, at=at, data=data)
        return True
    changes = {"threshold_reached_at": at}
    workflow.perform(PETITION, "reach_threshold", subject=initiative, by=None, at=at, data=data, changes=changes)
    return True


def _announce_halfway(initiative_id: int, at: datetime) -> bool:
    """Tell once that half of the threshold is reached; the audit entry remembers that it was told."""
    initiative = Initiative.objects.get(pk=initiative_id)
    if history(initiative).filter(action=HALFWAY).exists():
        return False
    locked = Initiative.objects.select_for_update(no_key=True).get(pk=initiative_id)
    if history(locked).filter(action=HALFWAY).exists():
        return False
    record(subject=locked, action=HALFWAY, actor=None, at=at, data={"needed": locked.threshold})
    publish(events.HalfwayReached(at=at, subject_id=str(locked.pk)))
    return True


RISING_SQL = """
WITH open AS (
    SELECT i.id, i.kind_id, CASE t.level WHEN 'district' THEN t.parent_id ELSE t.kato END AS region,
           greatest(coalesce(i.published_at, i.created_at), %(start)s) AS since
    FROM initiatives_initiative i JOIN accounts_territory t ON t.kato = i.territory_id
    WHERE i.state IN ('collecting', 'discussion')
), past AS (
    SELECT h.initiative_id, sum(h.votes) AS votes FROM initiatives_hourtally h
    WHERE h.hour >= %(start)s AND h.hour < %(recent)s GROUP BY 1
), lately AS (
    SELECT h.initiative_id, sum(h.votes) AS votes FROM initiatives_hourtally h WHERE h.hour >= %(recent)s GROUP BY 1
), baseline AS (
    SELECT kind_id, region, coalesce(sum(past.votes), 0)
           / nullif(sum(greatest(extract(epoch FROM %(recent)s - since) / 3600, 0)), 0) AS per_hour
    FROM open LEFT JOIN past ON past.initiative_id = open.id GROUP BY 1, 2
)
SELECT tally.initiative_id, coalesce(lately.votes, 0), coalesce(baseline.per_hour, 0), tally.rising
FROM initiatives_tally tally
LEFT JOIN lately USING (initiative_id)
LEFT JOIN open ON open.id = tally.initiative_id
LEFT JOIN baseline USING (kind_id, region)
WHERE tally.rising <> 0 OR (lately.votes > 0 AND open.id IS NOT NULL)
"""


def refresh_rising(*, at: datetime) -> int:
    """Recompute what is rising from the hourly votes; return how many scores changed.

    Recent are the hours that began in the last six; the baseline is the mean of votes per hour over the 14 days before
    them, of the open initiatives of the same kind in the same region. Closed ones and those without a recent vote fall to 0.
    """
    recent = (at - timedelta(hours=ranking.RISING_HOURS)).replace(minute=0, second=0, microsecond=0) + timedelta(
        hours=1
    )
    moments = {"recent": recent, "start": recent - timedelta(days=BASELINE_DAYS)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RISING_SQL, moments)
        changed = []
        for initiative_id, votes, per_hour, before in cursor.fetchall():
            score = ranking.rising(int(votes), max(float(per_hour), 0.0))
            if abs(score - before) > 1e-9:
                changed.append(Tally(pk=initiative_id, rising=score))
        Tally.objects.bulk_update(sorted(changed, key=lambda tally: tally.pk), ["rising"], batch_size=1000)
    return len(changed)
