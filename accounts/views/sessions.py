"""Where one is signed in."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import selectors
from accounts.services import sessions
from accounts.views import door
from portal.clock import now
from portal.web.access import guarded


@guarded("accounts.may_see_account")
@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the sessions, this one marked."""
    found = selectors.sessions_of(door.person_of(request), at=now())
    rows = [{"session": one, "is_this": one.session_id == request.session.session_key} for one in found]
    return render(request, "accounts/sessions.html", {"rows": rows, "has_others": len(rows) > 1})


@guarded("accounts.may_see_account")
@require_POST
def end(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """End one session; the one in hand means signing out."""
    user = door.person_of(request)
    session = selectors.get_session(user, record_id)
    is_this = session.session_id == request.session.session_key
    sessions.end(session=session, by=user, at=now())
    if is_this:
        door.close_session(request)
        return redirect("/")
    messages.success(request, _("You are signed out there."))
    return redirect("accounts:sessions")


@guarded("accounts.may_see_account")
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End all sessions but this one."""
    user = door.person_of(request)
    number = sessions.end_others(user=user, session_key=request.session.session_key, by=user, at=now())
    sentence = ngettext("%(number)d session ended.", "%(number)d sessions ended.", number) % {"number": number}
    messages.success(request, sentence)
    return redirect("accounts:sessions")
