"""Names in the order of the Kazakh and Russian alphabets."""

import random

from hypothesis import given
from hypothesis import strategies as st

from portal.translation.collation import ALPHABET, by_name, sort_key

names = st.text(alphabet=ALPHABET + ALPHABET.upper() + "azAZ019 -«».", max_size=12)


def test_the_alphabet_has_its_42_letters_once() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 42
    assert [letter for letter in ALPHABET if letter in "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"] == list(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
    )


def test_kazakh_letters_stand_after_those_they_grew_from() -> None:
    right = [
        "Абай",
        "Алматы",
        "Ақтау",
        "Әйтеке би",
        "Батыс",
        "Ғабит",
        "Жетісу",
        "Қызылорда",
        "Өскемен",
        "Ұлытау",
        "Үржар",
    ]
    shuffled = right[:]
    random.Random(7).shuffle(shuffled)
    # Ақтау comes before Алматы: қ stands before л.
    right[1], right[2] = right[2], right[1]
    assert by_name(shuffled, language="kk") == right
    assert sorted(shuffled) != right


def test_in_kazakh_i_stands_between_yeru_and_the_soft_sign() -> None:
    assert by_name(["кья", "кія", "кыя"], language="kk") == ["кыя", "кія", "кья"]


def test_in_russian_yo_is_ye_until_nothing_else_differs() -> None:
    assert by_name(["Ёлкино", "Есиль", "Елизавета", "Еж", "Ёж"], language="ru") == [
        "Еж", "Ёж", "Елизавета", "Ёлкино", "Есиль",
    ]  # fmt: skip
    assert by_name(["Ёлкино", "Есиль"], language="kk") == ["Есиль", "Ёлкино"]


def test_kazakh_names_stand_among_russian_ones() -> None:
    assert by_name(["район Бәйдібек", "район Аягөз", "район Ақсуат", "район Бурабай"], language="ru") == [
        "район Ақсуат", "район Аягөз", "район Бәйдібек", "район Бурабай",
    ]  # fmt: skip


def test_quotes_and_capitals_do_not_move_a_name() -> None:
    assert by_name(["б", "«В»", "А"], language="ru") == ["А", "б", "«В»"]


def test_a_shorter_word_stands_before_a_longer_one_and_digits_before_letters() -> None:
    assert by_name(["Алматы облысы", "Алматы", "12 мектеп", "Almaty"], language="kk") == [
        "12 мектеп", "Almaty", "Алматы", "Алматы облысы",
    ]  # fmt: skip


@given(st.lists(names, max_size=12), st.randoms())
def test_the_order_does_not_depend_on_the_order_before(found: list[str], chance: random.Random) -> None:
    shuffled = found[:]
    chance.shuffle(shuffled)
    assert by_name(shuffled, language="kk") == by_name(found, language="kk")


@given(names, names)
def test_two_names_are_alike_only_when_they_are_the_same(one: str, two: str) -> None:
    for language in ("kk", "ru", "en"):
        assert (sort_key(one, language) == sort_key(two, language)) is (one == two)
