"""How far a rotation of keys has come, so that it goes on where it was stopped, and what it found."""

from typing import Any

from django.db import models

from signatures.states import RotationKind


class KeyRotation(models.Model):
    """One rotation to one newest key. `key_name` is a hash of that key's, `place` the last row that was looked at."""

    kind = models.CharField(max_length=12, choices=RotationKind.choices)
    key_name = models.CharField(max_length=64)
    place = models.CharField(max_length=80, blank=True)
    counts: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "key_name"), name="signatures_one_rotation_to_a_key"),
            models.CheckConstraint(
                condition=models.Q(kind__in=RotationKind.values), name="signatures_known_kind_of_rotation"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key_name[:8]}"
