"""An initiative as a card of a list, with the reason why it stands where it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from initiatives.models import Initiative
from initiatives.ranking import RISING_HOURS, trending_votes
from initiatives.selectors.lateness import lateness_of
from initiatives.states import Order
from portal.web.components import Line

RELEVANCE = "relevance"
"""The order of what was searched for; it is not among those one can choose."""

WHOLE = 0.999
"""A likeness from here on means that the title has all the words as they were typed."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a list shows of one initiative; fields are named as the card component's parameters."""

    code: str
    title: str
    language: str
    href: str
    kicker: str
    state: str
    state_label: str
    votes: int
    threshold: int | None
    meta: tuple[Line, ...]
    why: str
    is_late: bool = False


def cards(initiatives: Iterable[Initiative], *, order: str = "", at: datetime) -> list[Card]:
    """Return cards for initiatives that carry kind, body, territory, topic and tally."""
    return [card(one, order=order, at=at) for one in initiatives]


def card(initiative: Initiative, *, order: str, at: datetime) -> Card:
    """Return the card of one initiative."""
    meta = [Line("pin", str(initiative.territory))]
    if initiative.topic is not None:
        meta.append(Line("document", str(initiative.topic)))
    if initiative.takes_votes and initiative.closes_at:
        until = date_format(localtime(initiative.closes_at), "DATE_FORMAT")
        meta.append(Line("clock", _("open until %(date)s") % {"date": until}))
    late = lateness_of(initiative, at=at)
    if late is not None:
        sentence = ngettext("The body is %(days)s day late", "The body is %(days)s days late", late.days)
        meta.insert(0, Line("warning", sentence % {"days": number_format(late.days, force_grouping=True)}))
    return Card(
        code=initiative.code,
        title=initiative.shown_title or _("Untitled draft"),
        language=initiative.shown_language,
        href=reverse("initiatives:detail", args=[initiative.code]),
        kicker=str(initiative.body),
        state=initiative.state,
        state_label=initiative.get_state_display(),
        votes=votes_of(initiative),
        threshold=initiative.threshold,
        meta=tuple(meta),
        why=why_here(initiative, order, at),
        is_late=late is not None,
    )


def votes_of(initiative: Initiative) -> int:
    """Return the folded count, at most a second behind; 0 before the first vote."""
    tally = getattr(initiative, "tally", None)
    return tally.votes if tally else 0


def why_here(initiative: Initiative, order: str, at: datetime) -> str:
    """Return one sentence on why the initiative stands here in that order; empty where the list has no order."""
    tally: Any = getattr(initiative, "tally", None)
    votes = votes_of(initiative)
    if order == Order.TRENDING and tally and tally.trend is not None:
        weighed = number_format(trending_votes(tally.trend, at), 1)
        return _("Trending score %(score)s: every vote counts half as much after 24 hours.") % {"score": weighed}
    if order == Order.MOST_SUPPORTED:
        return ngettext("%(count)s vote in force.", "%(count)s votes in force.", votes) % {
            "count": number_format(votes, force_grouping=True)
        }
    if order == Order.PROGRESS and initiative.threshold:
        share = number_format(100 * votes / initiative.threshold, 1)
        return _("%(share)s %% of the votes it needs.") % {"share": share}
    if order == Order.RISING and tally and tally.rising > 0:
        times = number_format(tally.rising + 1, 1)
        sentence = _(
            "In the last %(hours)d hours votes came at least %(times)s times as fast as is usual for its kind and place."
        )
        return sentence % {"hours": RISING_HOURS, "times": times}
    return _by_words(initiative) if order == RELEVANCE else _by_date(initiative, order)


def _by_words(initiative: Initiative) -> str:
    """Say where the words were found; the query has annotated how well they fit title and text."""
    if getattr(initiative, "similarity", 0) >= WHOLE:
        return _("Your words stand in the title.")
    if getattr(initiative, "relevance", 0) > 0:
        return _("Your words stand in the title or the text, as typed or in another form.")
    return _("The title is like your words.")


def _by_date(initiative: Initiative, order: str) -> str:
    dated: dict[str, tuple[str, datetime | None]] = {
        Order.CLOSING_SOON: (_("Votes close on %(date)s"), initiative.closes_at),
        Order.NEWEST: (_("Published on %(date)s"), initiative.published_at),
        Order.ANSWERED: (_("Answered on %(date)s"), initiative.answered_at),
    }
    sentence, moment = dated.get(order, ("", None))
    return sentence % {"date": date_format(localtime(moment), "DATE_FORMAT")} if moment else ""
