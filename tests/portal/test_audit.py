"""The audit log: what was written stays written, and what was altered shows."""

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from portal.audit.log import GENESIS, digest, first_break, history, record
from portal.audit.models import AuditEntry
from portal.clock import ALMATY

pytestmark = pytest.mark.django_db


def _three(citizen: User, at: datetime) -> list[AuditEntry]:
    return [record(subject=citizen, action=action, actor=citizen, at=at, data={"ә": 1}) for action in ("a", "b", "c")]


def test_each_entry_holds_the_hash_of_the_one_before(citizen: User, at: datetime) -> None:
    first, second, third = _three(citizen, at)
    assert [first.previous_hash, second.previous_hash, third.previous_hash] == [
        GENESIS,
        first.entry_hash,
        second.entry_hash,
    ]
    assert [entry.sequence for entry in history(citizen)] == [1, 2, 3]
    assert first_break(history(citizen)) is None


def test_chains_of_two_subjects_do_not_touch(citizen: User, other_citizen: User, at: datetime) -> None:
    _three(citizen, at)
    alone = record(subject=other_citizen, action="a", actor=None, at=at)
    assert (alone.sequence, alone.previous_hash) == (1, GENESIS)


def test_a_moment_of_another_zone_is_the_same_moment(citizen: User, at: datetime) -> None:
    record(subject=citizen, action="a", actor=None, at=at.astimezone(ALMATY))
    assert first_break(history(citizen)) is None


def test_an_altered_entry_is_found(citizen: User, at: datetime) -> None:
    entries = _three(citizen, at)
    entries[1].data = {"ә": 2}
    assert first_break(entries) == 2


def test_an_entry_altered_with_its_own_hash_is_found_at_the_next(citizen: User, at: datetime) -> None:
    entries = _three(citizen, at)
    entries[1].action = "z"
    entries[1].entry_hash = digest(entries[1])
    assert first_break(entries) == 3


def test_a_removed_entry_is_found(citizen: User, at: datetime) -> None:
    first, _second, third = _three(citizen, at)
    assert first_break([first, third]) == 2


@pytest.mark.parametrize("statement", ["UPDATE audit_auditentry SET action = 'z'", "DELETE FROM audit_auditentry"])
def test_the_database_refuses_to_change_or_delete(citizen: User, at: datetime, statement: str) -> None:
    _three(citizen, at)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert first_break(history(citizen)) is None
