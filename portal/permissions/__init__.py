"""Who may do what, and why not.

A policy is a function `(actor, subject) -> Allowed | Denied(reason)`. The reason is a translated sentence that the user
sees. Policies are registered by their permission name, so that `user.has_perm`, the admin and the API agree with pages.
"""

from portal.permissions.decisions import ALLOWED, Actor, Allowed, Decision, Denied, require
from portal.permissions.registry import Policy, lookup, policies, policy

__all__ = [
    "ALLOWED",
    "Actor",
    "Allowed",
    "Decision",
    "Denied",
    "Policy",
    "lookup",
    "policies",
    "policy",
    "require",
]
