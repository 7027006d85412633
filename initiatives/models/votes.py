"""Votes and their tallies.

Votes are insert-only acts: the first act of a person is a vote, the second a withdrawal, the third a vote again. Nothing is
updated when a vote comes, and never the petition's row: a counter in one hot row is what felled the largest petition site at
1,500 votes a minute. Each act leaves a row in `PendingTally` in the same transaction; a task deletes those rows and adds
them to the tallies in one transaction, so that every act is counted exactly once.

The table is hash-partitioned by `signer_tag` (see the migration): the unique constraint holds on each partition, and the
same key spreads a hot petition over shards.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from initiatives.querysets import VoteActQuerySet
from initiatives.states import AgeBand, VoteSource


class VoteAct(models.Model):
    """One act of one person on one initiative: odd `sequence` is a vote, even a withdrawal of the one before.

    `signer_tag` is a keyed code of initiative and person (never the IIN): two certificates of one
    person give one tag. The database promises one person, one vote: a number can be taken once, and only after the
    number before it (`previous`).
    """

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="vote_acts")
    signer_tag = models.BinaryField(max_length=33)
    sequence = models.PositiveSmallIntegerField()
    previous = models.PositiveSmallIntegerField(null=True, blank=True)
    signature = models.ForeignKey(
        "signatures.Signature", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    voter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="vote_acts"
    )
    shown_name = models.CharField(max_length=160, blank=True)
    territory = models.ForeignKey(
        "accounts.Territory", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    age_band = models.PositiveSmallIntegerField(null=True, blank=True, choices=AgeBand.choices)
    source = models.CharField(max_length=8, choices=VoteSource.choices)
    at = models.DateTimeField()
    #: The entry of the public vote log that says the same (`signatures.services.vote_log`).
    entry = models.UUIDField(null=True, blank=True)

    objects = VoteActQuerySet.as_manager()

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        # Few votes come from paper, and every page of a petition asks how many.
        indexes = (
            models.Index(
                fields=("initiative",), name="initiatives_voteact_paper", condition=Q(source=VoteSource.PAPER)
            ),
            # Empty but for acts from before the log.
            models.Index(fields=("id",), name="initiatives_voteact_unlogged", condition=Q(entry__isnull=True)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("initiative", "signer_tag", "sequence"), name="initiatives_one_person_one_vote"
            ),
            models.CheckConstraint(
                condition=Q(sequence=1, previous__isnull=True) | Q(sequence__gt=1, previous=F("sequence") - 1),
                name="initiatives_acts_follow_one_another",
            ),
            models.CheckConstraint(
                condition=Q(source=VoteSource.EDS, signature__isnull=False)
                | Q(source__in=(VoteSource.SESSION, VoteSource.PAPER), signature__isnull=True),
                name="initiatives_eds_vote_has_signature",
            ),
        )

    def __str__(self) -> str:
        return f"{'vote' if self.is_vote else 'withdrawal'} #{self.pk}"

    @property
    def is_vote(self) -> bool:
        """Whether this act gives a vote; else it takes the one before back."""
        return self.sequence % 2 == 1


class PendingTally(models.Model):
    """An act that is kept and not yet folded into the tallies: +1 or -1.

    `counted_at` is the moment the vote was given, for a withdrawal that of the vote it takes back, so that time series and
    trends lose exactly what they had gained.
    """

    initiative = models.ForeignKey(
        "initiatives.Initiative", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    delta = models.SmallIntegerField()
    counted_at = models.DateTimeField()
    territory = models.ForeignKey(
        "accounts.Territory", null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    age_band = models.PositiveSmallIntegerField(null=True)

    class Meta:
        verbose_name = _("pending count")
        verbose_name_plural = _("pending counts")
        constraints = (models.CheckConstraint(condition=Q(delta__in=(1, -1)), name="initiatives_delta_is_one"),)

    def __str__(self) -> str:
        return f"{self.delta:+d}"


class Tally(models.Model):
    """What the folded votes of an initiative amount to; written by the folding task alone.

    `trend` is the forward-decayed sum of votes as a base-2 logarithm (see `portal.ranking.decay`), so that it never
    overflows, orders by an index, and needs no re-scan as time passes.
    """

    initiative = models.OneToOneField(
        "initiatives.Initiative", primary_key=True, on_delete=models.CASCADE, related_name="tally"
    )
    votes = models.IntegerField(default=0)
    progress = models.FloatField(default=0.0)
    trend = models.FloatField(null=True, blank=True)
    rising = models.FloatField(default=0.0)
    last_vote_at = models.DateTimeField(null=True, blank=True)
    comments = models.PositiveIntegerField(default=0)
    followers = models.PositiveIntegerField(default=0)
    recounted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        indexes = (
            models.Index(F("votes").desc(), F("initiative").desc(), name="initiatives_by_votes"),
            models.Index(F("progress").desc(), F("initiative").desc(), name="initiatives_by_progress"),
            models.Index(F("trend").desc(nulls_last=True), F("initiative").desc(), name="initiatives_by_trend"),
            models.Index(F("rising").desc(), F("initiative").desc(), name="initiatives_by_rising"),
        )
        constraints = (models.CheckConstraint(condition=Q(votes__gte=0), name="initiatives_votes_not_negative"),)

    def __str__(self) -> str:
        return f"{self.votes}"


class HourTally(models.Model):
    """Votes in force by the hour in which they were given."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.CASCADE, related_name="hours")
    hour = models.DateTimeField()
    votes = models.IntegerField()

    class Meta:
        verbose_name = _("votes of an hour")
        verbose_name_plural = _("votes by hour")
        ordering = ("initiative", "hour")
        constraints = (models.UniqueConstraint(fields=("initiative", "hour"), name="initiatives_hour_once"),)
        indexes = (models.Index(fields=("hour",), name="initiatives_by_hour"),)

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}: {self.votes}"


