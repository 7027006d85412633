"""Votes and withdrawals that were received and are not counted yet: nobody can tell whether the certificate was revoked.

The signature is kept with its evidence; the act waits here until the certification authority answers. One person has at most
one waiting act on an initiative. It is settled once and then never changes; a settled vote is a `VoteAct` like any other.
"""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from initiatives.states import WaitingOutcome
from signatures.states import SENTENCES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class WaitingAct(models.Model):
    """One received act of one person. `signer_tag` is the person's keyed code under the key in use at the receipt."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="waiting_acts")
    signer_tag = models.BinaryField(max_length=33)
    signature = models.OneToOneField("signatures.Signature", on_delete=models.PROTECT, related_name="+")
    gives = models.BooleanField()
    """A vote; else the withdrawal of one."""
    territory = models.ForeignKey(
        "accounts.Territory", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    voter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="waiting_acts"
    )
    shown_name = models.CharField(max_length=160, blank=True)
    received_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    """When somebody last began to ask: whoever dies while asking loses the turn, not the act."""
    settled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=WaitingOutcome.choices, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    """The code of the refusal."""
    vote_act = models.BigIntegerField(null=True, blank=True)
    """The number of the act that it became. (Votes are partitioned, so no foreign key can name one by its number.)"""
    ended_by = models.ForeignKey(
        "signatures.Signature", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    """The person's later signature that ended it."""

    class Meta:
        verbose_name = _("waiting vote")
        verbose_name_plural = _("waiting votes")
        indexes = (
            models.Index(fields=("asked_at",), name="initiatives_waiting_asked", condition=Q(settled_at__isnull=True)),
            models.Index(fields=("settled_at",), name="initiatives_waiting_settled"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("initiative", "signer_tag"),
                name="initiatives_one_act_waits",
                condition=Q(settled_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, outcome="")
                | Q(settled_at__isnull=False, outcome__in=WaitingOutcome.values),
                name="initiatives_waiting_settled_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(vote_act__isnull=False, outcome=WaitingOutcome.COUNTED)
                | (Q(vote_act__isnull=True) & ~Q(outcome=WaitingOutcome.COUNTED)),
                name="initiatives_waiting_counted_is_an_act",
            ),
        )

    def __str__(self) -> str:
        return f"{'vote' if self.gives else 'withdrawal'} #{self.pk}: {self.outcome or 'waiting'}"

    @property
    def refusal(self) -> "_StrPromise | str":
        """The sentence for the reason why the signature was refused."""
        return SENTENCES.get(self.reason, "")

    @property
    def is_settled(self) -> bool:
        """Whether it is known what became of it."""
        return self.settled_at is not None
