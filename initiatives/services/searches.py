"""Searches that people keep, and telling them what is new in them: each text once, in the morning they chose."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from initiatives import policies
from initiatives.limits import SEARCHES_PER_PERSON
from initiatives.models import SavedSearch
from initiatives.selectors.lists import ListFilter, filtered
from initiatives.states import Frequency, Order
from portal.clock import ALMATY
from portal.errors import Conflict, InvalidInput, TooMany
from portal.notifications.dispatch import notify
from portal.permissions import require
from portal.text import clean_line

if TYPE_CHECKING:
    from accounts.models import User

MORNING = 8
SETTLED = timedelta(minutes=10)
"""What was published less than this ago is told next time: a publication that is not committed yet must not be passed over."""

TITLES_TOLD = 10
FIELDS = ("words", "stage", "kind", "topic", "region", "language", "body", "sdg")


def keep(*, by: "User", name: str, query: dict[str, Any], frequency: str, at: datetime) -> SavedSearch:
    """Keep a search and return it. Raises InvalidInput, TooMany beyond the limit, Conflict when it is kept already."""
    require(policies.may_keep_search(by, None))
    values = _checked(name, frequency)
    kept = {field: query[field] for field in FIELDS if query.get(field)}
    if not kept:
        raise InvalidInput(fields={"name": _("Choose words or a filter first: the whole list needs no search.")})
    with transaction.atomic():
        get_user_model()._default_manager.select_for_update(no_key=True).get(pk=by.pk)
        if SavedSearch.objects.filter(owner=by).count() >= SEARCHES_PER_PERSON:
            raise TooMany(
                _("You keep %(number)d searches already. Delete one of them first.") % {"number": SEARCHES_PER_PERSON},
                code="many_searches",
            )
        try:
            with transaction.atomic():
                return SavedSearch.objects.create(
                    owner=by, query=kept, created_at=at, seen_until=at, looked_at=at, **values
                )
        except IntegrityError as error:
            raise Conflict(_("You keep this search already."), code="search_kept") from error


def change(*, search: SavedSearch, by: "User", name: str, frequency: str) -> SavedSearch:
    """Rename a search or hear of it at other times; return it."""
    require(policies.may_keep_search(by, search))
    values = _checked(name, frequency)
    SavedSearch.objects.filter(pk=search.pk).update(**values)
    search.name, search.frequency = values["name"], values["frequency"]
    return search


def drop(*, search: SavedSearch, by: "User") -> None:
    """Forget a search."""
    require(policies.may_keep_search(by, search))
    search.delete()


def tell_due(*, at: datetime) -> int:
    """Tell of what is new in each search that is due; return how many people were told. May run as often as one likes."""
    told, last = 0, 0
    while pks := list(_due(at).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:500]):
        told += sum(tell(pk, at=at) for pk in pks)
        last = pks[-1]
    return told


@transaction.atomic
def tell(pk: int, *, at: datetime) -> int:
    """Tell the owner what this search found since the last time, in one message, and move on; 0 when there is nothing."""
    search = _due(at).select_for_update(skip_locked=True, of=("self",)).select_related("owner").filter(pk=pk).first()
    if search is None:
        return 0
    until = max(search.seen_until, at - SETTLED)
    fresh = filtered(asked_of(search), at=at).filter(published_at__gt=search.seen_until, published_at__lte=until)
    number = fresh.count()
    told = 0
    if number:
        titles = list(fresh.order_by("-published_at", "-pk").values_list("title", flat=True)[:TITLES_TOLD])
        told = notify(
            [search.owner],
            topic="searches",
            template="initiatives/search_found",
            key=f"search:{search.pk}:{until.isoformat()}",
            at=at,
            context={"name": search.name, "number": number, "titles": titles, "rest": number - len(titles)},
            url_name="initiatives:open_search",
            url_args=[search.pk],
        )
    search.seen_until, search.looked_at = until, at
    search.save(update_fields=["seen_until", "looked_at"])
    return told


def asked_of(search: SavedSearch) -> ListFilter:
    """Return the list that the search stands for, the newest first."""
    known = {field: search.query[field] for field in FIELDS if field in search.query}
    return ListFilter(**known, order=Order.NEWEST)


def _due(at: datetime) -> Any:
    """Those that were not looked at since this morning, or since this week's Monday morning."""
    local = at.astimezone(ALMATY)
    today = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    if local < today:
        today -= timedelta(days=1)
    monday = today - timedelta(days=today.weekday())
    return SavedSearch.objects.filter(
        Q(frequency=Frequency.DAILY, looked_at__lt=today) | Q(frequency=Frequency.WEEKLY, looked_at__lt=monday),
        owner__is_active=True,
    )


def _checked(name: str, frequency: str) -> dict[str, str]:
    name = clean_line(name, field="name")
    if not name or len(name) > 80:
        raise InvalidInput(fields={"name": _("Give the search a name of at most 80 characters.")})
    if frequency not in Frequency.values:
        raise InvalidInput(fields={"frequency": _("Choose how often you want to hear of it.")})
    return {"name": name, "frequency": frequency}
