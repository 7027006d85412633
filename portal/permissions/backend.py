"""Django's `has_perm` answered by the policies, so that admin, API and templates agree with the services."""

from typing import Any, cast

from django.contrib.auth.backends import BaseBackend

from portal.permissions.decisions import Actor
from portal.permissions.registry import lookup


class PermissionBackend(BaseBackend):
    """Answers for names that a policy registered; stays silent about all others."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Return whether the registered policy of that name allows; False where there is none."""
        found = lookup(perm)
        return bool(found and found(cast(Actor, user_obj), obj))
