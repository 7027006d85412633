"""Wording a notice: as a letter when it is sent, as an entry of the centre when it is read; each time in the reader's language.

One source for all three shapes: `<template>.txt` holds the sentences (blocks `what`, `next`, `why`) and extends whichever
`layout` it is given, `<template>.html` extends it; letters follow RFC 8058 (one-click unsubscription) and RFC 3834.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from portal.clock import ALMATY
from portal.notifications import topics, unsubscribing
from portal.notifications.models import Notification

if TYPE_CHECKING:
    from portal.errors import Sentence

LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


@dataclass(frozen=True, slots=True)
class Entry:
    """A notice as the centre shows it."""

    notification: Notification
    subject: str
    content: SafeString
    topic: "Sentence"
    has_page: bool


def entry(notice: Notification) -> Entry:
    """Word the notice for the centre, in the language of the page."""
    context = _context(notice) | {"layout": "notifications/_message.html"}
    content = render_to_string(f"mail/{notice.template}.html", context)
    return Entry(
        notice, _subject(notice, context), mark_safe(content), topics.get(notice.topic).label, bool(_path(notice))
    )


def letter(notice: Notification) -> EmailMultiAlternatives:
    """Word the notice as a letter in the recipient's language, with the headers of a machine's letter."""
    reader = notice.recipient
    with translation.override(reader.language):
        context = _context(notice) | {"person": reader, "language": reader.language}
        context["unsubscribe_url"] = unsubscribe_url = _absolute(unsubscribing.path(notice))
        context["preferences_url"] = _absolute(reverse("notifications:preferences"))
        message = EmailMultiAlternatives(
            subject=_subject(notice, context),
            body=render_to_string(f"mail/{notice.template}.txt", context | {"layout": "mail/layout.txt"}),
            to=[reader.email],
            headers={
                "Message-ID": f"<notification-{notice.pk}@{urlsplit(settings.PORTAL_ORIGIN).hostname}>",
                "List-Unsubscribe": f"<{unsubscribe_url}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
                "Content-Language": reader.language,
            },
        )
        html = render_to_string(f"mail/{notice.template}.html", context | {"layout": "mail/layout.html"})
        message.attach_alternative(html, "text/html")
    return message


def path(notice: Notification) -> str:
    """Return the address of what the notice is about, in the language in force; the centre's own when it is gone."""
    return _path(notice) or reverse("notifications:index")


def _path(notice: Notification) -> str:
    try:
        return reverse(notice.url_name, args=notice.url_args) if notice.url_name else ""
    except NoReverseMatch:
        return ""


def _absolute(where: str) -> str:
    return f"{settings.PORTAL_ORIGIN}{where}"


def _subject(notice: Notification, context: dict[str, Any]) -> str:
    # One line: a line break in a title must not begin another header.
    return " ".join(render_to_string(f"mail/{notice.template}.subject.txt", context).split())


def _context(notice: Notification) -> dict[str, Any]:
    facts = {name: _fact(name, value) for name, value in notice.context.items()}
    return facts | {"url": _absolute(path(notice)), "topic": topics.get(notice.topic).label}


def _fact(name: str, value: Any) -> Any:
    if isinstance(value, dict) and value and LANGUAGES.issuperset(value):
        language = (translation.get_language() or settings.LANGUAGE_CODE).split("-")[0]
        return value.get(language) or next((text for text in value.values() if text), "")
    if isinstance(value, str) and name.endswith("_date"):
        return date.fromisoformat(value)
    if isinstance(value, str) and name.endswith("_at"):
        return datetime.fromisoformat(value).astimezone(ALMATY)
    return value
