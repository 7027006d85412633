"""Names out of certificates."""

import pytest

from portal.translation.names import written_name


@pytest.mark.parametrize(
    ("certified", "written"),
    [
        ("НҰРЛАНОВА", "Нұрланова"),
        ("АЙГҮЛ", "Айгүл"),
        ("ӘЛИЕВА-ҚАСЫМ", "Әлиева-Қасым"),
        ("Айгерім", "Айгерім"),
        ("МакДональд", "МакДональд"),
        ("ӘЛІБЕК ҰЛЫ", "Әлібек Ұлы"),
        ("", ""),
    ],
)
def test_capitals_become_a_name(certified: str, written: str) -> None:
    assert written_name(certified) == written
