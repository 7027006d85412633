"""Heads that are shown around: due in time, stamped when somebody can, and co-signed by witnesses who cannot be fooled."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from portal import clock
from signatures.eds.demo_pki import DemoPki
from signatures.log import notes, tree
from signatures.log.errors import LogError
from signatures.models import Cosignature, LogTile, TreeHead, VoteLog
from signatures.models.log import ARCHIVE
from signatures.selectors import vote_log as reads
from signatures.services import heads, log_keys, sequencing, stamping, vote_log, witnessing
from tests.actors import AT
from tests.signatures.test_vote_log import CODE, act, add
from tests.signatures.witness import SIGNED_AT, StandInWitness

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def witness(settings: Any) -> Iterator[StandInWitness]:
    running = StandInWitness(log_keys.published()[0].named(f"testserver/log/{ARCHIVE}"))
    settings.VOTE_LOG_WITNESSES = [running.setting]
    settings.WEBHOOKS_ALLOW_LOOPBACK = True
    yield running
    running.close()


def grow(count: int, *, hours: int = 0) -> TreeHead | None:
    """Votes of so many people come, are folded, and the archive's head is signed when it is due."""
    add(count)
    sequencing.run(at=AT + hours * HOUR)
    return heads.publish(at=AT + hours * HOUR)


def test_the_head_of_the_archive_is_signed_each_hour_and_holds_all_heads() -> None:
    first = grow(2)
    assert first is not None
    assert first.size == 1
    add(3)
    sequencing.run(at=AT + HOUR / 2)
    assert heads.publish(at=AT + HOUR / 2) is None
    second = heads.publish(at=AT + HOUR)
    assert second is not None
    assert second.size == 2
    assert heads.publish(at=AT + 3 * HOUR) is None, "nothing came"
    log = VoteLog.objects.get(code=ARCHIVE)
    proof = reads.consistency_proof(log, 1, 2)
    tree.verify_consistency(1, 2, proof, bytes(first.root), bytes(second.root))


def test_a_voting_that_ends_gets_its_final_head_and_the_archive_says_so_at_once() -> None:
    grow(2)
    vote_log.append(act(77))
    assert heads.close([CODE, "unknown"], at=AT + timedelta(minutes=1)) == 1
    log = VoteLog.objects.get(code=CODE)
    final = reads.final_head(log)
    assert final is not None
    assert final.size == 3
    newest = reads.latest_head(VoteLog.objects.get(code=ARCHIVE))
    assert newest is not None
    assert final.archived is not None
    assert newest.size > final.archived
    assert heads.close([CODE], at=AT + timedelta(minutes=2)) == 0
    vote_log.append(act(78))
    assert reads.unclosed_codes() == [CODE]
    sequencing.run(at=AT + timedelta(minutes=3))
    assert reads.final_head(VoteLog.objects.get(code=CODE)) is None


def test_stamps_are_asked_for_until_somebody_gives_them(monkeypatch: pytest.MonkeyPatch) -> None:
    head = grow(2)
    assert head is not None
    asked: list[bytes] = []
    answers: list[bytes | None] = [None, b"token"]

    def stamp(*, digest: bytes, at: Any) -> bytes | None:
        asked.append(digest)
        return answers[len(asked) - 1]

    monkeypatch.setattr(heads, "stamp", stamp)
    assert heads.stamp_heads(at=AT) == 0
    assert heads.stamp_heads(at=AT + HOUR) == 1
    assert heads.stamp_heads(at=AT + HOUR) == 0
    head.refresh_from_db()
    assert (bytes(head.stamp or b""), head.stamped_at) == (b"token", AT + HOUR)
    assert asked == [heads.imprint(head)] * 2


