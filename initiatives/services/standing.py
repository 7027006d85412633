"""What follows from the counts: the steps that they call for."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from initiatives import events
from initiatives.models import Initiative
from initiatives.querysets import InitiativeQuerySet
from initiatives.selectors.counts import exact_count
from initiatives.states import NormCode, Process, State
from initiatives.workflow import PETITION
from portal import workflow
from portal.audit.log import history, record
from portal.events.outbox import publish

GATE = 90_003
"""Name space of the gates among Postgres' advisory locks."""

HALFWAY = "halfway"
READY = "ready"


def close_gate(initiative: Initiative) -> None:
    """Wait for the votes in flight and let no other begin until this transaction ends. Take it before the row's lock.

    To be called by whatever ends the voting, before it reads the exact count or changes the state.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [GATE, initiative.pk])


def advance(initiative_ids: Collection[int] | None, *, at: datetime) -> int:
    """Take the steps that the counts call for; return how many were taken. Idempotent; None looks at all.

    The 50th joiner hands a petition over for its check (art. 90-2(4)); the threshold ends the collection (art. 90-3(4));
    half of the threshold is told once, and to the author of a request that enough have joined.
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
            taken += _announce(initiative_id, HALFWAY, events.HalfwayReached, at)
    for initiative_id in _ready(initiative_ids).values_list("pk", flat=True):
        with transaction.atomic():
            taken += _announce(initiative_id, READY, events.EnoughJoined, at)
    return taken


def _ready(initiative_ids: Collection[int] | None) -> InitiativeQuerySet:
    """Return the requests that enough people have joined, as far as their votes are counted."""
    requests = Initiative.objects.filter(kind__process=Process.REQUEST, state=State.COLLECTING, threshold__gt=0)
    asked = requests if initiative_ids is None else requests.filter(pk__in=initiative_ids)
    return asked.filter(tally__votes__gte=F("threshold"))


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
    votes = exact_count(initiative)
    if initiative.kind.process != Process.PETITION or not needed or votes < needed:
        return False
    data = {"votes": votes, "needed": int(needed)}
    if initiative.state == State.JOINING:
        workflow.perform(PETITION, "submit", subject=initiative, by=None, at=at, data=data)
        return True
    changes = {"threshold_reached_at": at}
    workflow.perform(PETITION, "reach_threshold", subject=initiative, by=None, at=at, data=data, changes=changes)
    return True


def _announce(initiative_id: int, action: str, event: type[events.InitiativeEvent], at: datetime) -> bool:
    """Tell once that a number is reached; the audit entry remembers that it was told."""
    initiative = Initiative.objects.get(pk=initiative_id)
    if history(initiative).filter(action=action).exists():
        return False
    locked = Initiative.objects.select_for_update(no_key=True).get(pk=initiative_id)
    if locked.state != State.COLLECTING or history(locked).filter(action=action).exists():
        return False
    record(subject=locked, action=action, actor=None, at=at, data={"needed": locked.threshold})
    publish(event(at=at, subject_id=str(locked.pk)))
    return True
