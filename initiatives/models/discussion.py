"""Comments, reports of comments, and followers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from initiatives.querysets import CommentQuerySet
from initiatives.states import Stance


class Comment(models.Model):
    """What someone says about an initiative; one level of replies. A hidden one leaves a line that says why."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="comments")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")
    stance = models.CharField(max_length=8, choices=Stance.choices, default=Stance.NEUTRAL)
    text = models.TextField()
    created_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    hidden_reason = models.CharField(max_length=300, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ("-created_at",)
        indexes = (models.Index(fields=("initiative", "-created_at"), name="initiatives_comments_newest"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True) | ~Q(hidden_reason=""), name="initiatives_hidden_says_why"
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_hidden(self) -> bool:
        """Whether a moderator took it from view."""
        return self.hidden_at is not None


class CommentReport(models.Model):
    """A reader's word to the moderators that a comment breaks the rules."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("report of a comment")
        verbose_name_plural = _("reports of comments")
        constraints = (
            models.UniqueConstraint(fields=("comment", "reporter"), name="initiatives_report_once_per_person"),
        )

    def __str__(self) -> str:
        return self.reason[:60]


class Follow(models.Model):
    """A person who wants to hear what becomes of an initiative."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.CASCADE, related_name="follows")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        constraints = (models.UniqueConstraint(fields=("initiative", "user"), name="initiatives_follow_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} → {self.initiative_id}"
