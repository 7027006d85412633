"""What the clock does by itself: lapse, fall below the threshold, archive. Asked by the beat, idempotent."""

import logging
from datetime import datetime

from django.db import transaction

from initiatives.models import Initiative
from initiatives.selectors.waiting import end_waits
from initiatives.services import requesting
from initiatives.services.handing_over import fall_below
from initiatives.services.standing import close_gate, settle
from initiatives.workflow import FLOWS, workflow_of
from portal.errors import Refusal
from portal.workflow import perform

logger = logging.getLogger(__name__)


def run_due(*, at: datetime) -> int:
    """Take every step whose state's deadline has passed; return how many were taken.

    Each has a transaction of its own. The end of voting waits a while for votes that were received before it and of which the
    certification authority has not said whether they are good (`limits.PENDING_GRACE`). A late *person* (moderator, body) is
    never overtaken: those states have no step of the clock, and the passed deadline shows as lateness.
    """
    moved_by_clock = {state for flow in FLOWS.values() for state in flow.states if flow.at_deadline(state) is not None}
    taken = 0
    for initiative in Initiative.objects.due(at).filter(state__in=moved_by_clock).select_related("kind"):
        taken += _take(initiative, at)
    return taken


def _take(initiative: Initiative, at: datetime) -> bool:
    flow = workflow_of(initiative)
    step = flow.at_deadline(initiative.state)
    if step is None:
        return False
    try:
        with transaction.atomic():
            close_gate(initiative)
            # Votes of the last second may have reached the number before any task counted them.
            if settle(initiative, at=at) or requesting.send_at_end(initiative, at=at):
                return True
            if end_waits(initiative, at):
                return False
            if step.name == "fall_below":
                fall_below(initiative=initiative, at=at)
            else:
                perform(flow, step.name, subject=initiative, by=None, at=at)
    except Refusal as refusal:
        logger.info("step %s of initiative %s not taken: %s", step.name, initiative.pk, refusal.code)
        return False
    return True
