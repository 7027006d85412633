"""The audit table. Rows are never updated or deleted; a trigger in the migration says so too."""

from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """One act on one subject."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    sequence = models.PositiveIntegerField()
    action = models.CharField(max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    entry_hash = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "audit entries"
        ordering = ("subject_type", "subject_id", "sequence")
        constraints = (
            models.UniqueConstraint(
                fields=("subject_type", "subject_id", "sequence"), name="audit_sequence_once_per_subject"
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject_type}:{self.subject_id} #{self.sequence} {self.action}"


class ChainCheck(models.Model):
    """One nightly check of hash chains: how far it came, and what it found. The next one goes on from there."""

    chain = models.CharField(max_length=40)
    at = models.DateTimeField()
    up_to = models.PositiveBigIntegerField()
    head = models.CharField(max_length=64, blank=True)
    checked = models.PositiveIntegerField()
    breaks = models.JSONField(default=list)

    class Meta:
        verbose_name_plural = "checks of chains"
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.chain} up to {self.up_to}: {len(self.breaks)} breaks"
