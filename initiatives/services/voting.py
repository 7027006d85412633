"""Giving a vote and taking it back (art. 90-3 of the Administrative Procedural and Process-Related Code).

A vote is a new row and nothing else: no counter and never the petition's own row is touched, so that a hot petition takes
votes as fast as Postgres commits. One person has one vote per initiative, whichever certificate or session they come with:
the acts of a person are numbered, and the database gives each number once.

Closing is exact to the last vote: each vote holds the initiative's gate shared until it is committed, and whoever ends
the voting takes the gate alone (`standing.close_gate`), so no vote is acknowledged after the count was read.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from initiatives import policies, switches
from initiatives.models import Initiative, VoteAct
from initiatives.selectors.counts import exact_count
from initiatives.services import unsettled, vote_logging, voters
from initiatives.services.standing import GATE
from initiatives.states import AgeBand, VoteSource
from portal.clock import local_date
from portal.errors import Conflict
from portal.permissions import Decision, Denied, require
from portal.switches import require as require_on

if TYPE_CHECKING:
    from accounts.models import Territory, User

LOOK = """
SELECT state, closes_at, state_deadline_at, EXISTS (
    SELECT FROM initiatives_voteact WHERE initiative_id = %(initiative)s AND signer_tag = ANY(%(tags)s)
), EXISTS (
    SELECT FROM initiatives_waitingact
    WHERE initiative_id = %(initiative)s AND signer_tag = ANY(%(tags)s) AND settled_at IS NULL
)
FROM initiatives_initiative WHERE id = %(initiative)s
"""

KEEP = """
WITH act AS (
    INSERT INTO initiatives_voteact (
        initiative_id, signer_tag, sequence, previous, signature_id, voter_id, shown_name, territory_id, age_band, source, at,
        entry
    ) VALUES (
        %(initiative)s, %(signer_tag)s, %(sequence)s, %(previous)s, %(signature)s, %(voter)s, %(shown_name)s, %(territory)s,
        %(age_band)s, %(source)s, %(at)s, %(entry)s
    ) RETURNING id
), waiting AS (
    INSERT INTO initiatives_pendingtally (initiative_id, delta, counted_at, territory_id, age_band)
    VALUES (%(initiative)s, %(delta)s, %(counted_at)s, %(region)s, %(age_band)s)
)
SELECT act.id, %(delta)s
    + coalesce((SELECT votes FROM initiatives_tally WHERE initiative_id = %(initiative)s), 0)
    + coalesce((SELECT sum(delta) FROM initiatives_pendingtally WHERE initiative_id = %(initiative)s), 0)
