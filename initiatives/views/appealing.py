"""The author's appeal against a rejection."""

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from initiatives.forms import AppealForm
from initiatives.policies import moderating as policies
from initiatives.selectors import get_visible_or_404
from initiatives.selectors.articles import cite
from initiatives.services import appealing
from initiatives.states import NormCode
from portal import clock
from portal.errors import InvalidInput
from portal.web.access import answer_or_sign_in, decides

if TYPE_CHECKING:
    from accounts.models import User


@decides("initiatives.may_appeal")
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, code: str) -> HttpResponse:
    """Say why the rejection is wrong; a moderator who took no part will read it."""
    initiative = get_visible_or_404(request.user, code)
    refused = answer_or_sign_in(request, policies.may_appeal(request.user, initiative))
    if refused:
        return refused
    form = AppealForm(request.POST or None)
    if form.is_valid():
        try:
            appealing.appeal(
                initiative=initiative, by=cast("User", request.user), text=form.cleaned_data["text"], at=clock.now()
            )
        except InvalidInput as refusal:
            for sentence in refusal.fields.values():
                form.add_error("text", str(sentence))
        else:
            messages.success(request, _("Your appeal is filed. You will be told what is decided."))
            return redirect("initiatives:detail", code=code)
    norm = initiative.kind_version.norm(NormCode.REJECTION_APPEAL_PERIOD)
    term = norm.term_after(initiative.state_since) if norm else None
    context = {"initiative": initiative, "form": form, "term": term, "article": cite(norm.article) if norm else ""}
    return render(request, "initiatives/appeal.html", context, status=422 if form.is_bound else 200)
