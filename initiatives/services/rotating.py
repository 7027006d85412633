"""Moving votes and lines of paper lists to the codes under newer keys, without a moment in which a person could vote twice.

An act that was signed names its person by the stored signature. An act given in a session, or from paper, names nobody: it is
moved when some stored signature (a sign-in, another vote) is of the same person, and stays else. Each person's acts on one
initiative move in one transaction, behind the lock that their votes take; the entry in the public log keeps the code that was
committed to (`signatures.EntrySecret`), so no receipt and no bundle changes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from accounts.services import identity
from initiatives.models import Initiative, PaperLine, PepperFloor, VoteAct
from initiatives.services import voters
from initiatives.services.voting import person_lock
from initiatives.states import VoteSource
from signatures.services import rotation
from signatures.services.tags import pepper_numbers, signer_tags

OLDER = "get_byte(signer_tag, 0) < %s"


@dataclass(slots=True)
class Moved:
    """What a step did."""

    acts: int = 0
    accounts: int = 0
    lines: int = 0
    stuck: int = 0
    """Chains of acts that could not be moved: no known key made their code, or the person has acts under both codes."""

    def add(self, other: "Moved") -> None:
        """Add what another step did."""
        self.acts += other.acts
        self.accounts += other.accounts
        self.lines += other.lines
        self.stuck += other.stuck


def raise_floor() -> None:
    """From now on the database refuses first votes under older keys than the one in use: no stale process doubles a vote."""
    number = pepper_numbers()[0]
    with transaction.atomic():
        floor, made = PepperFloor.objects.select_for_update().get_or_create(pk=1, defaults={"number": number})
        if not made and floor.number < number:
            floor.number = number
            floor.save(update_fields=["number"])


# --- signed votes ---


def move_signed(*, limit: int) -> Iterator[Moved]:
    """Move the chains that hold a signed act and an older code, batch after batch; yields what each did."""
    after = 0
    while True:
        rows = _signed_under_older(after, limit)
        if not rows:
            return
        after = max(pk for pk, *_rest in rows)
        done = Moved()
        for _pk, initiative, tag, sealed in rows:
            done.add(_move_signed_chain(initiative, tag, sealed))
        yield done


def _signed_under_older(after: int, limit: int) -> list[tuple[int, int, bytes, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT act.id, act.initiative_id, act.signer_tag, signature.cms FROM initiatives_voteact act"
            " JOIN signatures_signature signature ON signature.id = act.signature_id"
            f" WHERE act.id > %s AND signature.erased_at IS NULL AND {OLDER} ORDER BY act.id LIMIT %s",
            [after, pepper_numbers()[0], limit],
        )
        return [(pk, initiative, bytes(tag), bytes(sealed)) for pk, initiative, tag, sealed in cursor.fetchall()]


def _move_signed_chain(initiative_id: int, tag: bytes, sealed: bytes) -> Moved:
    iin = rotation.iin_of(sealed)
    if iin is None:
        return Moved(stuck=1)
    initiative = Initiative.objects.only("pk", "code").get(pk=initiative_id)
    tags = vote_tags(initiative, iin)
    if tag == tags[0]:
        return Moved()
    if tag not in tags:
        return Moved(stuck=1)
    return _move(initiative, [tag], tags[0], locks=[tags])


def vote_tags(initiative: Initiative, iin: str) -> tuple[bytes, ...]:
    """Return the codes of a person who signs a vote for this initiative, the one under the key in use first."""
    return tuple(voters.tag_bytes(tag) for tag in signer_tags(subject=initiative.signing_subject, iin=iin))


def _move(initiative: Initiative, held: Sequence[bytes], fresh: bytes, *, locks: Sequence[Sequence[bytes]]) -> Moved:
    """Move all acts of these codes to the fresh one, behind the person's locks."""
    moved = Moved()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for number in sorted({person_lock(initiative, tags) for tags in locks}):
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
            for tag in held:
                cursor.execute("SELECT initiatives_move_votes(%s, %s, %s)", [initiative.pk, tag, fresh])
                moved.acts += cursor.fetchone()[0]
            cursor.execute("SET CONSTRAINTS initiatives_votes_moved_whole IMMEDIATE")
            cursor.execute("SET CONSTRAINTS initiatives_votes_moved_whole DEFERRED")
    except IntegrityError:
        return Moved(stuck=1)
    return moved


# --- votes in a session, of people who have an account ---


