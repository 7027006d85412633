"""The picture that messengers and networks show beside a link: 1200 × 630, title first, numbers below."""

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from portal.press.type import BOLD, REGULAR, printable

SIZE = (1200, 630)
EDGE = 72
GROUND, INK, SOFT, TEAL, GOLD, LINE = "#fbf8f2", "#17242a", "#4b565b", "#00596b", "#f2b632", "#e4dac8"
MOST_LINES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """What the card says; words are in its language already. `share` is the part of the threshold, None without one."""

    brand: str
    state: str
    title: str
    place: str
    numbers: str
    share: float | None


def draw(facts: CardFacts) -> bytes:
    """Return the card as a PNG."""
    image = Image.new("RGB", SIZE, GROUND)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, SIZE[0], 96), fill=TEAL)
    pen.rectangle((0, 96, SIZE[0], 104), fill=GOLD)
    brand, state = printable(facts.brand), printable(facts.state)
    pen.text((EDGE, 48), brand, font=_font(BOLD, 40), fill="#ffffff", anchor="lm")
    pen.text((SIZE[0] - EDGE, 48), state, font=_fitting(pen, state, REGULAR, 30, 560), fill="#ffffff", anchor="rm")
    _title(pen, printable(facts.title))
    place = printable(facts.place)
    pen.text((EDGE, 470), place, font=_fitting(pen, place, REGULAR, 30, 1056), fill=SOFT, anchor="lm")
    if facts.share is not None:
        pen.rounded_rectangle((EDGE, 506, SIZE[0] - EDGE, 526), radius=10, fill=LINE)
        reached = EDGE + max(20, round((SIZE[0] - 2 * EDGE) * min(max(facts.share, 0.0), 1.0)))
        pen.rounded_rectangle((EDGE, 506, reached, 526), radius=10, fill=GOLD)
    numbers = printable(facts.numbers)
    pen.text((EDGE, 572), numbers, font=_fitting(pen, numbers, BOLD, 40, 1056), fill=INK, anchor="lm")
    out = io.BytesIO()
    image.quantize(colors=64, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Break the text at words into lines of that width; a word longer than a line is broken where it must be."""
    lines: list[str] = []
    for word in text.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
            continue
        while font.getlength(word) > width and len(word) > 1:
            cut = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or font.getlength(word[:n]) <= width)
            lines.append(word[:cut])
            word = word[cut:]
        lines.append(word)
    return lines


def _title(pen: ImageDraw.ImageDraw, title: str) -> None:
    """The title as large as four lines of it fit; what is longer still ends in an ellipsis."""
    width = SIZE[0] - 2 * EDGE
    for size in (64, 56, 50, 44):
        font = _font(BOLD, size)
        lines = wrapped(title, font, width)
        if len(lines) * size * 1.22 <= 300 and len(lines) <= MOST_LINES + (size < 50):
            break
    most = int(300 // (size * 1.22))
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1].rstrip(" ,.") + "…"]
    for number, line in enumerate(lines):
        pen.text((EDGE, 140 + number * size * 1.22), line, font=font, fill=INK, anchor="la")


def _fitting(pen: ImageDraw.ImageDraw, text: str, face: Path, size: int, width: int) -> ImageFont.FreeTypeFont:
    while size > 18 and _font(face, size).getlength(text) > width:
        size -= 2
    return _font(face, size)


@lru_cache(maxsize=32)
def _font(face: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(face), size)
