"""Profile, data, roles: given, when, then; and a refusal changes nothing."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts import selectors
from accounts.models import Assignment, Body, User
from accounts.services import identity, privacy, profile, roles, sessions
from portal.audit.log import first_break, history
from portal.errors import Conflict, InvalidInput, NotAllowed
from portal.events.models import OutboxEvent
from portal.notifications.models import Notification, Preference
from tests.accounts.conftest import SignIn
from tests.factories.accounts import Certified

pytestmark = pytest.mark.django_db


def verified(person: User) -> User:
    """The person as in a session that passed the second factor."""
    person.is_verified = lambda: True  # type: ignore[attr-defined]
    return person


# --- Profile ---


def test_nobody_edits_anothers_profile(citizen: User, other_citizen: User, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        profile.update(user=citizen, language="ru", territory=None, email="x@example.kz", by=other_citizen, at=at)
    citizen.refresh_from_db()
    assert (citizen.language, citizen.email) == ("en", "")
    assert not history(citizen).exists()
    assert not OutboxEvent.objects.exists()


def test_an_unchanged_address_stays_confirmed(clerk: User, at: datetime) -> None:
    saved = profile.update(user=clerk, language="ru", territory=None, email=clerk.email, by=clerk, at=at)
    assert saved.is_email_confirmed
    assert not OutboxEvent.objects.exists()


def test_a_second_click_on_the_link_changes_nothing(citizen: User, at: datetime) -> None:
    user = profile.update(user=citizen, language="en", territory=None, email="a@example.kz", by=citizen, at=at)
    token = profile.email_token(user)
    profile.confirm_email(token=token, at=at)
    profile.confirm_email(token=token, at=at)
    assert [entry.action for entry in history(citizen)] == ["profile_updated", "email_confirmed"]


# --- Data ---


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Another app's exporter and eraser; the list says whom the eraser was called for."""
    called: list[str] = []
    monkeypatch.setattr(privacy, "_exporters", {})
    monkeypatch.setattr(privacy, "_erasers", {})
    privacy.register_exporter("votes", lambda user: [{"petition": "Parks", "voter": user.given_name}])
    privacy.register_eraser("votes", lambda user, at: called.append(f"{user.pk} {at.isoformat()}"))
    return called


@pytest.mark.usefixtures("registered")
def test_notices_are_exported_and_erased_and_anothers_stay(citizen: User, other_citizen: User, at: datetime) -> None:
    for person in (citizen, other_citizen):
        notice = {"topic": "answers", "template": "initiatives/answered", "key": "answer-1", "created_at": at}
        Notification.objects.create(recipient=person, context={"title": "Parks"}, **notice)
        Preference.objects.create(user=person, topic="answers", channel="email", is_enabled=False)
    found = privacy.export(user=citizen, by=citizen, at=at)["notifications"]
    assert [notice["context"] for notice in found["received"]] == [{"title": "Parks"}]
    assert found["preferences"] == [{"topic": "answers", "channel": "email", "is_enabled": False}]
    privacy.erase(user=citizen, by=citizen, at=at)
    assert [notice.recipient for notice in Notification.objects.all()] == [other_citizen]
    assert [one.user for one in Preference.objects.all()] == [other_citizen]


@pytest.mark.usefixtures("registered")
def test_the_export_asks_every_app(citizen: User, at: datetime) -> None:
    found = privacy.export(user=citizen, by=citizen, at=at)
    assert found["votes"] == [{"petition": "Parks", "voter": "Айгүл"}]
    assert found["account"]["birth_date"] == date(1985, 3, 12)
    assert [entry.action for entry in history(citizen)] == ["data_exported"]