def test_witnesses_sign_each_head_once_and_their_lines_hold(witness: StandInWitness) -> None:
    for hours, count in enumerate((1, 4, 300)):
        assert grow(count, hours=hours) is not None
        assert witnessing.show(at=AT) == 1
        assert witnessing.show(at=AT) == 0
    for row in Cosignature.objects.select_related("head"):
        (line,) = notes.parse_lines(row.line)
        assert notes.verify_cosignature(line, witness.key, notes.Note.parse(row.head.note).text) == SIGNED_AT
    assert Cosignature.objects.count() == 3
    assert len(witness.asked) == 3


def test_a_witness_that_was_away_signs_the_next_head(witness: StandInWitness) -> None:
    grow(1)
    witness.broken = "away"
    assert witnessing.show(at=AT) == 0
    grow(2, hours=1)
    witness.broken = ""
    assert witnessing.show(at=AT) == 1
    assert Cosignature.objects.get().head.size == 2


def test_a_witness_whose_answer_was_lost_is_asked_from_where_it_is(witness: StandInWitness) -> None:
    grow(1)
    assert witnessing.show(at=AT) == 1
    grow(2, hours=1)
    newest = reads.latest_head(VoteLog.objects.get(code=ARCHIVE))
    assert newest is not None
    witness.size, witness.root = newest.size, bytes(newest.root)  # it signed, and nobody heard of it
    assert witnessing.show(at=AT) == 1


def test_a_signature_that_does_not_hold_is_not_kept(witness: StandInWitness) -> None:
    grow(1)
    witness.broken = "signs something else"
    assert witnessing.show(at=AT) == 0
    assert not Cosignature.objects.exists()


def test_a_witness_refuses_a_head_that_contradicts_what_it_saw(witness: StandInWitness) -> None:
    """The portal shows the witness one history and then signs another: with the very key, and the proof does not exist."""
    grow(1)
    assert witnessing.show(at=AT) == 1
    true = reads.latest_head(VoteLog.objects.get(code=ARCHIVE))
    assert true is not None
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        LogTile.objects.filter(log__code=ARCHIVE).update(hashes=b"f" * 64)
    key = log_keys.in_use()
    forged = notes.Checkpoint(true.log.origin, 2, tree.node_hash(b"f" * 32, b"f" * 32))
    note = notes.sign_note(forged.text, notes.Key(true.log.origin, key.public), key.sign)
    VoteLog.objects.filter(code=ARCHIVE).update(size=2, root=forged.root)
    TreeHead.objects.create(log=true.log, size=2, root=forged.root, note=note, at=AT)
    assert witnessing.show(at=AT) == 0
    assert witness.size == 1
    proof = reads.consistency_proof(true.log, 1, 2)
    with pytest.raises(LogError):
        tree.verify_consistency(1, 2, proof, bytes(true.root), forged.root)


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "https://127.0.0.1", "https://10.0.0.1", "ftp://w.test"])
def test_addresses_inside_are_not_called(settings: Any, address: str) -> None:
    grow(1)
    key = notes.Key("witness.test/w1", b"k" * 32, notes.COSIGNATURE)
    settings.VOTE_LOG_WITNESSES = [f"{key.line} {address}"]
    assert witnessing.show(at=AT) == 0


def test_a_key_of_the_wrong_type_is_no_witness(settings: Any) -> None:
    settings.VOTE_LOG_WITNESSES = [f"{notes.Key('w', b'k' * 32).line} https://w.test"]
    with pytest.raises(LogError):
        witnessing.witnesses()


def test_the_authority_of_the_demo_stamps_the_head(demo_trust: DemoPki) -> None:
    now = clock.now()
    grow(1)
    assert heads.stamp_heads(at=now) == 1
    head = TreeHead.objects.get(log__code=ARCHIVE)
    found = stamping.verify(bytes(head.stamp or b""), digest=heads.imprint(head))
    assert abs(found.gen_time - now) < timedelta(minutes=1)


def test_without_an_authority_nothing_is_stamped(monkeypatch: pytest.MonkeyPatch) -> None:
    grow(1)
    monkeypatch.setattr(heads, "stamp", lambda **_asked: None)
    assert heads.stamp_heads(at=AT) == 0
