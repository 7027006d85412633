"""The body's decision and what was promised in it."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from initiatives.states import Outcome, PromiseStage


class Decision(models.Model):
    """What the addressed body answers (art. 90-6): drafted by an official, signed by the head with EDS, then public."""

    initiative = models.OneToOneField("initiatives.Initiative", on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    text = models.TextField()
    appeal_route = models.TextField()
    revision = models.PositiveIntegerField(default=1)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    signature = models.ForeignKey(
        "signatures.Signature", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text_sha256 = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    statement = models.TextField(_("statement of the first head"), blank=True)
    statement_at = models.DateTimeField(null=True, blank=True)
    statement_url = models.URLField(_("recording or text of the statement"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = (
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signature__isnull=True, signed_by__isnull=True)
                | Q(signed_at__isnull=False, signature__isnull=False, signed_by__isnull=False),
                name="initiatives_decision_signed_whole",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(signed_at__isnull=False),
                name="initiatives_only_signed_is_published",
            ),
            models.CheckConstraint(
                condition=Q(statement_url="") | Q(statement_url__startswith="https://"),
                name="initiatives_statement_link_is_safe",
            ),
        )

    def __str__(self) -> str:
        return self.get_outcome_display()

    @property
    def is_signed(self) -> bool:
        """Whether the head has signed it; from then on the text does not change."""
        return self.signed_at is not None

    @property
    def has_statement(self) -> bool:
        """Whether the first head has spoken, in words or in a recording."""
        return bool(self.statement or self.statement_url)

    @property
    def signing_subject(self) -> str:
        """The name under which the head's signature is bound to this decision."""
        return f"decision:{self.initiative.code}"


class Milestone(models.Model):
    """A promise of the body, with its date and the evidence that it was kept."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(max_length=200)
    due_date = models.DateField()
    done_date = models.DateField(null=True, blank=True)
    evidence = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ("due_date", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(done_date__isnull=True) | ~Q(evidence=""), name="initiatives_done_needs_evidence"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_done(self) -> bool:
        """Whether the body reported it done."""
        return self.done_date is not None

    def stage(self, today: date) -> PromiseStage:
        """Return where the promise stands on that day; a moved date counts as it now is, and its history is shown."""
        if self.done_date is not None:
            return PromiseStage.DONE_LATE if self.done_date > self.due_date else PromiseStage.DONE
        return PromiseStage.LATE if today > self.due_date else PromiseStage.PROMISED

    def days_late(self, today: date) -> int:
        """Return how many days after its date it was done, or is still not done; 0 when in time."""
        return max(0, ((self.done_date or today) - self.due_date).days)
