"""What becomes of a promise: its date moved, evidence that it was kept, people who say that it is not so; and what a
petition below the threshold becomes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class MilestoneMove(models.Model):
    """One postponement, with the reason that everyone reads. Rows are added only."""

    milestone = models.ForeignKey("initiatives.Milestone", on_delete=models.CASCADE, related_name="moves")
    from_date = models.DateField()
    to_date = models.DateField()
    reason = models.CharField(max_length=500)
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("move of a milestone")
        verbose_name_plural = _("moves of milestones")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(to_date=F("from_date")) & ~Q(reason=""), name="initiatives_move_has_a_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_date} → {self.to_date}"


class MilestoneEvidence(models.Model):
    """Where it can be seen that a promise was kept: a link or a file, never both."""

    milestone = models.ForeignKey("initiatives.Milestone", on_delete=models.CASCADE, related_name="proofs")
    url = models.URLField(max_length=500, blank=True)
    file = models.FileField(upload_to="milestones/%Y/%m/", blank=True)
    name = models.CharField(max_length=120, blank=True)
    content_type = models.CharField(max_length=60, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("evidence of a milestone")
        verbose_name_plural = _("evidence of milestones")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(url__startswith="https://", file="") | Q(url="") & ~Q(file=""),
                name="initiatives_evidence_is_a_link_or_a_file",
            ),
        )

    def __str__(self) -> str:
        return self.url or self.name


class MilestoneDispute(models.Model):
    """Somebody who followed or signed the petition says that a promise reported as kept was not."""

    milestone = models.ForeignKey("initiatives.Milestone", on_delete=models.CASCADE, related_name="disputes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="disputes")
    text = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    answer = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    hidden_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("dispute of a milestone")
        verbose_name_plural = _("disputes of milestones")
        ordering = ("created_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=("milestone", "author"), name="initiatives_dispute_once_per_person"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""),
                name="initiatives_dispute_answered_whole",
            ),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True) | ~Q(hidden_reason=""), name="initiatives_hidden_dispute_says_why"
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]


class ReceptionHandover(models.Model):
    """A petition below the threshold on its way to the body as an ordinary appeal (art. 90-3(5)).

    Made in the transaction in which the petition falls below. The journey that carries it over calls `handing_over.hand`, which
    sets `handed_at`, the number it was registered under and the day by which its answer is due.
    """

    initiative = models.OneToOneField(
        "initiatives.Initiative", on_delete=models.PROTECT, related_name="reception_handover"
    )
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    answer_due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("handover to the reception")
        verbose_name_plural = _("handovers to the reception")
        ordering = ("due_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(handed_at__isnull=True, reference="", answer_due_at__isnull=True)
                | Q(handed_at__isnull=False) & ~Q(reference=""),
                name="initiatives_handed_over_under_a_number",
            ),
        )

    def __str__(self) -> str:
        return f"{self.initiative_id} → {self.due_at:%Y-%m-%d}" if self.due_at else str(self.initiative_id)
