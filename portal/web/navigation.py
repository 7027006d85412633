"""The navigation registry: each app says which entries it brings; the layout only asks.

An app calls `register` in `AppConfig.ready`. Menus are data, so the header never imports a domain, and a domain that is
switched off takes its entries with it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser
    from django.utils.functional import _StrPromise

    Visitor = AbstractBaseUser | AnonymousUser
    Text = str | _StrPromise

Section = Literal["main", "account", "tools", "guest", "footer", "administration"]
"""`tools` stand on the profile page: what few need often has no place in the header."""


def _everyone(visitor: "Visitor") -> bool:
    return True


@dataclass(frozen=True)
class Entry:
    """One line of a menu. `visible` decides by visitor; `icon` names a symbol of static/img/icons.svg.

    `leads_back` tells the page where the visitor came from, as ?next=, so that they go on where they were.
    """

    name: str
    label: "Text"
    url_name: str
    section: Section = "main"
    order: int = 100
    icon: str = ""
    visible: Callable[["Visitor"], bool] = _everyone
    leads_back: bool = False

    def url(self) -> str:
        return reverse(self.url_name)


@dataclass(frozen=True)
class Link:
    """An entry as the page shows it."""

    name: str
    label: "Text"
    url: str
    icon: str
    current: bool


_entries: dict[str, Entry] = {}


def register(entry: Entry) -> None:
    """Add an entry; a second one of the same name replaces the first."""
    _entries[entry.name] = entry


def entries() -> tuple[Entry, ...]:
    return tuple(sorted(_entries.values(), key=lambda entry: (entry.order, entry.name)))


def links(section: Section, visitor: "Visitor", path: str, *, back: str = "") -> list[Link]:
    """Return the section's entries this visitor may see, the one being visited marked.

    An entry whose URL is missing under the present urlconf is left out, so that even an error page can draw its header;
    the system check `web.E001` makes the same a failure at start-up.
    """
    shown = [(entry, url) for entry in entries() if entry.section == section and (url := _url(entry, visitor))]
    here = max((url for _entry, url in shown if _leads_to(url, path, section)), key=len, default="")
    found: list[Link] = []
    for entry, url in shown:
        current = url == here
        if entry.leads_back and back and not current:
            url = f"{url}?{urlencode({'next': back})}"
        found.append(Link(entry.name, entry.label, url, entry.icon, current))
    return found


def _url(entry: Entry, visitor: "Visitor") -> str:
    try:
        return entry.url() if entry.visible(visitor) else ""
    except NoReverseMatch:
        return ""


def _leads_to(url: str, path: str, section: Section) -> bool:
    """Return whether the page lies under the entry; the entry nearest to the page is the current one."""
    return path == url or (section in ("main", "account") and url.count("/") > 2 and path.startswith(url))
