"""What moderators do with an initiative: refusals and removals by two persons, appeals, locks, prepared reasons, the log."""

import hashlib
import json
from datetime import UTC
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from initiatives.states import AppealOutcome, ExcludedSubject, LogAction, LogRole, ReasonUse

GENESIS = "0" * 64


def _person(*, is_optional: bool = False) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=is_optional, blank=is_optional
    )


class TwoPersonAct(models.Model):
    """An act that one moderator proposes, and that another confirms or returns; the proposer may take it back."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="%(class)ss")
    revision = models.PositiveIntegerField()
    reason = models.TextField()
    reason_other = models.TextField(blank=True)
    proposed_by = _person()
    proposed_at = models.DateTimeField()
    confirmed_by = _person(is_optional=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    returned_by = _person(is_optional=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.TextField(blank=True)

    class Meta:
        abstract = True
        ordering = ("proposed_at", "pk")
        constraints = (
            models.CheckConstraint(condition=~Q(confirmed_by=F("proposed_by")), name="%(app_label)s_%(class)s_two"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, returned_at__isnull=True),
                name="%(app_label)s_%(class)s_confirmed_whole",
            ),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True, returned_by__isnull=True)
                | (Q(returned_at__isnull=False, returned_by__isnull=False) & ~Q(return_reason="")),
                name="%(app_label)s_%(class)s_returned_whole",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="%(app_label)s_%(class)s_says_why"),
            models.UniqueConstraint(
                fields=("initiative",),
                condition=Q(confirmed_at__isnull=True, returned_at__isnull=True),
                name="%(app_label)s_%(class)s_one_open",
            ),
        )

    def __str__(self) -> str:
        return self.reason[:60]

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a second moderator."""
        return self.confirmed_at is None and self.returned_at is None


class Refusal(TwoPersonAct):
    """A proposed rejection: its ground in the closed list, where that is the ground, and the reason that all will read."""

    subject = models.PositiveSmallIntegerField(null=True, blank=True, choices=ExcludedSubject.choices)

    class Meta(TwoPersonAct.Meta):
        verbose_name = _("proposed rejection")
        verbose_name_plural = _("proposed rejections")


class Removal(TwoPersonAct):
    """A proposed removal of a text that the law forbids to show."""

    article = models.CharField(_("article of the law"), max_length=200)

    class Meta(TwoPersonAct.Meta):
        verbose_name = _("proposed removal of a text")
        verbose_name_plural = _("proposed removals of texts")


class RemovedText(models.Model):
    """The text behind a tombstone, for a court: no page and no query of the portal reads it."""

    initiative = models.OneToOneField("initiatives.Initiative", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    content = models.JSONField()
    removed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("removed text")
        verbose_name_plural = _("removed texts")

    def __str__(self) -> str:
        return str(self.initiative_id)


class Appeal(models.Model):
    """The author's one appeal against a rejection, and what a moderator who took no part decided."""

    initiative = models.OneToOneField("initiatives.Initiative", on_delete=models.PROTECT, related_name="appeal")
    text = models.TextField()
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=9, choices=AppealOutcome.choices, blank=True)
    reason = models.TextField(blank=True)
    reason_other = models.TextField(blank=True)
    decided_by = _person(is_optional=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ("due_at", "pk")
        constraints = (
            models.CheckConstraint(condition=~Q(text=""), name="initiatives_appeal_has_words"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(outcome="") & Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason=""),
                name="initiatives_appeal_decided_whole",
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]


class ModerationLock(models.Model):
    """Who looks at an initiative, since when, and until when that is believed. It warns; the revision decides."""

    initiative = models.OneToOneField("initiatives.Initiative", on_delete=models.CASCADE, related_name="+")
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("moderator at an item")
        verbose_name_plural = _("moderators at items")

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.moderator_id}"


class ModerationTask(models.Model):
    """Who has taken an initiative of the queue upon themselves, or was given it."""

    initiative = models.OneToOneField("initiatives.Initiative", on_delete=models.CASCADE, related_name="task")
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    assigned_by = _person()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("assigned item")
        verbose_name_plural = _("assigned items")

    def __str__(self) -> str:
        return f"{self.initiative_id} → {self.moderator_id}"


class RejectionReason(models.Model):
    """A reason that a moderator may start from, kept in the languages in which people are answered."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=140)
    text = models.TextField()
    for_what = ArrayField(models.CharField(max_length=10, choices=ReasonUse.choices))
    subject = models.PositiveSmallIntegerField(null=True, blank=True, choices=ExcludedSubject.choices)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("prepared reason")
        verbose_name_plural = _("prepared reasons")
        ordering = ("position", "key")

    def __str__(self) -> str:
        return self.name

    def text_in(self, language: str) -> str:
        """Return the reason in Russian for a Russian text, in Kazakh for any other."""
        return str(self.text_ru if language == "ru" else self.text_kk)  # type: ignore[attr-defined]


class ModerationLogEntry(models.Model):
    """One line of the public log. Each holds the hash of the line before it; a trigger refuses change and removal.

    `actor` is not part of what is published: it only gives moderators their numbers within one initiative.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=20, choices=LogAction.choices)
    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=12)
    comment = models.PositiveBigIntegerField(null=True, blank=True)
    role = models.CharField(max_length=10, choices=LogRole.choices)
    role_number = models.PositiveSmallIntegerField(null=True, blank=True)
    actor = _person()
    reason = models.TextField(blank=True)
    reason_other = models.TextField(blank=True)
    article = models.CharField(max_length=200, blank=True)
    text_sha256 = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64)
    entry_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("line of the moderation log")
        verbose_name_plural = _("moderation log")
        ordering = ("-number",)
        indexes = (models.Index(fields=("initiative", "number"), name="initiatives_log_of_one"),)

    def __str__(self) -> str:
        return f"#{self.number} {self.action}"

    @property
    def canonical(self) -> str:
        """The text whose SHA-256 is the hash of the line: JSON, keys in order, no spaces, UTF-8."""
        facts = {
            "action": self.action,
            "article": self.article,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "code": self.code,
            "comment": self.comment,
            "number": self.number,
            "previous_hash": self.previous_hash,
            "reason": self.reason,
            "reason_other": self.reason_other,
            "role": self.role,
            "role_number": self.role_number,
            "text_sha256": self.text_sha256,
        }
        return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    def digest(self) -> str:
        """Return the SHA-256 (hex) of the canonical text."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()
