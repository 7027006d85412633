"""Wording a notice: as a letter when it is sent, as an entry of the centre when it is read; each time in the reader's language.

One source for all three shapes: `<template>.txt` holds the sentences (blocks `what`, `next`, `why`) and extends whichever
`layout` it is given, `<template>.html` extends it; letters follow RFC 8058 (one-click unsubscription) and RFC 3834.
"""

from collections.abc import Sequence
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
    from accounts.models import User
    from portal.errors import Sentence

LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)

DIGEST_SHOWN = 50
"""Notices that one digest spells out; a longer one says how many more wait on the portal."""


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
        unsubscribe_url = _absolute(unsubscribing.path(notice))
        context |= {"unsubscribe_url": unsubscribe_url, "preferences_url": _preferences_url()}
        return _message(
            reader,
            f"notification-{notice.pk}",
            _subject(notice, context),
            render_to_string(f"mail/{notice.template}.txt", context | {"layout": "mail/layout.txt"}),
            render_to_string(f"mail/{notice.template}.html", context | {"layout": "mail/layout.html"}),
            {"List-Unsubscribe": f"<{unsubscribe_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        )


def digest(notices: Sequence[Notification]) -> EmailMultiAlternatives:
    """Word several notices of one reader as one letter, the newest last; the same notices make the same Message-ID."""
    reader = notices[0].recipient
    with translation.override(reader.language):
        shown = [
            {"subject": _subject(one, facts), "url": facts["url"], "content": _plain(one, facts), "at": one.created_at}
            for one in notices[-DIGEST_SHOWN:]
            for facts in [_context(one)]
        ]
        context = {
            "person": reader,
            "language": reader.language,
            "entries": shown,
            "number": len(notices),
            "more": len(notices) - len(shown),
            "centre_url": _absolute(reverse("notifications:index")),
            "preferences_url": _preferences_url(),
        }
        return _message(
            reader,
            f"digest-{notices[0].pk}-{notices[-1].pk}",
            " ".join(render_to_string("mail/digest.subject.txt", context).split()),
            render_to_string("mail/digest.txt", context),
            render_to_string("mail/digest.html", context),
            {"List-Unsubscribe": f"<{_preferences_url()}>"},
        )


def _message(
    reader: "User", name: str, subject: str, text: str, html: str, headers: dict[str, str]
) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        to=[reader.email],
        headers={
            "Message-ID": f"<{name}@{urlsplit(settings.PORTAL_ORIGIN).hostname}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": reader.language,
            **headers,
        },
    )
    message.attach_alternative(html, "text/html")
    return message


def _plain(notice: Notification, context: dict[str, Any]) -> str:
    """Return what happened and what comes next as plain sentences, without greeting and address."""
    said = render_to_string(f"mail/{notice.template}.txt", context | {"layout": "mail/digest_entry.txt"})
    return "\n".join(line.strip() for line in said.splitlines() if line.strip())


def _preferences_url() -> str:
    return _absolute(reverse("notifications:preferences"))


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
