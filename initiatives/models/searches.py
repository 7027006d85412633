"""Searches that people keep."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from initiatives.states import Frequency


class SavedSearch(models.Model):
    """A list that someone wants to hear of. What was published up to `seen_until` has been told, or was there before."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(max_length=80)
    query = models.JSONField()
    frequency = models.CharField(max_length=6, choices=Frequency.choices, default=Frequency.DAILY)
    created_at = models.DateTimeField()
    seen_until = models.DateTimeField()
    looked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        ordering = ("name", "pk")
        indexes = (models.Index(fields=("frequency", "looked_at"), name="initiatives_searches_due"),)
        constraints = (models.UniqueConstraint(fields=("owner", "query"), name="initiatives_search_kept_once"),)

    def __str__(self) -> str:
        return self.name
