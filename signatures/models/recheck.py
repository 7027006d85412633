"""A recheck of many stored signatures: one run of chunks, each of which is judged once, whoever dies meanwhile."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class RecheckRun(models.Model):
    """All counted signatures of one object that were received before the run began, to be judged again from what is stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.CharField(max_length=100)
    label = models.CharField(max_length=200, blank=True)
    total = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("recheck")
        verbose_name_plural = _("rechecks")
        ordering = ("-began_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("subject",), name="signatures_one_recheck_at_a_time", condition=Q(finished_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject} {self.began_at:%Y-%m-%d %H:%M}"


class RecheckChunk(models.Model):
    """Signatures from `first` to `last` in the order of their numbers. Its result is written once, when all are judged.

    `bad` lists number and code of those that did not verify; a code says nothing of a person.
    """

    run = models.ForeignKey(RecheckRun, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    first = models.UUIDField()
    last = models.UUIDField()
    taken_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    good = models.PositiveIntegerField(default=0)
    bad: "models.JSONField[list[dict[str, Any]], list[dict[str, Any]]]" = models.JSONField(default=list)

    class Meta:
        verbose_name = _("part of a recheck")
        verbose_name_plural = _("parts of rechecks")
        constraints = (
            models.UniqueConstraint(fields=("run", "number"), name="signatures_chunk_once"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="signatures_chunk_has_an_order"),
        )
        indexes = (
            models.Index(fields=("run", "taken_at"), name="signatures_chunks_left", condition=Q(done_at__isnull=True)),
        )

    def __str__(self) -> str:
        return f"{self.run_id} {self.number}"
