"""Evidence on real Postgres: complete at receipt, shared, unchangeable, and enough to judge years later without asking."""

import hashlib
import json
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from signatures.eds import certificate
from signatures.eds import cms as cms_files
from signatures.eds.demo_pki import DemoPki, DemoSource
from signatures.eds.errors import Code, EdsError
from signatures.eds.revocation import SourceUnreachable
from signatures.eds.verify import Status
from signatures.models import EvidenceFile, Signature, SignatureEvidence
from signatures.services import acceptance, evidence, keeping, statements
from signatures.states import Purpose, SignatureStatus
from tests.actors import AT
from tests.signatures.own_tsa import OwnTsa, make_certificate, stamped
from tests.signatures.settling import recheck

SUBJECT = "initiative:11111111-2222-4333-8444-555555555555"
YEARS_LATER = AT + timedelta(days=30 * 365)


def _vote(pki: DemoPki, name: str = "aigerim", *, at: datetime = AT, stamp: bool = False, **more: Any) -> Signature:
    statement = statements.issue(purpose=Purpose.VOTE, subject=SUBJECT, revision=1, choice="support", at=at)
    cms = pki.sign(name, statement.text.encode(), at=at)
    if stamp:
        tsa = OwnTsa(make_certificate(pki.authority.issuing, at=AT))
        cms = stamped(cms, tsa.stamp(cms_files.parse(cms).signature, at=at))
    given = {"token": statement.token, "cms": cms, "purpose": Purpose.VOTE, "subject": SUBJECT, "at": at}
    return acceptance.accept(**{**given, **more}).signature


def _silence(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*arguments: Any, **keywords: Any) -> bytes:
        raise SourceUnreachable

    monkeypatch.setattr(DemoSource, "ocsp", silent)
    monkeypatch.setattr(DemoSource, "crls", silent)


@pytest.mark.django_db
def test_what_was_believed_is_kept_byte_for_byte(demo_trust: DemoPki) -> None:
    link = SignatureEvidence.objects.get(signature=_vote(demo_trust))
    kept = [EvidenceFile.objects.get(pk=name) for name in link.files]

    assert [one.kind for one in kept] == ["authority", "authority", "ocsp"]
    issuing = demo_trust.trust_store().issuer_of(certificate.parse(demo_trust.holder("aigerim").raw), AT)
    assert issuing.issuer is not None
    assert [bytes(one.content) for one in kept[:2]] == [issuing.certificate.raw, issuing.issuer.certificate.raw]
    assert all(hashlib.sha256(one.content).hexdigest() == one.sha256 for one in kept)
    assert (link.issued_at, link.checked_at, link.stamped_at) == (AT, AT, None)


@pytest.mark.django_db
def test_authorities_and_lists_are_shared(demo_trust: DemoPki, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*arguments: Any, **keywords: Any) -> bytes:
        raise SourceUnreachable

    monkeypatch.setattr(DemoSource, "ocsp", silent)
    first, second = (SignatureEvidence.objects.get(signature=_vote(demo_trust)) for _number in range(2))

    assert first.files == second.files
    assert [one.kind for one in EvidenceFile.objects.order_by("kind")] == ["authority", "authority", "crl", "delta"]


@pytest.mark.django_db
@pytest.mark.parametrize("stamp", [False, True])
def test_a_vote_is_judged_again_after_thirty_years_without_asking_anybody(
    demo_trust: DemoPki, monkeypatch: pytest.MonkeyPatch, stamp: bool
) -> None:
    """Every certificate above it has expired, nobody answers, and the authority's folder holds another authority."""
    row = _vote(demo_trust, stamp=stamp)
    _silence(monkeypatch)

    report = evidence.verify_again(signature=row, now=YEARS_LATER)
    assert report.status is Status.VALID, report
    assert report.findings[0].step == "evidence"
    assert report.judged_at == AT
    assert report.signer is not None


