"""Text as people typed it, made fit to be kept, hashed and signed: what one sees is all there is.

Hidden characters and direction marks can make a signed text read otherwise than it is stored, and look-alike letters hide a
word from search. Called by services before anything is hashed. The form is NFC, as the canonical text's.
"""

import re
import unicodedata
from functools import cache

from django.utils.translation import gettext_lazy as _

from portal.errors import InvalidInput

JOINER, EMOJI_STYLE = "\u200d", "\ufe0f"
"""Kept between and after pictures only: they make one family out of four people, and hide nothing there."""

INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc"
    + "".join(map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
"""Characters that show nothing though their category is that of letters, marks or symbols."""

LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
MARKS_KEPT = 2
"""Marks above and below one letter that any language of the country needs; more of them smear over other lines."""

_TWINS = (
    ("AАΑ", "BВΒ", "CСϹ", "EЕΕ", "HНΗ", "IІΙ", "JЈͿ", "KКΚ", "MМΜ", "OОΟ", "PРΡ", "SЅ", "TТΤ", "XХΧ", "YУΥ", "ƏӘ", "ƟӨ",
     "aаα", "cсϲ", "eеε", "hһ", "iіι", "jјϳ", "kкκ", "oоο", "pрρ", "sѕ", "xхχ", "yуυ", "əә", "ɵө", "NΝ", "ZΖ", "vν")
)  # fmt: skip
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK")
_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")


def clean(text: str, *, field: str = "text") -> str:
    """Return the text without what cannot be seen, in NFC, with line feeds and at most one empty line in a row.

    Raises InvalidInput, naming the field, for what no database keeps: NUL and halves of a character.
    """
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise InvalidInput(fields={field: _("The text holds a character that cannot be stored. Please type it again.")})
    text = LINE_ENDS.sub("\n", text)
    text = unicodedata.normalize("NFC", "".join(map(_plain, text)))
    text = _without_stacks(_without_loose_joiners(text))
    text = unicodedata.normalize("NFC", _WORD.sub(lambda found: _in_one_alphabet(found[0]), text))
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def clean_line(text: str, *, field: str = "title") -> str:
    """Return the text as one line, as titles are."""
    return " ".join(clean(text, field=field).split())


@cache
def _plain(letter: str) -> str:
    """Return what is kept of one character: itself, its plain form (full-width, mathematical), a space, or nothing."""
    if letter in ("\n", JOINER, EMOJI_STYLE):
        return letter
    if letter == "\t" or unicodedata.category(letter) == "Zs":
        return " "
    if letter in INVISIBLE or unicodedata.category(letter)[0] == "C":
        return ""
    if unicodedata.decomposition(letter).startswith(("<font>", "<wide>", "<narrow>")):
        return "".join(map(_plain, unicodedata.normalize("NFKC", letter)))
    return letter


def _is_picture(letter: str) -> bool:
    return unicodedata.category(letter) in ("So", "Sk") and ord(letter) > 0x2000


def _without_loose_joiners(text: str) -> str:
    """Keep joiners between two pictures, and the style mark after one."""
    if JOINER not in text and EMOJI_STYLE not in text:
        return text
    kept: list[str] = []
    for place, letter in enumerate(text):
        before = kept[-1] if kept else ""
        if letter == EMOJI_STYLE and not (before and _is_picture(before)):
            continue
        if letter == JOINER:
            follows = text[place + 1 : place + 2]
            picture = before if before != EMOJI_STYLE else kept[-2]
            if not (picture and follows and _is_picture(picture) and _is_picture(follows)):
                continue
        kept.append(letter)
    return "".join(kept)


def _without_stacks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for letter in text:
        marks = marks + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if marks <= MARKS_KEPT:
            kept.append(letter)
    return "".join(kept)


@cache
def _script(letter: str) -> str:
    """Return the alphabet of a letter; "" for marks and other writings."""
    name = unicodedata.name(letter, "") if letter.isalpha() else ""
    return next((script for script in _SCRIPTS if name.startswith(script)), "")


@cache
def _twins() -> dict[str, dict[str, str]]:
    """Return for each letter that has look-alikes: alphabet -> the look-alike there."""
    found: dict[str, dict[str, str]] = {}
    for group in _TWINS:
        for letter in group:
            found[letter] = {_script(other): other for other in group}
    return found


def _in_one_alphabet(word: str) -> str:
    """Return a word of mixed letters in the alphabet that its unmistakable letters belong to.

    Where these belong to two ("PDF-файл" written together), the mixture is meant and stays.
    """
    scripts = [_script(letter) for letter in word]
    present = set(scripts) - {""}
    if len(present) < 2:
        return word
    plain = {script for letter, script in zip(word, scripts, strict=True) if script and letter not in _twins()}
    if len(plain) > 1:
        return word
    target = plain.pop() if plain else max(("CYRILLIC", "LATIN", "GREEK"), key=scripts.count)
    return "".join(
        _twins().get(letter, {}).get(target, letter) if script != target else letter
        for letter, script in zip(word, scripts, strict=True)
    )
