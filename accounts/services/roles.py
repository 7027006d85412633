"""Giving roles and ending them. Both stay on record: whoever decided something had the role at that moment."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import policies
from accounts.events import RoleAssigned, RoleEnded
from accounts.models import Assignment, Body, User
from accounts.states import Role
from portal.audit.log import record
from portal.errors import Conflict, InvalidInput
from portal.events.outbox import publish
from portal.permissions import require

OFFICES = (Role.CLERK, Role.HEAD)
"""Roles that are held at a body; the others are for the whole portal."""


def assign(*, user: User, role: str, body: Body | None, by: User | None, at: datetime) -> Assignment:
    """Give the role. `by=None` is the operator at the machine, who makes the first administrator."""
    if by is not None:
        require(policies.may_assign_role(by, user))
    if (role in OFFICES) != (body is not None):
        sentence = _("Officials need a body; moderators and administrators have none.")
        raise InvalidInput(code="body_does_not_fit", fields={"body": sentence})
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=user.pk)
        assignment = Assignment(user=person, role=role, body=body, since=at)
        try:
            with transaction.atomic():
                assignment.save(force_insert=True)
        except IntegrityError:
            raise Conflict(_("The person holds this role already."), code="role_held") from None
        _note(assignment, "role_assigned", by, at)
        publish(RoleAssigned(at=at, user_id=str(person.pk), role=role, body_id=body.pk if body else None))
    user.forget_assignments()
    return assignment


def end(*, assignment: Assignment, by: User | None, at: datetime) -> Assignment:
    """End the role now; the past stays."""
    if by is not None:
        require(policies.may_end_role(by, assignment))
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=assignment.user_id)
        found = Assignment.objects.select_for_update().get(pk=assignment.pk)
        if found.until is not None:
            raise Conflict(_("The role has ended already."), code="role_ended")
        found.until = at
        found.save(update_fields=["until"])
        _note(found, "role_ended", by, at)
        publish(RoleEnded(at=at, user_id=str(person.pk), role=found.role, body_id=found.body_id))
    assignment.user.forget_assignments()
    return found


def _note(assignment: Assignment, action: str, by: User | None, at: datetime) -> None:
    body = assignment.body.slug if assignment.body else ""
    record(subject=assignment.user, action=action, actor=by, at=at, data={"role": assignment.role, "body": body})
