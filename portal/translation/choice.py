"""Which language to show a text in: the reader's, else the state language, else whichever there is.

Kazakh comes before Russian in the fallback: it is the state language (law on languages, article 4). The caller gets the
language along with the text, because a text in another language than the page must say so (WCAG 2.2, 3.1.2 Language of Parts).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

LANGUAGES = ("kk", "ru", "en")


@dataclass(frozen=True)
class Shown:
    """A text and the language it is in; `str()` gives the text."""

    text: str
    language: str

    def __str__(self) -> str:
        return self.text


def order_of(language: str | None = None) -> tuple[str, ...]:
    """Return the languages in the order in which to try them, the wanted one first."""
    wanted = (language or get_language() or LANGUAGES[0]).split("-")[0]
    return (wanted, *(other for other in LANGUAGES if other != wanted))


def best_of(texts: Mapping[str, str], language: str | None = None) -> Shown:
    """Pick from texts by language; blank ones do not count. An empty text in the wanted language when there is none."""
    order = order_of(language)
    for candidate in order:
        text = (texts.get(candidate) or "").strip()
        if text:
            return Shown(text, candidate)
    return Shown("", order[0])


def text_for(obj: Any, field: str, language: str | None = None) -> Shown:
    """Return `field` of an object that keeps it as field_kk, field_ru, field_en, with fallback."""
    return best_of({code: getattr(obj, f"{field}_{code}", None) or "" for code in LANGUAGES}, language)
