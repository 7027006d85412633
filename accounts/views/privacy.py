"""One's own data: taking it along, and deleting the account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import policies
from accounts.forms import EraseForm
from accounts.services import privacy
from accounts.views import door
from portal.clock import now
from portal.web.access import guarded


@guarded("accounts.may_see_account")
@never_cache
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Hand out one's data as a JSON file. By POST, because the log notes it."""
    user = door.person_of(request)
    found = privacy.export(user=user, by=user, at=now())
    response = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@guarded("accounts.may_see_account")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Say what goes and what stays; delete after a deliberate tick."""
    user = door.person_of(request)
    form = EraseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        privacy.erase(user=user, by=user, at=now())
        door.close_session(request)
        messages.success(request, _("Your account is deleted."))
        return redirect("/")
    context = {"form": form, "decision": policies.may_erase(user, user)}
    return render(request, "accounts/erase.html", context, status=422 if form.errors else 200)
