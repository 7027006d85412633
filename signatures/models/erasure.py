"""Evidence of votes whose voter has asked to be forgotten, kept only as long as the law needs it."""

from django.db import models


class ErasureDue(models.Model):
    """An entry of the vote log whose evidence is forgotten as soon as its petition is over. Names nobody."""

    entry = models.UUIDField(primary_key=True)
    asked_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.entry.hex
