"""The two answers a policy can give."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from django.contrib.auth.models import AnonymousUser

from portal.errors import NotAllowed

if TYPE_CHECKING:
    from accounts.models import User
    from portal.errors import Sentence

Actor: TypeAlias = "User | AnonymousUser"


@dataclass(frozen=True, slots=True)
class Allowed:
    """The actor may."""

    def __bool__(self) -> Literal[True]:
        return True


@dataclass(frozen=True, slots=True)
class Denied:
    """The actor may not, for a reason that is shown to them."""

    reason: "Sentence"
    code: str = "not_allowed"

    def __bool__(self) -> Literal[False]:
        return False


Decision = Allowed | Denied
ALLOWED = Allowed()


def require(decision: Decision) -> None:
    """Return when allowed; raise NotAllowed with the policy's own reason when not."""
    if isinstance(decision, Denied):
        raise NotAllowed(decision.reason, code=decision.code)
