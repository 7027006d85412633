"""Staff come in by password and telephone, and in no other way."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from accounts.models import SessionRecord, User
from accounts.services import staff
from accounts.services.sessions import device_of
from portal.audit.log import history
from portal.errors import InvalidInput, NotAllowed
from portal.events.outbox import deliver_due
from tests.accounts.conftest import PASSWORD, SignIn, code_of

pytestmark = pytest.mark.django_db

SIGN_IN, CODE = "/en/staff/sign-in/", "/en/staff/sign-in/code/"


def enter(client: Client, user: User, password: str = PASSWORD, **more: str) -> int:
    return client.post(SIGN_IN, {"email": user.email, "password": password, **more}).status_code


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_password_and_code_sign_in_and_the_session_is_remembered(administrator: User, telephone: TOTPDevice) -> None:
    client = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36"})
    assert enter(client, administrator) == 302
    assert not is_signed_in(client)
    answer = client.post(CODE, {"code": code_of(telephone)})
    assert answer.headers["Location"] == "/en/profile/"
    assert is_signed_in(client)
    record = SessionRecord.objects.get(user=administrator)
    assert (record.device, record.network) == ("Chrome, Windows", "127.0.0.0/24")
    assert record.session_id == client.session.session_key
    assert client.get("/en/admin/").status_code == 200


def test_the_session_key_changes_at_each_step(administrator: User, telephone: TOTPDevice) -> None:
    client = Client()
    keys = [client.session.session_key]
    enter(client, administrator)
    keys.append(client.session.session_key)
    client.post(CODE, {"code": code_of(telephone)})
    keys.append(client.session.session_key)
    assert len(set(keys)) == 3


@pytest.mark.usefixtures("telephone")
def test_a_wrong_password_and_an_unknown_address_get_the_same_sentence(administrator: User) -> None:
    wrong = Client().post(SIGN_IN, {"email": administrator.email, "password": "wrong"})
    unknown = Client().post(SIGN_IN, {"email": "nobody@example.kz", "password": "wrong"})
    assert wrong.status_code == unknown.status_code == 422
    assert "Address and password do not fit each other." in wrong.text
    assert "Address and password do not fit each other." in unknown.text


@pytest.mark.usefixtures("telephone")
def test_a_stranger_who_types_the_same_address_into_a_profile_changes_nothing(
    administrator: User, other_citizen: User
) -> None:
    User.objects.filter(pk=other_citizen.pk).update(email=administrator.email.upper())
    assert enter(Client(), administrator) == 302


def test_a_password_without_a_telephone_does_not_get_in(administrator: User) -> None:
    administrator.set_password(PASSWORD)
    administrator.save()
    client = Client()
    assert enter(client, administrator) == 422
    assert client.get(CODE).status_code == 302


@pytest.mark.usefixtures("telephone")
def test_a_wrong_code_does_not_sign_in(administrator: User) -> None:
    client = Client()
    enter(client, administrator)
    answer = client.post(CODE, {"code": "000000"})
    assert answer.status_code == 422
    assert not is_signed_in(client)


def test_a_code_works_once(administrator: User, telephone: TOTPDevice) -> None:
    code = code_of(telephone)
    assert staff.verify(user=administrator, code=code) == telephone
    assert staff.verify(user=administrator, code=code) is None


def test_another_persons_telephone_is_worth_nothing(administrator: User, telephone: TOTPDevice, head: User) -> None:
    assert staff.verify(user=head, code=code_of(telephone)) is None


def test_a_password_that_waited_too_long_for_its_code_is_asked_again(
    administrator: User, telephone: TOTPDevice
) -> None:
    client = Client()
    enter(client, administrator)
    with time_machine.travel(datetime.now().astimezone() + timedelta(minutes=6)):
        answer = client.post(CODE, {"code": code_of(telephone)})
    assert answer.headers["Location"] == SIGN_IN
    assert not is_signed_in(client)


@pytest.mark.usefixtures("telephone")
def test_five_wrong_passwords_lock_the_account_for_that_address_with_a_friendly_page(
    administrator: User, settings: Settings
) -> None:
    settings.AXES_ENABLED = True
    client = Client()
    spellings = [administrator.email, administrator.email.upper()] * 3
    answers = [client.post(SIGN_IN, {"email": one, "password": "wrong"}).status_code for one in spellings[:5]]
    locked = client.post(SIGN_IN, {"email": administrator.email, "password": PASSWORD})
    assert answers == [422] * 4 + [429]
    assert locked.status_code == 429
    assert "Too many wrong passwords." in locked.text
    assert client.post(SIGN_IN, {"email": "other@example.kz", "password": "wrong"}).status_code == 422
    elsewhere = Client(REMOTE_ADDR="203.0.113.5")
    assert enter(elsewhere, administrator) == 302


def test_next_leads_back_into_the_portal_only(administrator: User, telephone: TOTPDevice) -> None:
    for target, expected in (
        ("/en/admin/", "/en/admin/"),
        ("https://evil.example/", "/en/profile/"),
        ("//evil.example", "/en/profile/"),
    ):
        TOTPDevice.objects.update(last_t=-1)
        client = Client()
        enter(client, administrator, next=target)
        assert client.post(CODE, {"code": code_of(telephone)}).headers["Location"] == expected


def test_the_invitation_sets_password_and_telephone_in_one_step_and_works_once(
    clerk: User, at: datetime, settings: Settings
) -> None:
    with time_machine.travel(at):
        staff.invite(user=clerk, by=None, at=at)
        deliver_due(at=at)
        link = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
        assert link is not None
        assert mail.outbox[0].to == [clerk.email]
        client = Client()
        page = client.get(link[1])
        assert "data:image/svg+xml" in page.text
        waiting = TOTPDevice.objects.get(user=clerk)
        typed = {"password": PASSWORD, "repeated": PASSWORD, "code": code_of(waiting)}
        done = client.post(link[1], typed)
        assert done.status_code == 200
        assert StaticToken.objects.filter(device__user=clerk).count() == 10
        assert client.get(link[1]).status_code == 404
        clerk.refresh_from_db()
        assert clerk.check_password(PASSWORD)
        assert [entry.action for entry in history(clerk)][-2:] == ["staff_invited", "staff_sign_in_set"]


def test_a_wrong_first_code_sets_no_password(clerk: User, at: datetime) -> None:
    staff.second_factor(clerk)
    with pytest.raises(InvalidInput) as refusal:
        staff.take_up(user=clerk, password=PASSWORD, code="000000", at=at)
    assert set(refusal.value.fields) == {"code"}
    clerk.refresh_from_db()
    assert not clerk.has_usable_password()
    assert not staff.has_second_factor(clerk)


def test_a_weak_password_is_refused_with_the_rule(clerk: User, at: datetime) -> None:
    staff.second_factor(clerk)
    with pytest.raises(InvalidInput) as refusal:
        staff.take_up(user=clerk, password="password", code="000000", at=at)
    assert "12" in str(refusal.value.fields["password"])


def test_a_recovery_code_replaces_the_telephone_once(clerk: User, at: datetime) -> None:
    staff.second_factor(clerk)
    codes = staff.take_up(user=clerk, password=PASSWORD, code=code_of(TOTPDevice.objects.get(user=clerk)), at=at)
    assert staff.verify(user=clerk, code=codes[0].upper()) is not None
    assert staff.verify(user=clerk, code=codes[0]) is None


def test_taking_up_ends_every_other_session(clerk: User, at: datetime, signed_in: SignIn) -> None:
    thief = signed_in(clerk)
    staff.second_factor(clerk)
    staff.take_up(user=clerk, password=PASSWORD, code=code_of(TOTPDevice.objects.get(user=clerk)), at=at)
    assert thief.get("/en/profile/").status_code == 302


def test_only_a_verified_administrator_invites(administrator: User, clerk: User, at: datetime) -> None:
    with pytest.raises(NotAllowed) as refusal:
        staff.invite(user=clerk, by=administrator, at=at)
    assert refusal.value.code == "second_factor_required"


def test_the_admin_is_closed_to_an_administrator_without_the_second_factor(
    administrator: User, signed_in: SignIn
) -> None:
    answer = signed_in(administrator).get("/en/admin/")
    assert answer.status_code == 302
    login = signed_in(administrator).get("/en/admin/login/?next=/en/admin/")
    assert login.headers["Location"] == "/en/staff/sign-in/?next=%2Fen%2Fadmin%2F"


@pytest.mark.parametrize("actor", ["citizen", "moderator", "head"])
def test_the_admin_is_closed_to_all_others(actor: str, signed_in: SignIn, request: pytest.FixtureRequest) -> None:
    assert signed_in(request.getfixturevalue(actor)).get("/en/admin/accounts/user/").status_code == 302


@pytest.mark.parametrize(
    ("header", "device"),
    [
        ("Mozilla/5.0 (Linux; Android 14; SM-A155F) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 YaBrowser/25.0 Safari/537.36", "Yandex Browser, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_in_words(header: str, device: str) -> None:
    assert device_of(header) == device
