"""Decisions that every domain shares."""

from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext_lazy as _

from portal.permissions.decisions import ALLOWED, Actor, Decision, Denied

if TYPE_CHECKING:
    from accounts.models import User


def is_signed_in(actor: Actor) -> Decision:
    """Allow an active signed-in person."""
    user = cast("User", actor)
    if user.is_authenticated and user.is_active:
        return ALLOWED
    return Denied(_("Sign in first."), code="sign_in_required")


def first_denial(*decisions: Decision) -> Decision:
    """Return the first denial, so that the user reads the reason nearest to them; Allowed when there is none."""
    return next((decision for decision in decisions if not decision), ALLOWED)
