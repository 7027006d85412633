"""Words as search compares them: lower case, Kazakh letters beside their Russian neighbours, without endings.

Kazakh has no stemmer in Postgres, and is typed with Russian letters where the keyboard has no others; so both sides, what is
kept and what is asked, are folded here. Russian endings are Snowball's. `subjects.txt` joins Kazakh and Russian words of one
civic subject, so that a text finds its twin in the other language.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

import snowballstemmer

SUBJECTS = Path(__file__).with_name("subjects.txt")
ENDINGS = Path(__file__).with_name("endings.txt")
SUBJECT_MARK = "="
LANGUAGES = ("kk", "ru")
LONGEST_WORD = 40

_LETTERS = str.maketrans("әғқңөұүіһёй", "агкноууихеи")
_LATIN_LOOKALIKES = str.maketrans("aceopxyhik", "асеорхуник")
_WORD = re.compile(r"[^\W_]+")
_ONLY_LOOKALIKES = re.compile(r"[aceopxyhik]{3,}")

_KAZAKH_STRIPPED = 4
"""Endings follow one another: -лар-ымыз-да-ғы."""

_SHORTEST_STEM = 3
_SHORT_ROOTS = frozenset(["су", "уи", "ас", "ит", "ел", "от"])
"""Roots of two letters that petitions are about: water, house, food, dog, country, fire."""


@cache
def _listed(name: str) -> frozenset[str]:
    lines = (line.partition(": ") for line in ENDINGS.read_text("utf-8").splitlines())
    return frozenset(word for key, _colon, rest in lines if key == name for word in rest.split())


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, in their order."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(unicodedata.normalize("NFC", text.lower()))]


def fold(text: str) -> str:
    """Return the words of a text with folded letters and single spaces: two that differ in looks only become the same."""
    return " ".join(_folded(word) for word in words(text))


def stems(text: str, language: str) -> dict[str, str]:
    """Return the stems of a text in that language, each with the first word of the text that has it; no stop words."""
    found: dict[str, str] = {}
    for word in words(text):
        stem = stem_of(word, language)
        if stem:
            found.setdefault(stem, word)
    return found


def with_subjects(found: dict[str, str], language: str) -> dict[str, str]:
    """Return the stems and, marked, the subjects that they belong to."""
    more = dict(found)
    for stem, word in found.items():
        for subject in subjects_of(stem, language):
            more.setdefault(subject, word)
    return more


@lru_cache(maxsize=200_000)
def stem_of(word: str, language: str) -> str:
    """Return the stem of one lower-case word; "" for a word that says nothing."""
    if word in _listed(language) or (len(word) < 2 and not word.isdigit()):
        return ""
    if word.isdigit():
        return word.lstrip("0") or "0"
    stem = _kazakh(_folded(word)) if language == "kk" else _folded(_russian(word.replace("ё", "е")))
    return "" if len(stem) < 2 or stem in _stop_stems(language) else stem


@cache
def subjects_of(stem: str, language: str) -> tuple[str, ...]:
    """Return the marked subjects of a stem."""
    whole, beginnings = _lexicon(language)
    found = set(whole.get(stem, ()))
    found.update(subject for beginning, subject in beginnings if stem.startswith(beginning))
    return tuple(sorted(found))


@cache
def _stop_stems(language: str) -> frozenset[str]:
    """Stop words as they come out when they were typed without Kazakh letters."""
    return frozenset(_folded(word) for word in _listed(language) if len(word) > 3)


def _folded(word: str) -> str:
    if _ONLY_LOOKALIKES.fullmatch(word):
        word = word.translate(_LATIN_LOOKALIKES)
    return word.translate(_LETTERS)


@cache
def _snowball() -> "snowballstemmer.stemmer":
    return snowballstemmer.stemmer("russian")


def _russian(word: str) -> str:
    return str(_snowball().stemWord(word))


def _kazakh(word: str) -> str:
    for _time in range(_KAZAKH_STRIPPED):
        if _hard(word) in _roots():
            break
        rests = [rest for one in _endings() if word.endswith(one) and _may_stand(rest := word[: -len(one)])]
        if not rests:
            break
        word = next((rest for rest in rests if _hard(rest) in _roots()), rests[0])
    return _hard(word)


def _hard(word: str) -> str:
    """Before a vowel the last letter softens: мектеп, мектебі. Here it is hard again."""
    return word[:-1] + {"б": "п", "г": "к"}.get(word[-1], word[-1])


@cache
def _roots() -> frozenset[str]:
    """Words of civic subjects, from which nothing more is cut: ауыл does not lose its -ыл."""
    return frozenset(_folded(word) for _subject, word in _entries("kk") if not word.endswith("*"))


@cache
def _endings() -> tuple[str, ...]:
    """Return the Kazakh endings, the longest first."""
    return tuple(sorted(_listed("kk-endings"), key=lambda one: (-len(one), one)))


def _may_stand(rest: str) -> bool:
    return len(rest) >= _SHORTEST_STEM or rest in _SHORT_ROOTS


@cache
def _lexicon(language: str) -> tuple[dict[str, set[str]], tuple[tuple[str, str], ...]]:
    """Return the subjects by whole stem, and the beginnings of words that are enough."""
    whole: dict[str, set[str]] = {}
    beginnings: list[tuple[str, str]] = []
    for subject, word in _entries(language):
        if word.endswith("*"):
            beginnings.append((_folded(word[:-1]), subject))
        elif stem := stem_of(word, language):
            whole.setdefault(stem, set()).add(subject)
    return whole, tuple(beginnings)


def _entries(language: str) -> Iterator[tuple[str, str]]:
    for line in SUBJECTS.read_text("utf-8").splitlines():
        if line.startswith("#") or ":" not in line:
            continue
        subject, _colon, rest = line.partition(":")
        russian, _slash, kazakh = rest.partition("/")
        for word in (kazakh if language == "kk" else russian).replace("-", " ").split():
            yield SUBJECT_MARK + subject.strip(), word
