"""`manage.py verify_evidence`: judges what is stored, says how far it is, resumes, and fails when something does not hold."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from signatures.eds.demo_pki import DemoPki
from signatures.models import Signature
from signatures.services import pending, reverification
from tests.actors import AT
from tests.signatures.settling import recheck
from tests.signatures.test_evidence import SUBJECT, _silence, _vote


def _command(**options: Any) -> str:
    out = StringIO()
    call_command("verify_evidence", stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_all_signatures_are_judged_in_batches_and_a_stopped_run_is_resumed(
    demo_trust: DemoPki, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reverification, "EVIDENCE_BATCH", 2)
    for number in range(5):
        _vote(demo_trust, at=AT + timedelta(minutes=number))
    said = _command()
    assert "2 of 5 judged, 0 faulty" in said
    assert "5 of 5 judged, 0 faulty" in said
    assert "5 verify, 0 do not, 0 were never settled." in said

    stopped = _command(most=3)
    last = stopped.splitlines()[-2].rpartition(" ")[2]
    rest = _command(after=last)
    assert "2 of 2 judged" in rest
    assert "0 verify" in _command(subject="initiative:another")
    assert "5 verify" in _command(subject=SUBJECT)


@pytest.mark.django_db
def test_pending_and_given_up_signatures_are_told_apart(demo_trust: DemoPki, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as silence:
        _silence(silence)
        waiting, dropped, refused = (
            _vote(demo_trust, name, keep_pending=True) for name in ("aigerim", "yerlan", "revoked")
        )
    pending.drop(signature_id=dropped.pk)
    recheck(signature=refused, at=AT)
    assert waiting.status == "pending"

    assert "1 verify, 0 do not, 2 were never settled." in _command()


@pytest.mark.django_db
def test_an_altered_signature_is_named_and_the_command_fails(demo_trust: DemoPki) -> None:
    good, bad = _vote(demo_trust), _vote(demo_trust, "yerlan")
    with connection.cursor() as cursor:  # somebody with all rights over the database
        cursor.execute("ALTER TABLE signatures_signature DISABLE TRIGGER USER")
        cursor.execute("UPDATE signatures_signature SET statement = statement || ' ' WHERE id = %s", [bad.pk])
        cursor.execute("ALTER TABLE signatures_signature ENABLE TRIGGER USER")
    out = StringIO()
    with pytest.raises(CommandError, match="1 signatures"):
        call_command("verify_evidence", stdout=out)

    assert f"{bad.pk}: content_altered" in out.getvalue()
    assert str(good.pk) not in out.getvalue() or f"--after {good.pk}" in out.getvalue()
    assert Signature.objects.count() == 2
