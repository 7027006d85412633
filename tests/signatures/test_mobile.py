"""Signing by telephone: the three steps as eGov Mobile does them, and everybody who should not come between them."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from demo.ncalayer.desk import spoilt
from demo.ncalayer.keys import KeyRing
from demo.ncalayer.signing import demo_ring, make_cms
from demo.phone import Phone, PhoneError, Seen, Shape
from signatures import limits
from signatures.eds.demo_pki import DemoPki
from signatures.models import MobileRequest, Signature
from signatures.services import acceptance, mobile, statements
from signatures.services.refusals import SignatureRefused
from signatures.states import SENTENCES, MobileState, Purpose
from signatures.tasks import forget_mobile_requests

ORIGIN = "http://testserver"
SUBJECT = "initiative:11111111-2222-4333-8444-555555555555"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(time_machine: Any, demo_trust: DemoPki, at: datetime) -> datetime:
    """Tests share one moment; the demo's keys count."""
    cache.clear()
    time_machine.move_to(at, tick=False)
    return at


@pytest.fixture(scope="module")
def ring(pki: DemoPki) -> KeyRing:
    return demo_ring(pki.directory)


def issue(at: datetime, purpose: Purpose = Purpose.VOTE) -> statements.IssuedStatement:
    return statements.issue(purpose=purpose, subject=SUBJECT, choice="support", language="kk", at=at)


class Desk:
    """A browser with one statement before it."""

    def __init__(self, at: datetime, purpose: Purpose = Purpose.VOTE) -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.client.get("/en/sign-in/")
        self.statement = issue(at, purpose)

    def ask(self, **fields: str) -> Any:
        data = {"token": self.statement.token, "language": "en", **fields}
        return self.client.post("/sign/mobile/", data, headers={"X-CSRFToken": self._csrf()})

    def start(self) -> dict[str, Any]:
        answer = self.ask()
        assert answer.status_code == 200, answer.content
        return dict(answer.json())

    def standing(self, code: str) -> Any:
        return self.client.get(f"/sign/mobile/{code}/?language=en")

    def take(self, code: str) -> Any:
        return self.client.post(f"/sign/mobile/{code}/take/", headers={"X-CSRFToken": self._csrf()})

    def _csrf(self) -> str:
        return self.client.cookies["csrftoken"].value


def portal(method: str, address: str, headers: dict[str, str], body: bytes | None) -> tuple[int, bytes]:
    """The telephone's way to the portal, without a network and without a browser's cookies."""
    path = address.removeprefix(ORIGIN)
    kind = headers.pop("Content-Type", "application/json")
    answer = Client(enforce_csrf_checks=True).generic(method, path, body or b"", content_type=kind, headers=headers)
    return answer.status_code, answer.content


def phone(ring: KeyRing, person: str = "aigerim", **more: Any) -> Phone:
    options = {"make_cms": make_cms, "allowed": ORIGIN, "transport": portal, **more}
    return Phone(key=ring.of(person)[0], **options)


# --- the way of a signature


@pytest.mark.parametrize("shape", list(Shape))
@pytest.mark.parametrize("pem", [False, True], ids=["base64", "pem"])
@pytest.mark.parametrize("method", ["CMS_SIGN_ONLY", "CMS_WITH_DATA"])
def test_aigerim_signs_with_her_telephone_and_the_signature_counts_like_any_other(
    now: datetime, ring: KeyRing, settings: Any, method: str, shape: Shape, *, pem: bool
) -> None:
    settings.EGOV_MOBILE_METHOD = method
    desk = Desk(now)
    asked = desk.start()
    assert asked["qr"].startswith("data:image/svg+xml")
    assert desk.standing(asked["code"]).json() == {"state": "waiting", "refused": ""}

    seen = phone(ring, shape=shape, pem=pem).scan(asked["qr_text"])
    assert (seen.status, seen.message) == (200, "success")
    assert desk.standing(asked["code"]).json()["state"] == "received"

    cms = base64.b64decode(desk.take(asked["code"]).json()["cms"], validate=True)
    accepted = acceptance.accept(token=desk.statement.token, cms=cms, purpose=Purpose.VOTE, subject=SUBJECT, at=now)
    assert accepted.signer.given_name == "Айгерім"


