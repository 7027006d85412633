"""A petition below the threshold is not dropped: it becomes an ordinary appeal to the same body (art. 90-3(5)).

Here it is only marked, in the transaction in which it falls below; the journey that carries it to the reception listens for
`events.HandoverDue` and calls `hand`.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from initiatives import events
from initiatives.models import Initiative, ReceptionHandover
from initiatives.states import NormCode
from initiatives.workflow import PETITION
from portal.audit.log import record
from portal.errors import Conflict, InvalidInput
from portal.events.outbox import publish
from portal.workflow import perform


@transaction.atomic
def fall_below(*, initiative: Initiative, at: datetime) -> Initiative:
    """Close the petition below the threshold and mark it for the reception; return it."""
    closed = perform(PETITION, "fall_below", subject=initiative, by=None, at=at)
    norm = closed.kind_version.norm(NormCode.HANDOVER_PERIOD)
    due_at = norm.term_after(at).due_at if norm else None
    made = ReceptionHandover.objects.create(initiative=closed, created_at=at, due_at=due_at)
    publish(
        events.HandoverDue(
            at=at,
            subject_id=str(closed.pk),
            happens_at=due_at.isoformat() if due_at else "",
            part=str(made.pk),
        )
    )
    return closed


@transaction.atomic
def hand(*, handover: ReceptionHandover, reference: str, at: datetime) -> ReceptionHandover:
    """Note that the reception has registered it under this number, once; return the row.

    The term of the answer runs from that day (art. 76(1)).
    """
    current = ReceptionHandover.objects.select_for_update(of=("self",)).get(pk=handover.pk)
    if current.handed_at is not None:
        raise Conflict(_("It is handed over already."), code="already_handed_over")
    if not reference.strip() or len(reference) > 60:
        raise InvalidInput(fields={"reference": _("Give the number of the appeal (at most 60 characters).")})
    norm = current.initiative.kind_version.norm(NormCode.APPEAL_PERIOD)
    current.handed_at, current.reference = at, reference.strip()
    current.answer_due_at = norm.term_after(at).due_at if norm else None
    current.save(update_fields=["handed_at", "reference", "answer_due_at"])
    record(subject=current, action="hand", actor=None, at=at, data={"reference": current.reference})
    return current
