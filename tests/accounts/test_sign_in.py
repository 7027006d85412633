"""Signing in with a digital signature of the demo PKI, through the real verification."""

import base64
import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from accounts.models import SessionRecord, User
from accounts.services import identity
from signatures.eds.demo_pki import DemoPki
from signatures.models import Signature

pytestmark = pytest.mark.django_db

PAGE = "/en/sign-in/"
CITIZEN = "aigerim"


@pytest.fixture(autouse=True)
def demo_portal(demo_trust: DemoPki, at: datetime) -> Iterator[None]:
    """A portal that trusts these keys, at the moment of the tests."""
    with time_machine.travel(at):
        yield


def asked(client: Client, path: str = PAGE) -> tuple[str, bytes]:
    """The token and the exact text of the page."""
    page = client.get(path).text
    token = re.search(r'name="token"\s+value="([^"]+)"', page)
    text = re.search(r"<pre [^>]*>\n?(.*?)</pre>", page, re.DOTALL)
    assert token is not None
    assert text is not None
    return token[1], unescape(text[1]).encode()


def sign_in(client: Client, pki: DemoPki, name: str, at: datetime, **more: str) -> int:
    token, text = asked(client)
    cms = signed(pki, name, text, at)
    return client.post(PAGE, {"token": token, "cms": cms, **more}).status_code


def signed(pki: DemoPki, name: str, text: bytes, at: datetime) -> str:
    """What the page's component would send."""
    return base64.b64encode(pki.sign(name, text, at=at)).decode()


def test_the_first_sign_in_opens_an_account_and_asks_three_questions(pki: DemoPki, at: datetime) -> None:
    client = Client()
    token, text = asked(client)
    answer = client.post(PAGE, {"token": token, "cms": signed(pki, CITIZEN, text, at)})
    assert answer.headers["Location"] == "/en/profile/welcome/"
    user = User.objects.get()
    assert user.given_name
    assert user.language == "en", "the language in which the person signed"
    assert user.birth_date
    assert SessionRecord.objects.get().user == user
    assert client.get("/en/profile/").status_code == 200
    kept = Signature.objects.get()
    assert (kept.purpose, hashlib.sha256(text).hexdigest()) == (
        "sign_in",
        hashlib.sha256(kept.statement.encode()).hexdigest(),
    )


def test_the_second_sign_in_finds_the_same_account_and_goes_on(pki: DemoPki, at: datetime) -> None:
    sign_in(Client(), pki, CITIZEN, at)
    client = Client()
    token, text = asked(client)
    cms = signed(pki, CITIZEN, text, at)
    answer = client.post(PAGE, {"token": token, "cms": cms, "next": "/en/design/"})
    assert answer.headers["Location"] == "/en/design/"
    assert User.objects.count() == 1


def test_a_foreign_next_is_not_followed(pki: DemoPki, at: datetime) -> None:
    client = Client()
    token, text = asked(client)
    cms = signed(pki, CITIZEN, text, at)
    answer = client.post(PAGE, {"token": token, "cms": cms, "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/en/profile/welcome/"


def test_a_signature_without_javascript_comes_as_a_file(pki: DemoPki, at: datetime, tmp_path: Path) -> None:
    client = Client()
    token, text = asked(client)
    upload = tmp_path / "statement.p7s"
    upload.write_bytes(pki.sign(CITIZEN, text, at=at))
    with upload.open("rb") as file:
        answer = client.post(PAGE, {"token": token, "cms": "", "cms_file": file})
    assert answer.status_code == 302


def test_the_same_signature_does_not_sign_in_twice(pki: DemoPki, at: datetime) -> None:
    client = Client()
    token, text = asked(client)
    typed = {"token": token, "cms": signed(pki, CITIZEN, text, at)}
    client.post(PAGE, typed)
    thief = Client()
    answer = thief.post(PAGE, typed)
    assert answer.status_code == 409
    assert "_auth_user_id" not in thief.session


@pytest.mark.parametrize("cms", ["", "nonsense", "A" * 400_000])
def test_nonsense_is_refused_with_a_sentence_and_a_fresh_statement(cms: str) -> None:
    client = Client()
    token, _text = asked(client)
    answer = client.post(PAGE, {"token": token, "cms": cms})
    assert answer.status_code == 422
    assert "You are not signed in" in answer.text
    assert token not in answer.text
    assert not User.objects.exists()


def test_another_text_or_a_forged_token_is_refused(pki: DemoPki, at: datetime) -> None:
    client = Client()
    token, text = asked(client)
    altered = signed(pki, CITIZEN, text + b" ", at)
    assert client.post(PAGE, {"token": token, "cms": altered}).status_code == 422
    good = signed(pki, CITIZEN, text, at)
    assert client.post(PAGE, {"token": f"{token}x", "cms": good}).status_code == 422
    assert not User.objects.exists()
    assert not Signature.objects.exists()


def test_a_closed_account_stays_closed_and_its_statement_unused(pki: DemoPki, at: datetime) -> None:
    sign_in(Client(), pki, CITIZEN, at)
    User.objects.update(is_active=False)
    client = Client()
    assert sign_in(client, pki, CITIZEN, at) == 403
    assert Signature.objects.count() == 1
    assert "_auth_user_id" not in client.session


def test_the_iin_is_in_no_address_page_or_log(
    pki: DemoPki, at: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[str] = []
    tag = identity.identity_tag
    monkeypatch.setattr(identity, "identity_tag", lambda iin: seen.append(iin) or tag(iin))  # type: ignore[func-returns-value]
    client = Client()
    assert sign_in(client, pki, CITIZEN, at) == 302
    (iin, *_rest) = seen
    pages = [client.get("/en/profile/").text, client.post("/en/profile/data/").text]
    assert not any(iin in text for text in [*pages, caplog.text])


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_page_shows_in_each_language(language: str) -> None:
    answer = Client().get(f"/{language}/sign-in/")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]


def test_whoever_is_signed_in_goes_on(pki: DemoPki, at: datetime) -> None:
    client = Client()
    sign_in(client, pki, CITIZEN, at)
    assert client.get(f"{PAGE}?next=/en/design/").headers["Location"] == "/en/design/"


def test_too_many_tries_meet_a_friendly_page() -> None:
    client = Client()
    answers = [client.post(PAGE, {"token": "x", "cms": "x"}).status_code for _ in range(61)]
    assert answers == [422] * 60 + [429]