FROM act
"""


@dataclass(frozen=True, slots=True)
class VoteReceipt:
    """What the voter is shown at once: the act, how they stand now, the count with their act in it, and the log's receipt.

    The act has no number where it only took back what waited (`WaitingAct`): nothing was to be counted.
    """

    act: VoteAct
    is_in_force: bool
    votes: int
    receipt: dict[str, Any] | None = None


def cast(
    *,
    initiative: Initiative,
    accepted: voters.AcceptedSignature,
    territory: "Territory | None",
    by: "User | None",
    at: datetime,
) -> VoteReceipt:
    """Count the vote of the person who signed. Raises NotAllowed (closed, too young), Conflict "already_voted"."""
    require_eds_kind(initiative)
    return _act(initiative, voters.by_signature(accepted), gives=True, territory=territory, by=by, at=at)


def withdraw(
    *, initiative: Initiative, accepted: voters.AcceptedSignature, by: "User | None", at: datetime
) -> VoteReceipt:
    """Take back the vote of the person who signed. Raises NotAllowed (closed), Conflict "nothing_to_withdraw"."""
    require_eds_kind(initiative)
    return _act(initiative, voters.by_signature(accepted), gives=False, territory=None, by=by, at=at)


def cast_signed_in(*, initiative: Initiative, by: "User", at: datetime) -> VoteReceipt:
    """Count the vote of a signed-in person, for kinds whose votes need no signature."""
    require_on(switches.VOTES)
    return _act(initiative, voters.by_session(initiative, by), gives=True, territory=by.territory, by=by, at=at)


def withdraw_signed_in(*, initiative: Initiative, by: "User", at: datetime) -> VoteReceipt:
    """Take back the vote of a signed-in person, for kinds whose votes need no signature."""
    require_on(switches.VOTES)
    return _act(initiative, voters.by_session(initiative, by), gives=False, territory=None, by=by, at=at)


def age_band(birth_date: date | None, on: date) -> int | None:
    """Return the band a person of that birth date is counted in; None when unknown or younger than the first."""
    if birth_date is None:
        return None
    age = policies.age_on(birth_date, on)
    return max((band for band in AgeBand.values if band <= age), default=None)


def region_of(territory: "Territory | None") -> str | None:
    """Return the code of the region that a place of residence is counted in."""
    if territory is None:
        return None
    return {"region": territory.kato, "district": territory.parent_id}.get(territory.level)


def require_eds_kind(initiative: Initiative) -> None:
    """Raise Conflict where votes need no signature."""
    # One way of voting per kind: the tags of the two ways differ, and a person would have two votes.
    if not initiative.kind.requires_eds:
        raise Conflict(_("Votes here are given by signing in, without a signature."), code="signature_not_needed")


def _act(
    initiative: Initiative,
    voter: voters.Voter,
    *,
    gives: bool,
    territory: "Territory | None",
    by: "User | None",
    at: datetime,
) -> VoteReceipt:
    try:
        # No savepoint: inside a caller's transaction a refusal must undo the stored signature too.
        with transaction.atomic(savepoint=False):
            return _act_in_transaction(initiative, voter, gives, territory, by, at)
    except IntegrityError as error:
        if "initiatives_one_person_one_vote" not in str(error) and "_initiative_id_signer_tag_sequence_" not in str(
            error
        ):
            raise
        raise refusal(gives) from error


def _act_in_transaction(
    initiative: Initiative,
    voter: voters.Voter,
    gives: bool,
    territory: "Territory | None",
    by: "User | None",
    at: datetime,
) -> VoteReceipt:
    enter(initiative, voter)
    has_acts, has_waiting = judge(initiative, voter, gives=gives, at=at)
    last = latest_act(initiative, voter, by) if has_acts or voter.source == VoteSource.SESSION else None
    stands = last is not None and last.is_vote
    if (
        has_waiting
        and unsettled.end_by_act(initiative, voter.tags, gives=gives, signature=voter.signature, at=at)
        and gives == stands
    ):
        nothing = VoteAct(initiative=initiative, sequence=1 if gives else 2, voter=by, at=at)
        return VoteReceipt(act=nothing, is_in_force=gives, votes=exact_count(initiative))
    if gives == stands:
        raise refusal(gives, last)
    return write(initiative, voter, gives=gives, last=last, territory=territory, by=by, at=at)


def judge(initiative: Initiative, voter: voters.Voter, *, gives: bool, at: datetime) -> tuple[bool, bool]:
    """Refuse who may not act at that moment; return whether the person has acted here, and whether an act of theirs waits."""
    has_acts, has_waiting = _look(initiative, voter)
    require(still_takes_votes(initiative, at))
    if gives:
        require(policies.old_enough(initiative, voter.birth_date, local_date(at)))
    return has_acts, has_waiting


def write(
    initiative: Initiative,
    voter: voters.Voter,
    *,
    gives: bool,
    last: VoteAct | None,
    territory: "Territory | None",
    by: "User | None",
    at: datetime,
) -> VoteReceipt:
    """Keep the act that follows `last`, behind the person's lock, whatever the stage: who may act was judged at `at`."""
    act = VoteAct(
        initiative=initiative,
        # A person goes on under the tag they began with, so that their acts stay one chain when keys are rotated.
        signer_tag=bytes(last.signer_tag) if last else voter.tags[0],
        sequence=last.sequence + 1 if last else 1,
        previous=last.sequence if last else None,
        signature=voter.signature,
        voter=by,
        shown_name=voter.shown_name,
        territory=territory if gives or last is None else last.territory,
        age_band=age_band(voter.birth_date, local_date(at)) if gives or last is None else last.age_band,
        source=voter.source,
        at=at,
    )
    logged = vote_logging.log_act(act, last=last)
    votes = _keep(act, delta=1 if gives else -1, counted_at=at if gives or last is None else last.at)
    return VoteReceipt(act=act, is_in_force=gives, votes=votes, receipt=logged.receipt)


