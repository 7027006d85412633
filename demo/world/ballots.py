"""Real signatures of demo voters in bulk: stated, signed and verified in parallel, then stored with their votes.

Each signature is made by a certificate of the demo authority over a statement that the portal issues, and passes the verifier
as any other; only the HTTP request and the row-by-row inserts are left out, so that a world loads in a minute.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context

from django.db import connections, transaction

from accounts.models import User
from initiatives.models import Initiative, PendingTally, VoteAct
from initiatives.services.vote_logging import log_acts
from initiatives.services.voters import session_tags, tag_bytes
from initiatives.services.voting import age_band, region_of
from initiatives.states import VoteSource
from portal.clock import local_date
from signatures.eds import cms as cms_files
from signatures.eds.demo_people import voter
from signatures.eds.signing import sign_detached
from signatures.models import Signature
from signatures.services import acceptance, keeping, statements, trust
from signatures.services.keeping import Belief
from signatures.services.tags import signer_tags
from signatures.states import Purpose

Voters = Mapping[int, User] | Sequence[User]
"""The accounts of the voters by their numbers."""

CHUNK = 60
"""Voters a worker takes at a time: each voter's certificate is made once and signs all of their votes."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """One vote to be given: who, for what, when."""

    voter: int
    initiative: int
    code: str
    text_sha256: str
    title: str
    body: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sealed:
    """A ballot with its verified signature, ready to be stored."""

    ballot: Ballot
    signature: Signature
    belief: Belief
    tag: str


def seal(ballots: Iterable[Ballot], *, parallel: bool = True) -> list[Sealed]:
    """Sign and verify all ballots on all processors; return them in the order of the voters."""
    by_voter: dict[int, list[Ballot]] = defaultdict(list)
    for ballot in ballots:
        by_voter[ballot.voter].append(ballot)
    voters = sorted(by_voter)
    chunks = [[by_voter[number] for number in voters[start : start + CHUNK]] for start in range(0, len(voters), CHUNK)]
    if len(chunks) < 2 or not parallel:
        return [sealed for chunk in chunks for sealed in _seal_chunk(chunk)]
    connections.close_all()  # a forked worker must not share the parent's socket
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("fork")) as pool:
        return [sealed for part in pool.map(_seal_chunk, chunks) for sealed in part]


def _seal_chunk(chunk: Sequence[Sequence[Ballot]]) -> list[Sealed]:
    pki, verifier = trust.demo_pki(), trust.verifier()
    if pki is None:
        raise RuntimeError("The demo's keys are missing: run `manage.py demo_pki` first.")
    sealed = []
    for ballots in chunk:
        holder, iin = pki.voter_holder(ballots[0].voter), voter(ballots[0].voter).iin
        for ballot in ballots:
            subject = f"initiative:{ballot.code}"
            issued = statements.issue(
                purpose=Purpose.VOTE,
                subject=subject,
                revision=1,
                text_sha256=ballot.text_sha256,
                choice="support",
                lines=[("Атауы", ballot.title), ("Кімге", ballot.body)],
                language=ballot.language,
                at=ballot.at,
            )
            der = sign_detached(issued.text.encode(), holder.key, holder.raw, at=ballot.at)
            report = verifier.verify(der, issued.text.encode(), at=ballot.at)
            if report.code is not None:
                raise RuntimeError(f"a demo signature does not verify: {report.code}")
            statement = statements.open_token(issued.token, at=ballot.at)
            signature = acceptance.prepare(statement, cms_files.unarmour(der), report, ballot.at)
            belief = Belief(report.evidence, statement.issued_at)
            sealed.append(Sealed(ballot, signature, belief, signer_tags(subject=subject, iin=iin)[0]))
    return sealed


@transaction.atomic
def store(sealed: Sequence[Sealed], voters: Voters) -> None:
    """Store signatures, votes and their pending tallies in one transaction."""
    Signature.objects.bulk_create((one.signature for one in sealed), batch_size=500)
    keeping.keep_many((one.signature, one.belief) for one in sealed)
    acts = [
        _act(one.ballot.initiative, voters[one.ballot.voter], tag_bytes(one.tag), one.ballot.at, one.signature)
        for one in sealed
    ]
    _insert(acts)


@transaction.atomic
def store_plain(initiative: Initiative, given: Sequence[tuple[int, datetime]], voters: Voters) -> None:
    """Store votes of signed-in people, for kinds that need no signature: (number of the voter, moment)."""
    acts = []
    for number, at in given:
        user = voters[number]
        tag = session_tags(initiative, str(user.identity_tag))[0]
        acts.append(_act(initiative.pk, user, tag, at, None))
    _insert(acts)


def _act(initiative: int, user: User, tag: bytes, at: datetime, signature: Signature | None) -> VoteAct:
    return VoteAct(
        initiative_id=initiative,
        signer_tag=tag,
        sequence=1,
        signature=signature,
        voter=user,
        shown_name=user.public_name,
        territory=user.territory,
        age_band=age_band(user.birth_date, local_date(at)),
        source=VoteSource.EDS if signature else VoteSource.SESSION,
        at=at,
    )


def _insert(acts: Sequence[VoteAct]) -> None:
    log_acts(acts)
    VoteAct.objects.bulk_create(acts, batch_size=500)
    PendingTally.objects.bulk_create(
        (
            PendingTally(
                initiative_id=act.initiative_id,
                delta=1,
                counted_at=act.at,
                territory_id=region_of(act.territory),
                age_band=act.age_band,
            )
            for act in acts
        ),
        batch_size=1000,
    )
