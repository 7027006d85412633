"""The three clocks of the addressed body: register, decide, publish (arts 64(2), 90-5(1), 90-6(3))."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from initiatives.models import Decision, Initiative
from initiatives.states import NormCode, State
from portal.clock import local_date

if TYPE_CHECKING:
    from portal.errors import Sentence

RUNS_IN = {
    "register": (State.SENT, NormCode.REGISTRATION_PERIOD, _("Register")),
    "decide": (State.REGISTERED, NormCode.ANSWER_PERIOD, _("Decide")),
    "publish": (State.DECIDED, NormCode.PUBLICATION_PERIOD, _("Publish")),
}


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock. `state` is ahead, running, late, met or met_late; `due` is known once it has begun."""

    name: str
    label: "Sentence"
    state: str
    due: date | None = None
    done: date | None = None


def three_clocks(initiative: Initiative, decision: Decision | None, *, at: datetime) -> list[Clock]:
    """Return the clocks that its kind has before the body; of one already met, whether it was in time."""
    signed_at = decision.signed_at if decision else None
    published_at = decision.published_at if decision else None
    registered_at = initiative.registered_at
    since = initiative.state_since
    spans = {
        "register": (since if initiative.state == State.SENT else None, registered_at),
        "decide": (registered_at, signed_at),
        "publish": (signed_at, published_at),
    }
    ruled = (name for name, (_state, code, _label) in RUNS_IN.items() if initiative.kind_version.norm(code))
    return [_clock(initiative, name, *spans[name], at=at) for name in ruled]


def _clock(initiative: Initiative, name: str, start: datetime | None, end: datetime | None, *, at: datetime) -> Clock:
    _state, code, label = RUNS_IN[name]
    norm = initiative.kind_version.norm(code)
    if initiative.is_request and name == "decide":
        label = _("Answer the request")
    due = norm.term_after(start).due if norm and start else None
    done = local_date(end) if end else None
    if done is not None:
        return Clock(name, label, "met_late" if due and done > due else "met", due, done)
    if due is None:
        return Clock(name, label, "ahead")
    return Clock(name, label, "late" if local_date(at) > due else "running", due)