def _keep(act: VoteAct, *, delta: int, counted_at: datetime) -> int:
    """Write the act and what waits to be folded, and return the exact count with it: one statement, one way to Postgres.

    The statement sees the tables as they were before it, so its own act is added to the count that it reads.
    """
    values: dict[str, Any] = {
        "initiative": act.initiative.pk,
        "signer_tag": act.signer_tag,
        "sequence": act.sequence,
        "previous": act.previous,
        "signature": act.signature.pk if act.signature else None,
        "voter": act.voter.pk if act.voter else None,
        "shown_name": act.shown_name,
        "territory": act.territory.pk if act.territory else None,
        "age_band": act.age_band,
        "source": act.source,
        "at": act.at,
        "entry": act.entry,
        "delta": delta,
        "counted_at": counted_at,
        "region": region_of(act.territory),
    }
    with connection.cursor() as cursor:
        cursor.execute(KEEP, values)
        act.pk, votes = cursor.fetchone()
    act._state.adding = False
    return int(votes)


def enter(initiative: Initiative, voter: voters.Voter) -> None:
    """Pass the gate, and wait for another act of the same person.

    The oldest key's tag names the person: while keys are rotated, a server that knows only the old key meets them there.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s, %s), pg_advisory_xact_lock(%s)",
            [GATE, initiative.pk, person_lock(initiative, voter.tags)],
        )


def person_lock(initiative: Initiative, tags: Sequence[bytes]) -> int:
    """Return the number of the lock behind which one person acts on one initiative, however they come."""
    return int.from_bytes(hashlib.sha256(tags[-1] + initiative.pk.to_bytes(8)).digest()[:8], signed=True)


def _look(initiative: Initiative, voter: voters.Voter) -> tuple[bool, bool]:
    """Read how the initiative stands behind the gate, and whether the person acted or waits: one way to Postgres."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, {"initiative": initiative.pk, "tags": list(voter.tags)})
        *fresh, has_acts, has_waiting = cursor.fetchone()
    for name, value in zip(("state", "closes_at", "state_deadline_at"), fresh, strict=True):
        setattr(initiative, name, value)  # read anew, not changed: changes are the engine's
    return bool(has_acts), bool(has_waiting)


def still_takes_votes(initiative: Initiative, at: datetime) -> Decision:
    """Allow while votes are taken: joining ends with its term (art. 90-2(4)), even before the clock's own step is taken."""
    decision = policies.takes_votes(initiative, at)
    if decision and initiative.state_deadline_at and at >= initiative.state_deadline_at:
        return Denied(_("The time for votes has run out."), code="voting_closed")
    return decision


def latest_act(initiative: Initiative, voter: voters.Voter, by: "User | None") -> VoteAct | None:
    """Return what the person did last here; None when they never acted."""
    acts = VoteAct.objects.filter(initiative=initiative).order_by("-sequence")
    # By tag Postgres reads only the partition of that tag.
    found = acts.filter(signer_tag__in=voter.tags).first()
    if found is None and voter.source == VoteSource.SESSION:
        found = acts.filter(voter=by).first()  # the identity's code, and with it the tag, changes when its key does
    return found


def refusal(gives: bool, last: VoteAct | None = None) -> Conflict:
    """Return why the person cannot vote, or cannot take a vote back."""
    if gives and last is not None and last.source == VoteSource.PAPER:
        sentence = _(
            "Your vote was counted from a paper list on %(date)s. If you did not sign it, sign in and contest it in your votes."
        )
        return Conflict(sentence % {"date": date_format(local_date(last.at), "DATE_FORMAT")}, code="voted_on_paper")
    if gives:
        return Conflict(_("You have already voted here. Each person has one vote."), code="already_voted")
    return Conflict(_("You have no vote here that could be withdrawn."), code="nothing_to_withdraw")
