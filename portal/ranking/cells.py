"""Small numbers of people are not shown, and cannot be worked out from what is (statistical disclosure control).

The total of a breakdown is public, so a single hidden cell would be the total less the others. Therefore further cells are
hidden, the smallest first, until each hidden cell could be as large as the minimum. A reader knows the total, the shown
cells and this rule; the tests try all tables of small numbers and find each hidden cell to be ambiguous.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def shown_cells(cells: Mapping[K, int], minimum: int) -> dict[K, int | None]:
    """Return each cell's number or None where it is hidden; an empty answer when the whole breakdown is.

    A cell of nobody is shown as 0. Nothing is shown where hiding two cells and more does not hide each of them.
    """
    filled = sorted((number, place) for place, number in enumerate(cells.values()) if number > 0)
    hidden = [place for number, place in filled if number < minimum]
    if hidden:
        rest = [place for number, place in filled if number >= minimum]
        numbers = list(cells.values())
        while rest and not _is_hidden([numbers[place] for place in hidden], minimum):
            hidden.append(rest.pop(0))
        if not _is_hidden([numbers[place] for place in hidden], minimum):
            return {}
    return {key: None if place in hidden else number for place, (key, number) in enumerate(cells.items())}


def _is_hidden(numbers: list[int], minimum: int) -> bool:
    """Whether each of the hidden cells, all at least 1, may hold at least the minimum when only their sum is known."""
    return len(numbers) > 1 and sum(numbers) - (len(numbers) - 1) >= minimum
