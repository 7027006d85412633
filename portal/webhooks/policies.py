"""Who may have webhooks: everybody their own."""

from portal.permissions import Actor, Decision, policy
from portal.permissions.predicates import is_signed_in


@policy("webhooks.may_use")
def may_use(actor: Actor, subject: object = None) -> Decision:
    """Anyone signed in; the queries give each person their own endpoints only."""
    return is_signed_in(actor)
