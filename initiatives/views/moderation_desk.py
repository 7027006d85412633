"""Who sits at which item: the heartbeat of an open page, and the assignment of items of the queue."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.selectors import get_user
from initiatives import policies
from initiatives.forms import AssignForm
from initiatives.models import Initiative
from initiatives.selectors import get_visible_or_404, moderating
from initiatives.selectors.queues import TASKS
from initiatives.services import queueing
from portal import clock
from portal.errors import InvalidInput
from portal.web.access import answer_or_sign_in, decides, guarded

if TYPE_CHECKING:
    from accounts.models import User

SELF, NOBODY = "me", "nobody"


@decides("initiatives.may_see_moderation")
@require_POST
def lock(request: HttpRequest, code: str) -> HttpResponse:
    """Renew the sign that this moderator looks at the item, or take it down; answer with who looks now."""
    refused = answer_or_sign_in(request, policies.may_see_moderation(request.user, None))
    if refused:
        return refused
    initiative, by, at = get_visible_or_404(request.user, code), cast("User", request.user), clock.now()
    if request.POST.get("leave"):
        queueing.leave(initiative=initiative, by=by)
        return HttpResponse(status=204)
    queueing.look(initiative=initiative, by=by, at=at)
    context = {
        "initiative": initiative,
        "lock": moderating.lock_of(initiative, at=at),
        "seen_revision": _number(request.POST.get("revision", "")),
    }
    return render(request, "initiatives/staff/_lock.html", context)


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


@guarded("initiatives.may_see_moderation")
@require_POST
def assign(request: HttpRequest) -> HttpResponse:
    """Give the ticked items to oneself, to a colleague, or back to everybody; comes back to the queue."""
    by = cast("User", request.user)
    ticked = request.POST.getlist("items")[: queueing.MOST_AT_ONCE + 1]
    waiting = Initiative.objects.filter(state__in=TASKS, code__in=[code[:20] for code in ticked if "\x00" not in code])
    form = AssignForm(request.POST, codes=[one.code for one in waiting])
    if not form.is_valid():
        messages.error(request, _("Tick items of the queue and say to whom they go."))
        return redirect("initiatives:moderation")
    whom = form.cleaned_data["to"]
    if whom == NOBODY:
        queueing.unassign(initiatives=waiting, by=by)
        messages.success(request, _("The items are for everybody again."))
        return redirect("initiatives:moderation")
    to = by if whom == SELF else get_user(whom)
    if to is None:
        raise InvalidInput(fields={"to": _("Choose one of the moderators.")})
    given, own = queueing.assign(initiatives=list(waiting), to=to, by=by, at=clock.now())
    if given:
        messages.success(
            request, ngettext("%(n)d item is assigned.", "%(n)d items are assigned.", given) % {"n": given}
        )
    if own:
        sentence = ngettext(
            "%(n)d item was left out: that moderator wrote it.",
            "%(n)d items were left out: that moderator wrote them.",
            own,
        )
        messages.warning(request, sentence % {"n": own})
    return redirect("initiatives:moderation")
