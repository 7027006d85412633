"""A consolidated request goes to its body: sent by its author once enough joined, or by the portal when the time is over."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import ngettext

from initiatives import policies
from initiatives.models import Initiative
from initiatives.selectors.counts import exact_count
from initiatives.services.standing import close_gate
from initiatives.states import State
from initiatives.workflow import REQUEST
from portal.errors import Conflict
from portal.permissions import require
from portal.workflow import perform

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def send(*, initiative: Initiative, by: "User", seen_revision: int, at: datetime) -> Initiative:
    """Send the request before its time is over; return it as it now stands. Raises Conflict while too few have joined."""
    require(policies.may_send_request(by, initiative))
    close_gate(initiative)
    votes, needed = exact_count(initiative), initiative.threshold or 1
    if votes < needed:
        missing = needed - votes
        sentence = ngettext(
            "%(missing)d more person must join first.", "%(missing)d more people must join first.", missing
        )
        raise Conflict(sentence % {"missing": missing}, code="too_few_joined")
    return perform(
        REQUEST,
        "send",
        subject=initiative,
        by=by,
        at=at,
        expected_revision=seen_revision,
        changes={"closes_at": at, "threshold_reached_at": at},
        data={"votes": votes},
    )


def send_at_end(initiative: Initiative, *, at: datetime) -> bool:
    """When the time to join is over, send what enough people joined; return whether it was. The gate is closed by the caller."""
    if not initiative.is_request or initiative.state != State.COLLECTING:
        return False
    votes = exact_count(initiative)
    if votes < (initiative.threshold or 1):
        return False
    changes = {"threshold_reached_at": at}
    perform(REQUEST, "send_at_end", subject=initiative, by=None, at=at, changes=changes, data={"votes": votes})
    return True