def test_the_telephone_shows_who_asks_for_what_and_the_statement_line_by_line(now: datetime, ring: KeyRing) -> None:
    desk = Desk(now)
    seen: Seen = phone(ring).scan(desk.start()["qr_text"])
    assert seen.organisation == "Халық үні"
    assert "".join(f"{name}: {value}\n" for name, value in seen.lines) == desk.statement.text


def test_the_two_addresses_answer_in_the_published_shapes(now: datetime, settings: Any) -> None:
    asked = Desk(now).start()
    first = json.loads(portal("GET", asked["qr_text"].removeprefix("mobileSign:"), {}, None)[1])
    assert set(first) == {"description", "expiry_date", "organisation", "document"}
    assert datetime.fromisoformat(first["expiry_date"]) == now + limits.STATEMENT_LIFETIME
    assert first["organisation"] == dict.fromkeys(("nameRu", "nameKz", "nameEn"), "Халық үні") | {
        "bin": settings.EGOV_MOBILE_BIN
    }
    assert set(first["document"]) == {"uri", "auth_type", "auth_token"}
    bearer = {"Authorization": f"Bearer {first['document']['auth_token']}"}
    second = json.loads(portal("GET", first["document"]["uri"], bearer, None)[1])
    assert second["signMethod"] == "CMS_SIGN_ONLY"
    [paper] = second["documentsToSign"]
    assert set(paper) == {"id", "nameRu", "nameKz", "nameEn", "meta", "document"}
    assert all(set(line) == {"name", "value"} for line in paper["meta"])
    assert set(paper["document"]["file"]) == {"mime", "data"}
    assert type(paper["id"]) is int


def test_the_link_for_the_same_telephone_holds_the_address_of_the_code_and_officials_get_none(now: datetime) -> None:
    asked = Desk(now).start()
    link = urlsplit(asked["link"])
    assert link.netloc == "m.egov.kz"
    assert parse_qs(link.query)["link"] == [asked["qr_text"].removeprefix("mobileSign:")]
    assert Desk(now, Purpose.SIGN_DOCUMENT).start()["link"] == ""


def test_the_head_of_a_body_signs_a_document_with_the_telephone_but_no_vote(now: datetime, ring: KeyRing) -> None:
    asked = Desk(now, Purpose.SIGN_DOCUMENT).start()
    assert phone(ring, "akimat-head").scan(asked["qr_text"]).status == 200
    refused = phone(ring, "akimat-head").scan(Desk(now, Purpose.VOTE).start()["qr_text"])
    assert (refused.status, refused.message) == (403, str(SENTENCES["role_not_person"]))


# --- a signature that is not good


def test_a_signature_that_is_not_good_is_a_403_that_says_why_and_the_person_may_try_again(
    now: datetime, ring: KeyRing
) -> None:
    desk = Desk(now)
    asked = desk.start()
    refused = phone(ring, "revoked").scan(asked["qr_text"])
    assert refused.status == 403
    assert refused.message
    standing = desk.standing(asked["code"]).json()
    assert standing["state"] == "opened"
    assert "revoked" in standing["refused"]
    assert phone(ring).scan(asked["qr_text"]).status == 200


@pytest.mark.parametrize(
    "make",
    [
        lambda content, key, attached: spoilt(make_cms(content, key, attached)),
        lambda content, key, attached: make_cms(content + b" ", key, attached),
        lambda content, key, attached: b"no signature at all",
    ],
    ids=["spoilt", "another text", "garbage"],
)
def test_no_bad_signature_is_kept(now: datetime, ring: KeyRing, make: Any) -> None:
    desk = Desk(now)
    asked = desk.start()
    assert phone(ring, make_cms=make).scan(asked["qr_text"]).status == 403
    assert MobileRequest.objects.get().cms is None
    assert desk.take(asked["code"]).status_code == 410


def test_after_three_refused_signatures_the_code_is_over(now: datetime, ring: KeyRing) -> None:
    desk = Desk(now)
    asked = desk.start()
    for _try in range(limits.MOBILE_REFUSALS):
        assert phone(ring, "expired").scan(asked["qr_text"]).status == 403
    with pytest.raises(PhoneError):
        phone(ring).scan(asked["qr_text"])
    assert desk.standing(asked["code"]).json()["state"] == "refused"


# --- replay, time, another's session


