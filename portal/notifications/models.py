"""Tables of notices, their sending, and what each person wants to hear.

A notice keeps the template and the facts, not a finished text: it is worded when it is read or sent, in the language the
reader has then.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.notifications.rhythm import Rhythm, Wish


class Channel(models.TextChoices):
    """How a notice reaches its reader."""

    INAPP = "inapp", _("On the portal")
    EMAIL = "email", _("By e-mail")


class DeliveryState(models.TextChoices):
    """Where a letter stands; see `channels.email` for what moves it."""

    QUEUED = "queued", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    SKIPPED = "skipped", _("Not wanted any more")


class Notification(models.Model):
    """One thing one person was told. `key` names the occasion: the same person is told of it once."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    topic = models.CharField(max_length=40)
    template = models.CharField(max_length=100)
    context = models.JSONField(default=dict)
    url_name = models.CharField(max_length=100, blank=True)
    url_args = models.JSONField(default=list)
    key = models.CharField(max_length=200)
    is_shown = models.BooleanField(default=True, help_text=_("Listed on the portal; else only sent."))
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("recipient", "key"), name="notifications_told_once"),)
        indexes = (
            models.Index(
                fields=("recipient",),
                name="notifications_unread",
                condition=Q(read_at__isnull=True, is_shown=True),
            ),
            models.Index(fields=("recipient", "-id"), name="notifications_newest", condition=Q(is_shown=True)),
        )

    def __str__(self) -> str:
        return f"{self.template} #{self.pk}"

    @property
    def is_read(self) -> bool:
        """Whether the reader has opened it or marked it as read."""
        return self.read_at is not None


class Delivery(models.Model):
    """The sending of one notice by one channel outside the portal.

    `next_attempt_at` is when a waiting letter may be tried, and for one being sent the end of its sender's lease. Those
    `in_digest` that are due together go to their reader in one letter.
    """

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    in_digest = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = (
            models.UniqueConstraint(fields=("notification", "channel"), name="notifications_delivered_once"),
            models.CheckConstraint(
                condition=Q(state__in=(DeliveryState.QUEUED, DeliveryState.SENDING), settled_at__isnull=True)
                | Q(
                    state__in=(DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.SKIPPED),
                    settled_at__isnull=False,
                ),
                name="notifications_settled_has_a_moment",
            ),
        )
        indexes = (
            models.Index(
                fields=("next_attempt_at",), name="notifications_waiting", condition=Q(settled_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.state} #{self.pk}"


class Preference(models.Model):
    """What one person said about one topic and channel; without a row the topic's own default holds."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_preferences"
    )
    topic = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    is_enabled = models.BooleanField()

    class Meta:
        verbose_name = _("notification preference")
        verbose_name_plural = _("notification preferences")
        constraints = (
            models.UniqueConstraint(fields=("user", "topic", "channel"), name="notifications_one_preference"),
        )

    def __str__(self) -> str:
        return f"{self.topic}/{self.channel}: {self.is_enabled}"


class LetterWish(models.Model):
    """How often one person wants letters, and in which hours none; without a row the defaults of `rhythm.Wish` hold."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="letter_wish")
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices, default=Rhythm.AT_ONCE)
    quiet_from = models.TimeField()
    quiet_until = models.TimeField()

    class Meta:
        verbose_name = _("wish about letters")
        verbose_name_plural = _("wishes about letters")

    def __str__(self) -> str:
        return f"{self.rhythm}, {self.quiet_from:%H:%M}-{self.quiet_until:%H:%M}"

    @property
    def wish(self) -> Wish:
        """The same as a value."""
        return Wish(self.rhythm, self.quiet_from, self.quiet_until)


class FanOut(models.Model):
    """One occasion being told to many, portion by portion.

    `tellings` are told one after another; of the one at `position`, everybody up to `cursor` has been told. Both move in the
    transaction that writes the notices, so a killed worker's portion is as if it never began.
    """

    key = models.CharField(max_length=200, unique=True)
    source = models.CharField(max_length=40)
    params = models.JSONField()
    tellings = models.JSONField()
    url_name = models.CharField(max_length=100, blank=True)
    url_args = models.JSONField(default=list)
    occurred_at = models.DateTimeField()
    position = models.PositiveSmallIntegerField(default=0)
    cursor = models.CharField(max_length=80, blank=True)
    told = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("fan-out")
        verbose_name_plural = _("fan-outs")
        indexes = (
            # The least told first: news for three people does not wait behind news for a million.
            models.Index(fields=("told", "id"), name="notifications_fanning", condition=Q(finished_at__isnull=True)),
        )

    def __str__(self) -> str:
        return f"{self.key}: {self.told}"
