"""How far the vote logs are behind the votes, for the page of administrators."""

from datetime import datetime

from django.db.models import Count, Min
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext

from signatures.models import LogEntry, TreeHead


def lines(at: datetime) -> dict[str, str | int]:
    """Return how many entries wait for their place, since when the oldest does, and when the last head was signed."""
    waiting = LogEntry.objects.filter(sequence=None).aggregate(number=Count("pk"), oldest=Min("at"))
    last = TreeHead.objects.order_by("-pk").values_list("at", flat=True).first()
    return {
        gettext("Entries that wait for their place"): waiting["number"],
        gettext("The oldest since"): _said(waiting["oldest"]),
        gettext("The last signed head"): _said(last),
    }


def _said(moment: datetime | None) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT") if moment else "–"
