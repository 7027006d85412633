"""Votes and the public vote log: each act that changes a count is written there in its own transaction, and linked to it."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import prefetch_related_objects

from initiatives.models import Initiative, VoteAct
from signatures.log.leaves import VOTE, WITHDRAW
from signatures.services import vote_log
from signatures.services.vote_log import Act, Appended

TEXT_REVISION = 1
"""The text is frozen before the first vote, so there is only one."""

LINK = """
UPDATE initiatives_voteact act SET entry = linked.entry
FROM unnest(%s::bigint[], %s::uuid[]) AS linked (id, entry) WHERE act.id = linked.id
"""


def log_act(act: VoteAct, *, last: VoteAct | None) -> Appended:
    """Write one act into the log of its petition and link the two; `last` is the person's act before it."""
    appended = vote_log.append(_told(act, _entry_of(last) if last is not None and not act.is_vote else None))
    act.entry = appended.id
    return appended


def log_acts(acts: Sequence[VoteAct], *, taken_back: Sequence[VoteAct] = ()) -> None:
    """Write many acts and link each; of withdrawals, `taken_back` are the votes that they take back, in their order."""
    if not acts:
        return
    prefetch_related_objects(list(acts), "initiative")
    cancels = [_entry_of(vote) for vote in taken_back] if taken_back else [None] * len(acts)
    appended = vote_log.append_many([_told(act, cancel) for act, cancel in zip(acts, cancels, strict=True)])
    for act, one in zip(acts, appended, strict=True):
        act.entry = one.id


@transaction.atomic
def log_existing(*, limit: int) -> int:
    """Log up to `limit` of the oldest acts that are not in the log yet; return how many. To be called until it returns 0.

    It may run beside voting: who holds a row is waited for, and an act is logged once.
    """
    rows = VoteAct.objects.select_for_update(of=("self",)).filter(entry__isnull=True).order_by("pk")
    acts = list(rows.select_related("initiative", "signature")[:limit])
    fresh: dict[tuple[int, bytes, int], uuid.UUID] = {}
    # Votes before withdrawals, so that a withdrawal of the same batch can name the vote.
    for is_vote in (True, False):
        some = [act for act in acts if act.is_vote == is_vote]
        cancels = [None if is_vote else fresh.get(_place(act, -1)) or _entry_before(act) for act in some]
        appended = vote_log.append_many([_told(act, cancel) for act, cancel in zip(some, cancels, strict=True)])
        for act, one in zip(some, appended, strict=True):
            act.entry = fresh[_place(act)] = one.id
    with connection.cursor() as cursor:
        cursor.execute(LINK, [[act.pk for act in acts], [act.entry for act in acts]])
    return len(acts)


def _place(act: VoteAct, step: int = 0) -> tuple[int, bytes, int]:
    return act.initiative_id, bytes(act.signer_tag), act.sequence + step


def _entry_before(act: VoteAct) -> uuid.UUID:
    last = VoteAct.objects.get(initiative_id=act.initiative_id, signer_tag=act.signer_tag, sequence=act.sequence - 1)
    return _entry_of(last)


def _entry_of(vote: VoteAct) -> uuid.UUID:
    """Return the log's entry of a vote; one given before there was a log is written there first."""
    if vote.entry is not None:
        return vote.entry
    current = VoteAct.objects.select_for_update(of=("self",)).get(pk=vote.pk)
    if current.entry is None:
        current.entry = vote_log.append(_told(current, None)).id
        with connection.cursor() as cursor:
            cursor.execute(LINK, [[current.pk], [current.entry]])
    vote.entry = current.entry
    return current.entry


def _told(act: VoteAct, cancels: uuid.UUID | None) -> Act:
    initiative, signature = act.initiative, act.signature
    return Act(
        petition=initiative.code,
        revision=TEXT_REVISION,
        text_sha256=text_sha256(initiative),
        action=VOTE if act.is_vote else WITHDRAW,
        source=act.source,
        signer_tag=bytes(act.signer_tag),
        at=act.at,
        cancels=cancels,
        cms_sha256=signature.cms_sha256 if signature else None,
        signature_id=signature.pk if signature else None,
    )


def text_sha256(initiative: Initiative) -> str:
    """Return the hash of the frozen text; of a text that was never frozen, the hash of what it is now."""
    return initiative.text_sha256 or initiative.hash_text()


def unlogged(*, before: datetime) -> int:
    """Return how many acts of that time are in no log."""
    return VoteAct.objects.filter(entry__isnull=True, at__lt=before).count()


def log_origin(code: str) -> str:
    """Return the name that the log of this code has, or will have with its first entry."""
    return vote_log.origin_of(code)
