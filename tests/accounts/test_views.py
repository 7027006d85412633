"""The pages of the account: one's own, and nobody else's."""

import json
import re
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import SessionRecord, Territory, User
from accounts.services import profile
from portal.events.outbox import deliver_due
from tests.accounts.conftest import SignIn

pytestmark = pytest.mark.django_db

OWN_PAGES = ("/en/profile/", "/en/profile/welcome/", "/en/profile/sessions/", "/en/profile/delete/")
PUBLIC_PAGES = ("/en/staff/sign-in/", "/en/sign-out/")


@pytest.mark.parametrize("path", OWN_PAGES)
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_own_pages_show_in_each_language(path: str, language: str, citizen: User, signed_in: SignIn) -> None:
    answer = signed_in(citizen).get(path.replace("/en/", f"/{language}/"))
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.text
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_public_pages_show(path: str) -> None:
    assert Client().get(path).status_code == 200


@pytest.mark.parametrize("path", OWN_PAGES)
def test_strangers_are_led_to_sign_in_and_back(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"sign-in/?next={path}")


@pytest.mark.parametrize("name", ["export", "end_other_sessions", "ask_confirmation"])
def test_acts_need_a_post_and_a_person(name: str, citizen: User, signed_in: SignIn) -> None:
    path = reverse(f"accounts:{name}")
    assert Client().post(path).status_code == 302
    assert signed_in(citizen).get(path).status_code == 405


def test_the_page_never_shows_the_code_of_the_iin(citizen: User, signed_in: SignIn) -> None:
    client = signed_in(citizen)
    texts = [client.get(path).text for path in OWN_PAGES] + [client.post("/en/profile/data/").text]
    assert citizen.identity_tag
    assert not any(citizen.identity_tag in text for text in texts)


def test_choices_are_saved_and_a_letter_asks_whose_address_it_is(
    citizen: User, signed_in: SignIn, at: datetime
) -> None:
    client = signed_in(citizen)
    kato = Territory.objects.filter(level="district").first()
    assert kato is not None
    typed = {"language": "kk", "territory": kato.kato, "email": "aigul@example.kz"}
    answer = client.post("/en/profile/", typed)
    assert answer.headers["Location"] == "/kk/profile/"
    citizen.refresh_from_db()
    assert (citizen.language, citizen.territory, citizen.email) == ("kk", kato, "aigul@example.kz")
    assert not citizen.is_email_confirmed
    deliver_due(at=at + timedelta(days=3650))
    (letter,) = mail.outbox
    link = re.search(r"http://testserver(/kk/\S+)", str(letter.body))
    assert link is not None
    assert "aigul" not in link[1]
    assert Client().get(link[1]).status_code == 200
    citizen.refresh_from_db()
    assert not citizen.is_email_confirmed, "opening the link alone must not confirm"
    assert Client().post(link[1]).status_code == 302
    citizen.refresh_from_db()
    assert citizen.is_email_confirmed


@pytest.mark.parametrize(
    "wrong",
    [
        {"language": "de"},
        {"territory": "123456789"},
        {"email": "not an address"},
        {"email": "a" * 250 + "@example.kz"},
    ],
)
def test_nonsense_in_the_profile_is_refused_and_nothing_is_saved(
    wrong: dict[str, str], citizen: User, signed_in: SignIn
) -> None:
    answer = signed_in(citizen).post("/en/profile/", {"language": "ru", "territory": "", "email": "", **wrong})
    assert answer.status_code == 422
    citizen.refresh_from_db()
    assert citizen.language == "en"


def test_a_broken_link_says_what_to_do(citizen: User) -> None:
    answer = Client().get("/en/profile/e-mail/broken/")
    assert answer.status_code == 422
    assert "Ask for a new letter in your profile." in answer.text


def test_a_link_for_an_address_since_changed_is_worth_nothing(citizen: User, at: datetime) -> None:
    citizen.email = "old@example.kz"
    token = profile.email_token(citizen)
    User.objects.filter(pk=citizen.pk).update(email="new@example.kz")
    assert Client().post(f"/en/profile/e-mail/{token}/").status_code == 409


def test_an_address_confirmed_by_another_is_not_confirmed_twice(citizen: User, clerk: User) -> None:
    User.objects.filter(pk=citizen.pk).update(email=clerk.email.upper())
    citizen.refresh_from_db()
    answer = Client().post(f"/en/profile/e-mail/{profile.email_token(citizen)}/")
    assert answer.status_code == 409
    assert "confirmed in another account" in answer.text


