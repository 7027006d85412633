"""Troubles of the trust that the portal lives by, from their beginning to their end: each is told to administrators once."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from signatures.states import Trouble


class Incident(models.Model):
    """One trouble. `place` is the address that does not answer, empty where it is about none; one of a kind is open at a time."""

    kind = models.CharField(max_length=12, choices=Trouble.choices)
    place = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField()
    told_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ("-told_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "place"), name="signatures_one_open_incident", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(condition=Q(kind__in=Trouble.values), name="signatures_known_trouble"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")),
                name="signatures_incident_ends_later",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.place}".strip()
