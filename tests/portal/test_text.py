"""Clean text: what one sees is all there is."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import InvalidInput
from portal.text import clean, clean_line

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
typed = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"], exclude_characters="\x00"),
        st.sampled_from(
            "aAаАеeоoсcрpхxуyіiһhοαΑ\u200b\u200d\ufe0f\u00ad\u202e\u2067\U000e0041\u0301\u0306\n\t \r🙂👨👩❤"
        ),
    )
)


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("су\u200bбұр\u00adғы", "субұрғы"),
        ("\u202eреферендум\u202c", "референдум"),
        ("тег\U000e0061\U000e0062", "тег"),
        ("a\tb\r\nc\u2028d", "a b\nc\nd"),
        ("бір\n\n\n\n\nекі", "бір\n\nекі"),
        ("  шеті  ", "шеті"),
        ("и\u0306", "й"),
        ("Пeтиция o дopoгe", "Петиция o дороге"),  # a letter alone may be what it says
        ("мектеп iшiнде", "мектеп ішінде"),
        ("қаhарман", "қаһарман"),
        ("əкімдік", "әкімдік"),
        ("wіndow", "window"),
        ("Αлматы", "Алматы"),
        ("logο", "logo"),
        ("PDFфайл", "PDFфайл"),
        ("ＨＴＭＬ 𝐩𝐞𝐭𝐢𝐭𝐢𝐨𝐧", "HTML petition"),
        ("№ 5, 20 °C", "№ 5, 20 °C"),
        ("👨\u200d👩\u200d👧 ❤\ufe0f", "👨\u200d👩\u200d👧 ❤\ufe0f"),
        ("а\u200dб\ufe0f", "аб"),
        ("ж" + "\u0301" * 40, "ж\u0301\u0301"),
        ("\u3164\u2800", ""),
    ],
)
def test_what_is_seen_is_what_is_kept(given_text: str, kept: str) -> None:
    assert clean(given_text) == kept


def test_a_line_is_one_line() -> None:
    assert clean_line(" бір\n\u2029екі \t үш ") == "бір екі үш"


@pytest.mark.parametrize("text", ["а\x00б", "\ud83d", "x\udc00"])
def test_what_cannot_be_stored_is_refused_by_the_name_of_its_field(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        clean(text, field="reason")
    assert set(refused.value.fields) == {"reason"}


@given(typed)
def test_cleaning_again_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert clean_line(clean_line(text)) == clean_line(text)


@given(typed)
def test_nothing_hidden_is_left_and_the_form_is_nfc(text: str) -> None:
    kept = clean(text)
    assert not set(kept) & set(BIDI)
    assert not any(unicodedata.category(one)[0] == "C" for one in kept if one not in "\n\u200d")
    assert unicodedata.is_normalized("NFC", kept)
    assert "\n\n\n" not in kept


@given(st.text(st.characters(categories=["L"], max_codepoint=0x52F)))
def test_a_word_of_one_alphabet_is_left_as_it_is(word: str) -> None:
    names = {unicodedata.name(one).split()[0] for one in word}
    if len(names) == 1 and unicodedata.is_normalized("NFC", word):
        assert clean(word) == word