@pytest.mark.django_db
def test_a_retired_root_still_counts_while_it_is_pinned_and_not_after(
    demo_trust: DemoPki, settings: Any, tmp_path: Any
) -> None:
    row = _vote(demo_trust)
    pinned = (demo_trust.directory / "pins.txt").read_text().split()
    settings.TRUST_ANCHORS_DIR = tmp_path
    settings.TRUST_ANCHOR_PINS = pinned
    assert evidence.verify_again(signature=row, now=YEARS_LATER).status is Status.VALID

    settings.TRUST_ANCHOR_PINS = ["00" * 32]
    assert evidence.verify_again(signature=row, now=YEARS_LATER).code is Code.UNKNOWN_CA


@pytest.mark.django_db
def test_a_revocation_after_the_receipt_changes_nothing(demo_trust: DemoPki, monkeypatch: pytest.MonkeyPatch) -> None:
    row = _vote(demo_trust)
    serial = demo_trust.holder("aigerim").certificate.serial_number
    monkeypatch.setattr(demo_trust.authority, "revoked", {serial: AT + timedelta(days=1)})

    assert evidence.verify_again(signature=row, now=YEARS_LATER).status is Status.VALID


@pytest.mark.django_db
def test_another_signature_text_or_time_is_found_out(demo_trust: DemoPki) -> None:
    row, other = _vote(demo_trust), _vote(demo_trust, "yerlan")

    def code(**changes: Any) -> Code | None:
        row.refresh_from_db()
        for name, value in changes.items():
            setattr(row, name, value)
        return evidence.verify_again(signature=row, now=YEARS_LATER).code

    assert code() is None
    assert code(cms=other.cms) is Code.EVIDENCE_MISSING
    assert code(cms=other.cms, cms_sha256=other.cms_sha256) is Code.CONTENT_ALTERED
    assert code(statement=row.statement + " ") is Code.CONTENT_ALTERED
    assert code(received_at=AT + timedelta(hours=1)) is Code.EVIDENCE_MISSING
    assert evidence.verify_again(signature=other, now=AT - timedelta(days=1)).code is Code.EVIDENCE_MISSING


