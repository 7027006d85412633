"""Identification numbers: IIN of people and BIN of organisations (law 223-III of 12 January 2007; resolution 406 of 2007).

An IIN is `YYMMDD C SSSS K`: C gives century and sex, K is a check digit of two passes. The checksum alone is weak
(000000000000 passes), so date and century are checked too. Nothing here keeps or prints a number.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

FIRST_WEIGHTS = tuple(range(1, 12))
SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)
CENTURIES = {1: 1800, 2: 1800, 3: 1900, 4: 1900, 5: 2000, 6: 2000}


class Sex(StrEnum):
    """As the seventh digit says: odd is male, even is female."""

    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class Person:
    """What an IIN says about its holder."""

    birth_date: date
    sex: Sex


def check_digit(first_eleven: str) -> int | None:
    """Return the twelfth digit, or None for the numbers that are never issued."""
    digits = [int(character) for character in first_eleven]
    for weights in (FIRST_WEIGHTS, SECOND_WEIGHTS):
        remainder = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if remainder != 10:
            return remainder
    return None


def _is_consistent(number: str) -> bool:
    return len(number) == 12 and number.isascii() and number.isdigit() and check_digit(number[:11]) == int(number[11])


def parse_iin(number: str) -> Person | None:
    """Return what the IIN says, or None when no person can have it."""
    if not _is_consistent(number):
        return None
    century = CENTURIES.get(int(number[6]))
    if century is None:
        return None
    try:
        birth_date = date(century + int(number[:2]), int(number[2:4]), int(number[4:6]))
    except ValueError:
        return None
    return Person(birth_date, Sex.MALE if int(number[6]) % 2 else Sex.FEMALE)


def is_bin(number: str) -> bool:
    """Say whether an organisation can have the number: month, kind (4 resident, 5 non-resident, 6 joint), checksum."""
    return _is_consistent(number) and 1 <= int(number[2:4]) <= 12 and number[4] in "456" and number[5] in "0123"


def make_iin(birth_date: date, sex: Sex, sequence: int) -> str | None:
    """Return the IIN of a synthetic person, or None when this sequence number is never issued."""
    century = {1800: 1, 1900: 3, 2000: 5}[birth_date.year // 100 * 100] + (sex is Sex.FEMALE)
    first_eleven = f"{birth_date:%y%m%d}{century}{sequence:04d}"
    digit = check_digit(first_eleven)
    return None if digit is None else f"{first_eleven}{digit}"
