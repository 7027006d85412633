"""A poster for a stairwell or a notice board: one A4 sheet, or two of A5 on one sheet to be cut.

Letters are embedded as a subset, so that any printer has them, and the text can be selected, searched and read aloud.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from fpdf import FPDF
from fpdf.enums import Align, WrapMode, XPos, YPos

from portal.press import qr
from portal.press.type import BOLD, REGULAR, printable

INK, SOFT, TEAL, GOLD = (23, 36, 42), (75, 86, 91), (0, 89, 107), (242, 182, 50)
LINE = 0.3527
"""Millimetres of a point."""


class Sheet(StrEnum):
    """What comes out of the printer."""

    A4 = "a4"
    A5_TWICE = "a5x2"


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterFacts:
    """What the poster says; words are in its language already."""

    language: str
    brand: str
    kicker: str
    title: str
    text: str
    lines: tuple[tuple[str, str], ...]
    invitation: str
    address: str
    shown_address: str
    code_label: str
    code: str
    note: str
    at: datetime


def draw(facts: PosterFacts, sheet: Sheet) -> bytes:
    """Return the poster as a PDF; the same facts give the same bytes."""
    pdf = FPDF(orientation="portrait" if sheet == Sheet.A4 else "landscape", format="A4", unit="mm")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.add_font("Golos", "", REGULAR)
    pdf.add_font("Golos", "B", BOLD)
    pdf.set_lang(facts.language)
    pdf.set_title(printable(facts.title))
    pdf.set_author(facts.brand)
    pdf.set_creation_date(facts.at)
    pdf.set_display_mode("fullpage")
    pdf.add_page()
    if sheet == Sheet.A4:
        _Leaf(pdf, facts, left=0.0, scale=1.0).draw()
    else:
        half = pdf.w / 2
        for left in (0.0, half):
            _Leaf(pdf, facts, left=left, scale=half / 210).draw()
        pdf.set_draw_color(*SOFT)
        pdf.set_dash_pattern(dash=2, gap=2)
        pdf.line(half, 0, half, pdf.h)
    return bytes(pdf.output())


class _Leaf:
    """One poster on the sheet, measured in millimetres of A4 times the scale."""

    def __init__(self, pdf: FPDF, facts: PosterFacts, *, left: float, scale: float) -> None:
        self.pdf, self.facts, self.left, self.scale = pdf, facts, left, scale

    def draw(self) -> None:
        self._head()
        below = self._words("B", 30, self.facts.title, top=46, height=62, least=15)
        below = self._words("", 15, self.facts.text, top=below + 6, height=158 - below - 6, least=10, colour=SOFT)
        self._facts(top=max(below + 4, 134))
        self._code()

    def _head(self) -> None:
        self._box(0, 0, 210, 30, TEAL)
        self._box(0, 30, 210, 2.2, GOLD)
        self._words("B", 22, self.facts.brand, top=8, height=12, least=14, colour=(255, 255, 255), width=90)
        self._words(
            "",
            12,
            self.facts.kicker,
            top=8,
            height=16,
            least=8,
            colour=(255, 255, 255),
            left=105,
            width=89,
            align=Align.R,
        )

    def _facts(self, top: float) -> None:
        for label, value in self.facts.lines:
            self._words("", 11, label, top=top, height=6, least=8, colour=SOFT, width=62)
            top = self._words("B", 11, value, top=top, height=11, least=8, left=80, width=114) + 2

    def _code(self) -> None:
        """The QR code in the lower third, and beside it the words for those who type or telephone."""
        self._box(0, 196, 210, 101, (246, 241, 232))
        rows = qr.squares(self.facts.address)
        side = 72.0
        self._box(16, 208, side + 8, side + 8, (255, 255, 255))
        step = side / len(rows)
        for number, row in enumerate(rows):
            start = None
            for place, is_dark in enumerate([*row, False]):
                if is_dark and start is None:
                    start = place
                elif not is_dark and start is not None:
                    # A hair of overlap: no white seams between rows on paper.
                    self._box(20 + start * step, 212 + number * step, (place - start) * step, step + 0.03, INK)
                    start = None
        below = self._words("B", 20, self.facts.invitation, top=210, height=28, least=12, left=106, width=88)
        below = self._words("", 13, self.facts.shown_address, top=below + 4, height=12, least=8, left=106, width=88)
        below = self._words(
            "", 11, self.facts.code_label, top=below + 5, height=12, least=8, left=106, width=88, colour=SOFT
        )
        below = self._words("B", 20, self.facts.code, top=below + 1, height=10, least=12, left=106, width=88)
        self._words("", 9, self.facts.note, top=below + 4, height=284 - below, least=7, left=106, width=88, colour=SOFT)

    def _box(self, x: float, y: float, width: float, height: float, colour: tuple[int, int, int]) -> None:
        s = self.scale
        self.pdf.set_fill_color(*colour)
        self.pdf.rect(self.left + x * s, y * s, width * s, height * s, style="F")

    def _words(
        self, style: str, size: float, text: str, *, top: float, height: float, least: float, left: float = 16,
        width: float = 178, colour: tuple[int, int, int] = INK, align: Align = Align.L,
    ) -> float:  # fmt: skip
        """Write the text into its box, smaller until it fits; return where it ends, in millimetres of A4."""
        shown, s = printable(text), self.scale
        self.pdf.set_text_color(*colour)
        while True:
            self.pdf.set_font("Golos", style, size * s)
            step = size * LINE * 1.25
            lines = self._lines(shown, width * s)
            if len(lines) * step <= height or size <= least:
                break
            size -= 0.5
        most = max(1, int(height / step))
        if len(lines) > most:
            lines = [*lines[: most - 1], lines[most - 1].rstrip(" ,.") + "…"]
        for number, line in enumerate(lines):
            self.pdf.set_xy(self.left + left * s, (top + number * step) * s)
            self.pdf.cell(width * s, step * s, line, align=align, new_x=XPos.LEFT, new_y=YPos.NEXT)
        return top + len(lines) * step

    def _lines(self, text: str, width: float) -> list[str]:
        found = self.pdf.multi_cell(
            width, 1, text, dry_run=True, output="LINES", align=Align.L, wrapmode=WrapMode.WORD, padding=0
        )
        return [str(line) for line in found] if isinstance(found, list) else [text]
