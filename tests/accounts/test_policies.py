"""The matrix: who may do what with accounts, and the code of the reason why not."""

from datetime import datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Assignment, User
from portal.permissions import Denied, lookup

pytestmark = pytest.mark.django_db

ALLOWED = ""
ACTORS = ("stranger", "citizen", "other_citizen", "moderator", "clerk", "administrator", "verified_administrator")

MATRIX = {
    # policy (subject: Aigul's account)      stranger, Aigul, Dauren, moderator, clerk, administrator, verified
    "may_see_account": ("sign_in_required", ALLOWED, *["own_account_only"] * 5),
    "may_edit_profile": ("sign_in_required", ALLOWED, *["own_account_only"] * 5),
    "may_change_email": ("sign_in_required", ALLOWED, *["own_account_only"] * 5),
    "may_export": ("sign_in_required", ALLOWED, *["own_account_only"] * 5),
    "may_erase": ("sign_in_required", ALLOWED, *["own_account_only"] * 5),
    "may_administer": ("sign_in_required", *["administrator_only"] * 4, "second_factor_required", ALLOWED),
    "may_assign_role": ("sign_in_required", *["administrator_only"] * 4, "second_factor_required", ALLOWED),
    "may_invite_staff": (
        "sign_in_required",
        *["administrator_only"] * 4,
        "second_factor_required",
        "role_and_address_first",
    ),
}


@pytest.fixture
def stranger() -> AnonymousUser:
    return AnonymousUser()


@pytest.fixture
def verified_administrator(administrator: User) -> User:
    administrator.is_verified = lambda: True  # type: ignore[attr-defined]
    return administrator


def code_of(name: str, actor: object, subject: object) -> str:
    policy = lookup(f"accounts.{name}")
    assert policy is not None
    decision = policy(actor, subject)  # type: ignore[arg-type]
    return decision.code if isinstance(decision, Denied) else ALLOWED


@pytest.mark.parametrize(
    ("name", "actor", "expected"),
    [(name, actor, answers[number]) for name, answers in MATRIX.items() for number, actor in enumerate(ACTORS)],
)
def test_matrix(name: str, actor: str, expected: str, citizen: User, request: pytest.FixtureRequest) -> None:
    assert code_of(name, request.getfixturevalue(actor), citizen) == expected


def test_officials_are_invited_by_verified_administrators_only(
    clerk: User, administrator: User, citizen: User, verified_administrator: User
) -> None:
    assert code_of("may_invite_staff", citizen, clerk) == "administrator_only"
    assert code_of("may_invite_staff", verified_administrator, clerk) == ALLOWED


def test_nobody_ends_their_own_administration(verified_administrator: User, moderator: User) -> None:
    own = Assignment.objects.get(user=verified_administrator)
    assert code_of("may_end_role", verified_administrator, own) == "own_role"
    assert code_of("may_end_role", verified_administrator, Assignment.objects.get(user=moderator)) == ALLOWED


def test_a_closed_account_gets_no_role_and_may_nothing(verified_administrator: User, citizen: User) -> None:
    citizen.is_active = False
    assert code_of("may_assign_role", verified_administrator, citizen) == "account_closed"
    assert code_of("may_see_account", citizen, citizen) == "sign_in_required"


def test_a_role_that_has_ended_gives_nothing(administrator: User, at: datetime) -> None:
    Assignment.objects.filter(user=administrator).update(until=at)
    administrator.is_verified = lambda: True  # type: ignore[attr-defined]
    assert code_of("may_administer", administrator, None) == "administrator_only"
    assert not administrator.is_staff
