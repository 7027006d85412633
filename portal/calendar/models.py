"""The dated exceptions to the five-day week, edited when the yearly orders on moved days are published."""

from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.calendar.states import DayKind


class CalendarDay(models.Model):
    """One day that is a holiday, a day off moved here, or a weekend day that is worked."""

    date = models.DateField(_("date"), unique=True)
    kind = models.CharField(_("kind"), max_length=30, choices=DayKind.choices)
    name = models.CharField(_("name"), max_length=200)
    moved_from = models.DateField(_("moved from"), null=True, blank=True)
    source = models.CharField(_("law or order"), max_length=250)
    is_verified = models.BooleanField(_("confirmed by two sources"), default=False)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    objects: ClassVar[models.Manager["CalendarDay"]] = models.Manager()

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ("date",)
        constraints = (
            models.CheckConstraint(condition=models.Q(kind__in=DayKind.values), name="calendar_day_of_a_known_kind"),
            models.CheckConstraint(
                condition=~models.Q(moved_from=models.F("date")), name="calendar_day_moved_from_another_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}"

    @property
    def is_worked(self) -> bool:
        """Whether state bodies work on this day."""
        return self.kind == DayKind.TRANSFERRED_WORKING_DAY

    def clean(self) -> None:
        """Only a weekend day can become a working day."""
        if self.is_worked and isinstance(self.date, date) and self.date.weekday() < 5:
            raise ValidationError({"kind": _("This day is worked anyway.")})
