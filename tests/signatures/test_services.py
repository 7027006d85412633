"""Issuing and accepting on real Postgres: purposes, replay, time, sealing, and that a refusal leaves no trace."""

import hashlib
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from signatures.eds import cms as cms_files
from signatures.eds.demo_people import BY_SLUG
from signatures.eds.demo_pki import DemoPki, DemoSource
from signatures.eds.errors import Code
from signatures.eds.revocation import SourceUnreachable
from signatures.models import Signature
from signatures.services import acceptance, sealing, statements
from signatures.services.acceptance import Accepted, SignatureRefused
from signatures.services.statements import IssuedStatement
from signatures.services.tags import signer_tags
from signatures.states import SENTENCES, Purpose, SignatureStatus
from tests.signatures.own_tsa import OwnTsa, make_certificate, stamped
from tests.signatures.settling import recheck

AT = datetime.fromisoformat("2026-03-02T05:00:00+00:00")
SUBJECT = "initiative:11111111-2222-4333-8444-555555555555"
FROZEN = hashlib.sha256(b"the frozen text").hexdigest()


def _issue(purpose: Purpose = Purpose.VOTE, language: str = "en", at: datetime = AT) -> IssuedStatement:
    return statements.issue(
        purpose=purpose, subject=SUBJECT, revision=1, text_sha256=FROZEN, choice="support",
        lines=[("Title", "Жаңа саябақ\nChoice: against")], language=language, at=at,
    )  # fmt: skip


def _accept(pki: DemoPki, name: str, statement: IssuedStatement, **changes: Any) -> Accepted:
    cms = pki.sign(name, statement.text.encode(), at=AT)
    given = {"token": statement.token, "cms": cms, "purpose": Purpose.VOTE, "subject": SUBJECT, "at": AT}
    return acceptance.accept(**{**given, **changes})


def _refused(pki: DemoPki, name: str, statement: IssuedStatement, **changes: Any) -> str:
    with pytest.raises(SignatureRefused) as refused:
        _accept(pki, name, statement, **changes)
    assert Signature.objects.count() == 0
    return refused.value.code


# --- statements ---


def test_the_statement_names_all_that_binds_it(settings: Any) -> None:
    text = _issue().text

    assert f"Portal: {settings.PORTAL_ORIGIN}\n" in text
    assert "[vote]\n" in text
    assert f"Object: {SUBJECT} [1]\n" in text
    assert f"(SHA-256): {FROZEN}\n" in text
    assert "Choice: support\n" in text
    assert "Valid until: 2026-03-02 10:15:00+05:00\n" in text


def test_a_title_cannot_pretend_to_be_a_line_of_its_own() -> None:
    text = _issue().text

    assert "Title: Жаңа саябақ Choice: against\n" in text
    assert [line for line in text.splitlines() if line.startswith("Choice:")] == ["Choice: support"]
    assert statements.one_line("a\u202eb\u2028c\x00d") == "a b c d"
    assert len(statements.one_line("x" * 1000)) == 400


def test_two_statements_never_have_one_nonce() -> None:
    assert _issue().text != _issue().text


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_text_is_the_same_bytes_for_the_page_and_the_check(language: str) -> None:
    statement = _issue(language=language)

    assert statements.open_token(statement.token, at=AT).text == statement.text
    assert statement.sha256 == hashlib.sha256(statement.text.encode()).hexdigest()


def test_every_code_of_the_core_has_a_sentence() -> None:
    assert {str(code) for code in Code} <= set(SENTENCES)


# --- acceptance ---


@pytest.mark.django_db
def test_a_vote_is_accepted_and_kept_as_evidence(demo_trust: DemoPki) -> None:
    statement = _issue()
    accepted = _accept(demo_trust, "aigerim", statement)

    row = Signature.objects.get()
    assert accepted.signature == row
    assert accepted.signer.iin == BY_SLUG["aigerim"].iin
    assert accepted.signer_tags == signer_tags(subject=SUBJECT, iin=accepted.signer.iin)
    assert (row.status, row.trust_domain, row.statement) == ("valid", "demo", statement.text)
    assert (row.text_sha256, row.revision, row.received_at) == (FROZEN, 1, AT)


@pytest.mark.django_db
def test_no_column_names_the_person(demo_trust: DemoPki) -> None:
    _accept(demo_trust, "aigerim", _issue())
    with connection.cursor() as cursor:
        cursor.execute("SELECT signatures_signature::text FROM signatures_signature")
        stored = cursor.fetchone()[0]

    person = BY_SLUG["aigerim"]
    for secret in (person.iin, person.surname, person.given_name):
        assert secret not in stored
        assert secret.encode().hex() not in stored


@pytest.mark.django_db
def test_the_sealed_signature_opens_also_after_a_new_key_came(demo_trust: DemoPki, settings: Any) -> None:
    row = _accept(demo_trust, "aigerim", _issue()).signature
    settings.SIGNATURES_ENCRYPTION_KEYS = [
        "a newer key of the test suite, 0123456789",
        *settings.SIGNATURES_ENCRYPTION_KEYS,
    ]

    row.refresh_from_db()
    assert hashlib.sha256(sealing.unseal(row.cms)).hexdigest() == row.cms_sha256


@pytest.mark.django_db
def test_two_certificates_of_one_person_give_one_tag(demo_trust: DemoPki) -> None:
    first = _accept(demo_trust, "two-keys", _issue())
    second = _accept(demo_trust, "two-keys.second", _issue())

    assert first.signature.certificate_sha256 != second.signature.certificate_sha256
    assert first.signer_tag == second.signer_tag


