"""Is a text written in the language its author chose? Local, by character statistics; no text leaves the portal."""

from functools import cache
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

KAZAKH_LETTERS = frozenset("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
NEIGHBOURS = ("kk", "ru", "en", "ky", "uk", "be", "bg", "mn", "tr", "de", "fr", "zh", "ar", "az")
"""Languages that are told apart: those of the portal and those it is likely to be confused with or to receive."""


@cache
def _identifier() -> Any:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(NEIGHBOURS))
    return identifier


def language_of(text: str) -> str:
    """Return the ISO 639-1 code that the text most resembles, of those in NEIGHBOURS."""
    return str(_identifier().classify(text)[0])


def is_written_in(language: str, text: str) -> bool:
    """Return whether a paragraph in Kazakh or Russian reads as the chosen one.

    Short texts mislead statistics, and Kazakh texts quote Russian names: letters that only Kazakh has settle it first.
    """
    letters = [letter for letter in text if letter.isalpha()]
    if not letters:
        return False
    kazakh = sum(letter in KAZAKH_LETTERS for letter in letters) / len(letters)
    if language == "kk":
        return kazakh > 0.02 and language_of(text) in {"kk", "ky", "mn"}
    return kazakh < 0.02 and language_of(text) in {"ru", "bg"}
