"""Which rows: the vocabulary of account queries."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import Assignment, Body, Territory  # noqa: F401


class TerritoryQuerySet(models.QuerySet["Territory"]):
    """Territories of the classifier."""

    def regions(self) -> "TerritoryQuerySet":
        """Oblasts and cities of republican significance."""
        return self.filter(level="region")

    def within(self, kato: str) -> "TerritoryQuerySet":
        """The territory itself and what lies directly below it."""
        return self.filter(Q(kato=kato) | Q(parent_id=kato))


class BodyQuerySet(models.QuerySet["Body"]):
    """State bodies."""

    def active(self) -> "BodyQuerySet":
        """Bodies that receive petitions now."""
        return self.filter(is_active=True)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Roles given to people."""

    def at(self, moment: datetime) -> "AssignmentQuerySet":
        """Assignments in force at that moment."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=moment), since__lte=moment)
