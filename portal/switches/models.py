"""The one table: a row for each switch that was ever turned."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SwitchState(models.Model):
    """How a switch stands, why, and by whom; what came before is in the audit log."""

    name = models.CharField(max_length=40, primary_key=True)
    is_on = models.BooleanField(default=True)
    reason_kk = models.CharField(max_length=300, blank=True)
    reason_ru = models.CharField(max_length=300, blank=True)
    reason_en = models.CharField(max_length=300, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("switch")
        verbose_name_plural = _("switches")
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=Q(is_on=True) | (~Q(reason_kk="") & ~Q(reason_ru="")), name="switches_off_says_why"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def reasons(self) -> dict[str, str]:
        """The reason by language; those that were not written are left out."""
        written = {"kk": self.reason_kk, "ru": self.reason_ru, "en": self.reason_en}
        return {language: reason for language, reason in written.items() if reason}
