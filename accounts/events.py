"""What has happened to accounts. Payloads name the person by id only: addresses are read when the letter is written."""

from dataclasses import dataclass
from typing import ClassVar

from portal.events.outbox import Event


@dataclass(frozen=True, kw_only=True)
class EmailConfirmationRequested(Event):
    """A person gave an address; a letter asks whether it is theirs."""

    name: ClassVar[str] = "accounts.email_confirmation_requested"
    user_id: str


@dataclass(frozen=True, kw_only=True)
class StaffInvited(Event):
    """An administrator lets a member of staff choose a password and a second factor."""

    name: ClassVar[str] = "accounts.staff_invited"
    user_id: str


@dataclass(frozen=True, kw_only=True)
class RoleAssigned(Event):
    """A person took up a role."""

    name: ClassVar[str] = "accounts.role_assigned"
    user_id: str
    role: str
    body_id: int | None


@dataclass(frozen=True, kw_only=True)
class RoleEnded(Event):
    """A role of a person ended."""

    name: ClassVar[str] = "accounts.role_ended"
    user_id: str
    role: str
    body_id: int | None


@dataclass(frozen=True, kw_only=True)
class AccountErased(Event):
    """A person deleted their account; nothing identifies them any more."""

    name: ClassVar[str] = "accounts.account_erased"
    user_id: str
