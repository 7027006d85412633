"""Below which number of a key no person may begin to vote."""

from django.db import models


class PepperFloor(models.Model):
    """One row, written when codes of people are rotated; the database refuses first votes under older keys from then on.

    A process that was not restarted with the new keys would not find votes that were moved, and would take a second one.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="initiatives_one_pepper_floor"),)

    def __str__(self) -> str:
        return str(self.number)