def test_staff_do_not_change_the_address_they_sign_in_with(clerk: User, signed_in: SignIn) -> None:
    clerk.set_password("any")
    clerk.save()
    client = signed_in(clerk)
    client.post("/en/profile/", {"language": "en", "territory": "", "email": "other@example.kz"})
    clerk.refresh_from_db()
    assert clerk.email != "other@example.kz"
    assert clerk.is_email_confirmed


def test_too_many_letters_stop(citizen: User, signed_in: SignIn) -> None:
    client = signed_in(citizen)
    answers = [
        client.post("/en/profile/", {"language": "en", "territory": "", "email": f"a{number}@example.kz"}).status_code
        for number in range(6)
    ]
    assert answers == [302] * 5 + [429]


def test_the_welcome_can_be_skipped_and_leads_on(citizen: User, signed_in: SignIn) -> None:
    client = signed_in(citizen)
    assert 'href="/en/design/"' in client.get("/en/profile/welcome/?next=/en/design/").text
    typed = {"language": "ru", "territory": "", "email": "", "next": "/en/design/"}
    assert client.post("/en/profile/welcome/", typed).headers["Location"] == "/en/design/"


def test_sessions_are_listed_and_one_is_ended(citizen: User, signed_in: SignIn, at: datetime) -> None:
    here = signed_in(citizen)
    there = signed_in(citizen, "Mozilla/5.0 (Linux; Android 14) Chrome/140.0 Mobile Safari/537.36")
    page = here.get("/en/profile/sessions/").text
    assert "Firefox, Linux" in page
    assert "Chrome, Android" in page
    assert "198.51.100.0/24" in page
    assert "198.51.100.77" not in page
    record = SessionRecord.objects.get(device="Chrome, Android")
    here.post(f"/en/profile/sessions/{record.pk}/end/")
    assert there.get("/en/profile/").status_code == 302
    assert here.get("/en/profile/").status_code == 200


def test_all_other_sessions_end_at_once(citizen: User, signed_in: SignIn) -> None:
    here, *others = [signed_in(citizen) for _ in range(3)]
    here.post("/en/profile/sessions/others/end/")
    assert [browser.get("/en/profile/").status_code for browser in (here, *others)] == [200, 302, 302]


def test_anothers_session_does_not_exist(citizen: User, other_citizen: User, signed_in: SignIn) -> None:
    mine, stranger = signed_in(citizen), signed_in(other_citizen)
    record = SessionRecord.objects.get(user=citizen)
    assert stranger.post(f"/en/profile/sessions/{record.pk}/end/").status_code == 404
    assert mine.get("/en/profile/").status_code == 200


def test_signing_out_needs_the_button(citizen: User, signed_in: SignIn) -> None:
    client = signed_in(citizen)
    client.get("/en/sign-out/")
    assert client.get("/en/profile/").status_code == 200
    client.post("/en/sign-out/")
    assert client.get("/en/profile/").status_code == 302
    assert not SessionRecord.objects.exists()


def test_last_seen_moves_at_most_once_in_five_minutes(citizen: User, signed_in: SignIn) -> None:
    client = signed_in(citizen)
    record = SessionRecord.objects.get()
    client.get("/en/profile/")
    first = SessionRecord.objects.get().seen_at
    client.get("/en/profile/")
    assert first > record.seen_at
    assert SessionRecord.objects.get().seen_at == first


def test_the_export_is_a_file_of_ones_own_data(citizen: User, signed_in: SignIn) -> None:
    answer = signed_in(citizen).post("/en/profile/data/")
    found = json.loads(answer.content)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert found["account"]["surname"] == "Серікова"
    assert found["account"]["sessions"][0]["device"] == "Firefox, Linux"


def test_deletion_needs_the_tick_and_then_signs_out(citizen: User, signed_in: SignIn) -> None:
    client = signed_in(citizen)
    assert client.post("/en/profile/delete/").status_code == 422
    citizen.refresh_from_db()
    assert citizen.erased_at is None
    assert client.post("/en/profile/delete/", {"is_sure": "on"}).status_code == 302
    citizen.refresh_from_db()
    assert citizen.erased_at is not None
    assert client.get("/en/profile/").status_code == 302


def test_who_holds_a_role_reads_why_the_account_cannot_go(clerk: User, signed_in: SignIn) -> None:
    client = signed_in(clerk)
    assert "You hold a role on the portal." in client.get("/en/profile/delete/").text
    assert client.post("/en/profile/delete/", {"is_sure": "on"}).status_code == 403
    clerk.refresh_from_db()
    assert clerk.erased_at is None
