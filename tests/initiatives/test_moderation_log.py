"""The public log: one chain, no names, nothing altered unseen; and the nightly check that reads it."""

import json
import logging
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts.models import Body, User
from initiatives.models import Initiative, ModerationLogEntry
from initiatives.services import moderation, moderation_log, refusing
from initiatives.states import State
from portal.audit.checking import check_chains
from portal.audit.log import record
from portal.audit.models import AuditEntry, ChainCheck
from tests.factories.initiatives import make_petition, make_reported_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(citizen: User, ministry: Body, moderator: User, second_moderator: User, at: datetime) -> Initiative:
    """A petition whose rejection was proposed and confirmed, and another that was published: three lines."""
    petition = make_petition(state=State.CHECK, author=citizen, body=ministry, at=at)
    refusing.propose(
        initiative=petition, by=moderator, reason="Нақты ұсыныс жоқ.", reason_other="Нет предложения.",
        subject_code=5, seen_revision=petition.revision, at=at,
    )  # fmt: skip
    refusing.confirm(initiative=petition, by=second_moderator, seen_revision=petition.revision + 1, at=at)
    other = make_petition(state=State.CHECK, author=citizen, body=ministry, at=at)
    moderation.publish(initiative=other, by=second_moderator, seen_revision=other.revision, at=at)
    return petition


def as_superuser(statement: str) -> None:
    """Do what the portal's own role may not: an intruder with the database in hand turns the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_each_act_is_a_line_that_holds_the_hash_of_the_one_before(three: Initiative) -> None:
    lines = list(ModerationLogEntry.objects.order_by("number"))
    assert [(line.number, line.action, line.role_number) for line in lines] == [
        (1, "propose_rejection", 1), (2, "reject", 2), (3, "publish", 1),
    ]  # fmt: skip
    assert [line.previous_hash for line in lines] == ["0" * 64, lines[0].entry_hash, lines[1].entry_hash]
    assert moderation_log.verify().broken_at is None


@pytest.mark.parametrize(
    "statement",
    ["UPDATE initiatives_moderationlogentry SET reason = 'z'", "DELETE FROM initiatives_moderationlogentry"],
)
def test_the_database_refuses_to_change_a_line(three: Initiative, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE initiatives_moderationlogentry SET reason = 'Басқа себеп.' WHERE number = 2", 2),
        ("UPDATE initiatives_moderationlogentry SET at = at + interval '1 day' WHERE number = 1", 1),
        ("UPDATE initiatives_moderationlogentry SET role_number = 7 WHERE number = 3", 3),
        ("DELETE FROM initiatives_moderationlogentry WHERE number = 2", 2),
    ],
)
def test_what_was_altered_behind_the_triggers_shows(three: Initiative, statement: str, broken_at: int) -> None:
    as_superuser(statement)
    assert moderation_log.verify().broken_at == broken_at
    with pytest.raises(CommandError, match=f"Line {broken_at} "):
        call_command("verify_moderation_log")


def test_a_last_line_that_was_taken_out_shows_at_the_next_check(three: Initiative, at: datetime, caplog: Any) -> None:
    assert moderation_log.check(at=at).broken_at is None
    as_superuser("DELETE FROM initiatives_moderationlogentry WHERE number = 3")
    assert moderation_log.verify().broken_at is None  # the rest is a whole chain
    with caplog.at_level(logging.ERROR):
        assert moderation_log.check(at=at + timedelta(days=1)).broken_at == 3
    assert "line 3 does not follow" in caplog.text


def test_a_page_without_names_shows_the_lines_and_how_to_check(
    three: Initiative, moderator: User, second_moderator: User
) -> None:
    page = Client().get("/en/moderation-log/").content.decode()
    for line in ModerationLogEntry.objects.all():
        assert line.entry_hash in page
    assert "Нақты ұсыныс жоқ." in page
    assert "Нет предложения." in page
    for person in (moderator, second_moderator):
        assert person.family_name not in page
        assert str(person.pk) not in page
    narrowed = Client().get("/en/moderation-log/", {"action": "publish"}).content.decode()
    assert 'id="line-3"' in narrowed
    assert 'id="line-2"' not in narrowed


def test_a_copy_from_the_api_can_be_verified_by_anybody(three: Initiative, moderator: User, tmp_path: Path) -> None:
    import hashlib

    rows: list[dict[str, Any]] = []
    url = "/api/v1/moderation-log/?limit=2"
    while url:
        answer = Client().get(url).json()
        rows += answer["results"]
        url = answer["next"] or ""
    assert [row["number"] for row in rows] == [3, 2, 1]
    for row, before in zip(rows, [*rows[1:], None], strict=True):
        assert hashlib.sha256(row["canonical"].encode()).hexdigest() == row["entry_hash"]
        assert row["previous_hash"] == (before["entry_hash"] if before else "0" * 64)
        assert json.loads(row["canonical"])["reason"] == row["reason"]
    assert "actor" not in rows[0]
    copy = tmp_path / "log.json"
    copy.write_text(json.dumps(rows), "utf-8")
    said = StringIO()
    call_command("verify_moderation_log", copy=str(copy), stdout=said)
    assert "3 lines" in said.getvalue()
    rows[1]["reason"] = "Басқа себеп."
    copy.write_text(json.dumps(rows), "utf-8")
    with pytest.raises(CommandError, match="Line 2 "):
        call_command("verify_moderation_log", copy=str(copy))


def test_of_a_hidden_comment_the_hash_stays(
    three: Initiative, citizen: User, other_citizen: User, moderator: User, at: datetime
) -> None:
    comment = make_reported_comment(three, author=citizen, reporter=other_citizen, at=at)
    moderation.hide_comment(comment=comment, by=moderator, reason="Тіл тигізу.", reason_other="Оскорбление.", at=at)
    line = ModerationLogEntry.objects.latest("number")
    assert (line.action, line.comment, line.text_sha256) == ("hide_comment", comment.pk, comment.sha256)
    assert comment.text not in Client().get("/en/moderation-log/").content.decode()


class TestAuditAtNight:
    """Every chain of the audit log that grew is read from its beginning."""

    def test_whole_chains_are_counted(self, three: Initiative, at: datetime) -> None:
        found = check_chains(at=at)
        assert (found.checked, found.breaks) == (2, [])

    def test_an_altered_entry_is_reported(self, citizen: User, at: datetime, caplog: Any) -> None:
        for action in ("a", "b"):
            record(subject=citizen, action=action, actor=None, at=at)
        as_superuser("UPDATE audit_auditentry SET action = 'z' WHERE sequence = 1")
        with caplog.at_level(logging.ERROR):
            found = check_chains(at=at)
        assert found.breaks == [["accounts.user", str(citizen.pk), 1]]
        assert "entry 1 of accounts.user" in caplog.text

    def test_the_next_check_goes_on_where_the_last_one_ended(
        self, citizen: User, other_citizen: User, at: datetime, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr("portal.audit.checking.OVERLAP", 0)
        record(subject=citizen, action="a", actor=None, at=at)
        check_chains(at=at)
        record(subject=other_citizen, action="a", actor=None, at=at)
        assert check_chains(at=at).checked == 1
        assert ChainCheck.objects.latest("up_to").up_to == AuditEntry.objects.latest("pk").pk
