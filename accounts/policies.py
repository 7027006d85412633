"""Who may do what with accounts, and the sentence that tells them why not."""

from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext_lazy as _

from accounts.models import Assignment, SessionRecord, User
from accounts.states import Role
from portal.permissions import ALLOWED, Actor, Decision, Denied, policy
from portal.permissions.predicates import first_denial, is_signed_in

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _user(actor: Actor) -> User:
    return cast(User, actor)


def _is_oneself(actor: Actor, person: User) -> Decision:
    if actor.is_authenticated and _user(actor).pk == person.pk:
        return ALLOWED
    return Denied(_("You can only do this with your own account."), code="own_account_only")


def _with_role(actor: Actor, role: str, sentence: "_StrPromise") -> Decision:
    if actor.is_authenticated and _user(actor).has_role(role):
        return ALLOWED
    return Denied(sentence, code=f"{role}_only")


def is_verified(actor: Actor) -> Decision:
    """Allow a session that passed the second factor."""
    asks = getattr(actor, "is_verified", None)
    if callable(asks) and asks():
        return ALLOWED
    return Denied(_("Sign in with your password and the code of your telephone first."), code="second_factor_required")


@policy("accounts.may_see_account")
def may_see_account(actor: Actor, person: User | None) -> Decision:
    """Profile, sessions and data are one's own; `None` asks for just that: whether there is an own one."""
    return first_denial(is_signed_in(actor), ALLOWED if person is None else _is_oneself(actor, person))


@policy("accounts.may_edit_profile")
def may_edit_profile(actor: Actor, person: User) -> Decision:
    """Language, place and address are one's own to choose; the rest says the certificate."""
    return may_see_account(actor, person)


@policy("accounts.may_change_email")
def may_change_email(actor: Actor, person: User) -> Decision:
    """One's own, unless staff sign in with it: then a slip would lock them out of their work."""
    if person.has_usable_password():
        return Denied(
            _("You sign in with this address. An administrator changes it for you."), code="address_is_sign_in_name"
        )
    return may_edit_profile(actor, person)


@policy("accounts.may_end_session")
def may_end_session(actor: Actor, session: SessionRecord) -> Decision:
    """One's own sessions."""
    return first_denial(is_signed_in(actor), _is_oneself(actor, session.user))


@policy("accounts.may_export")
def may_export(actor: Actor, person: User) -> Decision:
    """Everybody may have the data about themselves (law on personal data and their protection, art. 24(1))."""
    return may_see_account(actor, person)


@policy("accounts.may_erase")
def may_erase(actor: Actor, person: User) -> Decision:
    """One's own account (art. 24(1) of the same law), once no office hangs on it."""
    if person.current_assignments():
        return Denied(
            _("You hold a role on the portal. Ask an administrator to end it, then you can delete your account."),
            code="holds_a_role",
        )
    return may_see_account(actor, person)


@policy("accounts.may_administer")
def may_administer(actor: Actor, subject: object = None) -> Decision:
    """Administrators whose session passed the second factor."""
    return first_denial(
        is_signed_in(actor),
        _with_role(actor, Role.ADMINISTRATOR, _("Only administrators may do this.")),
        is_verified(actor),
    )


@policy("accounts.may_assign_role")
def may_assign_role(actor: Actor, person: User) -> Decision:
    """Administrators, to active people."""
    if not person.is_active:
        return Denied(_("This account is closed."), code="account_closed")
    return may_administer(actor, None)


@policy("accounts.may_end_role")
def may_end_role(actor: Actor, assignment: Assignment) -> Decision:
    """Administrators; nobody ends their own administration, so that the portal is never left without one by a slip."""
    own = actor.is_authenticated and assignment.user_id == _user(actor).pk
    if own and assignment.role == Role.ADMINISTRATOR:
        return Denied(_("Another administrator ends your role."), code="own_role")
    return may_administer(actor, None)


@policy("accounts.may_invite_staff")
def may_invite_staff(actor: Actor, person: User) -> Decision:
    """Administrators invite people who hold a role and have an address."""
    is_ready = person.email and person.current_assignments()
    missing = Denied(_("Give the person a role and an e-mail address first."), code="role_and_address_first")
    return first_denial(may_assign_role(actor, person), ALLOWED if is_ready else missing)
