"""Policies by permission name ("initiatives.may_publish")."""

from collections.abc import Callable
from typing import Any

from portal.permissions.decisions import Actor, Decision

Policy = Callable[[Actor, Any], Decision]
_policies: dict[str, Policy] = {}


def policy(name: str) -> Callable[[Policy], Policy]:
    """Register a policy under `name`; a name taken twice is a programming error."""

    def register(function: Policy) -> Policy:
        if name in _policies and _policies[name].__module__ != function.__module__:
            raise RuntimeError(f"Two policies are called {name}")
        _policies[name] = function
        return function

    return register


def lookup(name: str) -> Policy | None:
    """Return the policy of that name, or None when no app registered it."""
    return _policies.get(name)


def policies() -> dict[str, Policy]:
    """Return all registered policies by name."""
    return dict(_policies)
