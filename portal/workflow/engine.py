"""One transition, one transaction: lock the row, recheck state and policy, write state, audit entry and event."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from portal.audit.log import record
from portal.errors import Conflict, InvalidInput
from portal.events.outbox import publish
from portal.permissions import require
from portal.workflow.definitions import Transition, Workflow

if TYPE_CHECKING:
    from accounts.models import User


class Subject(Protocol):
    """What the engine needs of a model: a state, a revision for stale pages, and the state's clock."""

    pk: Any
    state: str
    revision: int
    state_since: datetime
    state_deadline_at: datetime | None


S = TypeVar("S", bound=models.Model)


@transaction.atomic
def perform(
    workflow: Workflow,
    name: str,
    *,
    subject: S,
    by: "User | None",
    at: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
    expected_revision: int | None = None,
) -> S:
    """Take the step `name` and return the subject as it now stands in the database.

    `changes` are fields set with the state; `data` goes into the audit entry; `by=None` is the portal itself, which may
    only take steps that no person may. Raises Conflict when the state or the revision the person saw is no longer
    true, NotAllowed with the policy's reason, InvalidInput when a reason is owed. A refused step leaves no trace.
    """
    step = workflow.transition(name)
    locked = type(subject)._default_manager.select_for_update(no_key=True).get(pk=subject.pk)
    moving = cast(Subject, locked)
    if expected_revision is not None and moving.revision != expected_revision:
        raise Conflict(code="stale_page")
    if moving.state not in step.sources:
        raise Conflict(_("This step is no longer possible: the matter has moved on."), code="wrong_state")
    if by is not None or step.who is not None:
        require(_decide(step, by, locked))
    if step.needs_reason and not reason.strip():
        raise InvalidInput(fields={"reason": _("Give the reason: the people concerned will read it.")})
    before = moving.state
    for field, value in (changes or {}).items():
        setattr(locked, field, value)
    moving.state, moving.state_since, moving.revision = step.target, at, moving.revision + 1
    moving.state_deadline_at = workflow.deadline(locked)
    locked.save()
    content = {"from": before, "to": step.target, **({"reason": reason} if reason else {}), **(data or {})}
    record(subject=locked, action=step.name, actor=by, at=at, data=content)
    if step.emits is not None:
        publish(step.emits(at=at, subject_id=str(locked.pk), actor_id=str(by.pk) if by else None))
    return locked


def _decide(step: Transition, by: "User | None", subject: models.Model) -> Any:
    if step.who is None or by is None:
        raise Conflict(_("The portal takes this step by itself when its condition is met."), code="automatic_only")
    return step.who(by, subject)


def offers(workflow: Workflow, *, subject: Any, to: "User") -> tuple[Transition, ...]:
    """Return the steps that this person may take now, for buttons on a page."""
    return tuple(step for step in workflow.leaving(subject.state) if step.who is not None and step.who(to, subject))