def move_sessions(*, limit: int) -> Iterator[Moved]:
    """Move what was given in a session under an older key of signatures; the code of the account says whose it is."""
    after = 0
    while True:
        acts = VoteAct.objects.filter(source=VoteSource.SESSION, voter__identity_tag__isnull=False, pk__gt=after)
        rows = list(acts.extra(where=[OLDER], params=[pepper_numbers()[0]]).order_by("pk")[:limit])
        if not rows:
            return
        after = rows[-1].pk
        done = Moved()
        for act in VoteAct.objects.filter(pk__in=[row.pk for row in rows]).select_related("voter", "initiative"):
            tags = voters.session_tags(act.initiative, act.voter.identity_tag or "") if act.voter else ()
            held = bytes(act.signer_tag)
            if held in tags[1:]:
                done.add(_move(act.initiative, [held], tags[0], locks=[tags]))
        yield done


# --- people known by any stored signature ---


def move_person(iin: str, *, at: datetime) -> Moved:
    """Renew everything else that is kept under a code of this person: account, votes in a session, votes and lines on paper."""
    done = Moved(accounts=int(identity.renew_tag(iin=iin, at=at)))
    done.add(move_kept(iin))
    return done


def move_signing_in(iin: str, _at: datetime) -> None:
    """Renew what is kept of a person who signs in with a code that was renewed, so that nobody votes twice in between."""
    move_kept(iin)


def move_kept(iin: str) -> Moved:
    """Renew votes and lines that are kept under older codes of this person."""
    done = Moved()
    identities = identity.all_tags(iin)
    for initiative in _with_unsigned_votes(identities):
        done.add(_move_unsigned(initiative, iin, identities))
    done.lines += _move_lines(iin, identities)
    return done


def _with_unsigned_votes(identities: Sequence[str]) -> list[Initiative]:
    """Return where the person may have acts without a signature: from paper, by their account, or by one they erased."""
    acts = VoteAct.objects.filter(source__in=(VoteSource.SESSION, VoteSource.PAPER))
    own = acts.filter(voter__isnull=True) | acts.filter(voter__identity_tag__in=identities)
    places = own.values_list("initiative", flat=True).distinct()
    return list(Initiative.objects.only("pk", "code").filter(pk__in=places))


def _move_unsigned(initiative: Initiative, iin: str, identities: Sequence[str]) -> Moved:
    done = Moved()
    by_identity = [voters.session_tags(initiative, one) for one in identities]
    signed = vote_tags(initiative, iin)
    for fresh, known, locks in (
        (by_identity[0][0], {tag for tags in by_identity for tag in tags}, by_identity),
        (signed[0], set(signed), [signed]),
    ):
        held = _held(initiative, known - {fresh})
        if held:
            done.add(_move(initiative, held, fresh, locks=locks))
    return done


def _held(initiative: Initiative, tags: set[bytes]) -> list[bytes]:
    found = VoteAct.objects.filter(initiative=initiative, signer_tag__in=list(tags)).values_list(
        "signer_tag", flat=True
    )
    return sorted({bytes(tag) for tag in found})


def _move_lines(iin: str, identities: Sequence[str]) -> int:
    """Write the codes of the person anew on lines that bear an older one and not the newest."""
    changed = 0
    lists = Initiative.objects.only("pk", "code").filter(paper_lists__discarded_at__isnull=True)
    for initiative in lists.filter(paper_lists__isnull=False).distinct():
        tags = list(vote_tags(initiative, iin))
        person = [tag for one in identities for tag in voters.session_tags(initiative, one)]
        lines = PaperLine.objects.filter(paper_list__initiative=initiative, signer_tags__overlap=tags)
        for line in lines.exclude(signer_tags__contains=[tags[0]]) if len(tags) > 1 else lines.none():
            line.signer_tags = tags
            # Empty codes of the person mean that they erased their account: they are not written again.
            line.person_tags = person if line.person_tags else []
            line.save(update_fields=["signer_tags", "person_tags"])
            changed += 1
    return changed


# --- what is left ---


def left() -> dict[str, dict[str, int]]:
    """Return how many acts still stand under each older key, by the way they were given, and what else does."""
    numbers = pepper_numbers()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT get_byte(signer_tag, 0), source, count(*) FROM initiatives_voteact"
            f" WHERE {OLDER} GROUP BY 1, 2 ORDER BY 1, 2",
            [numbers[0]],
        )
        acts: dict[str, dict[str, int]] = {}
        for number, source, count in cursor.fetchall():
            acts.setdefault(f"v{number}", {})[source] = count
        cursor.execute(
            "SELECT newest, count(*) FROM (SELECT (SELECT max(get_byte(tag, 0)) FROM unnest(signer_tags) tag) AS newest"
            " FROM initiatives_paperline WHERE signer_tags <> '{}') lines WHERE newest < %s GROUP BY newest",
            [numbers[0]],
        )
        for number, count in cursor.fetchall():
            acts.setdefault(f"v{number}", {})["paper_lines"] = count
    return acts
