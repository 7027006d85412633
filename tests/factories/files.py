"""Files that people attach, honest and otherwise."""

import io
from collections.abc import Callable

from pypdf import PdfWriter


def make_pdf(width: int = 200, change: Callable[[PdfWriter], object] | None = None) -> bytes:
    """A PDF of one empty page of that width; `change` does something to it first."""
    writer = PdfWriter()
    writer.add_blank_page(width, 100)
    if change is not None:
        change(writer)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()
