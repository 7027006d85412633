"""How a dated row departs from the ordinary week of five working days."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DayKind(TextChoices):
    """Holidays stand in Law 267-II and Labour Code art. 84; days are moved by its art. 5 or by order (Labour Code art. 85)."""

    HOLIDAY = "holiday", _("Holiday")
    TRANSFERRED_DAY_OFF = "transferred_day_off", _("Day off moved here")
    TRANSFERRED_WORKING_DAY = "transferred_working_day", _("Working day at a weekend")
