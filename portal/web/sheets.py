"""Tables for spreadsheets: no cell is run as a formula by the program that opens it."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins with one of these is a formula to a spreadsheet (OWASP, CSV injection)."""


def safe(cell: str | int | float | None) -> str | int | float:
    """Return the cell so that no spreadsheet runs it: text that looks like a formula begins with an apostrophe."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return "" if cell is None else cell
