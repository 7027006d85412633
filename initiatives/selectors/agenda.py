"""Days to keep in mind: when votes close, when a body must act, when a promise falls due."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from initiatives.models import Initiative, Milestone
from initiatives.querysets import InitiativeQuerySet
from initiatives.selectors.lists import ListFilter, filtered
from initiatives.selectors.pages import current_term
from initiatives.selectors.rules import with_rules
from initiatives.states import LISTED, OPEN_TO_VOTES, WITH_THE_BODY, Order, State
from initiatives.workflow import CLOCK_OF_STATE
from portal.clock import local_date

MOST = 300
"""Initiatives of one calendar; whoever needs more narrows it by body, topic or region."""

WAITED_FOR = frozenset({*OPEN_TO_VOTES, State.THRESHOLD_REACHED, *WITH_THE_BODY, State.EXECUTION}) & LISTED
"""States in which a day is ahead."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day. `key` is the same whenever the same thing is told again; `changed_at` is when it was last decided anew."""

    key: str
    on: date
    title: str
    text: str
    language: str
    code: str
    changed_at: datetime


def agenda(asked: ListFilter, *, at: datetime) -> list[Day]:
    """Return the days ahead of the published initiatives that fit, the nearest first."""
    found = filtered(replace(asked, order=Order.NEWEST), at=at)
    waited: InitiativeQuerySet = found.filter(state__in=WAITED_FOR).select_related("body").defer("proposal")
    ahead = waited.order_by("state_deadline_at", "closes_at", "pk")[:MOST]
    days = days_of(ahead, at=at)
    return [day for day in days if day.on >= local_date(at)]


def days_of(initiatives: Iterable[Initiative], *, at: datetime) -> list[Day]:
    """Return the days of these initiatives, the nearest first; past ones too. Two queries, however many they are."""
    found = {one.pk: with_rules(one) for one in initiatives}
    days = [day for one in found.values() for day in (_closing(one, at), _term(one)) if day is not None]
    promised = Milestone.objects.filter(initiative__in=found, done_date__isnull=True)
    days += [_promise(found[one.initiative_id], one) for one in promised]
    return sorted(days, key=lambda day: (day.on, day.key))


def _closing(one: Initiative, at: datetime) -> Day | None:
    if one.state not in OPEN_TO_VOTES or one.closes_at is None:
        return None
    title = _("Last day to vote: %(title)s") % {"title": one.title}
    return _day(one, "closing", local_date(one.closes_at), title, one.state_since)


def _term(one: Initiative) -> Day | None:
    """The term of the body or of those who send and check; votes have their closing instead."""
    code = CLOCK_OF_STATE.get(State(one.state))
    term, norm = current_term(one), one.kind_version.norm(code) if code else None
    if term is None or norm is None or one.state in OPEN_TO_VOTES:
        return None
    title = _("%(term)s ends: %(title)s") % {"term": norm.get_code_display(), "title": one.title}
    return _day(one, f"term-{one.state}", term.due, title, one.state_since)


def _promise(one: Initiative, milestone: Milestone) -> Day:
    title = _("Promised by this day: %(promise)s") % {"promise": milestone.title}
    return _day(one, f"promise-{milestone.pk}", milestone.due_date, title, milestone.created_at)


def _day(one: Initiative, what: str, on: date, title: str, changed_at: datetime) -> Day:
    text = _("To: %(body)s") % {"body": one.body}
    return Day(f"{what}-{one.code}", on, title, f"{one.title}\n{text}", one.language, one.code, changed_at)
