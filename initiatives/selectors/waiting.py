"""What waits for the certification authority: before one initiative, of one reader, in all."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Min, Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from initiatives.limits import PENDING_GRACE
from initiatives.models import Initiative, WaitingAct
from initiatives.states import OPEN_TO_VOTES, State, WaitingOutcome

if TYPE_CHECKING:
    from accounts.models import User

GONE = frozenset({State.WITHDRAWN, State.LAPSED, State.BELOW_THRESHOLD, State.ARCHIVED})
"""Stages that no vote reaches any more. In the others what was received in time is still counted."""

ENDED = Q(initiative__state__in=GONE) | Q(initiative__text_removed_at__isnull=False)


def counted_until(initiative: Initiative) -> datetime | None:
    """Return until when an act received in time can still be counted; None while the stage takes votes or leads to such a one."""
    if initiative.state in OPEN_TO_VOTES | {State.CHECK}:
        return None
    return (initiative.threshold_reached_at or initiative.state_since) + PENDING_GRACE


def end_waits(initiative: Initiative, at: datetime) -> bool:
    """Return whether the step that ends the voting is to wait for acts that were received before the end."""
    due = initiative.state_deadline_at
    if due is None or at >= due + PENDING_GRACE:
        return False
    return WaitingAct.objects.filter(initiative=initiative, settled_at=None).exists()


def number_waiting(initiative: Initiative) -> int:
    """Return how many votes wait and are not in the count."""
    return WaitingAct.objects.filter(initiative=initiative, settled_at=None, gives=True).count()


def own_waiting(initiative: Initiative, user: "User | None", session_act: int | None) -> WaitingAct | None:
    """Return the reader's latest act that waited here; by the number alone where they are known by their browser only."""
    acts = WaitingAct.objects.filter(initiative=initiative).order_by("-received_at", "-pk")
    found = acts.filter(voter=user).first() if user else None
    return found or (acts.filter(pk=session_act).first() if session_act is not None else None)


def counted_as(key: int) -> int | None:
    """Return the number of the act that the waiting act of this number became."""
    return WaitingAct.objects.filter(pk=key).values_list("vote_act", flat=True).first()


def waiting_of(user: "User", *, limit: int) -> list[WaitingAct]:
    """Return what waits of a person, and what was settled otherwise than by counting; the latest first."""
    acts = WaitingAct.objects.filter(voter=user).exclude(outcome=WaitingOutcome.COUNTED)
    return list(acts.select_related("initiative").order_by("-received_at")[:limit])


def lines(at: datetime) -> "dict[str, str | int]":
    """Return what administrators see of it: how many wait and since when, and what was settled in the last 24 hours."""
    waiting = WaitingAct.objects.filter(settled_at=None).aggregate(number=Count("pk"), oldest=Min("received_at"))
    settled = WaitingAct.objects.filter(settled_at__gt=at - timedelta(days=1)).order_by().values_list("outcome")
    found = dict(settled.annotate(number=Count("pk")))
    oldest = waiting["oldest"]
    return {
        gettext("Waiting now"): waiting["number"],
        gettext("The oldest since"): date_format(localtime(oldest), "DATETIME_FORMAT") if oldest else "–",
        **{
            gettext("In 24 hours: %(outcome)s") % {"outcome": outcome.label}: found.get(outcome.value, 0)
            for outcome in WaitingOutcome
        },
    }
