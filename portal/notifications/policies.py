"""Who may read notices: everybody their own."""

from portal.permissions import Actor, Decision, policy
from portal.permissions.predicates import is_signed_in


@policy("notifications.may_read")
def may_read(actor: Actor, subject: object = None) -> Decision:
    """Anyone signed in; the queries give each person their own notices only."""
    return is_signed_in(actor)
