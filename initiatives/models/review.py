"""What happens while the body reviews a petition: its draft decision discussed, the commission, visits to the place."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from initiatives.states import DiscussionStage, MemberOf, RemarkVerdict, Seat


class DraftDiscussion(models.Model):
    """The public discussion of a draft decision (art. 90-5(2)): announced with notice, open for remarks, summarised.

    It has no state to assign: announced, open and closed follow from its moments. The database refuses a summary while a
    remark is undecided, and any change after the summary.
    """

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="draft_discussions")
    text_kk = models.TextField(blank=True)
    text_ru = models.TextField(blank=True)
    place = models.CharField(max_length=300, blank=True)
    online_url = models.URLField(max_length=500, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    announced_at = models.DateTimeField()
    announced_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    summary = models.TextField(blank=True)
    summary_language = models.CharField(max_length=2, choices=settings.LANGUAGES, blank=True)
    summarised_at = models.DateTimeField(null=True, blank=True)
    summarised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("discussion of a draft decision")
        verbose_name_plural = _("discussions of draft decisions")
        ordering = ("announced_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("initiative",),
                condition=Q(summarised_at__isnull=True, cancelled_at__isnull=True),
                name="initiatives_one_discussion_at_a_time",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="initiatives_discussion_ends_later"),
            models.CheckConstraint(
                condition=Q(starts_at__gt=F("announced_at")), name="initiatives_discussion_is_announced_before"
            ),
            models.CheckConstraint(
                condition=~Q(text_kk="", text_ru=""), name="initiatives_discussion_has_a_draft_to_discuss"
            ),
            models.CheckConstraint(
                condition=Q(summarised_at__isnull=True, summarised_by__isnull=True, summary="")
                | Q(summarised_at__isnull=False, summarised_by__isnull=False) & ~Q(summary=""),
                name="initiatives_discussion_summary_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancel_reason="")
                | Q(cancelled_at__isnull=False, summarised_at__isnull=True) & ~Q(cancel_reason=""),
                name="initiatives_discussion_cancelled_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.starts_at:%Y-%m-%d}"

    def stage(self, at: datetime) -> DiscussionStage:
        """Return where the discussion stands at that moment."""
        if self.cancelled_at is not None:
            return DiscussionStage.CANCELLED
        if self.summarised_at is not None:
            return DiscussionStage.SUMMARISED
        if at < self.starts_at:
            return DiscussionStage.ANNOUNCED
        return DiscussionStage.OPEN if at < self.ends_at else DiscussionStage.CLOSED


class Remark(models.Model):
    """What somebody says to the draft decision, and what the body does with it. The words never change."""

    discussion = models.ForeignKey(DraftDiscussion, on_delete=models.PROTECT, related_name="remarks")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="remarks")
    text = models.TextField()
    created_at = models.DateTimeField()
    verdict = models.CharField(max_length=8, choices=RemarkVerdict.choices, blank=True)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    hidden_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ("created_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(verdict="", reason="", decided_at__isnull=True, decided_by__isnull=True)
                | Q(verdict__in=RemarkVerdict.values, decided_at__isnull=False, decided_by__isnull=False)
                & ~Q(reason=""),
                name="initiatives_remark_decided_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(hidden_at__isnull=True) | ~Q(hidden_reason=""), name="initiatives_hidden_remark_says_why"
            ),
        )

    def __str__(self) -> str:
        return self.text[:60]


class Commission(models.Model):
    """The commission that reviews a petition (art. 90-5(2)); a seat is the applicant's, to take or to leave."""

    initiative = models.OneToOneField("initiatives.Initiative", on_delete=models.PROTECT, related_name="commission")
    formed_at = models.DateTimeField()
    formed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    seat = models.CharField(_("the applicant's seat"), max_length=8, choices=Seat.choices, default=Seat.OFFERED)
    seat_answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("commission")
        verbose_name_plural = _("commissions")
        constraints = (
            models.CheckConstraint(
                condition=Q(seat=Seat.OFFERED, seat_answered_at__isnull=True)
                | Q(seat__in=(Seat.ACCEPTED, Seat.DECLINED), seat_answered_at__isnull=False),
                name="initiatives_seat_answered_at_a_moment",
            ),
        )

    def __str__(self) -> str:
        return f"{self.initiative_id}: {self.formed_at:%Y-%m-%d}"


class CommissionMember(models.Model):
    """Who sits in a commission, beside the applicant."""

    commission = models.ForeignKey(Commission, on_delete=models.CASCADE, related_name="members")
    name = models.CharField(max_length=150)
    position = models.CharField(max_length=200)
    side = models.CharField(max_length=12, choices=MemberOf.choices, default=MemberOf.BODY)
    is_chair = models.BooleanField(default=False)
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("member of a commission")
        verbose_name_plural = _("members of commissions")
        ordering = ("-is_chair", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("commission",), condition=Q(is_chair=True), name="initiatives_commission_has_one_chair"
            ),
            models.UniqueConstraint(fields=("commission", "name"), name="initiatives_commission_member_once"),
        )

    def __str__(self) -> str:
        return self.name


class CommissionMeeting(models.Model):
    """A meeting: called beforehand, its minutes published afterwards."""

    commission = models.ForeignKey(Commission, on_delete=models.CASCADE, related_name="meetings")
    held_at = models.DateTimeField()
    place = models.CharField(max_length=300)
    called_at = models.DateTimeField()
    minutes = models.TextField(blank=True)
    minutes_file = models.FileField(upload_to="commissions/%Y/%m/", blank=True)
    minutes_name = models.CharField(max_length=120, blank=True)
    minutes_type = models.CharField(max_length=60, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("meeting of a commission")
        verbose_name_plural = _("meetings of commissions")
        ordering = ("held_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(published_at__isnull=True)
                | (~Q(minutes="") | ~Q(minutes_file="")) & Q(published_at__gte=F("held_at")),
                name="initiatives_minutes_come_after_the_meeting",
            ),
        )

    def __str__(self) -> str:
        return f"{self.held_at:%Y-%m-%d} {self.place}"


class SiteVisit(models.Model):
    """A visit to the place that the petition speaks of (art. 90-5(2)): announced, then reported."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="site_visits")
    planned_at = models.DateTimeField()
    place = models.CharField(max_length=300)
    participants = models.CharField(max_length=500)
    announced_at = models.DateTimeField()
    findings = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("site visit")
        verbose_name_plural = _("site visits")
        ordering = ("planned_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, reported_at__isnull=True, findings="")
                | Q(done_at__isnull=False, reported_at__isnull=False, reported_at__gte=F("done_at")) & ~Q(findings=""),
                name="initiatives_visit_reported_with_findings",
            ),
        )

    def __str__(self) -> str:
        return f"{self.planned_at:%Y-%m-%d} {self.place}"
