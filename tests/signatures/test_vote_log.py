"""The vote log's tables and sequencer: in order, once, whole or not at all, and unchangeable."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from signatures.log import leaves, notes, tree
from signatures.log.errors import LogError
from signatures.models import EntrySecret, LogEntry, LogTile, TreeHead, VoteLog
from signatures.models.log import ARCHIVE
from signatures.selectors import vote_log as reads
from signatures.services import log_keys, sequencing, vote_log
from signatures.services.vote_log import Act, Appended
from tests.actors import AT

CODE = "85ydnuw5hx6b"


def act(number: int = 1, *, code: str = CODE, cancels: uuid.UUID | None = None, at: datetime = AT) -> Act:
    """Return the act of person `number`."""
    return Act(
        petition=code,
        revision=1,
        text_sha256="ab" * 32,
        action="withdraw" if cancels else "vote",
        source="session",
        signer_tag=b"\x01" + number.to_bytes(32),
        at=at,
        cancels=cancels,
    )


def add(count: int, *, code: str = CODE) -> list[Appended]:
    """Write the votes of so many people."""
    return vote_log.append_many([act(number, code=code) for number in range(count)])


def log_of(code: str = CODE) -> VoteLog:
    return VoteLog.objects.get(code=code)


def is_sound(code: str = CODE) -> Sequence[bytes]:
    """Compute the root from the leaves alone, compare, and return the leaves."""
    log = log_of(code)
    found = list(reads.read_leaves(log, 0, log.size))
    assert len(found) == log.size
    assert tree.root(map(tree.leaf_hash, found)) == bytes(log.root)
    return found


@pytest.mark.django_db
def test_a_vote_gets_its_receipt_at_once_and_its_place_soon() -> None:
    given = vote_log.append(act())
    keys = [key.public for key in log_keys.published()]
    origin, entry = leaves.verify_receipt(given.receipt, keys)
    assert origin == f"testserver/log/{CODE}"
    row = LogEntry.objects.get(entry=given.id)
    assert row.sequence is None
    secret = EntrySecret.objects.get(entry__entry=given.id)
    assert entry.commitment == leaves.commitment(
        salt=bytes(secret.salt), cms_sha256=None, signer_tag=bytes(secret.signer_tag)
    )
    assert sequencing.run(at=AT).entries == 1
    (leaf,) = is_sound()
    assert leaves.read_leaf(leaf) == (0, entry)
    head = TreeHead.objects.get(log__code=CODE)
    opened = notes.open_checkpoint(head.note, log_keys.published()[0].named(origin))
    assert opened == notes.Checkpoint(origin, 1, tree.leaf_hash(leaf))


@pytest.mark.django_db
def test_entries_are_sequenced_in_the_order_of_arrival_over_many_runs() -> None:
    arrived = [one.id.hex for one in add(300)]
    assert sequencing.run(at=AT, batch=70).entries == 300
    arrived += [one.id.hex for one in add(300)]
    arrived.append(vote_log.append(act(999)).id.hex)
    assert sequencing.run(at=AT).entries == 301
    assert sequencing.run(at=AT) == sequencing.Sequenced(0, 0)
    found = [leaves.read_leaf(leaf) for leaf in is_sound()]
    assert [(place, entry.id) for place, entry in found] == list(enumerate(arrived))


@pytest.mark.django_db
def test_every_head_is_in_the_archive_and_consistent_with_the_next() -> None:
    for count in (3, 5, 300):
        add(count)
        add(count, code="another0code")
        sequencing.run(at=AT)
    archived = is_sound(ARCHIVE)
    heads = list(TreeHead.objects.order_by("archived"))
    assert len(archived) == 6
    assert archived == [reads.archived_leaf(head) for head in heads]
    log = log_of()
    sizes = [head for head in heads if head.log_id == log.pk]
    for old, new in pairwise(sizes):
        proof = reads.consistency_proof(log, old.size, new.size)
        tree.verify_consistency(old.size, new.size, proof, bytes(old.root), bytes(new.root))


@pytest.mark.django_db
def test_a_vote_is_taken_back_once() -> None:
    given = vote_log.append(act())
    vote_log.append(act(cancels=given.id))
    with pytest.raises(IntegrityError), transaction.atomic():
        vote_log.append(act(cancels=given.id))
    with pytest.raises(LogError):
        vote_log.append(Act(**{**vars_of(act()), "text_sha256": "none"}))


def vars_of(one: Act) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Act.__slots__}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE signatures_logentry SET at = at + interval '1 second'",
        "UPDATE signatures_logentry SET sequence = sequence + 100",
        "UPDATE signatures_logentry SET sequence = NULL, leaf_hash = NULL",
        "UPDATE signatures_logentry SET commitment = repeat('00', 32)",
        "DELETE FROM signatures_logentry",
        "UPDATE signatures_votelog SET size = size - 1",
        "UPDATE signatures_votelog SET root = decode(repeat('00', 32), 'hex')",
        "UPDATE signatures_votelog SET origin = 'elsewhere'",
        "DELETE FROM signatures_votelog",
        "UPDATE signatures_logtile SET hashes = substring(hashes FROM 33)",
        "UPDATE signatures_logtile SET hashes = decode(repeat('00', 96), 'hex')",
        "DELETE FROM signatures_logtile",
        "UPDATE signatures_treehead SET note = 'x'",
        "UPDATE signatures_treehead SET archived = archived + 5 WHERE archived IS NOT NULL",
        "DELETE FROM signatures_treehead",
        "UPDATE signatures_logkey SET since = since - interval '1 year'",
        "UPDATE signatures_entrysecret SET salt = decode(repeat('00', 32), 'hex')",
    ],
)
def test_the_database_refuses_every_change(change: str) -> None:
    add(3)
    sequencing.run(at=AT)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.django_db
def test_a_forgotten_secret_leaves_the_log_as_it_was() -> None:
    given = add(3)
    sequencing.run(at=AT)
    assert vote_log.forget([given[1].id]) == 1
    assert vote_log.forget([given[1].id]) == 0
    assert EntrySecret.objects.count() == 2
    assert len(is_sound()) == 3


@pytest.mark.django_db
def test_no_head_is_signed_over_a_tree_that_does_not_go_on_from_the_last() -> None:
    add(3)
    sequencing.run(at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # as a superuser may
    tile = LogTile.objects.get(log__code=CODE)
    tile.hashes = secrets.token_bytes(96)
    tile.save()
    add(2)
    assert sequencing.run(at=AT + timedelta(minutes=1)).entries == 2
    assert TreeHead.objects.filter(log__code=CODE).count() == 1


@pytest.mark.django_db
def test_a_new_key_signs_and_the_old_one_stays_published(settings: Any) -> None:
    vote_log.append(act(1))
    sequencing.run(at=AT)
    old = log_keys.in_use().public
    settings.VOTE_LOG_KEYS = ["0123456789abcdef" * 4]
    given = vote_log.append(act(2))
    sequencing.run(at=AT + timedelta(days=1))
    published = log_keys.published()
    assert [key.public for key in published] == [log_keys.in_use().public, old]
    assert [key.since for key in published] == [AT + timedelta(days=1), AT]
    leaves.verify_receipt(given.receipt, [published[0].public])
    with pytest.raises(LogError):
        leaves.verify_receipt(given.receipt, [old])
    for head in TreeHead.objects.filter(log__code=CODE):
        assert notes.Note.parse(head.note).verify([key.named(f"testserver/log/{CODE}") for key in published])


@pytest.mark.django_db
def test_nothing_is_kept_of_an_act_that_is_refused() -> None:
    with transaction.atomic():
        vote_log.append(act())
        transaction.set_rollback(True)
    assert not LogEntry.objects.exists()
    assert not VoteLog.objects.exists()
