"""The named people and bodies that all tests share. Loaded as a plugin: ask for them by name in any test.

Aigul is a citizen; Dauren is another. Madina, Yerlan and Botagoz moderate. Saule is an official and Askar the head of the
Ministry; Timur is an official elsewhere, at the akimat of Almaty oblast. Zhanna administers the portal.
"""

from datetime import UTC, date, datetime

import pytest

from accounts.models import Body, User
from tests.factories.accounts import make_body, make_citizen, make_country, make_official, make_territory

AT = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
"""Monday, 2 March 2026, 10:00 in Almaty: a working day, the moment at which tests begin unless they say otherwise."""


@pytest.fixture
def at() -> datetime:
    """The moment at which tests begin."""
    return AT


@pytest.fixture
def ministry(db: None) -> Body:
    """A central body: its petitions come from the whole country."""
    return make_body("test-ministry", "central", make_country(), "Ministry of Tests")


@pytest.fixture
def akimat(db: None) -> Body:
    """The akimat of an oblast: its petitions come from there."""
    oblast = make_territory(
        "190000000", "Алматы облысы", parent=make_country(), population=1_500_000, population_year=2025
    )
    return make_body("test-akimat", "oblast_akimat", oblast, "Akimat of Tests")


@pytest.fixture
def citizen(db: None) -> User:
    """Aigul, 40."""
    return make_citizen("850312400115", "Айгүл", "Серікова", patronymic="Маратқызы")


@pytest.fixture
def other_citizen(db: None) -> User:
    """Dauren, 35, who has nothing to do with what Aigul does."""
    return make_citizen("900701300121", "Дәурен", "Ахметов", birth_date=date(1990, 7, 1), sex="male")


@pytest.fixture
def moderator(db: None) -> User:
    """Madina, who moderates."""
    return make_official("880115400131", "Мадина", "Оспанова", "moderator")


@pytest.fixture
def second_moderator(db: None) -> User:
    """Yerlan, who moderates what Madina wrote herself."""
    return make_official("870220300141", "Ерлан", "Қасымов", "moderator", sex="male")


@pytest.fixture
def third_moderator(db: None) -> User:
    """Botagoz, who moderates and takes no part in what the two others do."""
    return make_official("910115400136", "Ботагөз", "Ермекова", "moderator")


@pytest.fixture
def clerk(ministry: Body) -> User:
    """Saule, an official of the Ministry."""
    return make_official("820606400151", "Сәуле", "Жұмабаева", "clerk", ministry)


@pytest.fixture
def head(ministry: Body) -> User:
    """Askar, the head of the Ministry: he signs its decisions."""
    return make_official("750909300161", "Асқар", "Төлегенов", "head", ministry, sex="male")


@pytest.fixture
def clerk_elsewhere(akimat: Body) -> User:
    """Timur, an official of another body, the akimat."""
    return make_official("830404300171", "Тимур", "Сәрсенов", "clerk", akimat, sex="male")


@pytest.fixture
def administrator(db: None) -> User:
    """Zhanna, who administers the portal."""
    return make_official("800101400181", "Жанна", "Әлиева", "administrator")


@pytest.fixture
def everyone(
    citizen: User,
    other_citizen: User,
    moderator: User,
    clerk: User,
    head: User,
    clerk_elsewhere: User,
    administrator: User,
) -> dict[str, User]:
    """Each by what they are to an initiative that the citizen wrote."""
    return {
        "author": citizen,
        "citizen": other_citizen,
        "moderator": moderator,
        "clerk": clerk,
        "clerk elsewhere": clerk_elsewhere,
        "head": head,
        "administrator": administrator,
    }