@pytest.mark.django_db
def test_a_pending_vote_is_settled_with_what_was_learnt_then(
    demo_trust: DemoPki, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as silence:
        _silence(silence)
        row = _vote(demo_trust, keep_pending=True)
    link = SignatureEvidence.objects.get(signature=row)
    assert (link.checked_at, len(link.files)) == (None, 2)
    assert evidence.verify_again(signature=row, now=YEARS_LATER).code is Code.EVIDENCE_MISSING

    later = AT + timedelta(hours=3)
    assert recheck(signature=row, at=later) == SignatureStatus.VALID
    link.refresh_from_db()
    row.refresh_from_db()
    assert (link.checked_at, len(link.files)) == (later, 3)
    assert evidence.verify_again(signature=row, now=YEARS_LATER).status is Status.VALID


@pytest.mark.django_db
def test_why_a_pending_vote_was_refused_is_kept_too(demo_trust: DemoPki, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as silence:
        _silence(silence)
        row = _vote(demo_trust, "revoked", keep_pending=True)
    assert recheck(signature=row, at=AT) == SignatureStatus.REFUSED

    row.refresh_from_db()
    assert evidence.verify_again(signature=row, now=YEARS_LATER).code is Code.REVOKED


@pytest.mark.django_db
def test_the_database_refuses_changed_lost_or_false_evidence(demo_trust: DemoPki) -> None:
    row = _vote(demo_trust)
    forbidden = {
        "append-only": [
            "UPDATE signatures_evidencefile SET kind = 'crl'",
            "DELETE FROM signatures_evidencefile",
            "DELETE FROM signatures_signatureevidence",
            "UPDATE signatures_signatureevidence SET files = '{}'",
            "UPDATE signatures_signatureevidence SET checked_at = now()",
            "SET LOCAL portal.may_truncate = ''; TRUNCATE signatures_evidencefile CASCADE",
            "SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL portal.may_truncate = ''; TRUNCATE signatures_signatureevidence",
        ],
        "digest": [f"INSERT INTO signatures_evidencefile VALUES ('{'0' * 64}', 'ocsp', 'x', now())"],
    }
    for reason, statements_ in forbidden.items():
        for statement in statements_:
            with pytest.raises(DatabaseError, match=reason), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
    assert evidence.verify_again(signature=row, now=YEARS_LATER).status is Status.VALID


@pytest.mark.django_db
def test_a_signature_cannot_rest_on_what_is_not_kept(demo_trust: DemoPki, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "keep", lambda **given: None)
    row = _vote(demo_trust)
    assert evidence.verify_again(signature=row, now=YEARS_LATER).code is Code.EVIDENCE_MISSING
    with pytest.raises(DatabaseError, match="not kept"), transaction.atomic():
        SignatureEvidence.objects.create(signature=row, files=["0" * 64], checked_at=AT)


@pytest.mark.django_db(transaction=True)
def test_evidence_costs_one_more_statement_and_known_files_are_not_sent_again(demo_trust: DemoPki) -> None:
    keeping._known.clear()
    _vote(demo_trust)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        _vote(demo_trust, "yerlan")
    told = [query["sql"] for query in seen if "evidence" in query["sql"]]

    assert len(told) == 1
    assert EvidenceFile.objects.count() == 4
    assert "ocsp" in told[0]
    assert "authority" not in told[0]


@pytest.mark.django_db(transaction=True)
def test_what_was_thought_known_and_is_not_there_is_sent_after_all(demo_trust: DemoPki) -> None:
    """As after a restored backup: the process remembers what the database has lost."""
    for authority in demo_trust.trust_store().authorities:
        keeping._known.add(authority.certificate.sha256.hex())
    assert not EvidenceFile.objects.exists()

    row = _vote(demo_trust)
    assert evidence.verify_again(signature=row, now=YEARS_LATER).status is Status.VALID


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("thought_known", [False, True])
def test_votes_that_bring_the_same_new_files_at_once_all_stand(demo_trust: DemoPki, thought_known: bool) -> None:
    """Also where all of them think, wrongly, that the database has the shared ones: nobody waits in a circle."""
    keeping._known.clear()
    for authority in demo_trust.trust_store().authorities if thought_known else ():
        keeping._known.add(authority.certificate.sha256.hex())
    names = ["aigerim", "yerlan", "marina", "two-keys"] * 3
    gate = threading.Barrier(len(names))
    failed: list[BaseException] = []

    def vote(name: str) -> None:
        try:
            gate.wait()
            with transaction.atomic():
                _vote(demo_trust, name)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=vote, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert {evidence.verify_again(signature=row, now=YEARS_LATER).status for row in Signature.objects.all()} == {
        Status.VALID
    }


@pytest.mark.django_db
def test_a_refused_vote_leaves_no_evidence(demo_trust: DemoPki) -> None:
    with pytest.raises(acceptance.SignatureRefused):
        _vote(demo_trust, "revoked")
    assert (EvidenceFile.objects.count(), SignatureEvidence.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_the_bundle_holds_all_that_an_outsider_needs(demo_trust: DemoPki) -> None:
    row = _vote(demo_trust, stamp=True)
    files = evidence.of(row)

    assert sorted(files) == [
        "certificates/authority-1.der", "certificates/authority-2.der", "certificates/signer.der", "report.json",
        "revocation/ocsp-1.der", "signature.p7s", "statement.txt", "timestamp.der",
    ]  # fmt: skip
    assert files["certificates/signer.der"] == demo_trust.holder("aigerim").raw
    told = json.loads(files["report.json"])
    assert (told["status"], told["received_at"], told["stamped_at"]) == ("valid", AT.isoformat(), AT.isoformat())
    monkey = SignatureEvidence(signature=row, files=["0" * 64])
    assert str(monkey) == f"evidence of {row.pk}"


@pytest.mark.django_db
def test_there_is_no_bundle_without_its_evidence(demo_trust: DemoPki, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "keep", lambda **given: None)
    with pytest.raises(EdsError) as missing:
        evidence.of(_vote(demo_trust))
    assert missing.value.code is Code.EVIDENCE_MISSING