def test_tags_differ_by_object_and_keep_their_number_when_a_pepper_comes(settings: Any) -> None:
    iin = BY_SLUG["aigerim"].iin
    (old,) = signer_tags(subject=SUBJECT, iin=iin)
    settings.SIGNATURES_PEPPERS = ["a newer pepper of the test suite, 01234", *settings.SIGNATURES_PEPPERS]

    newer, still = signer_tags(subject=SUBJECT, iin=iin)
    assert still == old
    assert newer.startswith("v2:")
    assert signer_tags(subject="initiative:other", iin=iin)[1] != old


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("revoked", "revoked"),
        ("expired", "expired"),
        ("auth-only", "usage_not_signing"),
        ("foreign", "unknown_ca"),
        ("ngo-head", "role_not_person"),
    ],
)
def test_a_wrong_key_is_refused(demo_trust: DemoPki, name: str, code: str) -> None:
    assert _refused(demo_trust, name, _issue()) == code


@pytest.mark.django_db
def test_a_signature_for_another_purpose_object_or_text_is_refused(demo_trust: DemoPki) -> None:
    pki = demo_trust
    assert _refused(pki, "aigerim", _issue(Purpose.SIGN_IN)) == "wrong_purpose"
    assert _refused(pki, "aigerim", _issue(), purpose=Purpose.WITHDRAW) == "wrong_purpose"
    assert _refused(pki, "aigerim", _issue(), subject="initiative:other") == "wrong_subject"
    other = pki.sign("aigerim", _issue().text.encode(), at=AT)
    assert _refused(pki, "aigerim", _issue(), cms=other) == "content_altered"
    assert _refused(pki, "aigerim", _issue(), cms=b"") == "not_der"


@pytest.mark.django_db
def test_a_token_that_is_late_altered_or_foreign_is_refused(demo_trust: DemoPki) -> None:
    statement = _issue()
    late = AT + timedelta(minutes=15, seconds=1)
    assert _refused(demo_trust, "aigerim", statement, at=late) == "statement_expired"
    assert _refused(demo_trust, "aigerim", statement, token=statement.token[:-1] + "~") == "token_invalid"
    assert _refused(demo_trust, "aigerim", statement, token="") == "token_invalid"


@pytest.mark.django_db
def test_a_signature_counts_once_even_when_it_is_made_anew(demo_trust: DemoPki) -> None:
    statement = _issue()
    _accept(demo_trust, "aigerim", statement)
    again = demo_trust.sign("aigerim", statement.text.encode(), at=AT + timedelta(seconds=9))

    for cms in (demo_trust.sign("aigerim", statement.text.encode(), at=AT), again):
        with pytest.raises(SignatureRefused) as refused, transaction.atomic():
            _accept(demo_trust, "aigerim", statement, cms=cms)
        assert (refused.value.code, refused.value.status) == ("replayed", 409)
    assert Signature.objects.count() == 1


@pytest.mark.django_db
def test_a_callers_failed_transaction_leaves_the_nonce_unused(demo_trust: DemoPki) -> None:
    statement = _issue()
    with transaction.atomic():
        _accept(demo_trust, "aigerim", statement)
        transaction.set_rollback(True)

    assert _accept(demo_trust, "aigerim", statement).signature.is_valid


@pytest.mark.django_db(transaction=True)
def test_of_two_requests_at_once_the_database_lets_one_through(demo_trust: DemoPki) -> None:
    statement = _issue()
    outcomes: list[str] = []
    gate = threading.Barrier(4)

    def send() -> None:
        gate.wait()
        try:
            _accept(demo_trust, "aigerim", statement)
            outcomes.append("accepted")
        except SignatureRefused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["accepted", "replayed", "replayed", "replayed"]


@pytest.mark.django_db
def test_the_database_refuses_to_change_or_delete_a_signature(demo_trust: DemoPki) -> None:
    row = _accept(demo_trust, "aigerim", _issue()).signature
    for statement in ("UPDATE signatures_signature SET choice = 'x'", "DELETE FROM signatures_signature"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    row.refresh_from_db()
    assert row.choice == "support"


@pytest.mark.django_db
def test_when_the_authority_is_silent_the_signature_is_refused_or_kept_uncounted(
    demo_trust: DemoPki, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*arguments: Any, **keywords: Any) -> bytes:
        raise SourceUnreachable

    statement = _issue()
    with monkeypatch.context() as silence:
        silence.setattr(DemoSource, "ocsp", silent)
        silence.setattr(DemoSource, "crls", silent)
        assert _refused(demo_trust, "aigerim", statement) == "responder_unreachable"
        row = _accept(demo_trust, "aigerim", statement, keep_pending=True).signature
        assert (row.status, row.is_valid) == (SignatureStatus.PENDING, False)
        assert recheck(signature=row, at=AT) == SignatureStatus.PENDING

    assert recheck(signature=row, at=AT) == SignatureStatus.VALID
    row.refresh_from_db()
    assert row.is_valid


@pytest.mark.django_db
def test_a_stamped_vote_counts_and_a_stamp_older_than_the_statement_does_not(demo_trust: DemoPki) -> None:
    tsa = OwnTsa(make_certificate(demo_trust.authority.issuing, at=AT))
    statement = _issue(at=AT - timedelta(minutes=1))
    cms = demo_trust.sign("aigerim", statement.text.encode(), at=AT)

    def with_stamp(at: datetime) -> bytes:
        return stamped(cms, tsa.stamp(cms_files.parse(cms).signature, at=at))

    early = with_stamp(AT - timedelta(minutes=7))
    assert _refused(demo_trust, "aigerim", statement, cms=early) == "time_stamp_out_of_bounds"
    assert _accept(demo_trust, "aigerim", statement, cms=with_stamp(AT)).signature.is_valid
