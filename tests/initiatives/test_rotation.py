"""Rotating peppers and encryption keys: nobody votes twice, before, while and after; nothing of the evidence changes."""

import hashlib
import json
from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import InvalidToken
from django.core.management import call_command
from django.db import InternalError, connection, transaction

from accounts.models import User
from accounts.services import identity
from initiatives.models import Initiative, PaperLine, PaperList, VoteAct
from initiatives.selectors.counts import exact_count
from initiatives.services import rotating, rotation_run, voters, voting
from initiatives.services.key_checks import check_keys
from initiatives.states import PaperVerdict, State, VoteSource
from portal.errors import Conflict
from signatures.eds.demo_pki import DemoPki
from signatures.models import EntrySecret, KeyRotation, Signature
from signatures.services import rotation, sealing, signing_in
from signatures.services.tags import signer_tags
from tests.initiatives.test_signed_voting import take_back, vote
from tests.initiatives.test_voting import at_once
from tests.initiatives.voters import AT, make_initiative, make_kind, make_voter

NEWER = "a newer pepper of signatures 0123456789abcd"
NEWER_IDENTITY = "a newer pepper of identities 0123456789abcd"
NEWER_KEY = "a newer encryption key of the suite 0123456789"


@pytest.fixture
def petition(db: None) -> Initiative:
    return make_initiative(make_kind("petition", requires_eds=True), state=State.COLLECTING, threshold=1000)


def _rotate(settings: Any) -> None:
    settings.SIGNATURES_PEPPERS = [NEWER, *settings.SIGNATURES_PEPPERS]


def _run() -> dict[str, Any]:
    return rotation_run.run(at=AT, batch=2, say=lambda _text: None)


def _iin(pki: DemoPki, key: str) -> str:
    from signatures.eds import certificate

    found = certificate.parse(pki.holder(key).raw).subject.iin
    assert found is not None
    return found


def sign_in(pki: DemoPki, key: str) -> User:
    asked = signing_in.ask(language="en", at=AT)
    cms = pki.sign(key, asked.text.encode(), at=AT)
    done = signing_in.sign_in(token=asked.token, cms=cms, language="en", at=AT).user
    return User.objects.get(pk=str(done.pk))


