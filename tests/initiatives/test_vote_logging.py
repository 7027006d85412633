"""Votes and the public log: each act is there once, names what it takes back, and older ones come in afterwards."""

import uuid
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from accounts.models import Body, User
from initiatives.models import Initiative, VoteAct
from initiatives.selectors.counts import exact_count
from initiatives.services import vote_logging, voting
from initiatives.states import State
from portal.errors import Conflict
from signatures.log import leaves
from signatures.models import EntrySecret, LogEntry, VoteLog
from signatures.selectors import vote_log as reads
from signatures.services import log_keys, sequencing
from tests.actors import AT
from tests.factories.accounts import make_citizen
from tests.factories.initiatives import make_idea


@pytest.fixture
def idea(ministry: Body, clerk: User) -> Initiative:
    """An idea that takes votes by session."""
    return make_idea(body=ministry, author=clerk, state=State.DISCUSSION, at=AT - timedelta(days=1))


def counted(idea: Initiative) -> int:
    """Count as a sceptic does: from the leaves alone."""
    sequencing.run(at=AT)
    log = VoteLog.objects.get(code=idea.code)
    standing: set[str] = set()
    for raw in reads.read_leaves(log, 0, log.size):
        _place, entry = leaves.read_leaf(raw)
        if entry.action == leaves.VOTE:
            standing.add(entry.id)
        else:
            assert entry.cancels is not None
            standing.remove(entry.cancels)
    return len(standing)


def unlog(**which: Any) -> None:
    """Make acts such as they were before there was a log."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        VoteAct.objects.filter(**which).update(entry=None)
        EntrySecret.objects.all().delete()
        LogEntry.objects.all().delete()
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.django_db
def test_a_vote_and_its_withdrawal_are_two_leaves_of_which_one_names_the_other(
    idea: Initiative, citizen: User, other_citizen: User
) -> None:
    given = voting.cast_signed_in(initiative=idea, by=citizen, at=AT)
    voting.cast_signed_in(initiative=idea, by=other_citizen, at=AT)
    taken = voting.withdraw_signed_in(initiative=idea, by=citizen, at=AT + timedelta(hours=1))
    again = voting.cast_signed_in(initiative=idea, by=citizen, at=AT + timedelta(hours=2))
    for receipt in (given, taken, again):
        assert receipt.receipt is not None
        _origin, entry = leaves.verify_receipt(receipt.receipt, [log_keys.in_use().public])
        assert receipt.act.entry == uuid.UUID(entry.id)
        assert VoteAct.objects.get(pk=receipt.act.pk).entry == receipt.act.entry
    assert taken.receipt is not None
    assert given.receipt is not None
    assert taken.receipt["entry"]["cancels"] == given.receipt["entry"]["id"]
    assert counted(idea) == exact_count(idea) == 2


@pytest.mark.django_db
def test_a_refused_vote_is_in_no_log(idea: Initiative, citizen: User) -> None:
    voting.cast_signed_in(initiative=idea, by=citizen, at=AT)
    with pytest.raises(Conflict), transaction.atomic():
        voting.cast_signed_in(initiative=idea, by=citizen, at=AT)
    assert counted(idea) == LogEntry.objects.count() == 1


@pytest.mark.django_db
def test_votes_from_before_the_log_come_into_it_in_batches_and_once(idea: Initiative, citizen: User) -> None:
    people = [make_citizen(f"85031240{number:04d}", "Айгүл", "Серікова") for number in range(9)]
    for person in people:
        voting.cast_signed_in(initiative=idea, by=person, at=AT)
    for person in people[:3]:
        voting.withdraw_signed_in(initiative=idea, by=person, at=AT + timedelta(hours=1))
    unlog()
    assert vote_logging.unlogged(before=AT + timedelta(days=1)) == 12
    assert vote_logging.log_existing(limit=5) == 5
    call_command("log_existing_votes", batch=5, verbosity=0, stdout=StringIO())
    assert vote_logging.unlogged(before=AT + timedelta(days=1)) == 0
    assert vote_logging.log_existing(limit=5) == 0
    assert counted(idea) == exact_count(idea) == 6


@pytest.mark.django_db
def test_an_old_vote_that_is_taken_back_comes_into_the_log_first(idea: Initiative, citizen: User) -> None:
    voting.cast_signed_in(initiative=idea, by=citizen, at=AT)
    unlog()
    voting.withdraw_signed_in(initiative=idea, by=citizen, at=AT + timedelta(hours=1))
    assert vote_logging.log_existing(limit=5) == 0
    assert counted(idea) == exact_count(idea) == 0
    assert LogEntry.objects.count() == 2


@pytest.mark.django_db
def test_the_log_says_nothing_of_the_person(idea: Initiative, citizen: User) -> None:
    voting.cast_signed_in(initiative=idea, by=citizen, at=AT)
    sequencing.run(at=AT)
    (leaf,) = reads.read_leaves(VoteLog.objects.get(code=idea.code), 0, 1)
    told = set(leaves.read_leaf(leaf)[1].as_json())
    assert told == {
        "v", "id", "petition", "revision", "text_sha256", "action", "cancels", "source", "commitment", "time",
    }  # fmt: skip
    act = VoteAct.objects.get()
    for secret in (bytes(act.signer_tag).hex(), str(citizen.pk), citizen.given_name):
        assert secret not in leaf.decode()
