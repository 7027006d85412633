"""Tables of webhooks: whose program is told, what has happened, and how each telling went.

The secret that signs is in no table: it is derived (see `signing`), so a copy of the database lets nobody sign.
"""

import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.webhooks.states import WAITING, DeliveryState, OffReason


def new_endpoint_uid() -> str:
    """Return an unguessable name of an endpoint."""
    return secrets.token_hex(10)


def new_occurrence_uid() -> str:
    """Return the `webhook-id` of an occurrence."""
    return f"evt_{secrets.token_hex(12)}"


class Endpoint(models.Model):
    """An address of a person's program, what it wants to hear of, and of which things (`keys` empty: of all)."""

    uid = models.CharField(max_length=20, unique=True, default=new_endpoint_uid, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhook_endpoints")
    url = models.CharField(max_length=500)
    note = models.CharField(max_length=100, blank=True)
    kinds = ArrayField(models.CharField(max_length=60))
    keys = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    generation = models.PositiveIntegerField(default=1, help_text=_("Grows when the secret is made anew."))
    created_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True, help_text=_("After a failure nothing is sent before."))
    off_at = models.DateTimeField(null=True, blank=True)
    off_reason = models.CharField(max_length=10, choices=OffReason.choices, blank=True)

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        ordering = ("created_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(off_at__isnull=True, off_reason="")
                | Q(off_at__isnull=False, off_reason__in=OffReason.values),
                name="webhooks_off_says_why",
            ),
        )

    def __str__(self) -> str:
        return self.url

    @property
    def is_on(self) -> bool:
        """Whether it is told of what happens."""
        return self.off_at is None


class Occurrence(models.Model):
    """Something that happened, in the words that are sent. `occasion` names it: the same thing is told once."""

    uid = models.CharField(max_length=40, unique=True, default=new_occurrence_uid, editable=False)
    occasion = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    payload = models.JSONField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("webhook occurrence")
        verbose_name_plural = _("webhook occurrences")

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class Delivery(models.Model):
    """The telling of one occurrence to one endpoint; see the package for what moves it.

    `next_attempt_at` is when a waiting one may be tried, and for one being sent the end of its sender's lease.
    """

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    occurrence = models.ForeignKey(Occurrence, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    last_attempt_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=60, blank=True)
    excerpt = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("endpoint", "occurrence"), name="webhooks_told_once"),
            models.CheckConstraint(
                condition=Q(state__in=WAITING, settled_at__isnull=True)
                | (~Q(state__in=WAITING) & Q(settled_at__isnull=False)),
                name="webhooks_settled_has_a_moment",
            ),
        )
        indexes = (
            models.Index(fields=("next_attempt_at",), name="webhooks_waiting", condition=Q(settled_at__isnull=True)),
        )

    def __str__(self) -> str:
        return f"{self.occurrence_id} → {self.endpoint_id}: {self.state}"
