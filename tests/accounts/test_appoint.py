"""The operator at the machine lets the first people in."""

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from accounts.models import Body, User
from accounts.services import staff
from portal.audit.log import history
from portal.errors import Conflict
from portal.events.models import OutboxEvent
from tests.actors import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """The operator's sentences as these tests quote them."""
    with translation.override("en"):
        yield


def test_a_new_administrator_gets_an_account_a_role_and_a_letter() -> None:
    call_command("appoint", "new@example.kz", "administrator", given_name="Жанна", family_name="Әлиева")
    user = User.objects.get(email="new@example.kz")
    assert user.is_staff
    assert not user.has_usable_password()
    assert [entry.action for entry in history(user)] == ["staff_account_opened", "role_assigned", "staff_invited"]
    assert OutboxEvent.objects.filter(name="accounts.staff_invited").exists()


def test_a_known_person_keeps_the_account(moderator: User, ministry: Body) -> None:
    call_command("appoint", moderator.email.upper(), "clerk", body=ministry.slug)
    assert User.objects.filter(email__iexact=moderator.email).count() == 1
    assert moderator.has_role("clerk", body_id=ministry.pk)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nobody@example.kz", "moderator"), "Nobody has this address."),
        (("nobody@example.kz", "clerk", "--given-name", "А"), "Officials need a body"),
        (("nobody@example.kz", "clerk", "--given-name", "А", "--body", "no-such-body"), "There is no such page."),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_kept(arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("appoint", *arguments)
    assert not User.objects.filter(email="nobody@example.kz").exists()


def test_an_address_belongs_to_one_account(moderator: User) -> None:
    with pytest.raises(Conflict):
        staff.open_account(email=moderator.email.upper(), given_name="А", family_name="Б", language="kk", at=AT)