def test_nobody_exports_anothers_data(citizen: User, administrator: User, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        privacy.export(user=citizen, by=verified(administrator), at=at)
    assert not history(citizen).exists()


def test_erasure_leaves_a_nameless_stub(citizen: User, registered: list[str], at: datetime, signed_in: SignIn) -> None:
    browser = signed_in(citizen)
    privacy.erase(user=citizen, by=citizen, at=at)
    citizen.refresh_from_db()
    assert (citizen.identity_tag, citizen.email, citizen.given_name, citizen.family_name) == (None, "", "", "")
    assert (citizen.birth_date, citizen.sex, citizen.territory, citizen.is_active) == (None, "", None, False)
    assert citizen.public_name == citizen.full_name == str(citizen)
    assert citizen.public_name != ""
    assert registered == [f"{citizen.pk} {at.isoformat()}"]
    assert browser.get("/en/profile/").status_code == 302
    entries = list(history(citizen))
    assert first_break(entries) is None
    assert "Айгүл" not in str([entry.data for entry in entries])


def test_a_step_that_fails_leaves_the_account_whole(
    citizen: User, registered: list[str], at: datetime, signed_in: SignIn
) -> None:
    def fail(user: User, when: datetime) -> None:
        raise RuntimeError("votes are locked")

    privacy.register_eraser("zzz", fail)
    browser = signed_in(citizen)
    with pytest.raises(RuntimeError), transaction.atomic():
        privacy.erase(user=citizen, by=citizen, at=at)
    citizen.refresh_from_db()
    assert citizen.identity_tag
    assert citizen.erased_at is None
    assert browser.get("/en/profile/").status_code == 200
    assert not OutboxEvent.objects.exists()


def test_after_erasure_the_same_person_begins_anew(at: datetime) -> None:
    first = identity.enrol(signer=Certified(), at=at)
    privacy.erase(user=first, by=first, at=at)
    second = identity.enrol(signer=Certified(), at=at + timedelta(days=1))
    assert second.pk != first.pk
    assert second.joined_at == at + timedelta(days=1)


def test_the_database_itself_keeps_an_erased_account_nameless(citizen: User, at: datetime) -> None:
    citizen.erased_at = at
    with pytest.raises(IntegrityError), transaction.atomic():
        citizen.save()


# --- Roles ---


def test_a_role_is_given_and_ended_and_both_are_on_record(
    citizen: User, administrator: User, ministry: Body, at: datetime
) -> None:
    given = roles.assign(user=citizen, role="clerk", body=ministry, by=verified(administrator), at=at)
    assert [held.role for held in selectors.roles_of(citizen, at=at)] == ["clerk"]
    assert citizen.has_role("clerk", body_id=ministry.pk)
    later = at + timedelta(days=30)
    roles.end(assignment=given, by=administrator, at=later)
    assert selectors.roles_of(citizen, at=later) == []
    assert [held.role for held in selectors.roles_of(citizen, at=at)] == ["clerk"], "the past stays"
    assert [(entry.action, entry.data["body"]) for entry in history(citizen)] == [
        ("role_assigned", "test-ministry"),
        ("role_ended", "test-ministry"),
    ]


@pytest.mark.parametrize(("role", "has_body"), [("clerk", False), ("head", False), ("moderator", True)])
def test_a_role_and_its_body_must_fit(role: str, has_body: bool, citizen: User, ministry: Body, at: datetime) -> None:
    with pytest.raises(InvalidInput):
        roles.assign(user=citizen, role=role, body=ministry if has_body else None, by=None, at=at)
    assert not Assignment.objects.filter(user=citizen).exists()


def test_a_role_is_held_once(moderator: User, at: datetime) -> None:
    with pytest.raises(Conflict):
        roles.assign(user=moderator, role="moderator", body=None, by=None, at=at)
    assert Assignment.objects.filter(user=moderator).count() == 1
    assert not history(moderator).exists()


def test_a_role_ends_once(moderator: User, at: datetime) -> None:
    held = Assignment.objects.get(user=moderator)
    roles.end(assignment=held, by=None, at=at)
    with pytest.raises(Conflict):
        roles.end(assignment=held, by=None, at=at)


def test_officials_of_a_body_are_found_for_notifications(
    clerk: User, head: User, clerk_elsewhere: User, ministry: Body, at: datetime
) -> None:
    assert set(selectors.users_with_role("clerk", "head", at=at, body=ministry)) == {clerk, head}
    assert set(selectors.users_with_role("clerk", at=at)) == {clerk, clerk_elsewhere}
    assert list(selectors.bodies_of(clerk, at=at)) == [ministry]


# --- Sessions ---


def test_another_cannot_end_a_session_even_by_the_service(
    citizen: User, other_citizen: User, signed_in: SignIn, at: datetime
) -> None:
    browser = signed_in(citizen)
    (session,) = selectors.sessions_of(citizen, at=at)
    with pytest.raises(NotAllowed):
        sessions.end(session=session, by=other_citizen, at=at)
    assert browser.get("/en/profile/").status_code == 200
