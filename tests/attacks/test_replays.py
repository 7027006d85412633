"""Attacks with real signatures used elsewhere: another petition, purpose, language, portal, field, or a time after the close."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from initiatives.models import Initiative, VoteAct
from initiatives.selectors.counts import exact_count
from initiatives.services import signing
from initiatives.states import State
from portal import clock
from portal.errors import Refusal
from signatures.eds.demo_pki import DemoPki
from signatures.models import Signature
from signatures.services import signing_in
from signatures.states import Purpose
from tests.initiatives.voters import make_initiative, make_kind

pytestmark = pytest.mark.django_db


def open_petition() -> Initiative:
    kind = make_kind("petition", requires_eds=True)
    return make_initiative(kind, state=State.COLLECTING, threshold=1000, closes_at=clock.now() + timedelta(days=1))


@pytest.fixture
def petition() -> Initiative:
    return open_petition()


def signed(
    keys: DemoPki, petition: Initiative, key: str = "aigerim", purpose: Purpose = Purpose.VOTE, language: str = "kk"
) -> dict[str, str]:
    """What a browser sends: the token of a statement and the signature over it."""
    at = clock.now()
    issued = signing.statement(initiative=petition, purpose=purpose, language=language, at=at)
    cms = keys.sign(key, issued.text.encode(), at=at)
    return {"token": issued.token, "cms": base64.b64encode(cms).decode()}


def send(petition: Initiative, sent: dict[str, str], rest: str = "votes/") -> tuple[int, str]:
    answer = Client().post(f"/api/v1/initiatives/{petition.code}/{rest}", sent, content_type="application/json")
    return answer.status_code, answer.json().get("code", "")


def test_page_and_api_are_one_door(demo_trust: DemoPki, petition: Initiative) -> None:
    assert send(petition, signed(demo_trust, petition, "two-keys"))[0] == 201
    page = reverse("initiatives:vote", args=[petition.code])
    again = Client().post(page, signed(demo_trust, petition, "two-keys.second", language="ru"))
    assert again.status_code == 409
    assert send(petition, signed(demo_trust, petition, "two-keys", language="en")) == (409, "already_voted")
    assert exact_count(petition) == 1


def test_a_signature_votes_for_nothing_else(demo_trust: DemoPki, petition: Initiative) -> None:
    vote, other = signed(demo_trust, petition), open_petition()
    assert send(other, vote) == (422, "wrong_subject")
    assert send(petition, vote, "votes/withdrawals/") == (422, "wrong_purpose")
    entering = signing_in.ask(language="kk", at=clock.now())
    cms = demo_trust.sign("aigerim", entering.text.encode(), at=clock.now())
    door = {"token": entering.token, "cms": base64.b64encode(cms).decode()}
    assert send(petition, door) == (422, "wrong_purpose")
    assert send(petition, {**vote, "cms": door["cms"]}) == (422, "content_altered")
    assert send(petition, {**vote, "token": door["token"]}) == (422, "wrong_purpose")
    assert (VoteAct.objects.count(), Signature.objects.count()) == (0, 0)
    assert send(petition, vote)[0] == 201, "none of the attempts used up the vote's own statement"


def test_a_vote_does_not_open_a_session(client: Client, demo_trust: DemoPki, petition: Initiative) -> None:
    answer = client.post(reverse("signatures:sign_in"), signed(demo_trust, petition))
    assert answer.status_code == 422
    assert "_auth_user_id" not in client.session


def test_a_kept_vote_cannot_be_sent_again_after_its_withdrawal(demo_trust: DemoPki, petition: Initiative) -> None:
    vote = signed(demo_trust, petition)
    assert send(petition, vote)[0] == 201
    assert send(petition, signed(demo_trust, petition, purpose=Purpose.WITHDRAW), "votes/withdrawals/")[0] == 201
    assert send(petition, vote) == (409, "replayed")
    assert exact_count(petition) == 0


def test_a_statement_of_another_portal_is_none_of_ours(
    demo_trust: DemoPki, petition: Initiative, settings: Any
) -> None:
    settings.SECRET_KEY, ours = "the key of a copy of this portal, run by others", settings.SECRET_KEY
    theirs = signed(demo_trust, petition)
    settings.SECRET_KEY = ours
    assert send(petition, theirs) == (422, "token_invalid")
    mine = signed(demo_trust, petition)
    assert send(petition, {**mine, "token": mine["token"][:-1] + ("A" if mine["token"][-1] != "A" else "B")}) == (
        422,
        "token_invalid",
    )


def test_two_signatures_in_one_form_are_one_vote_at_most(demo_trust: DemoPki, petition: Initiative) -> None:
    sent = signed(demo_trust, petition, "aigerim")
    other = demo_trust.sign("two-keys", b"another text", at=clock.now())
    upload = SimpleUploadedFile("vote.p7s", other)
    page = reverse("initiatives:vote", args=[petition.code])
    assert Client().post(page, {**sent, "cms_file": upload}).status_code == 422
    assert exact_count(petition) == 0


def test_nobody_votes_after_the_close_with_what_they_signed_before(
    demo_trust: DemoPki,
    petition: Initiative,
    time_machine: Any,
) -> None:
    vote = signed(demo_trust, petition)
    taking_back = signed(demo_trust, petition, purpose=Purpose.WITHDRAW)
    Initiative.objects.filter(pk=petition.pk).update(closes_at=clock.now())
    assert send(petition, vote) == (403, "voting_closed")
    assert send(petition, taking_back, "votes/withdrawals/") == (403, "voting_closed")
    page = reverse("initiatives:vote", args=[petition.code])
    assert Client().post(page, vote).status_code == 403


@pytest.mark.parametrize("key", ["revoked", "expired", "auth-only", "ngo-head"])
def test_keys_that_may_not_vote_do_not(demo_trust: DemoPki, petition: Initiative, key: str) -> None:
    try:
        sent = signed(demo_trust, petition, key)
    except (KeyError, FileNotFoundError, Refusal):
        pytest.fail(f"the demo has no key {key}")
    assert send(petition, sent)[0] == 422
    assert not Signature.objects.exists()


def test_a_body_with_surrogates_or_depth_is_a_bad_request_and_no_fault(petition: Initiative) -> None:
    where = f"/api/v1/initiatives/{petition.code}/votes/"
    bodies = (
        b'{"token": "\\ud800", "cms": "\\ud800"}', b'{"token": "\\u0000", "cms": "AA"}', b"[" * 90_000, b"\xff\xfe",
        b'{"token": {"a": 1}, "cms": ["AA"]}', b'{"token": "x", "cms": "AA", "territory": "\xd9\xa1"}', b"null", b"1e999",
    )  # fmt: skip
    for body in bodies:
        answer = Client(raise_request_exception=False).post(where, body, content_type="application/json")
        assert answer.status_code in (400, 422), body[:40]


@pytest.mark.parametrize("order", ["newest", "trending", "most_supported", "progress", "closing_soon"])
@pytest.mark.parametrize(
    "place",
    [
        "[1e999, 1]", "[NaN, 1]", "[1" + "0" * 400 + ", 1]", "[1, 1" + "0" * 40 + "]", "[" * 50_000, "[true, true]",
        '["2026-01-01T00:00:00Z\\u0000", 1]', '["9999-99-99", 1]', '["infinity", 1]', "[1]", "{}", '[{"a": 1}, 2]',
    ],
)  # fmt: skip
def test_no_forged_cursor_is_a_fault_of_ours(place: str, order: str) -> None:
    open_petition()
    cursor = base64.urlsafe_b64encode(place.encode()).decode()
    answer = Client(raise_request_exception=False).get("/api/v1/initiatives/", {"cursor": cursor, "order": order})
    assert answer.status_code in (200, 422), place[:40]
