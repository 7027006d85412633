"""A person is forgotten: nobody can link their leaf any more, and log, count and proofs stay as they were."""

import io
import json
import uuid
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts.models import User
from accounts.services import privacy
from initiatives.models import Initiative, VoteAct
from initiatives.selectors.counts import exact_count
from initiatives.services import log_agreeing, signing, vote_forgetting, voting
from initiatives.states import State
from portal.audit.log import history
from signatures.eds.demo_people import BY_SLUG
from signatures.eds.demo_pki import DemoPki
from signatures.models import EntrySecret, ErasureDue, LogEntry, Signature
from signatures.services import bundles, forgetting, sealing, sequencing
from signatures.states import Purpose
from tests.factories.accounts import make_citizen
from tests.initiatives.voters import AT, make_initiative, make_kind
from tests.signatures.test_verify_bundle import lone

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


@pytest.fixture
def petition(db: None) -> Initiative:
    return frozen()


@pytest.fixture
def aigerim(db: None) -> User:
    who = BY_SLUG["aigerim"]
    return make_citizen(who.iin, who.given_name, who.surname, birth_date=who.birth_date)


def give(pki: DemoPki, key: str, petition: Initiative, by: User | None, purpose: Purpose = Purpose.VOTE) -> VoteAct:
    """Sign and vote at the moment at which tests begin, with or without an account."""
    return give_at(pki, key, petition, AT, by, purpose)


def give_at(
    pki: DemoPki,
    key: str,
    petition: Initiative,
    at: datetime,
    by: User | None = None,
    purpose: Purpose = Purpose.VOTE,
) -> VoteAct:
    """Sign and vote in the very way of the page."""
    asked = signing.statement(initiative=petition, purpose=purpose, language="ru", at=at)
    cms = pki.sign(key, asked.text.encode(), at=at)
    done = signing.sign(initiative=petition, purpose=purpose, token=asked.token, cms=cms, signed_in=by, at=at)
    assert isinstance(done, voting.VoteReceipt)
    return done.act


def frozen() -> Initiative:
    """A petition whose text is frozen and whose votes need a signature."""
    petition = make_initiative(make_kind("petition", requires_eds=True), state=State.COLLECTING, threshold=1000)
    petition.text_sha256 = petition.hash_text()
    petition.save(update_fields=["text_sha256"])
    return petition


