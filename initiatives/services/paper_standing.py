"""How the people of a paper list stand before its initiative: who has voted, who took their vote back, and when."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from initiatives.models import Initiative, PaperContest, PaperLine, PendingTally, VoteAct
from initiatives.services.standing import GATE
from initiatives.services.vote_logging import log_acts
from initiatives.services.voting import person_lock, region_of
from initiatives.states import PaperVerdict, VoteSource
from portal.clock import local_date


@dataclass(frozen=True, slots=True)
class Standing:
    """The latest act of each person by any of their tags, and the tags of those who contested a line."""

    latest: dict[bytes, VoteAct]
    contested: frozenset[bytes]

    def act_of(self, tags: Iterable[bytes]) -> VoteAct | None:
        """Return the person's latest act."""
        acts = [self.latest[tag] for tag in tags if tag in self.latest]
        return max(acts, key=lambda act: act.sequence, default=None)

    def verdict(self, tags: Sequence[bytes], signed_on: date) -> PaperVerdict:
        """Say whether a line signed on that day gives a vote.

        A vote that was taken back electronically stays so, unless the sheet was signed on a later day. What went with a
        list that was taken back as a whole may come again with the right one. Who contested a line is never counted from
        paper again.
        """
        if self.contested.intersection(tags):
            return PaperVerdict.WITHDRAWN
        last = self.act_of(tags)
        if last is None or (not last.is_vote and last.source == VoteSource.PAPER):
            return PaperVerdict.GOOD
        if last.is_vote:
            return PaperVerdict.VOTED
        return PaperVerdict.GOOD if signed_on > local_date(last.at) else PaperVerdict.WITHDRAWN


def standing_of(initiative: Initiative, tags: Collection[bytes]) -> Standing:
    """Read how the people of these tags stand; behind their locks it cannot change until the transaction ends."""
    latest: dict[bytes, VoteAct] = {}
    acts = VoteAct.objects.filter(initiative=initiative, signer_tag__in=list(tags)).order_by("sequence")
    for act in acts.select_related("territory", "initiative"):
        latest[bytes(act.signer_tag)] = act
    of_here = PaperContest.objects.filter(line__paper_list__initiative=initiative)
    contested = of_here.values_list("line__signer_tags", flat=True)
    return Standing(latest, frozenset(bytes(tag) for own in contested for tag in own))


def enter(initiative: Initiative) -> Initiative:
    """Pass the gate of the voting, as each vote does, and return the initiative as it stands behind it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [GATE, initiative.pk])
    return Initiative.objects.select_related("kind", "kind_version", "author").get(pk=initiative.pk)


def lock_people(initiative: Initiative, lines: Iterable[PaperLine]) -> None:
    """Wait for other acts of these people. In one order for all, so that two lists never wait for each other."""
    numbers = sorted({person_lock(initiative, tags_of(line)) for line in lines})
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def tags_of(line: PaperLine) -> tuple[bytes, ...]:
    """Return the tags under which the person of the line votes, the one in use first."""
    return tuple(bytes(tag) for tag in line.signer_tags)


def take_back(votes: Sequence[VoteAct], *, at: datetime) -> None:
    """Withdraw these paper votes, the latest acts of their people, in the caller's transaction."""
    withdrawals = [
        VoteAct(
            initiative=vote.initiative,
            signer_tag=bytes(vote.signer_tag),
            sequence=vote.sequence + 1,
            previous=vote.sequence,
            territory=vote.territory,
            age_band=vote.age_band,
            source=VoteSource.PAPER,
            at=at,
        )
        for vote in votes
    ]
    log_acts(withdrawals, taken_back=votes)
    keep(withdrawals, delta=-1, counted_at=[vote.at for vote in votes])


def keep(acts: Sequence[VoteAct], *, delta: int, counted_at: Sequence[datetime]) -> None:
    """Write the acts, which are in the log already, and what waits to be folded: all or nothing."""
    VoteAct.objects.bulk_create(acts)
    PendingTally.objects.bulk_create(
        PendingTally(
            initiative_id=act.initiative_id,
            delta=delta,
            counted_at=moment,
            territory_id=region_of(act.territory),
            age_band=act.age_band,
        )
        for act, moment in zip(acts, counted_at, strict=True)
    )
