"""Atom feeds (RFC 4287) and calendars (RFC 5545): what is new, what was answered, what happens next.

A feed takes the filters of the list in its address, so that every list, search included, can be followed as it stands. The
entries keep their ids for ever; texts of citizens say in which language they are.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from initiatives import switches
from initiatives.forms import ListForm
from initiatives.models import Initiative
from initiatives.querysets import InitiativeQuerySet
from initiatives.selectors import ListFilter, get_visible_or_404
from initiatives.selectors.agenda import Day, agenda, days_of
from initiatives.selectors.lists import filtered
from initiatives.selectors.pages import public_history
from initiatives.states import LISTED, Order
from initiatives.views.reading import asked_for
from portal import clock
from portal.errors import NotVisible
from portal.switches.gate import needs
from portal.web.access import decides, public
from portal.web.caching import shared

if TYPE_CHECKING:
    _Feed = Feed[Any, Any]
else:
    _Feed = Feed

ENTRIES = 30
SUMMARY_LETTERS = 400
BEGINNING = datetime(2024, 1, 1, tzinfo=UTC)
"""What an empty feed says of its last change, so that it stays the same as long as it is empty."""

UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML 1.0 cannot hold."""


def tag(path: str) -> str:
    """Return an id for ever (RFC 4151): it survives a change of addresses."""
    return f"tag:{urlsplit(settings.PORTAL_ORIGIN).hostname},2026:{path}"


def absolute(name: str, *args: object) -> str:
    """Return the public address of a page in the reader's language."""
    return f"{settings.PORTAL_ORIGIN}{reverse(name, args=args)}"


