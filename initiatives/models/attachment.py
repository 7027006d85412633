"""Files that support the text of an initiative."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from initiatives.models.initiative import Initiative
from initiatives.querysets import AttachmentQuerySet
from initiatives.states import Safety


class Attachment(models.Model):
    """A file that supports the text; its type was read from its content, images were re-encoded.

    Until it is found clean only who uploaded it sees it. One found harmful leaves its line without the file.
    """

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="attachments")
    file = models.FileField(upload_to="initiatives/%Y/%m/", blank=True)
    name = models.CharField(max_length=120)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    content_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    safety = models.CharField(max_length=8, choices=Safety.choices, default=Safety.PENDING)
    checked_at = models.DateTimeField(null=True, blank=True)
    finding = models.CharField(max_length=120, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ("uploaded_at",)
        constraints = (
            models.UniqueConstraint(fields=("initiative", "sha256"), name="initiatives_attachment_once"),
            # What was found harmful is gone; its line stays and says what was found.
            models.CheckConstraint(
                condition=~Q(safety=Safety.REFUSED) | (Q(file="") & ~Q(finding="")),
                name="initiatives_refused_file_is_gone",
            ),
        )
        indexes = (
            models.Index(
                fields=("uploaded_at",), name="initiatives_unchecked_files", condition=Q(safety=Safety.PENDING)
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_clean(self) -> bool:
        """Whether everyone who may read the text may have the file."""
        return self.safety == Safety.CLEAN

    @property
    def is_refused(self) -> bool:
        """Whether something harmful was found in it: only its line is left."""
        return self.safety == Safety.REFUSED
