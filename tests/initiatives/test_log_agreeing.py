"""The nightly check finds what somebody changed past the database's own promises."""

import logging
import secrets
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import Body, User
from initiatives.models import Initiative, VoteAct
from initiatives.services import folding, log_agreeing, voting
from initiatives.states import State
from signatures.models import LogEntry, LogTile, TreeHead, VoteLog
from signatures.models.log import ARCHIVE
from signatures.selectors import vote_log as reads
from signatures.services import heads, sequencing
from tests.actors import AT
from tests.factories.accounts import make_citizen
from tests.factories.initiatives import make_idea

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


@pytest.fixture
def voted(ministry: Body, clerk: User) -> Initiative:
    """An idea with seven votes, one of them taken back, folded, and two that wait."""
    idea = make_idea(body=ministry, author=clerk, state=State.DISCUSSION, at=AT - timedelta(days=1))
    people = [make_citizen(f"85031240{number:04d}", "Айгүл", "Серікова") for number in range(9)]
    for person in people[:7]:
        voting.cast_signed_in(initiative=idea, by=person, at=AT)
    voting.withdraw_signed_in(initiative=idea, by=people[0], at=AT)
    sequencing.run(at=AT)
    heads.publish(at=AT)
    for person in people[7:]:
        voting.cast_signed_in(initiative=idea, by=person, at=AT)
    return idea


def tamper(statement: str, *values: Any) -> None:
    """Change rows as somebody may who rules the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_a_sound_log_is_sound_before_and_after_folding(voted: Initiative) -> None:
    assert log_agreeing.check(at=LATER) == 0
    folding.fold_all(at=AT)
    sequencing.run(at=AT)
    assert log_agreeing.check(at=LATER) == 0


TAMPERINGS = {
    "a vote made a withdrawal of another": (
        "UPDATE signatures_logentry SET action = 'withdraw', cancels = %s WHERE sequence = 3",
        "the withdrawal",
    ),
    "a commitment": ("UPDATE signatures_logentry SET commitment = repeat('00', 32) WHERE sequence = 2", "root"),
    "a time": ("UPDATE signatures_logentry SET at = at - interval '1 day' WHERE sequence = 0", "root"),
    "a leaf's hash": (
        "UPDATE signatures_logentry SET leaf_hash = sha256('x') WHERE sequence = 0",
        "the hash of leaf 0",
    ),
    "a leaf taken away": ("DELETE FROM signatures_logentry WHERE sequence = 5", "there are 7 leaves"),
    "two leaves exchanged": (
        "UPDATE signatures_logentry SET sequence = 1000 - sequence WHERE sequence IN (1, 2)",
        "there are 6 leaves",
    ),
    "a leaf added": (
        "INSERT INTO signatures_logentry (entry, log_id, revision, text_sha256, action, source, commitment, at, key, signature,"
        " sequence, leaf_hash) SELECT gen_random_uuid(), log_id, revision, text_sha256, action, source, commitment, at, key,"
        " signature, 8, leaf_hash FROM signatures_logentry WHERE sequence = 0",
        "leaves beyond the size",
    ),
    "a waiting vote taken away": (
        "DELETE FROM signatures_logentry WHERE sequence IS NULL",
        "the log counts 6 votes, its acts 8",
    ),
    "a tile": ("UPDATE signatures_logtile SET hashes = sha256('x') || substring(hashes FROM 33)", "tile (0, 0)"),
    "a head's note": (
        "UPDATE signatures_treehead SET note = replace(note, '8', '7') WHERE size = 8",
        "the note of size 8",
    ),
    "a head's root": ("UPDATE signatures_treehead SET root = sha256('x') WHERE size = 8", "signed head of size 8"),
    "the log's root": ("UPDATE signatures_votelog SET root = sha256('x')", "the root is another one"),
    "a vote without an entry": (
        "UPDATE initiatives_voteact SET entry = NULL WHERE id = (SELECT max(id) FROM initiatives_voteact)",
        "in no log",
    ),
    "a vote taken away": (
        "DELETE FROM initiatives_voteact WHERE id = (SELECT max(id) FROM initiatives_voteact)",
        "all acts give 7, shown are 8",
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_was_changed_is_found(voted: Initiative, name: str, caplog: pytest.LogCaptureFixture) -> None:
    statement, said = TAMPERINGS[name]
    values = [LogEntry.objects.get(sequence=6).entry] if "%s" in statement else []
    tamper(statement, *values)
    with caplog.at_level(logging.ERROR):
        assert log_agreeing.check(at=LATER) > 0
    assert said in caplog.text


def test_a_history_written_anew_with_all_its_hashes_is_betrayed_by_the_head_that_was_signed(
    voted: Initiative, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever also computes leaves, tiles and root anew needs the key and still contradicts the head that others hold."""
    log = VoteLog.objects.get(code=voted.code)
    shown = TreeHead.objects.get(log=log)
    tamper("UPDATE signatures_logentry SET commitment = %s WHERE sequence = 2", secrets.token_hex(32))
    tamper("UPDATE signatures_logentry SET sequence = NULL, leaf_hash = NULL")
    tamper("DELETE FROM signatures_logtile WHERE log_id = %s", log.pk)
    tamper("UPDATE signatures_votelog SET size = 0, root = sha256('') WHERE id = %s", log.pk)
    assert sequencing.fold(log.pk) == 10
    assert sequencing.sign(log.pk, at=LATER) is None, "no head is signed that contradicts the one before"
    log.refresh_from_db()
    assert reads.root_at(log, shown.size) != bytes(shown.root)
    with caplog.at_level(logging.ERROR):
        assert log_agreeing.check(at=LATER) > 0
    assert f"the signed head of size {shown.size} has another root" in caplog.text


def test_a_head_taken_out_of_the_archive_is_found(voted: Initiative, caplog: pytest.LogCaptureFixture) -> None:
    tamper("DELETE FROM signatures_treehead WHERE archived = 0")
    with caplog.at_level(logging.ERROR):
        assert log_agreeing.check(at=LATER) > 0
    assert f"log/{ARCHIVE}" in caplog.text


def test_voting_that_has_ended_is_closed_with_all_its_votes(voted: Initiative) -> None:
    assert log_agreeing.close_ended(at=LATER) == 0, "it is open"
    Initiative.objects.filter(pk=voted.pk).update(closes_at=AT + timedelta(hours=1))
    assert log_agreeing.close_ended(at=LATER) == 1
    assert log_agreeing.close_ended(at=LATER) == 0
    final = reads.final_head(VoteLog.objects.get(code=voted.code))
    assert final is not None
    assert final.size == 10
    assert LogTile.objects.filter(log__code=voted.code).count() == 1
    assert VoteAct.objects.count() == 10
