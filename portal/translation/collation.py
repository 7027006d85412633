"""Names in the order of the alphabet, where code points have another: Ә after А, not after Я.

Postgres sorts by code point here (its locales differ from machine to machine), so lists of names that a person reads are put in
order in Python. One table serves Kazakh and Russian: the Kazakh alphabet is the Russian one with nine letters more, each
after the letter it grew from, and Kazakh names stand in Russian lists. In Russian ё is е with a mark, which decides only
between words that are otherwise alike; in Kazakh it is a letter of its own. English lists are ordered as Latin letters are.
"""

import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.utils.translation import get_language

T = TypeVar("T")

ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
"""The Kazakh alphabet of 42 letters (the Cyrillic one in force); all of the Russian one is in it."""

_PLACES = {letter: place for place, letter in enumerate(ALPHABET, start=1)}
_DIGITS, _LATIN, _CYRILLIC, _OTHER = 1, 2, 3, 4

Key = tuple[tuple[tuple[tuple[int, int], ...], ...], tuple[int, ...], str]


def sort_key(text: str, language: str | None = None) -> Key:
    """Return what to sort the text by: its words letter by letter, then its marks, then the text itself.

    Quotes, hyphens and dots only part words; capitals weigh nothing until all else is the same.
    """
    is_russian = (language or get_language() or "kk").split("-")[0] == "ru"
    folded = unicodedata.normalize("NFC", text).casefold()
    parted = "".join(letter if letter.isalnum() else " " for letter in folded)
    words = tuple(
        tuple(_place("е" if is_russian and letter == "ё" else letter) for letter in word) for word in parted.split()
    )
    marks = tuple(letter == "ё" for letter in folded) if is_russian else ()
    return words, marks, text


def by_name(things: Iterable[T], name: Callable[[T], str] = str, language: str | None = None) -> list[T]:
    """Return the things in the order of their names in that language, the reader's when none is given."""
    return sorted(things, key=lambda one: sort_key(name(one), language))


def _place(letter: str) -> tuple[int, int]:
    if letter.isdigit():
        return _DIGITS, ord(letter)
    if letter in _PLACES:
        return _CYRILLIC, _PLACES[letter]
    return (_LATIN if letter.isascii() else _OTHER), ord(letter)
