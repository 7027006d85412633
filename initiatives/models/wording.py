"""What search and likeness read instead of the long texts: one narrow row for each text that others may see."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func
from django.utils.translation import gettext_lazy as _

from initiatives.limits import TITLE_MAX


def _tsvector(column: str) -> Func:
    """An array of stems as a text vector: its index answers "these two together, or those two" without the rows."""
    return Func(F(column), function="array_to_tsvector")


class Wording(models.Model):
    """An initiative's words, folded and stemmed (`portal.translation.folding`); written when its text freezes."""

    initiative = models.OneToOneField(
        "initiatives.Initiative", primary_key=True, on_delete=models.CASCADE, related_name="wording"
    )
    heading = models.CharField(max_length=2 * TITLE_MAX)
    title_stems = ArrayField(models.TextField())
    stems = ArrayField(models.TextField())

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        indexes = (
            GinIndex(_tsvector("title_stems"), name="initiatives_wording_titles"),
            GinIndex(_tsvector("stems"), name="initiatives_wording_stems"),
        )

    def __str__(self) -> str:
        return self.heading


class Term(models.Model):
    """A stem that occurs, and in how many texts: rare ones tell texts apart, and near ones mend a slip of the pen.

    The number is counted anew by a task; between two counts a new stem stands with 1.
    """

    stem = models.CharField(max_length=60, primary_key=True)
    documents = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        indexes = (GinIndex(OpClass("stem", name="gin_trgm_ops"), name="initiatives_term_trigrams"),)

    def __str__(self) -> str:
        return self.stem
