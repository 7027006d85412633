"""IIN and BIN: published and computed examples, and the mistakes that a checksum alone lets through."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatures.eds.demo_people import BY_SLUG, PEOPLE, voters
from signatures.eds.iin import Person, Sex, check_digit, is_bin, make_iin, parse_iin


@pytest.mark.parametrize(
    ("number", "born", "sex"),
    [
        ("900101300007", date(1990, 1, 1), Sex.MALE),
        ("900101300811", date(1990, 1, 1), Sex.MALE),
        ("050615600205", date(2005, 6, 15), Sex.FEMALE),
        ("061211600012", date(2006, 12, 11), Sex.FEMALE),
        ("791028302728", date(1979, 10, 28), Sex.MALE),
    ],
)
def test_an_iin_says_birth_date_and_sex(number: str, born: date, sex: Sex) -> None:
    assert parse_iin(number) == Person(born, sex)


@pytest.mark.parametrize(
    "number",
    [
        "123456789011",  # of all national test certificates: month 34
        "000000000000",  # passes the checksum
        "900101300008",  # wrong check digit
        "900101700004",  # a century that does not exist
        "90010130000",
        "9001013000071",
        "90010130000a",
        "９００１０１３０００７1",
        "",
    ],
)
def test_a_number_that_nobody_can_have_is_refused(number: str) -> None:
    assert parse_iin(number) is None


def test_some_numbers_are_never_issued() -> None:
    assert check_digit("90010130080") is None


@pytest.mark.parametrize("number", ["940140000385", "950341000052", "961141000023", "070941024691"])
def test_real_bins_are_known_as_such(number: str) -> None:
    assert is_bin(number)


@pytest.mark.parametrize("number", ["123456789021", "000000000000", "900101300007", "940140000386"])
def test_other_numbers_are_not_bins(number: str) -> None:
    assert not is_bin(number)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(Sex), st.integers(0, 9999))
def test_every_made_number_is_read_back(born: date, sex: Sex, sequence: int) -> None:
    number = make_iin(born, sex, sequence)
    if number is not None:
        assert parse_iin(number) == Person(born, sex)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(0, 9999), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_noticed_or_changes_the_person(born: date, sequence: int, place: int, by: int) -> None:
    number = make_iin(born, Sex.MALE, sequence)
    if number is None:
        return
    wrong = f"{number[:place]}{(int(number[place]) + by) % 10}{number[place + 1 :]}"
    if place == 11:
        assert parse_iin(wrong) is None
    assert wrong != number


def test_no_two_demo_people_share_an_iin_and_all_are_possible() -> None:
    crowd = [*PEOPLE, *voters(50_000)]

    assert len({person.iin for person in crowd}) == len(crowd)
    for person in crowd:
        assert parse_iin(person.iin) == Person(person.birth_date, person.sex)


def test_the_demo_has_the_people_that_its_story_needs() -> None:
    assert BY_SLUG["saule"].birth_date.year == 1948
    assert BY_SLUG["alua"].birth_date.year == 2011
    bins = {person.organisation.bin for person in PEOPLE if person.organisation}
    assert len(bins) == 3
    assert all(is_bin(number) for number in bins)