class _Atom(Atom1Feed):
    """Atom whose entries say their language, and that does not change while nothing happens."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        """Return the language of the entry."""
        return {"xml:lang": item["language"]} if item.get("language") else {}

    def latest_post_date(self) -> datetime:
        """Return when the newest entry was changed."""
        found = [item[name] for item in self.items for name in ("updateddate", "pubdate") if item.get(name)]
        return max(found, default=BEGINNING)


class _Portal(_Feed):
    feed_type = _Atom
    author_name = "Халық үні"

    def link(self, obj: Any) -> str:
        return absolute("initiatives:index")

    def feed_url(self, obj: Any) -> str:
        return str(obj["url"])

    def feed_guid(self, obj: Any) -> str:
        return tag(obj["id"])

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return {
            "url": f"{settings.PORTAL_ORIGIN}{request.path}{query}",
            "id": f"feeds{request.path}{query}",
            "asked": _asked(request),
        }


class NewestFeed(_Portal):
    """What was published last, of the list asked for."""

    what, moment = "initiatives", "published_at"

    def title(self, obj: Any) -> str:
        words = obj["asked"].words
        return _("Petitions and ideas: %(words)s") % {"words": plain(words)} if words else _("New petitions and ideas")

    def items(self, obj: Any) -> Sequence[Initiative]:
        found: InitiativeQuerySet = filtered(obj["asked"], at=clock.now()).filter(**{f"{self.moment}__isnull": False})
        return list(found.select_related("topic", "body").order_by(f"-{self.moment}", "-pk")[:ENTRIES])

    def item_title(self, item: Initiative) -> str:
        return plain(item.title)

    def item_description(self, item: Initiative) -> str:
        return plain(Truncator(item.problem).chars(SUMMARY_LETTERS))

    def item_link(self, item: Initiative) -> str:
        return absolute("initiatives:detail", item.code)

    def item_guid(self, item: Initiative) -> str:
        return tag(f"{self.what}/{item.code}")

    def item_pubdate(self, item: Initiative) -> datetime | None:
        moment: datetime | None = getattr(item, self.moment)
        return moment

    def item_updateddate(self, item: Initiative) -> datetime:
        moment: datetime = getattr(item, self.moment)
        return max(item.state_since, moment)

    def item_categories(self, item: Initiative) -> list[str]:
        return [item.topic.slug] if item.topic else []

    def item_extra_kwargs(self, item: Initiative) -> dict[str, Any]:
        return {"language": item.language}


class AnsweredFeed(NewestFeed):
    """What was answered last."""

    what, moment = "answers", "answered_at"

    def title(self, obj: Any) -> str:
        return _("Answered petitions and ideas")


class HistoryFeed(_Portal):
    """What happened to one petition."""

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        initiative = get_visible_or_404(request.user, kwargs["code"])
        if initiative.state not in LISTED:
            raise NotVisible  # before the check only the link opens it: nothing of it goes to programs
        url = f"{settings.PORTAL_ORIGIN}{request.path}"
        return {"initiative": initiative, "url": url, "id": f"history/{initiative.code}/{get_language()}"}

    def title(self, obj: Any) -> str:
        return plain(obj["initiative"].title)

    def link(self, obj: Any) -> str:
        return absolute("initiatives:detail", obj["initiative"].code)

    def items(self, obj: Any) -> list[dict[str, Any]]:
        steps = public_history(obj["initiative"])
        told = [
            {**step, "number": number, "code": obj["initiative"].code} for number, step in enumerate(steps, start=1)
        ]
        return told[::-1]

    def item_title(self, item: dict[str, Any]) -> str:
        return str(item["title"])

    def item_description(self, item: dict[str, Any]) -> str:
        return plain(item["text"])

    def item_link(self, item: dict[str, Any]) -> str:
        return absolute("initiatives:detail", item["code"])

    def item_guid(self, item: dict[str, Any]) -> str:
        return tag(f"history/{item['code']}/{item['number']}")

    def item_pubdate(self, item: dict[str, Any]) -> datetime:
        moment: datetime = item["at"]
        return moment

    item_updateddate = item_pubdate


def plain(text: object) -> str:
    """Return the text without characters that no XML can hold."""
    return UNWRITABLE.sub("", str(text))


def _asked(request: HttpRequest) -> ListFilter:
    form = ListForm(request.GET)
    form.is_valid()  # as the list does: what does not validate does not filter
    data = {**form.cleaned_data, "order": Order.NEWEST, "page": 1}
    return asked_for(data)


@public
@needs(switches.FEEDS)
@shared(seconds=60)
@require_safe
def newest(request: HttpRequest) -> HttpResponse:
    """New petitions and ideas; the filters are those of the list."""
    return NewestFeed()(request)


@public
@needs(switches.FEEDS)
@shared(seconds=60)
@require_safe
def answered(request: HttpRequest) -> HttpResponse:
    """Answered petitions and ideas; the filters are those of the list."""
    return AnsweredFeed()(request)


@decides("initiatives.may_read")
@needs(switches.FEEDS)
@shared(seconds=60)
@require_safe
def history(request: HttpRequest, code: str) -> HttpResponse:
    """The steps of one petition."""
    return HistoryFeed()(request, code=code)


@public
@needs(switches.FEEDS)
@shared(seconds=300)
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """Days ahead of the published petitions and ideas; the filters are those of the list."""
    return _calendar(request, _("Petitions and ideas: days ahead"), agenda(_asked(request), at=clock.now()))


@decides("initiatives.may_read")
@needs(switches.FEEDS)
@shared(seconds=300)
@require_safe
def own_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """The days of one petition."""
    initiative = get_visible_or_404(request.user, code)
    if initiative.state not in LISTED:
        raise NotVisible
    return _calendar(request, initiative.title, days_of([initiative], at=clock.now()))


def _calendar(request: HttpRequest, name: str, days: Sequence[Day]) -> HttpResponse:
    found = Calendar()
    found.add("prodid", f"-//Halyq uni//Petitions//{(get_language() or 'kk').upper()}")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("name", name)
    found.add("x-wr-calname", name)
    found.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", "PT6H")
    for day in days:
        found.add_component(_event(day))
    response = HttpResponse(found.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return response


def _event(day: Day) -> Event:
    event = Event()
    event.add("uid", f"{day.key}@{urlsplit(settings.PORTAL_ORIGIN).hostname}")
    # The moment of the last decision, not of this answer: the file stays the same while nothing changes.
    event.add("dtstamp", day.changed_at)
    event.add("dtstart", day.on)
    if day.on < date.max:  # without an end it lasts the day (RFC 5545, 3.6.1)
        event.add("dtend", day.on + timedelta(days=1))
    event.add("summary", plain(day.title), parameters={"LANGUAGE": day.language})
    event.add("description", plain(day.text), parameters={"LANGUAGE": day.language})
    event.add("url", absolute("initiatives:detail", day.code))
    event.add("transp", "TRANSPARENT")
    return event
