"""Attacks by those who have a key: administrators without a telephone, roles that ended, changes that nobody should see."""

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Assignment, Body, User
from accounts.services import roles
from initiatives.models import Initiative
from initiatives.states import State
from portal.audit.log import first_break, history
from tests.actors import AT
from tests.factories.initiatives import make_initiative

pytestmark = pytest.mark.django_db


def signed_in(client: Client, user: User, *, verified: bool) -> Client:
    client.force_login(user)
    if verified:
        device = TOTPDevice.objects.create(user=user, name="telephone", confirmed=True)
        session = client.session
        session["otp_device_id"] = device.persistent_id
        session.save()
    return client


@pytest.fixture
def petition(citizen: User, ministry: Body) -> Initiative:
    return make_initiative(body=ministry, author=citizen, state=State.CHECK, at=AT)


def test_an_administrator_without_a_second_factor_stays_outside(client: Client, administrator: User) -> None:
    outside = signed_in(client, administrator, verified=False)
    for page in ("/kk/admin/", "/kk/admin/accounts/user/", "/kk/admin/otp_totp/totpdevice/"):
        answer = outside.get(page)
        assert (answer.status_code, "sign-in" in answer["Location"] or "login" in answer["Location"]) == (302, True)


@pytest.mark.parametrize("actor", ["citizen", "moderator", "head", "clerk"])
def test_a_second_factor_does_not_make_an_administrator(
    client: Client, actor: str, request: pytest.FixtureRequest
) -> None:
    inside = signed_in(client, request.getfixturevalue(actor), verified=True)
    assert inside.get("/kk/admin/accounts/user/").status_code in (302, 403)


def test_an_address_changed_by_an_administrator_is_on_record_and_unconfirmed(
    client: Client, administrator: User, moderator: User
) -> None:
    """Else an administrator sends the moderator's link to themselves, and nothing tells."""
    User.objects.filter(pk=moderator.pk).update(email="madina@gov.kz", is_email_confirmed=True)
    inside = signed_in(client, administrator, verified=True)
    sent = {"email": "mine@evil.kz", "language": moderator.language, "is_active": "on"}
    answer = inside.post(reverse("admin:accounts_user_change", args=[moderator.pk]), sent)
    assert answer.status_code == 302
    moderator.refresh_from_db()
    assert (moderator.email, moderator.is_email_confirmed) == ("mine@evil.kz", False)
    entry = history(moderator).get(action="changed_by_administrator")
    assert (entry.actor, entry.data) == (administrator, {"fields": ["email"]})
    assert first_break(history(moderator)) is None


def test_a_role_that_ends_in_mid_session_ends_at_once(client: Client, moderator: User, petition: Initiative) -> None:
    client.force_login(moderator)
    page = reverse("initiatives:moderation_item", args=[petition.code])
    assert client.get(page).status_code == 200
    roles.end(assignment=Assignment.objects.get(user=moderator), by=None, at=AT)
    assert client.get(page).status_code == 403
    assert client.post(page, {"act": "publish", "revision": petition.revision}).status_code == 403
    petition.refresh_from_db()
    assert petition.state == State.CHECK


def test_a_closed_account_is_out_at_once(client: Client, moderator: User, petition: Initiative) -> None:
    client.force_login(moderator)
    User.objects.filter(pk=moderator.pk).update(is_active=False)
    answer = client.get(reverse("initiatives:moderation_item", args=[petition.code]))
    assert answer.status_code in (302, 403)


def test_nobody_moderates_what_they_wrote(client: Client, moderator: User, petition: Initiative) -> None:
    Initiative.objects.filter(pk=petition.pk).update(author=moderator)
    client.force_login(moderator)
    page = reverse("initiatives:moderation_item", args=[petition.code])
    answer = client.post(page, {"act": "publish", "revision": petition.revision})
    assert answer.status_code >= 400
    petition.refresh_from_db()
    assert petition.state == State.CHECK


def test_an_official_elsewhere_takes_no_step(client: Client, clerk_elsewhere: User, petition: Initiative) -> None:
    Initiative.objects.filter(pk=petition.pk).update(state=State.SENT)
    client.force_login(clerk_elsewhere)
    page = reverse("initiatives:inbox_item", args=[petition.code])
    assert client.get(page).status_code == 403
    sent = {"act": "register", "number": "1", "revision": petition.revision}
    assert client.post(page, sent).status_code == 403
    petition.refresh_from_db()
    assert petition.state == State.SENT
