"""Reading a list of paper votes: CSV in whichever encoding and delimiter, or an Excel sheet. Nothing is kept here.

A line holds IIN, surname, given name and the date of signing, in this order or under headings that say which is which.
Names are there for those who compare the file with the sheets; nothing of them is read.
"""

import csv
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from initiatives.limits import PAPER_BYTES_MAX, PAPER_LINES_MAX
from portal.errors import InvalidInput

DELIMITERS = (";", "\t", ",", "|")
UNPACKED_MAX = 60 * 1024 * 1024
"""Bytes that an Excel file may unpack to: a larger one is a bomb, not a list."""

IIN_HEADINGS = ("иин", "жсн", "iin")
DATE_HEADINGS = ("дата", "күн", "date")
ISO, DOTTED = "%Y-%m-%d", ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%y")
BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, InvalidFileException, LookupError, ValueError, TypeError,
    AttributeError, ArithmeticError, OSError, EOFError, SyntaxError, RuntimeError,
)  # fmt: skip
"""What openpyxl raises on a file that somebody bent or locked (SyntaxError: broken XML; RuntimeError: a password)."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line as it was written; the IIN is never shown by accident."""

    number: int
    iin: str = field(repr=False)
    signed_on: date | None


def parse(content: bytes) -> list[Row]:
    """Return the lines that say something. Raises InvalidInput for what is no list, holds nobody, or holds too many."""
    if len(content) > PAPER_BYTES_MAX:
        raise InvalidInput(fields={"file": _("The list is larger than 3 MB. Divide it.")})
    cells = _excel(content) if content.startswith(b"PK\x03\x04") else _csv(content)
    rows = list(_rows(cells))
    if not any(row.iin for row in rows):
        raise InvalidInput(fields={"file": _("The list holds no line with an IIN.")})
    return rows


def _rows(lines: Iterable[Sequence[Any]]) -> Iterator[Row]:
    iin_at, date_at, found = 0, 3, 0
    for number, cells in enumerate(lines, 1):
        texts = [_text(cell) for cell in cells]
        if not any(texts):
            continue
        if found == 0 and _column(texts, IIN_HEADINGS) is not None:
            iin_at = _column(texts, IIN_HEADINGS) or 0
            date_at = next((at for at in (_column(texts, DATE_HEADINGS),) if at is not None), date_at)
            continue
        found += 1
        if found > PAPER_LINES_MAX:
            raise InvalidInput(fields={"file": _("The list has more than 10,000 lines. Divide it.")})
        yield Row(number, _iin(_at(texts, iin_at)), _date(_at(cells, date_at)))


def _at(cells: Sequence[Any], place: int) -> Any:
    return cells[place] if place < len(cells) else ""


def _column(texts: Sequence[str], headings: Sequence[str]) -> int | None:
    """Return which column has such a heading; a line with a number in it is no heading."""
    if any(sum(character.isdigit() for character in text) > 5 for text in texts):
        return None
    return next((at for at, text in enumerate(texts) if any(one in text.casefold() for one in headings)), None)


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def _iin(text: str) -> str:
    """Return the digits; a spreadsheet drops the zeros with which the birthdays of the 2000s begin."""
    digits = "".join(character for character in text if character.isascii() and character.isdigit())
    is_number = digits and all(character in "0123456789 '’\u00a0-" for character in text)
    return digits.zfill(12) if is_number and len(digits) <= 12 else ""


def _date(cell: Any) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = _text(cell)
    for form in (ISO, *DOTTED):
        try:
            return datetime.strptime(text[:10], form).date()
        except ValueError:
            continue
    return None


def _csv(content: bytes) -> list[list[str]]:
    text = _decoded(content)
    if "\x00" in text:
        raise InvalidInput(fields={"file": _("This is neither a CSV nor an Excel list.")})
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise InvalidInput(fields={"file": _("This is neither a CSV nor an Excel list.")}) from error


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", "replace")


def _excel(content: bytes) -> list[tuple[Any, ...]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > UNPACKED_MAX:
                raise InvalidInput(fields={"file": _("The list is larger than 3 MB. Divide it.")})
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # What the sheet says of its own size is not believed: a column beyond the tenth says nothing here.
        lines = sheet.iter_rows(max_row=PAPER_LINES_MAX + 10, max_col=10, values_only=True)
        return list(lines)
    except BROKEN as error:
        raise InvalidInput(fields={"file": _("This is neither a CSV nor an Excel list.")}) from error
