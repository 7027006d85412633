"""People who write a text together with its author."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from initiatives.models.initiative import Initiative
from initiatives.states import CoAuthorship


class CoAuthor(models.Model):
    """An invitation to write together, and who took it up. Of the link that was given out only its digest is kept."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="coauthors")
    token_sha256 = models.CharField(max_length=64, unique=True)
    standing = models.CharField(max_length=8, choices=CoAuthorship.choices, default=CoAuthorship.INVITED)
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="coauthorships"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("co-author")
        verbose_name_plural = _("co-authors")
        ordering = ("invited_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("initiative", "user"),
                name="initiatives_coauthor_once",
                condition=Q(standing=CoAuthorship.ACCEPTED),
            ),
            models.CheckConstraint(
                condition=~Q(standing=CoAuthorship.ACCEPTED) | Q(user__isnull=False, answered_at__isnull=False),
                name="initiatives_coauthor_is_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} + {self.initiative_id}"

    def is_open(self, at: datetime) -> bool:
        """Whether the link can still be taken up."""
        return self.standing == CoAuthorship.INVITED and at < self.expires_at
