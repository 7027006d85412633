"""The typeface of what is printed: Golos Text, two weights with Latin, Cyrillic and the letters of Kazakh.

Made from the vendored variable web font (static/vendor/golos-text): its four subsets instantiated at 400 and 700 with
fontTools and merged; nothing else was changed. Both files lie under the SIL Open Font License, beside its text.
"""

import unicodedata
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

FONTS = Path(__file__).parent / "fonts"
REGULAR = FONTS / "GolosText-Regular.ttf"
BOLD = FONTS / "GolosText-Bold.ttf"

NEIGHBOURS = {"\u202f": "\u00a0", "\u2011": "-", "\u2192": "–", "\t": " "}
"""What the typeface lacks and what stands for it."""


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    with TTFont(REGULAR) as font:
        return frozenset(font.getBestCmap())


def printable(text: str) -> str:
    """Return the text with letters of the typeface only: a citizen's title may hold pictures and marks of direction."""
    known = _letters()
    shown = (NEIGHBOURS.get(letter, letter) for letter in unicodedata.normalize("NFC", text))
    kept = "".join(letter for letter in shown if letter == "\n" or ord(letter) in known)
    return "\n".join(" ".join(line.split(" ")).strip() for line in kept.split("\n"))


def shortened(text: str, most: int) -> str:
    """Return the text cut at a word, with an ellipsis, when it is longer than `most` characters; line breaks become spaces."""
    whole = " ".join(text.split())
    if len(whole) <= most:
        return whole
    return whole[:most].rsplit(" ", 1)[0].rstrip(" ,.;:–-") + "…"
