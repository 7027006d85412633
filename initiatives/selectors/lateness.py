"""Whether the body is late, by how much, and why that date: said alike on the page, on cards and on the board."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from initiatives.models import Initiative
from initiatives.states import WITH_THE_BODY, State
from portal.clock import local_date

if TYPE_CHECKING:
    from portal.errors import Sentence

OWED: dict[str, "Sentence"] = {
    State.SENT: _("The body had to register the petition."),
    State.REGISTERED: _("The body had to decide."),
    State.DECIDED: _("The body had to publish its decision."),
}


@dataclass(frozen=True, slots=True)
class Lateness:
    """What the body owed, by which day, and how many days have passed since."""

    owed: "Sentence"
    due: date
    days: int


def lateness_of(initiative: Initiative, *, at: datetime) -> Lateness | None:
    """Return how late the body is with what the petition waits for; None while it is in time. Costs no query."""
    if initiative.state not in WITH_THE_BODY or initiative.state_deadline_at is None:
        return None
    due = local_date(initiative.state_deadline_at)
    days = (local_date(at) - due).days
    return Lateness(OWED[initiative.state], due, days) if days > 0 else None
