"""Tables of signatures."""

import uuid

from django.db import models


class Signature(models.Model):
    """One accepted signature with its evidence."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    def __str__(self) -> str:
        return str(self.pk)
