"""The public log of moderation, line by line, and how anyone can check it."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from initiatives.selectors import moderation_log as reads
from initiatives.states import LogAction
from portal.web.access import public
from portal.web.caching import shared
from portal.web.paging import pages_of

LINES = 50


@public
@shared(seconds=5)
@require_safe
def moderation_log(request: HttpRequest) -> HttpResponse:
    """Every act of moderation, the newest first."""
    action = request.GET.get("action", "")
    code = request.GET.get("code", "").replace("\x00", "")[:12]
    found = reads.lines(action=action, code=code)
    page = Paginator(found, LINES).get_page(request.GET.get("page"))
    query = urlencode({key: value for key, value in (("action", action), ("code", code)) if value})
    context = {
        "page": page,
        "lines": [(line, reads.is_readable(line.initiative)) for line in page.object_list],
        "pages": pages_of(page, query),
        "actions": LogAction.choices,
        "action": action,
        "code": code,
        "check": reads.last_check(),
        "example": page.object_list[0] if page.object_list else None,
    }
    return render(request, "initiatives/moderation_log.html", context)
