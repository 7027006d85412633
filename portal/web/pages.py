"""Pages for everything that went wrong: what happened, what to do, an id to quote.

They draw without touching the database: the same page must serve when it is the database that is away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.template.context_processors import csrf
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from portal.web.layout import LayoutContext

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text = str | _StrPromise

PAGE_EXPIRED = 419


@dataclass(frozen=True)
class Trouble:
    """How one status speaks to a person: what happened, and what to do next."""

    title: "Text"
    advice: "Text"
    may_retry: bool = False


TROUBLES: dict[int, Trouble] = {
    400: Trouble(
        _("The portal did not understand this request"),
        _("The address may be cut off or changed. Go back and try again from the page you came from."),
    ),
    403: Trouble(
        _("You cannot open this page"),
        _("It is open to other people or to another role. If you have not signed in yet, sign in and try again."),
    ),
    404: Trouble(
        _("There is no such page"),
        _("The address may contain a mistake, or the page was moved. Try the search or begin from the home page."),
    ),
    405: Trouble(
        _("This address does not work that way"),
        _("Most likely a form was opened as a link. Go back and press the button on the page again."),
    ),
    409: Trouble(
        _("Something changed while you were reading"),
        _("Open the page again to see its present state, then decide."),
        may_retry=True,
    ),
    PAGE_EXPIRED: Trouble(
        _("The page was open for too long"),
        _("For your safety forms stay valid for a limited time. Go back, reload the page and send the form again."),
    ),
    422: Trouble(
        _("Something in the form needs to be corrected"),
        _("Go back to the form: nothing was saved or sent."),
    ),
    429: Trouble(
        _("Too many attempts in a short time"),
        _("Wait a few minutes and try again. Nothing is lost."),
        may_retry=True,
    ),
    500: Trouble(
        _("Something broke on our side"),
        _("The fault is ours and has been recorded. Try again in a few minutes."),
        may_retry=True,
    ),
    503: Trouble(
        _("The portal is resting for a moment"),
        _("We are working on it. Try again in a few minutes; drafts and signed votes are kept."),
        may_retry=True,
    ),
}


def trouble_page(
    request: HttpRequest,
    status: int,
    *,
    message: "Text | None" = None,
    fields: "Mapping[str, Text] | None" = None,
) -> HttpResponse:
    """Answer with the friendly page of that status; `message` is the particular reason, where there is one."""
    trouble = TROUBLES.get(status, TROUBLES[500 if status >= 500 else 400])
    context: dict[str, Any] = {
        **csrf(request),  # the footer's switches work here too
        "looks": LayoutContext(request, bare=status >= 500),
        "status": status,
        "trouble": trouble,
        "message": message,
        "problems": [{"text": text, "href": ""} for text in (fields or {}).values()],
    }
    reason = "Page Expired" if status == PAGE_EXPIRED else HTTPStatus(status).phrase
    return HttpResponse(render_to_string("errors/trouble.html", context), status=status, reason=reason)