def _attempt(before: str, sql: str, values: Any = None) -> None:
    """Try something behind a guard that was opened by hand."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(before)
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


# --- signed votes ---


def test_signed_votes_move_with_their_whole_chain_and_one_person_stays_one_vote(
    demo_trust: DemoPki, petition: Initiative, settings: Any
) -> None:
    vote(demo_trust, "two-keys", petition)
    take_back(demo_trust, "two-keys.second", petition)
    vote(demo_trust, "two-keys", petition)
    vote(demo_trust, "aigerim", petition)
    before = set(VoteAct.objects.values_list("pk", "sequence", "signature_id", "entry"))
    _rotate(settings)

    report = _run()

    assert report["moved"] == {"acts": 4, "accounts": 0, "lines": 0, "stuck": 0}
    assert report["left"] == {"acts": {}, "accounts": 0}
    assert report["signature_peppers_to_drop"] == 1
    assert {bytes(act.signer_tag)[0] for act in VoteAct.objects.all()} == {2}
    assert set(VoteAct.objects.values_list("pk", "sequence", "signature_id", "entry")) == before
    assert exact_count(petition) == 2
    with pytest.raises(Conflict, match="already_voted"):
        vote(demo_trust, "two-keys.second", petition)
    assert take_back(demo_trust, "two-keys.second", petition).act.sequence == 4


def test_the_oldest_pepper_can_be_dropped_and_numbers_stay(
    demo_trust: DemoPki, petition: Initiative, settings: Any
) -> None:
    vote(demo_trust, "two-keys", petition)
    _rotate(settings)
    _run()

    settings.SIGNATURES_PEPPERS, settings.SIGNATURES_PEPPERS_DROPPED = [NEWER], 1
    with pytest.raises(Conflict, match="already_voted"):
        vote(demo_trust, "two-keys.second", petition)


def test_what_the_log_committed_to_stays(demo_trust: DemoPki, petition: Initiative, settings: Any) -> None:
    vote(demo_trust, "aigerim", petition)
    committed = bytes(EntrySecret.objects.get().signer_tag)
    _rotate(settings)
    _run()

    assert bytes(EntrySecret.objects.get().signer_tag) == committed
    assert bytes(VoteAct.objects.get().signer_tag) != committed


def test_a_rotation_that_was_stopped_goes_on(demo_trust: DemoPki, petition: Initiative, settings: Any) -> None:
    for key in ("aigerim", "two-keys", "marina"):
        vote(demo_trust, key, petition)
    _rotate(settings)

    assert next(rotating.move_signed(limit=1)).acts == 1
    assert rotating.left() == {"v1": {"eds": 2}}
    with pytest.raises(Conflict, match="already_voted"):
        vote(demo_trust, "marina", petition)
    assert _run()["moved"]["acts"] == 2
    assert _run()["moved"]["acts"] == 0
    assert exact_count(petition) == 3


def test_a_process_with_only_the_old_pepper_cannot_take_a_second_vote(
    demo_trust: DemoPki, petition: Initiative, settings: Any
) -> None:
    vote(demo_trust, "aigerim", petition)
    old = list(settings.SIGNATURES_PEPPERS)
    _rotate(settings)
    _run()

    settings.SIGNATURES_PEPPERS = old
    with pytest.raises(InternalError, match="restart it"), transaction.atomic():
        vote(demo_trust, "two-keys", petition)
    assert exact_count(petition) == 1


@pytest.mark.django_db(transaction=True)
def test_votes_at_the_very_moment_of_the_rotation_are_still_one_a_person(demo_trust: DemoPki, settings: Any) -> None:
    petition = make_initiative(make_kind("petition", requires_eds=True), state=State.COLLECTING, threshold=1000)
    vote(demo_trust, "two-keys", petition)
    vote(demo_trust, "aigerim", petition)
    _rotate(settings)

    def again(number: int) -> str:
        if number % 2 == 0:
            for _done in rotating.move_signed(limit=1):
                pass
            return "rotated"
        try:
            vote(demo_trust, "two-keys.second" if number % 4 == 1 else "aigerim", petition)
        except Conflict as refused:
            return refused.code
        return "counted"

    said = at_once(8, again)
    assert set(said) == {"rotated", "already_voted"}
    assert exact_count(petition) == 2
    assert rotating.left() == {}


def test_the_database_still_refuses_other_changes(demo_trust: DemoPki, petition: Initiative, settings: Any) -> None:
    vote(demo_trust, "aigerim", petition)
    act = VoteAct.objects.get()
    held = bytes(act.signer_tag).hex()
    guard = f"SELECT set_config('portal.moving_votes', '{petition.pk}:{held}', true)"
    attempts = (
        "UPDATE initiatives_voteact SET sequence = 3, previous = 2",
        "DELETE FROM initiatives_voteact",
        "UPDATE initiatives_voteact SET signer_tag = decode(repeat('00', 33), 'hex')",
        "UPDATE initiatives_voteact SET shown_name = 'x'",
    )
    for sql in attempts:
        for before in ("SELECT 1", guard):
            with pytest.raises(InternalError, match="append-only"):
                _attempt(before, sql)
    assert VoteAct.objects.get().sequence == 1


# --- accounts, sessions, paper ---


def test_accounts_and_votes_in_a_session_move_by_the_signature_of_a_sign_in(
    demo_trust: DemoPki, settings: Any, db: None
) -> None:
    idea = make_initiative()
    user = sign_in(demo_trust, "aigerim")
    voting.cast_signed_in(initiative=idea, by=user, at=AT)
    _rotate(settings)
    settings.IDENTITY_PEPPERS = [NEWER_IDENTITY, *settings.IDENTITY_PEPPERS]

    report = _run()

    assert (report["moved"]["accounts"], report["left"]["accounts"], report["left"]["acts"]) == (1, 0, {})
    user.refresh_from_db()
    assert user.identity_tag == identity.identity_tag(_iin(demo_trust, "aigerim"))
    assert bytes(VoteAct.objects.get().signer_tag) == voters.session_tags(idea, user.identity_tag)[0]
    with pytest.raises(Conflict, match="already_voted"), transaction.atomic():
        voting.cast_signed_in(initiative=idea, by=user, at=AT)
    assert report["identity_peppers_may_be_dropped"] is True


def test_a_vote_in_a_session_of_an_erased_account_moves_too(demo_trust: DemoPki, settings: Any, db: None) -> None:
    """Else whoever erases the account and comes again after the rotation would have a second vote."""
    idea = make_initiative()
    user = sign_in(demo_trust, "aigerim")
    voting.cast_signed_in(initiative=idea, by=user, at=AT)
    VoteAct.objects.update(voter=None)
    User.objects.filter(pk=user.pk).update(identity_tag=None, is_active=False)
    settings.IDENTITY_PEPPERS = [NEWER_IDENTITY, *settings.IDENTITY_PEPPERS]
    _run()

    again = sign_in(demo_trust, "aigerim")
    assert again.pk != user.pk
    with pytest.raises(Conflict, match="already_voted"), transaction.atomic():
        voting.cast_signed_in(initiative=idea, by=again, at=AT)


def test_who_signs_in_after_the_keys_changed_meets_their_vote_before_any_rotation(
    demo_trust: DemoPki, settings: Any, db: None
) -> None:
    """Also where nothing is stored by which a rotation would know them."""
    idea = make_initiative()
    user = sign_in(demo_trust, "aigerim")
    voting.cast_signed_in(initiative=idea, by=user, at=AT)
    VoteAct.objects.update(voter=None)
    User.objects.filter(pk=user.pk).update(identity_tag=None, is_active=False)
    settings.IDENTITY_PEPPERS = [NEWER_IDENTITY, *settings.IDENTITY_PEPPERS]

    again = sign_in(demo_trust, "aigerim")
    with pytest.raises(Conflict, match="already_voted"), transaction.atomic():
        voting.cast_signed_in(initiative=idea, by=again, at=AT)


def test_who_has_never_signed_is_left_and_the_report_says_so(settings: Any, db: None) -> None:
    idea, stranger = make_initiative(), make_voter(1)
    voting.cast_signed_in(initiative=idea, by=stranger, at=AT)
    VoteAct.objects.update(voter=None)
    _rotate(settings)

    report = _run()
    assert report["left"]["acts"] == {"v1": {"session": 1}}
    assert report["left"]["accounts"] == 1
    assert report["signature_peppers_to_drop"] == 0
    assert report["identity_peppers_may_be_dropped"] is False


def test_lines_of_paper_lists_move_for_people_who_have_signed(
    demo_trust: DemoPki, petition: Initiative, settings: Any
) -> None:
    sign_in(demo_trust, "aigerim")
    paper = PaperList.objects.create(
        initiative=petition, file_code="x", scan="", scan_sha256="0" * 64, uploaded_by=petition.author, uploaded_at=AT
    )

    def line(number: int, iin: str) -> PaperLine:
        tags = [voters.tag_bytes(tag) for tag in signer_tags(subject=petition.signing_subject, iin=iin)]
        made = PaperLine.objects.create(
            paper_list=paper,
            number=number,
            signer_tags=tags,
            person_tags=tags,
            verdict=PaperVerdict.COUNTED,
            sequence=1,
        )
        VoteAct.objects.create(
            initiative=petition, signer_tag=tags[0], sequence=1, source=VoteSource.PAPER, shown_name="", at=AT
        )
        return made

    known, stranger = line(1, _iin(demo_trust, "aigerim")), line(2, "850312400019")
    _rotate(settings)

    report = _run()
    assert (report["moved"]["lines"], report["moved"]["acts"]) == (1, 1)
    assert report["left"]["acts"] == {"v1": {"paper": 1, "paper_lines": 1}}
    known.refresh_from_db()
    stranger.refresh_from_db()
    assert [bytes(tag)[0] for tag in known.signer_tags] == [2, 1]
    assert [bytes(tag)[0] for tag in stranger.signer_tags] == [1]
    with pytest.raises(Conflict, match="voted_on_paper"):
        vote(demo_trust, "aigerim", petition)


def test_the_command_says_what_is_left_and_moves_nothing_when_it_only_checks(
    demo_trust: DemoPki, petition: Initiative, settings: Any
) -> None:
    vote(demo_trust, "aigerim", petition)
    _rotate(settings)
    out = StringIO()
    call_command("rotate_peppers", "--check", "--json", stdout=out)
    assert json.loads(out.getvalue())["left"]["acts"] == {"v1": {"eds": 1}}
    out = StringIO()
    call_command("rotate_peppers", stdout=out)
    assert "Moved 1 votes" in out.getvalue()
    assert "Of the oldest peppers of signatures 1 may be dropped" in out.getvalue()


# --- encryption ---


def test_everything_is_sealed_anew_and_the_old_key_may_go(
    demo_trust: DemoPki, petition: Initiative, settings: Any
) -> None:
    vote(demo_trust, "aigerim", petition)
    vote(demo_trust, "marina", petition)
    old = sealing.names()[0]
    before = {row.pk: (sealing.unseal(row.cms), row.cms_sha256) for row in Signature.objects.all()}
    settings.SIGNATURES_ENCRYPTION_KEYS = [NEWER_KEY, *settings.SIGNATURES_ENCRYPTION_KEYS]
    assert rotation.under_older_keys() == {old: 2}

    out = StringIO()
    call_command("rotate_encryption", "--batch", "1", "--json", stdout=out)
    report = json.loads(out.getvalue())
    assert report["resealed"] == {"signatures": 2, "scans": 0}
    assert report["older_keys_may_be_dropped"] is True
    settings.SIGNATURES_ENCRYPTION_KEYS = [NEWER_KEY]
    for row in Signature.objects.all():
        assert (sealing.unseal(row.cms), row.cms_sha256) == before[row.pk]
        assert hashlib.sha256(sealing.unseal(row.cms)).hexdigest() == row.cms_sha256


def test_a_token_from_before_names_is_opened_and_sealed_anew(
    demo_trust: DemoPki, petition: Initiative, settings: Any
) -> None:
    token = sealing.seal(b"evidence")[sealing.NAMED :]
    assert sealing.name_in(token) == ""
    assert sealing.unseal(token) == b"evidence"


def test_a_sealing_that_was_stopped_goes_on_where_it_was(
    demo_trust: DemoPki, petition: Initiative, settings: Any
) -> None:
    from signatures.states import RotationKind

    for key in ("aigerim", "marina", "two-keys"):
        vote(demo_trust, key, petition)
    settings.SIGNATURES_ENCRYPTION_KEYS = [NEWER_KEY, *settings.SIGNATURES_ENCRYPTION_KEYS]
    kept = rotation.rotation_of(RotationKind.ENCRYPTION, settings.SIGNATURES_ENCRYPTION_KEYS, at=AT)
    next(rotation.batches(kept, limit=1, at=AT))
    assert sum(rotation.under_older_keys().values()) == 2
    again = KeyRotation.objects.get()
    assert sum(done.moved for done in rotation.batches(again, limit=1, at=AT)) == 2
    assert rotation.under_older_keys() == {}


def test_a_key_that_is_missing_is_named_and_nothing_is_lost(
    demo_trust: DemoPki, petition: Initiative, settings: Any
) -> None:
    vote(demo_trust, "aigerim", petition)
    old = sealing.names()[0]
    kept = bytes(Signature.objects.get().cms)
    settings.SIGNATURES_ENCRYPTION_KEYS = [NEWER_KEY]

    out = StringIO()
    call_command("rotate_encryption", "--json", stdout=out)
    report = json.loads(out.getvalue())
    assert (report["cannot_be_opened"], report["still_needed"]["signatures"]) == (1, {old: 1})
    assert bytes(Signature.objects.get().cms) == kept
    with pytest.raises(InvalidToken):
        sealing.unseal(kept)


def test_only_sealing_anew_passes_the_guard(demo_trust: DemoPki, petition: Initiative, settings: Any) -> None:
    vote(demo_trust, "aigerim", petition)
    row = Signature.objects.get()
    guard = f"SELECT set_config('portal.resealing', '{row.pk}', true)"
    attempts: tuple[tuple[str, list[Any]], ...] = (
        ("UPDATE signatures_signature SET cms = %s", [sealing.seal(b"other")]),
        ("UPDATE signatures_signature SET cms = %s", [b"plain"]),
        ("UPDATE signatures_signature SET cms = %s, subject = 'x'", [b"k1.00000000:" + b"x"]),
        ("DELETE FROM signatures_signature", []),
    )
    for sql, values in attempts:
        for before in ("SELECT 1", guard):
            with pytest.raises(InternalError, match="append-only"):
                _attempt(before, sql, values)


def test_the_check_names_old_keys_that_are_needed_and_shouts_when_one_is_gone(
    demo_trust: DemoPki, petition: Initiative, settings: Any
) -> None:
    vote(demo_trust, "aigerim", petition)
    old = sealing.names()[0]
    assert check_keys(databases=["default"]) == []
    _rotate(settings)
    settings.SIGNATURES_ENCRYPTION_KEYS = [NEWER_KEY, *settings.SIGNATURES_ENCRYPTION_KEYS]
    assert [said.id for said in check_keys(databases=["default"])] == ["signatures.W001", "signatures.W002"]
    settings.SIGNATURES_PEPPERS, settings.SIGNATURES_PEPPERS_DROPPED = [NEWER], 1
    settings.SIGNATURES_ENCRYPTION_KEYS = [NEWER_KEY]
    said = check_keys(databases=["default"])
    assert [one.id for one in said] == ["signatures.E001", "signatures.E002"]
    assert old in said[1].msg