class TerritoryTally(models.Model):
    """Votes in force by the region the voter lives in (null: not given)."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.CASCADE, related_name="territories")
    territory = models.ForeignKey("accounts.Territory", null=True, on_delete=models.PROTECT, related_name="+")
    votes = models.IntegerField()

    class Meta:
        verbose_name = _("votes of a region")
        verbose_name_plural = _("votes by region")
        constraints = (
            models.UniqueConstraint(
                fields=("initiative", "territory"), name="initiatives_territory_once", nulls_distinct=False
            ),
        )

    def __str__(self) -> str:
        return f"{self.territory_id}: {self.votes}"


class AgeTally(models.Model):
    """Votes in force by age band; shown only above the minimum cell."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.CASCADE, related_name="ages")
    age_band = models.PositiveSmallIntegerField(null=True, choices=AgeBand.choices)
    votes = models.IntegerField()

    class Meta:
        verbose_name = _("votes of an age band")
        verbose_name_plural = _("votes by age band")
        constraints = (
            models.UniqueConstraint(
                fields=("initiative", "age_band"), name="initiatives_age_once", nulls_distinct=False
            ),
        )

    def __str__(self) -> str:
        return f"{self.age_band}: {self.votes}"


class UsualPace(models.Model):
    """How fast votes usually come: of the open initiatives of a kind in a region, over the days before `hour`.

    `exposure` is the sum of hours open times residents / 100,000. Made anew each hour: what is rising is measured by it.
    """

    kind = models.ForeignKey("initiatives.InitiativeKind", on_delete=models.CASCADE, related_name="+")
    region = models.CharField(max_length=9)
    hour = models.DateTimeField()
    votes = models.BigIntegerField()
    exposure = models.FloatField()

    class Meta:
        verbose_name = _("usual pace")
        verbose_name_plural = _("usual paces")
        constraints = (models.UniqueConstraint(fields=("kind", "region"), name="initiatives_pace_once"),)

    def __str__(self) -> str:
        return f"{self.kind_id} {self.region}: {self.votes}/{self.exposure:.0f}"