def test_a_code_is_used_once_and_a_signature_is_taken_once(now: datetime, ring: KeyRing) -> None:
    desk = Desk(now)
    asked = desk.start()
    assert phone(ring).scan(asked["qr_text"]).status == 200
    with pytest.raises(PhoneError) as refused:
        phone(ring, "two-keys").scan(asked["qr_text"])
    assert str(refused.value) == str(SENTENCES["mobile_used"])
    assert desk.take(asked["code"]).status_code == 200
    assert desk.take(asked["code"]).status_code == 410
    row = MobileRequest.objects.get()
    assert (row.status, row.cms) == (MobileState.TAKEN, None)


def test_the_signature_of_one_statement_does_not_sign_another(now: datetime, ring: KeyRing) -> None:
    desk, other = Desk(now), Desk(now)
    asked = desk.start()
    phone(ring).scan(asked["qr_text"])
    cms = base64.b64decode(desk.take(asked["code"]).json()["cms"])
    with pytest.raises(SignatureRefused) as refused:
        acceptance.accept(token=other.statement.token, cms=cms, purpose=Purpose.VOTE, subject=SUBJECT, at=now)
    assert refused.value.code == "content_altered"
    assert Signature.objects.count() == 0


def test_whoever_photographs_the_screen_cannot_take_the_signature(now: datetime, ring: KeyRing) -> None:
    desk, stranger = Desk(now), Desk(now)
    asked = desk.start()
    stranger.start()  # has a cookie of its own
    assert stranger.standing(asked["code"]).status_code == 410
    phone(ring).scan(asked["qr_text"])
    assert stranger.take(asked["code"]).status_code == 410
    assert desk.take(asked["code"]).status_code == 200


def test_one_browser_may_have_two_pages_open(now: datetime, ring: KeyRing) -> None:
    desk = Desk(now)
    first = desk.start()
    desk.statement = issue(now, Purpose.WITHDRAW)
    second = desk.start()
    assert phone(ring).scan(second["qr_text"]).status == 200
    assert desk.standing(first["code"]).json()["state"] == "waiting"
    assert desk.standing(second["code"]).json()["state"] == "received"


def test_when_the_statement_is_over_so_is_the_code(now: datetime, ring: KeyRing, time_machine: Any) -> None:
    desk = Desk(now)
    asked = desk.start()
    phone(ring).scan(asked["qr_text"])
    time_machine.move_to(now + limits.STATEMENT_LIFETIME + timedelta(seconds=1), tick=False)
    with pytest.raises(PhoneError):
        phone(ring).scan(asked["qr_text"])
    assert desk.standing(asked["code"]).status_code == 410
    assert desk.take(asked["code"]).status_code == 410
    assert forget_mobile_requests() == 0
    time_machine.move_to(now + limits.STATEMENT_LIFETIME + limits.MOBILE_KEPT + timedelta(seconds=1), tick=False)
    assert forget_mobile_requests() == 1


# --- forged and malformed requests