def check(raw: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    path = tmp_path / "bundle.zip"
    path.write_bytes(raw)
    lone.main([str(path), "--json", "--lang", "en"])
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def of_vote(act: VoteAct) -> bytes:
    assert act.entry is not None
    return b"".join(bundles.of_vote(entry=act.entry))


def of_count(petition: Initiative) -> bytes:
    bundle = bundles.of_count(code=petition.code)
    assert bundle is not None
    return b"".join(bundle.pieces)


def erase(person: User, at: datetime = LATER) -> None:
    privacy.erase(user=person, by=person, at=at)


def test_a_vote_under_collection_loses_its_name_at_once_and_its_evidence_when_the_petition_is_over(
    demo_trust: DemoPki, petition: Initiative, aigerim: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    act = give(demo_trust, "aigerim", petition, aigerim)
    give(demo_trust, "yerlan", petition, None)
    sequencing.run(at=AT)
    erase(aigerim)

    act.refresh_from_db()
    assert (act.voter, act.shown_name) == (None, "")
    assert EntrySecret.objects.exists(), "the body may still have to check it"
    assert vote_forgetting.forget_due(at=LATER) == 0

    Initiative.objects.filter(pk=petition.pk).update(state=State.BELOW_THRESHOLD, state_since=LATER)
    assert vote_forgetting.forget_due(at=LATER) == 1
    assert vote_forgetting.forget_due(at=LATER) == 0

    assert exact_count(petition) == 2
    assert log_agreeing.check(at=LATER) == 0
    told = check(of_count(petition), tmp_path, capsys)
    assert (told["verdict"], told["facts"]["count"]) == ("valid", 2)
    told = check(of_vote(act), tmp_path, capsys)
    assert told["verdict"] == "valid"
    assert "was_erased" in {one["code"] for one in told["checks"]}


def test_nothing_that_is_left_leads_to_the_person(demo_trust: DemoPki, petition: Initiative, aigerim: User) -> None:
    act = give(demo_trust, "aigerim", petition, aigerim)
    sequencing.run(at=AT)
    signature = Signature.objects.get()
    secret = EntrySecret.objects.get()
    marks = [
        signature.serial, signature.certificate_sha256, signature.cms_sha256, signature.nonce,
        bytes(secret.salt).hex(), BY_SLUG["aigerim"].iin, BY_SLUG["aigerim"].surname,
    ]  # fmt: skip
    raw = sealing.unseal(signature.cms)
    Initiative.objects.filter(pk=petition.pk).update(state=State.LAPSED)

    erase(aigerim)

    dump = _everything()
    assert [mark for mark in marks if mark in dump] == []
    assert raw.hex() not in dump
    assert not EntrySecret.objects.exists()
    assert LogEntry.objects.get().entry == act.entry
    assert not ErasureDue.objects.exists()


def _everything() -> str:
    """Every table as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [row[0] for row in cursor.fetchall()]
    return "\n".join(rows)


def test_a_vote_that_was_taken_back_is_forgotten_at_once(
    demo_trust: DemoPki, petition: Initiative, aigerim: User
) -> None:
    give(demo_trust, "aigerim", petition, aigerim)
    act = give(demo_trust, "aigerim", petition, aigerim, Purpose.WITHDRAW)
    sequencing.run(at=AT)
    assert not act.is_vote

    erase(aigerim)

    assert not EntrySecret.objects.exists()
    assert not Signature.objects.filter(erased_at=None).exists()
    assert log_agreeing.check(at=LATER) == 0


def test_a_decision_that_can_be_disputed_keeps_its_signatures(petition: Initiative) -> None:
    petition.state, petition.state_since = State.PUBLISHED, AT

    assert vote_forgetting.is_needed(petition, AT + timedelta(days=100))
    assert not vote_forgetting.is_needed(petition, AT + timedelta(days=126))


def test_the_database_empties_a_signature_once_and_in_no_other_way(demo_trust: DemoPki, petition: Initiative) -> None:
    act = give(demo_trust, "aigerim", petition, None)
    mine = Signature.objects.all()

    def refused(**changes: Any) -> None:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            mine.update(**changes)

    emptied: dict[str, Any] = {
        "cms": b"", "cms_sha256": "1" * 64, "certificate_sha256": "0" * 64, "serial": "", "statement": "",
        "nonce": "2" * 32, "report": {}, "signing_time": None,
    }  # fmt: skip
    refused(cms=b"")
    refused(**emptied)
    refused(**{**emptied, "erased_at": AT, "serial": "7"})
    refused(**{**emptied, "erased_at": AT, "status": "refused"})
    refused(**{**emptied, "erased_at": AT, "subject": "initiative:other"})
    assert forgetting.forget([act.entry] if act.entry else [], at=AT) == 1
    refused(erased_at=None)
    refused(cms=b"back")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM signatures_signature")
    assert forgetting.forget([act.entry] if act.entry else [], at=AT) == 0


def test_keys_are_rotated_past_who_was_forgotten(demo_trust: DemoPki, petition: Initiative, settings: Any) -> None:
    from signatures.services import rotation

    acts = [give(demo_trust, person, petition, None) for person in ("aigerim", "yerlan")]
    forgetting.forget([acts[0].entry] if acts[0].entry else [], at=AT)
    settings.SIGNATURES_ENCRYPTION_KEYS = [
        "a newer encryption key of the suite 01234567",
        *settings.SIGNATURES_ENCRYPTION_KEYS,
    ]

    _after, done = rotation.reseal_batch(after="", limit=10)

    assert (done.moved, done.lost) == (1, 0)
    assert rotation.under_older_keys() == {}


def test_an_erased_person_still_has_one_vote(demo_trust: DemoPki, petition: Initiative, aigerim: User) -> None:
    give(demo_trust, "aigerim", petition, aigerim)
    erase(aigerim)

    from portal.errors import Conflict

    with pytest.raises(Conflict, match="already_voted"):
        give(demo_trust, "aigerim", petition, None)


def test_the_body_opens_a_vote_and_it_is_written_down(
    client: Client, demo_trust: DemoPki, petition: Initiative, administrator: User
) -> None:
    give(demo_trust, "aigerim", petition, None)
    sequencing.run(at=AT)
    from tests.factories.accounts import make_official

    clerk = make_official("820606400151", "Сәуле", "Жұмабаева", "clerk", petition.body)
    client.force_login(clerk)
    address = f"/en/inbox/{petition.code}/votes/0.zip"

    assert client.get(address).status_code == 403, "not theirs to answer yet"
    Initiative.objects.filter(pk=petition.pk).update(state=State.REGISTERED)
    answer = client.get(address)
    assert answer.status_code == 200
    names = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).namelist()  # type: ignore[attr-defined]
    assert "signature.p7s" in names
    assert [(one.action, one.actor, one.data) for one in history(petition)][-1:] == [
        ("vote_evidence_read", clerk, {"leaf": 0})
    ]
    assert client.get(f"/en/inbox/{petition.code}/votes/7.zip").status_code == 404
    assert uuid.UUID(int=0) != clerk.pk


def test_the_way_of_a_rotation_fills_no_signature_that_was_emptied(
    demo_trust: DemoPki, petition: Initiative, aigerim: User
) -> None:
    give(demo_trust, "aigerim", petition, aigerim)
    Initiative.objects.filter(pk=petition.pk).update(state=State.LAPSED)
    erase(aigerim)
    emptied = Signature.objects.get()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT signatures_reseal(%s, ''::bytea, %s)", [emptied.pk, sealing.seal(b"another's signature")]
        )

    emptied.refresh_from_db()
    assert bytes(emptied.cms) == b""


def test_a_sign_in_leaves_nothing_of_the_person_after_a_month(demo_trust: DemoPki) -> None:
    from accounts.services.identity import account_of
    from signatures import limits
    from signatures.services import signing_in

    asked = signing_in.ask(language="kk", at=AT)
    cms = demo_trust.sign("aigerim", asked.text.encode(), at=AT)
    signing_in.sign_in(token=asked.token, cms=cms, language="kk", at=AT)
    kept = Signature.objects.get(purpose=Purpose.SIGN_IN)
    assert account_of(BY_SLUG["aigerim"].iin) is not None

    assert forgetting.forget_sign_ins(at=AT + limits.SIGN_IN_KEPT) == 0
    assert forgetting.forget_sign_ins(at=AT + limits.SIGN_IN_KEPT + timedelta(seconds=1)) == 1
    kept.refresh_from_db()
    assert (bytes(kept.cms), kept.statement, kept.serial, kept.report) == (b"", "", "", {})
    assert forgetting.forget_sign_ins(at=AT + timedelta(days=60)) == 0
