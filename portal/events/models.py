"""The outbox table."""

from django.db import models
from django.db.models import Q


class OutboxEvent(models.Model):
    """One event that happened, and which handlers have had it."""

    name = models.CharField(max_length=100)
    payload = models.JSONField()
    published_at = models.DateTimeField()
    handled_by = models.JSONField(default=list)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(
                fields=("next_attempt_at",), name="events_undelivered", condition=Q(delivered_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"
