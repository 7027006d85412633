"""What every page knows about its visitor: language links, preferences, menus, unread count, the id to quote.

Templates see it as `looks`. Members are computed when asked for, so a page pays for what it shows; `bare=True` gives the
context for pages that must draw while the database is away (500, 503).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from portal.web import navigation, preferences, request_id

if TYPE_CHECKING:
    from portal.web.navigation import Link, Section, Visitor

LANGUAGE_NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
LANGUAGE_SHORT = {"kk": "Қаз", "ru": "Рус", "en": "Eng"}
SEARCH_URL_NAMES = ("search", "initiatives:index")


@dataclass(frozen=True)
class LanguageLink:
    """A link to this same page in another language, named in that language."""

    code: str
    name: str
    short: str
    url: str
    current: bool


class LayoutContext:
    """The page's frame, read by `layout.html`."""

    def __init__(self, request: HttpRequest, *, bare: bool = False) -> None:
        self._request = request
        self._bare = bare

    @cached_property
    def language(self) -> str:
        return (get_language() or settings.LANGUAGE_CODE).split("-")[0]

    @cached_property
    def path(self) -> str:
        """Path and query of this page, for links that come back to it."""
        return self._request.get_full_path()

    @cached_property
    def language_links(self) -> list[LanguageLink]:
        return [
            LanguageLink(
                code, LANGUAGE_NAMES[code], LANGUAGE_SHORT[code], self._in_language(code), code == self.language
            )
            for code in LANGUAGE_NAMES
        ]

    def _in_language(self, code: str) -> str:
        here = self.path if self._request.method in ("GET", "HEAD") else self._request.path
        translated = translate_url(here, code)
        if translated != here or code == self.language:
            return translated
        head, _, rest = here.lstrip("/").partition("/")
        return f"/{code}/{rest}" if head in LANGUAGE_NAMES else f"/{code}/"

    @cached_property
    def preferences(self) -> preferences.Preferences:
        return preferences.read(self._request)

    @cached_property
    def user(self) -> Any | None:
        """The signed-in user, or None (also while the database is away)."""
        visitor = self._visitor
        return visitor if visitor.is_authenticated else None

    @cached_property
    def _visitor(self) -> "Visitor":
        if self._bare:
            return AnonymousUser()
        return cast("Visitor", getattr(self._request, "user", None) or AnonymousUser())

    @cached_property
    def unread(self) -> int:
        """Unread notifications, asked from the function named by settings.PORTAL_UNREAD_COUNT."""
        dotted = getattr(settings, "PORTAL_UNREAD_COUNT", "")
        if not dotted or self.user is None:
            return 0
        return int(import_string(dotted)(self.user))

    def _links(self, section: "Section") -> "list[Link]":
        return navigation.links(section, self._visitor, self._request.path, back=self._back)

    @property
    def _back(self) -> str:
        """Where to go on after signing in; nowhere from a page that was posted."""
        return self.path if self._request.method in ("GET", "HEAD") else ""

    @cached_property
    def main_links(self) -> "list[Link]":
        return self._links("main")

    @cached_property
    def account_links(self) -> "list[Link]":
        return self._links("account") if self.user is not None else self._links("guest")

    @cached_property
    def tool_links(self) -> "list[Link]":
        return self._links("tools") if self.user is not None else []

    @cached_property
    def footer_links(self) -> "list[Link]":
        return self._links("footer")

    @cached_property
    def home_url(self) -> str:
        return _first_url("initiatives:home") or f"/{self.language}/"

    @cached_property
    def search_url(self) -> str:
        return _first_url(*SEARCH_URL_NAMES) or f"/{self.language}/petitions/"

    @cached_property
    def search_query(self) -> str:
        return self._request.GET.get("q", "")[:200]

    @cached_property
    def preferences_url(self) -> str:
        return _first_url("web:preferences")

    @cached_property
    def is_demo(self) -> bool:
        """Signatures of this installation have no legal force, and each page must say so."""
        return getattr(settings, "TRUST_DOMAIN", "") == "demo"

    @cached_property
    def request_id(self) -> str:
        """The name of this request in the log, for the reader to quote."""
        name = request_id.current.get()
        return "" if name == "-" else name

    @cached_property
    def colour_scheme(self) -> Literal["light dark", "light", "dark"]:
        theme = self.preferences.theme
        return "light dark" if theme == "auto" else ("dark" if theme == "dark" else "light")


def _first_url(*names: str) -> str:
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""
