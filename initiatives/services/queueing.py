"""Who looks at an item of the queue, and who has taken it upon themselves. Neither decides anything: the revision does."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from initiatives import policies
from initiatives.limits import LOCK_MINUTES
from initiatives.models import Initiative, ModerationLock, ModerationTask
from portal.errors import InvalidInput
from portal.permissions import require

if TYPE_CHECKING:
    from accounts.models import User

MOST_AT_ONCE = 100


def look(*, initiative: Initiative, by: "User", at: datetime) -> ModerationLock:
    """Say that the moderator looks at it, unless another one does; return whose turn it is.

    One statement each: two who come at the same instant cannot both get it, because the row is unique.
    """
    require(policies.may_see_moderation(by, None))
    until = at + timedelta(minutes=LOCK_MINUTES)
    mine = ModerationLock(initiative=initiative, moderator=by, since=at, until=until)
    rows = ModerationLock.objects.filter(initiative=initiative)
    if not rows.filter(moderator=by, until__gt=at).update(until=until):
        taken = rows.filter(Q(until__lte=at) | Q(moderator=by)).update(moderator=by, since=at, until=until)
        if not taken:
            ModerationLock.objects.bulk_create([mine], ignore_conflicts=True)
    return rows.select_related("moderator").first() or mine  # the other one may have left just now


def leave(*, initiative: Initiative, by: "User") -> None:
    """Stop looking at it; another's turn is not touched."""
    ModerationLock.objects.filter(initiative=initiative, moderator=by).delete()


@transaction.atomic
def assign(*, initiatives: Collection[Initiative], to: "User", by: "User", at: datetime) -> tuple[int, int]:
    """Give items of the queue to a moderator; return how many were given, and how many not, being written by either."""
    require(policies.may_see_moderation(by, None))
    if not policies.is_moderator(to):
        raise InvalidInput(fields={"to": _("Choose one of the moderators.")})
    if len(initiatives) > MOST_AT_ONCE:
        raise InvalidInput(fields={"items": _("Choose at most 100 items at once.")})
    fit = [one for one in initiatives if policies.may_moderate(to, one) and policies.may_moderate(by, one)]
    for one in fit:
        ModerationTask.objects.update_or_create(initiative=one, defaults={"moderator": to, "assigned_by": by, "at": at})
    return len(fit), len(initiatives) - len(fit)


def unassign(*, initiatives: Collection[Initiative], by: "User") -> int:
    """Lay items back into the common queue, but for what one wrote oneself; return how many were assigned."""
    require(policies.may_see_moderation(by, None))
    fit = [one for one in initiatives if policies.may_moderate(by, one)]
    return ModerationTask.objects.filter(initiative__in=fit).delete()[0]