def test_a_page_elsewhere_cannot_ask_or_take_in_the_persons_name(now: datetime, ring: KeyRing) -> None:
    desk = Desk(now)
    asked = desk.start()
    phone(ring).scan(asked["qr_text"])
    assert desk.client.post("/sign/mobile/", {"token": desk.statement.token}).status_code == 419
    assert desk.client.post(f"/sign/mobile/{asked['code']}/take/").status_code == 419
    cookie = desk.client.cookies["mobile"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"


@pytest.mark.parametrize("token", ["", "forged", "a:b:c"])
def test_no_code_is_made_for_what_the_portal_did_not_issue(now: datetime, token: str) -> None:
    assert Desk(now).ask(token=token).status_code == 422
    assert MobileRequest.objects.count() == 0


def test_without_the_token_of_the_first_step_the_second_is_closed(now: datetime) -> None:
    asked = Desk(now).start()
    address = f"/mgov/{asked['code']}/documents/"
    for headers in ({}, {"Authorization": "Bearer 123"}, {"Authorization": mobile.bearer(asked["code"])}):
        assert portal("GET", address, dict(headers), None)[0] == 410
        assert portal("PUT", address, dict(headers), b"{}")[0] == 410


def put(code: str, body: bytes) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {mobile.bearer(code)}"}
    status, answer = portal("PUT", f"/mgov/{code}/documents/", headers, body)
    return status, json.loads(answer)["code"]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"{", b'"x"', b'{"documentsToSign":{}}', b'{"documentsToSign":[7]}', b"\xff\xfe",
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_nonsense_from_a_telephone_is_a_400(now: datetime, body: bytes) -> None:
    assert put(Desk(now).start()["code"], body) == (400, "mobile_unreadable")


def test_another_document_or_two_of_them_are_refused(now: datetime) -> None:
    for papers in ([], [{"id": 1, "documentCms": "MII="}], [{"id": 1}, {"id": 2}]):
        code = Desk(now).start()["code"]
        assert put(code, json.dumps({"documentsToSign": papers}).encode()) == (403, "mobile_wrong_document")


def test_a_number_that_comes_back_as_a_string_is_understood(now: datetime, ring: KeyRing) -> None:
    desk = Desk(now)
    code = desk.start()["code"]
    cms = make_cms(desk.statement.text.encode(), ring.of("aigerim")[0], False)
    number = MobileRequest.objects.get().document
    paper = {"id": str(number), "documentCms": base64.encodebytes(cms).decode()}
    headers = {"Authorization": f"bearer {mobile.bearer(code)}"}
    body = json.dumps({"documentsToSign": [paper]}).encode()
    assert portal("PUT", f"/mgov/{code}/documents/", headers, body)[0] == 200


def test_a_huge_body_is_not_read(now: datetime) -> None:
    code = Desk(now).start()["code"]
    assert put(code, b" " * (limits.LARGEST_MOBILE_RETURN + 1)) == (403, "too_large")


def test_the_table_gives_away_neither_the_code_nor_the_secret_nor_the_signer(now: datetime, ring: KeyRing) -> None:
    desk = Desk(now)
    asked = desk.start()
    phone(ring).scan(asked["qr_text"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(one::text, ' ') FROM signatures_mobilerequest one")
        [stored] = cursor.fetchone()
    assert asked["code"] not in stored
    assert desk.client.cookies["mobile"].value not in stored
    assert b"IIN".hex() not in stored
    assert len(asked["code"]) >= 32


def test_where_it_is_not_set_up_there_is_no_code_and_no_door(now: datetime, settings: Any) -> None:
    desk = Desk(now)
    code = desk.start()["code"]
    settings.EGOV_MOBILE = False
    assert desk.ask().json()["code"] == "mobile_off"
    assert portal("GET", f"/mgov/{code}/", {}, None)[0] == 404


def test_an_address_that_asks_for_codes_without_end_is_slowed_down(now: datetime, monkeypatch: Any) -> None:
    from dataclasses import replace

    from portal.web import throttle

    monkeypatch.setattr(throttle, "MOBILE_CODE", replace(throttle.MOBILE_CODE, by_address=2))
    desk = Desk(now)
    assert [desk.ask().status_code for _ in range(3)] == [200, 200, 429]
    assert int(desk.ask().headers["Retry-After"]) > 0


@pytest.mark.django_db(transaction=True)
def test_of_two_telephones_that_sign_at_once_one_signature_is_kept(now: datetime, ring: KeyRing) -> None:
    desk = Desk(now)
    asked = desk.start()
    number = MobileRequest.objects.get().document

    def bring(person: str) -> bool:
        cms = make_cms(desk.statement.text.encode(), ring.of(person)[0], False)
        returned = {"documentsToSign": [{"id": number, "documentCms": base64.b64encode(cms).decode()}]}
        bearer = f"Bearer {mobile.bearer(asked['code'])}"
        try:
            mobile.receive(code=asked["code"], authorization=bearer, returned=returned, at=now)
        except SignatureRefused as refusal:
            return refusal.code != "mobile_used"  # any other reason would make the count wrong
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(bring, ("aigerim", "yerlan", "saule", "timur"))) == [False, False, False, True]


@pytest.mark.django_db(transaction=True)
def test_of_two_pages_that_take_at_once_one_gets_the_signature(now: datetime, ring: KeyRing) -> None:
    desk = Desk(now)
    asked = desk.start()
    phone(ring).scan(asked["qr_text"])
    browser = desk.client.cookies["mobile"].value

    def take(_number: int) -> bool:
        try:
            return bool(mobile.take(code=asked["code"], browser=browser, at=now))
        except SignatureRefused:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(take, range(4))) == [False, False, False, True]
