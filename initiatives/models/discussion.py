"""Comments, reports of comments, and followers."""

import hashlib
import unicodedata
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from initiatives.limits import COMMENT_EDITABLE_FOR, REASON_MAX
from initiatives.querysets import CommentQuerySet
from initiatives.states import AppealOutcome, ReportCategory, ReportOutcome, Stance


class Comment(models.Model):
    """What someone says about an initiative; one level of replies. A hidden one leaves a line that says why."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="comments")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")
    stance = models.CharField(max_length=8, choices=Stance.choices, default=Stance.NEUTRAL)
    text = models.TextField()
    is_question = models.BooleanField(_("question to the author"), default=False)
    created_at = models.DateTimeField()
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    hidden_reason = models.CharField(max_length=REASON_MAX, blank=True)
    hidden_reason_other = models.CharField(max_length=REASON_MAX, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ("-created_at",)
        indexes = (
            models.Index(fields=("initiative", "-created_at"), name="initiatives_comments_newest"),
            # Few comments are questions, and every author's own page asks which of them wait.
            models.Index(
                fields=("initiative", "created_at"), name="initiatives_questions", condition=Q(is_question=True)
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True) | ~Q(hidden_reason=""), name="initiatives_hidden_says_why"
            ),
            models.CheckConstraint(
                condition=Q(is_question=False) | Q(parent__isnull=True), name="initiatives_reply_is_no_question"
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_hidden(self) -> bool:
        """Whether a moderator took it from view."""
        return self.hidden_at is not None

    @property
    def is_gone(self) -> bool:
        """Whether a line stands in its place: a moderator hid it, or its writer deleted it."""
        return self.is_hidden or self.deleted_at is not None

    @property
    def sha256(self) -> str:
        """The SHA-256 (hex) of the text as it stands: what the public log names instead of the text."""
        return hashlib.sha256(unicodedata.normalize("NFC", self.text).encode()).hexdigest()

    def is_editable(self, at: datetime) -> bool:
        """Whether its writer may still correct it."""
        return not self.is_gone and at <= self.created_at + COMMENT_EDITABLE_FOR


class CommentEdit(models.Model):
    """What a comment said before its writer corrected it."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="edits")
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("earlier text of a comment")
        verbose_name_plural = _("earlier texts of comments")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return self.text[:60]


class CommentMark(models.Model):
    """One person's "I agree" under a comment."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("agreement with a comment")
        verbose_name_plural = _("agreements with comments")
        constraints = (models.UniqueConstraint(fields=("comment", "user"), name="initiatives_agree_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} → {self.comment_id}"


class CommentContest(models.Model):
    """The one word of a writer against the hiding of a comment, and what another moderator decided."""

    comment = models.OneToOneField(Comment, on_delete=models.PROTECT, related_name="contest")
    text = models.CharField(max_length=REASON_MAX)
    filed_at = models.DateTimeField()
    hidden_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=9, choices=AppealOutcome.choices, blank=True)
    reason = models.CharField(max_length=REASON_MAX, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("contested hiding of a comment")
        verbose_name_plural = _("contested hidings of comments")
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome="", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(outcome="") & Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason=""),
                name="initiatives_contest_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("hidden_by")),
                name="initiatives_contest_decided_by_another",
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]


class CommentReport(models.Model):
    """A reader's word to the moderators that a comment breaks the rules."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=15, choices=ReportCategory.choices, default=ReportCategory.OTHER)
    reason = models.CharField(max_length=REASON_MAX, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=9, choices=ReportOutcome.choices, blank=True)

    class Meta:
        verbose_name = _("report of a comment")
        verbose_name_plural = _("reports of comments")
        constraints = (
            models.UniqueConstraint(fields=("comment", "reporter"), name="initiatives_report_once_per_person"),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(settled_at__isnull=False), name="initiatives_report_settled_with_outcome"
            ),
            models.CheckConstraint(
                condition=~Q(category=ReportCategory.OTHER) | ~Q(reason=""), name="initiatives_other_report_says_what"
            ),
        )

    def __str__(self) -> str:
        return self.reason[:60] or self.get_category_display()


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
