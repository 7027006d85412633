"""Sending a consolidated request."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from initiatives import policies
from initiatives.forms import StepForm
from initiatives.selectors import get_visible_or_404
from initiatives.selectors.counts import exact_count
from initiatives.services import requesting
from initiatives.states import State
from portal import clock
from portal.errors import Conflict
from portal.web.access import answer_or_sign_in, decides

if TYPE_CHECKING:
    from accounts.models import User


@decides("initiatives.may_send_request")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, code: str) -> HttpResponse:
    """Send the request to its body, after a page that says what this means."""
    initiative = get_visible_or_404(request.user, code)
    refused = answer_or_sign_in(request, policies.may_send_request(request.user, initiative))
    if refused:
        return refused
    if not initiative.is_request or initiative.state != State.COLLECTING:
        raise Conflict(_("There is nothing to send at this stage."), code="wrong_state")
    form = StepForm(request.POST or None, initial={"revision": initiative.revision})
    if request.method == "POST" and form.is_valid():
        requesting.send(
            initiative=initiative,
            by=cast("User", request.user),
            seen_revision=form.cleaned_data["revision"],
            at=clock.now(),
        )
        messages.success(request, _("The request is sent. The body registers it and answers all who joined."))
        return redirect("initiatives:detail", code=code)
    votes = exact_count(initiative)
    context = {
        "initiative": initiative,
        "form": form,
        "votes": votes,
        "missing": max((initiative.threshold or 1) - votes, 0),
    }
    return render(request, "initiatives/send_request.html", context, status=422 if form.is_bound else 200)
