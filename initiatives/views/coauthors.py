"""Writing together: who writes, the link that invites, the page it leads to."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from initiatives import policies
from initiatives.limits import COAUTHORS_MAX
from initiatives.models import CoAuthor, Initiative
from initiatives.selectors import get_visible_or_404
from initiatives.services import coauthoring
from initiatives.states import CoAuthorship
from portal import clock
from portal.web.access import answer_or_sign_in, decides, guarded

if TYPE_CHECKING:
    from accounts.models import User


@decides("initiatives.may_edit")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest, code: str) -> HttpResponse:
    """Who writes this text. A POST of the author makes a link, which is shown this once."""
    initiative = get_visible_or_404(request.user, code)
    refused = answer_or_sign_in(request, policies.may_edit(request.user, initiative))
    if refused:
        return refused
    link = ""
    if request.method == "POST":
        _made, secret = coauthoring.invite(initiative=initiative, by=cast("User", request.user), at=clock.now())
        link = request.build_absolute_uri(reverse("initiatives:invitation", args=[secret]))
        initiative = get_visible_or_404(request.user, code)
    return render(request, "initiatives/coauthors.html", _context(request, initiative) | {"link": link})


def _context(request: HttpRequest, initiative: Initiative) -> dict[str, object]:
    at = clock.now()
    return {
        "initiative": initiative,
        "writing": initiative.accepted_coauthors,
        "invited": [one for one in initiative.coauthors.all() if one.is_open(at)],
        "may_invite": policies.may_invite(request.user, initiative),
        "may_leave": policies.may_leave(request.user, initiative),
        "most": COAUTHORS_MAX,
    }


@decides("initiatives.may_invite")
@require_POST
def remove(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Take back an invitation, or end a co-authorship."""
    initiative = get_visible_or_404(request.user, code)
    found = get_object_or_404(CoAuthor, initiative=initiative, pk=number)
    ended = coauthoring.remove(coauthor=found, by=cast("User", request.user), at=clock.now())
    messages.success(
        request, _("They no longer write with you.") if ended.user_id else _("The invitation is taken back.")
    )
    return redirect("initiatives:coauthors", code=code)


@decides("initiatives.may_leave")
@require_POST
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """Stop writing another's text with them."""
    initiative = get_visible_or_404(request.user, code)
    coauthoring.leave(initiative=initiative, by=cast("User", request.user), at=clock.now())
    messages.success(request, _("You no longer write this text."))
    return redirect("initiatives:mine")


@guarded("initiatives.may_write")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Where the link leads: what is being written, who invites, yes or no."""
    found = coauthoring.invitation(secret, at=clock.now())
    user = cast("User", request.user)
    if request.method == "POST" and request.POST.get("answer") == CoAuthorship.DECLINED:
        coauthoring.decline(secret=secret, by=user, at=clock.now())
        messages.success(request, _("You have declined. The link no longer works."))
        return redirect("initiatives:mine")
    if request.method == "POST":
        coauthoring.accept(secret=secret, by=user, at=clock.now())
        messages.success(request, _("You write this text now, too."))
        return redirect("initiatives:edit", code=found.initiative.code)
    is_writer = bool(policies.is_writer(user, found.initiative))
    context = {"invitation": found, "initiative": found.initiative, "is_writer": is_writer}
    return render(request, "initiatives/invitation.html", context)
