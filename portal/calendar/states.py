"""How a dated row departs from the ordinary week of five working days."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DayKind(TextChoices):
    """Holidays: Law 267-II, Labour Code art. 84. Moved days: art. 5 of the law, orders under art. 85."""

    HOLIDAY = "holiday", _("Holiday")
    TRANSFERRED_DAY_OFF = "transferred_day_off", _("Day off moved here")
    TRANSFERRED_WORKING_DAY = "transferred_working_day", _("Working day at a weekend")
