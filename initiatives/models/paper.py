"""Lists of votes given on paper. Of a person only keyed codes are kept: never the IIN, never the name."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from initiatives.states import AgeBand, PaperVerdict


class PaperList(models.Model):
    """One file of lines with a scan of its sheets: looked through by one moderator, entered by a second one.

    The file is parsed in memory and forgotten. `file_code` is a keyed code of it, by which a second upload is known again.
    The scan is encrypted as signatures are.
    """

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="paper_lists")
    file_code = models.CharField(max_length=64)
    scan = models.FileField(upload_to="paper/%Y/%m/")
    scan_sha256 = models.CharField(max_length=64)
    sheets_from = models.CharField(max_length=200, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    discarded_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    entered_at = models.DateTimeField(null=True, blank=True)
    recall_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recall_asked_at = models.DateTimeField(null=True, blank=True)
    recall_reason = models.CharField(max_length=500, blank=True)
    recalled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recalled_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("paper list")
        verbose_name_plural = _("paper lists")
        ordering = ("-uploaded_at", "-pk")
        indexes = (
            models.Index(
                fields=("confirmed_at",),
                name="initiatives_paper_unfinished",
                condition=Q(confirmed_at__isnull=False, entered_at__isnull=True)
                | Q(recalled_at__isnull=False, taken_back_at__isnull=True),
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("initiative", "file_code"),
                name="initiatives_paper_file_once",
                condition=Q(discarded_at__isnull=True, recalled_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("uploaded_by")),
                name="initiatives_paper_two_persons_enter",
            ),
            models.CheckConstraint(
                condition=Q(recalled_by__isnull=True) | ~Q(recalled_by=F("recall_asked_by")),
                name="initiatives_paper_two_persons_recall",
            ),
            models.CheckConstraint(
                condition=Q(recall_asked_at__isnull=True) | ~Q(recall_reason=""),
                name="initiatives_paper_recall_says_why",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(discarded_at__isnull=True),
                name="initiatives_paper_discarded_before_entry",
            ),
        )

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def waits(self) -> bool:
        """Whether it waits for the second moderator."""
        return self.confirmed_at is None and self.discarded_at is None


class PaperLine(models.Model):
    """What is kept of one line: its number, keyed codes of the person, when they signed, and what became of it.

    `signer_tags` are those of a vote by digital signature; `person_tags` those by which the person, signed in, finds the line.
    Both are bound to the initiative. `sequence` is the number of the act that the line became.
    """

    paper_list = models.ForeignKey(PaperList, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()
    signer_tags = ArrayField(models.BinaryField(), default=list, blank=True)
    person_tags = ArrayField(models.BinaryField(), default=list, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    age_band = models.PositiveSmallIntegerField(null=True, blank=True, choices=AgeBand.choices)
    verdict = models.CharField(max_length=12, choices=PaperVerdict.choices)
    sequence = models.PositiveSmallIntegerField(null=True, blank=True)
    taken_back = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("line of a paper list")
        verbose_name_plural = _("lines of paper lists")
        ordering = ("paper_list", "number")
        constraints = (
            models.UniqueConstraint(fields=("paper_list", "number"), name="initiatives_paper_line_once"),
            models.CheckConstraint(
                condition=(Q(verdict=PaperVerdict.COUNTED) & Q(sequence__isnull=False))
                | (~Q(verdict=PaperVerdict.COUNTED) & Q(sequence__isnull=True)),
                name="initiatives_paper_counted_is_an_act",
            ),
        )

    def __str__(self) -> str:
        return f"{self.paper_list} {self.number}"


class PaperContest(models.Model):
    """A person says that they did not sign: the vote is taken back at once, and a moderator looks at the list."""

    line = models.OneToOneField(PaperLine, on_delete=models.PROTECT, related_name="contest")
    contested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)
    contested_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    finding = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("contested line")
        verbose_name_plural = _("contested lines")
        ordering = ("contested_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | ~Q(finding=""), name="initiatives_contest_settled_says_what"
            ),
        )

    def __str__(self) -> str:
        return f"{self.line}"

    @property
    def field_id(self) -> str:
        """The name of its field on a page that shows several."""
        return f"finding-{self.pk}"
