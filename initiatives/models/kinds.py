"""Kinds of initiatives and their dated numbers. Staff edit them as data; an open petition keeps the version it began with."""

from datetime import datetime
from decimal import Decimal
from typing import cast

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from initiatives.querysets import KindQuerySet, KindVersionQuerySet
from initiatives.states import NormCode, Process, Unit
from portal.calendar import Deadline, deadline
from portal.calendar import Unit as CalendarUnit


class InitiativeKind(models.Model):
    """What one can write: a petition to one level of power, or a public idea."""

    slug = models.SlugField(max_length=60, unique=True)
    process = models.CharField(max_length=10, choices=Process.choices)
    body_kind = models.CharField(
        _("kind of body addressed"),
        max_length=20,
        blank=True,
        help_text=_("Empty: any body may be addressed."),
    )
    name = models.CharField(max_length=120)
    summary = models.CharField(max_length=300)
    requires_eds = models.BooleanField(_("votes need a digital signature"), default=True)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    objects = KindQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind of initiative")
        verbose_name_plural = _("kinds of initiatives")
        ordering = ("position", "slug")

    def __str__(self) -> str:
        return self.name


class KindVersion(models.Model):
    """The numbers of a kind in force between two dates."""

    kind = models.ForeignKey(InitiativeKind, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    effective_from = models.DateField()
    effective_until = models.DateField(null=True, blank=True, help_text=_("First day on which it no longer applies."))
    source = models.CharField(_("source of law"), max_length=250)

    objects = KindVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a kind")
        verbose_name_plural = _("versions of kinds")
        ordering = ("kind", "number")
        constraints = (
            models.UniqueConstraint(fields=("kind", "number"), name="initiatives_version_number_once"),
            models.CheckConstraint(
                condition=Q(effective_until__isnull=True) | Q(effective_until__gt=F("effective_from")),
                name="initiatives_version_ends_after_start",
            ),
            ExclusionConstraint(
                name="initiatives_one_version_in_force",
                expressions=[
                    (
                        Func(
                            "effective_from",
                            "effective_until",
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    ("kind", RangeOperators.EQUAL),
                ],
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} v{self.number}"

    def norm(self, code: NormCode) -> "Norm | None":
        """Return the norm of that code; None where this kind has no such rule. Reads the prefetched set."""
        return next((norm for norm in self.norms.all() if norm.code == code), None)

    def number_of(self, code: NormCode) -> Decimal | None:
        """Return the bare number of a norm, in the norm's own unit."""
        norm = self.norm(code)
        return norm.number if norm else None


class Norm(models.Model):
    """One number of the law: how much, of what, counted from when, and by which article."""

    version = models.ForeignKey(KindVersion, on_delete=models.CASCADE, related_name="norms")
    code = models.CharField(max_length=25, choices=NormCode.choices)
    number = models.DecimalField(max_digits=12, decimal_places=2)
    unit = models.CharField(max_length=15, choices=Unit.choices)
    start_event = models.CharField(_("counted from"), max_length=120)
    article = models.CharField(max_length=120)
    is_verified = models.BooleanField(_("checked against the official text"), default=False)

    class Meta:
        verbose_name = _("norm")
        verbose_name_plural = _("norms")
        constraints = (
            models.UniqueConstraint(fields=("version", "code"), name="initiatives_norm_once_per_version"),
            models.CheckConstraint(condition=Q(number__gt=0), name="initiatives_norm_is_positive"),
        )

    def __str__(self) -> str:
        return f"{self.get_code_display()}: {self.number.normalize():f} {self.get_unit_display()}"

    def term_after(self, start: datetime) -> Deadline:
        """Return the end of this term counted from `start`, with its day-by-day explanation."""
        return deadline(start, int(self.number), cast(CalendarUnit, self.unit))


class KindDraft(models.Model):
    """The next version of a kind while an administrator writes it; nobody lives by it. `norms`: code -> its fields."""

    kind = models.OneToOneField(InitiativeKind, on_delete=models.CASCADE, related_name="draft")
    effective_from = models.DateField()
    source = models.CharField(_("source of law"), max_length=250)
    norms = models.JSONField(default=dict)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft of a version")
        verbose_name_plural = _("drafts of versions")

    def __str__(self) -> str:
        return f"{self.kind}: {self.effective_from}"
