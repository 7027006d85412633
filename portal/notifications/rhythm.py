"""When a letter may go: at once, once a day, once a week, and never in a person's quiet hours.

Pure: what a person chose and a moment go in, a moment comes out. All hours are those of Kazakhstan (UTC+5, no summer time).
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.clock import ALMATY

DIGEST_AT = time(8, 30)
"""When digests go: after the quiet hours of most, before work."""

MONDAY = 0


class Rhythm(models.TextChoices):
    """How often a person wants letters."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day, all in one letter")
    WEEKLY = "weekly", _("Once a week, on Monday, all in one letter")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person chose; the defaults hold until then. Equal hours mean that no hour is quiet."""

    rhythm: str = Rhythm.AT_ONCE
    quiet_from: time = time(22, 0)
    quiet_until: time = time(7, 0)

    @property
    def has_digest(self) -> bool:
        """Whether letters wait to go together."""
        return self.rhythm != Rhythm.AT_ONCE

    def is_quiet(self, at: datetime) -> bool:
        """Return whether the moment lies in the quiet hours, which may span midnight."""
        if self.quiet_from == self.quiet_until:
            return False
        hour = at.astimezone(ALMATY).time()
        if self.quiet_from < self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return hour >= self.quiet_from or hour < self.quiet_until

    def first_moment(self, at: datetime) -> datetime:
        """Return the first moment from `at` on at which a letter may go."""
        return self._after_quiet(self._next_digest(at) if self.has_digest else at)

    def _after_quiet(self, at: datetime) -> datetime:
        if not self.is_quiet(at):
            return at
        local = at.astimezone(ALMATY)
        end = local.replace(hour=self.quiet_until.hour, minute=self.quiet_until.minute, second=0, microsecond=0)
        return (end if end > local else end + timedelta(days=1)).astimezone(at.tzinfo)

    def _next_digest(self, at: datetime) -> datetime:
        local = at.astimezone(ALMATY)
        moment = local.replace(hour=DIGEST_AT.hour, minute=DIGEST_AT.minute, second=0, microsecond=0)
        if moment < local:
            moment += timedelta(days=1)
        if self.rhythm == Rhythm.WEEKLY:
            moment += timedelta(days=(MONDAY - moment.weekday()) % 7)
        return moment.astimezone(at.tzinfo)
