"""What one person may open: not the same text twice, and not more than a person writes. The portal's rules, not the law's."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from initiatives.limits import OPENED_AT_ONCE, OPENED_PER_DAY
from initiatives.models import Initiative, Wording
from initiatives.selectors.twins import nearly_identical
from initiatives.selectors.wording import words_of_initiative
from initiatives.states import OPEN_TO_VOTES, WITH_THE_BODY, State
from portal.errors import Conflict, TooMany

if TYPE_CHECKING:
    from accounts.models import User

UNDER_WAY = OPEN_TO_VOTES | {State.CHECK, State.MODERATION}
RECENT = timedelta(days=30)
MAY_BE_TRIED_AGAIN = frozenset({State.DRAFT, State.WITHDRAWN, State.LAPSED, State.REJECTED})
"""A text taken back, short of joiners or rejected may come again, mended or not; these say so themselves."""


class AlreadyOpen(Conflict):
    """The author has nearly the same text open already; `twin` is that one."""

    code = "already_open"

    def __init__(self, twin: Initiative) -> None:
        self.twin = twin
        super().__init__(
            _("You have opened nearly the same text already: “%(title)s”. Share that one instead.")
            % {"title": twin.title}
        )


def refuse(initiative: Initiative, *, by: "User", at: datetime) -> None:
    """Raise AlreadyOpen for a text that its author has open, TooMany beyond what one person may open.

    The person's row is locked, so that two requests at once are counted one after the other.
    """
    get_user_model()._default_manager.select_for_update(no_key=True).get(pk=by.pk)
    own = Initiative.objects.filter(author=by)
    same = _same_text(initiative, at)
    if same is not None:
        raise AlreadyOpen(same)
    if own.filter(opened_at__gt=at - timedelta(days=1)).count() >= OPENED_PER_DAY:
        raise TooMany(
            _("You have opened %(number)d initiatives in 24 hours. Your draft is kept; hand it over tomorrow.")
            % {"number": OPENED_PER_DAY},
            code="opened_per_day",
        )
    if own.filter(state__in=UNDER_WAY).count() >= OPENED_AT_ONCE:
        raise TooMany(
            _(
                "%(number)d of your initiatives are open already. Your draft is kept; hand it over when one of them ends."
            )
            % {"number": OPENED_AT_ONCE},
            code="opened_at_once",
        )


def _same_text(initiative: Initiative, at: datetime) -> Initiative | None:
    shown = Q(initiative__state__in=UNDER_WAY | WITH_THE_BODY | {State.THRESHOLD_REACHED})
    recent = Q(initiative__opened_at__gt=at - RECENT) & ~Q(initiative__state__in=MAY_BE_TRIED_AGAIN)
    others = Wording.objects.filter(shown | recent, initiative__author=initiative.author).exclude(pk=initiative.pk)
    found = nearly_identical(words_of_initiative(initiative), others.values_list("pk", "stems"))
    return Initiative.objects.defer("search").get(pk=found[0]) if found else None
