"""The people of the demo: invented, with valid but synthetic IINs, the same on every machine.

Their sequence numbers (8000 and above) are far from those that the state gives out in order from the lowest, so that no
living person is meant. Each person exists to show or to test something: the `note` says what.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from signatures.eds.iin import Sex, check_digit, make_iin

PASSWORD = "demo"
"""Of every demo key file. Known to everybody: that is why demo signatures are a trust domain of their own."""


class Kind(StrEnum):
    """What the person does in the demo world."""

    CITIZEN = "citizen"
    MODERATOR = "moderator"
    CLERK = "clerk"
    HEAD = "head"
    ADMINISTRATOR = "administrator"
    NGO_HEAD = "ngo_head"


class Shape(StrEnum):
    """What is peculiar about the person's key."""

    ORDINARY = "ordinary"
    REVOKED = "revoked"
    EXPIRED = "expired"
    AUTHENTICATION = "authentication"
    TWO = "two"


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body or an NGO that somebody heads."""

    slug: str
    name: str
    bin: str


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One person of the demo."""

    slug: str
    surname: str
    given_name: str
    patronymic: str
    sex: Sex
    birth_date: date
    iin: str
    kind: Kind = Kind.CITIZEN
    shape: Shape = Shape.ORDINARY
    organisation: Organisation | None = None
    """Whom the person acts for."""
    language: str = "kk"
    note: str = ""

    @property
    def is_head(self) -> bool:
        """Heads sign with a certificate of their organisation, as the national authority issues it."""
        return self.kind in (Kind.HEAD, Kind.NGO_HEAD)


def _bin(first_eleven: str) -> str:
    digit = check_digit(first_eleven)
    if digit is None:
        raise ValueError("this number is never issued")
    return f"{first_eleven}{digit}"


MINISTRY = Organisation("ministry", "Экология министрлігі (ДЕМО)", _bin("99014000810"))
AKIMAT = Organisation("almaty-akimat", "Алматы әкімдігі (ДЕМО)", _bin("99024000820"))
NGO = Organisation("taza-su", "«Таза су» қоры (ДЕМО)", _bin("17034000831"))


def _issuable(birth_date: date, sex: Sex, sequence: int) -> str:
    for candidate in range(sequence, sequence + 3):
        if number := make_iin(birth_date, sex, candidate):
            return number
    raise ValueError("three numbers in a row that are never issued")


def _person(
    number: int, slug: str, name: str, born: str, *, kind: Kind = Kind.CITIZEN, shape: Shape = Shape.ORDINARY,
    organisation: Organisation | None = None, language: str = "kk", note: str = "",
) -> DemoPerson:  # fmt: skip
    surname, given_name, *rest = name.split(" ", 2)
    patronymic = rest[0] if rest else ""
    female = patronymic.endswith(("қызы", "вна", "чна"))
    sex, birth_date = Sex.FEMALE if female else Sex.MALE, date.fromisoformat(born)
    return DemoPerson(
        slug, surname, given_name, patronymic, sex, birth_date, _issuable(birth_date, sex, 8000 + 3 * number),
        kind, shape, organisation, language, note,
    )  # fmt: skip


PEOPLE: tuple[DemoPerson, ...] = (
    _person(1, "aigerim", "НҰРЛАНОВА Айгерім Серікқызы", "1990-03-14", note="writes the first petition"),
    _person(2, "yerlan", "САДЫҚОВ Ерлан Мұратұлы", "1985-11-02"),
    _person(3, "marina", "КОВАЛЁВА Марина Викторовна", "1978-07-21", language="ru"),
    _person(4, "sergey", "ИВАНОВ Сергей Петрович", "1966-01-30", language="ru"),
    _person(5, "saule", "АХМЕТОВА Сәуле Қайратқызы", "1948-05-09", note="over seventy"),
    _person(6, "daniyar", "БЕКОВ Данияр Асқарұлы", "2006-09-17", note="of age since recently"),
    _person(7, "olga", "ПЕТРЕНКО Ольга Николаевна", "1995-12-05", language="ru"),
    _person(8, "timur", "ЖАҚСЫЛЫҚОВ Тимур Болатұлы", "2001-04-26"),
    _person(9, "gulnara", "ОСПАНОВА Гүлнара Тілеуқызы", "1959-08-11"),
    _person(10, "ruslan", "КИМ Руслан Александрович", "1988-02-19", language="ru"),
    _person(11, "zarina", "ТӨЛЕГЕНОВА Зарина Дәуренқызы", "1999-10-08"),
    _person(12, "nikolay", "МОРОЗОВ Николай Андреевич", "1972-06-16", language="ru"),
    _person(20, "alua", "СЕРІКОВА Алуа Ерланқызы", "2011-03-25", note="fifteen years old: may not vote yet"),
    _person(30, "moderator", "ҚАСЫМОВА Динара Әлібекқызы", "1983-04-12", kind=Kind.MODERATOR),
    _person(31, "moderator-2", "ЛИ Виктор Сергеевич", "1980-10-23", kind=Kind.MODERATOR, language="ru"),
    _person(
        37, "moderator-3", "БАЙЖАНОВА Әсел Ержанқызы", "1986-01-17", kind=Kind.MODERATOR, note="decides on appeals"
    ),
    _person(32, "ministry-clerk", "ӘБДІРАХМАНОВ Нұрлан Жанатұлы", "1987-05-18", kind=Kind.CLERK, organisation=MINISTRY),
    _person(33, "ministry-head", "СҮЛЕЙМЕНОВ Ерболат Қанатұлы", "1970-02-07", kind=Kind.HEAD, organisation=MINISTRY),
    _person(
        34, "akimat-clerk", "СМИРНОВА Анна Игоревна", "1991-09-01", kind=Kind.CLERK, organisation=AKIMAT, language="ru"
    ),
    _person(35, "akimat-head", "ДОСАЕВ Мақсат Бауыржанұлы", "1968-12-28", kind=Kind.HEAD, organisation=AKIMAT),
    _person(36, "administrator", "ЮСУПОВ Рашид Тимурович", "1984-08-03", kind=Kind.ADMINISTRATOR, language="ru"),
    _person(40, "revoked", "ӨТЕГЕНОВ Қайрат Сейітұлы", "1976-03-03", shape=Shape.REVOKED, note="revoked key"),
    _person(
        41, "expired", "БЕЛОВА Татьяна Юрьевна", "1982-07-07", shape=Shape.EXPIRED, language="ru", note="expired key"
    ),
    _person(
        42, "auth-only", "МАМЫТОВ Арман Ғалымұлы", "1993-01-15", shape=Shape.AUTHENTICATION, note="key for signing in"
    ),
    _person(43, "ngo-head", "РАХИМОВА Мадина Нұрбекқызы", "1981-11-11", kind=Kind.NGO_HEAD, organisation=NGO),
    _person(
        44, "two-keys", "ЖҮНІСОВ Бекзат Ермекұлы", "1989-06-06", shape=Shape.TWO, note="two certificates of one person"
    ),
)
BY_SLUG = {person.slug: person for person in PEOPLE}

_SURNAMES = (
    "АЛИЕВ", "БАЙЖАНОВ", "ВОЛКОВ", "ҒАБДУЛЛИН", "ДӘУЛЕТОВ", "ЕСЕНОВ", "ЖАНҰЗАҚОВ", "ЗАЙЦЕВ", "ИБРАЕВ", "КУЗНЕЦОВ",
    "ҚАРИМОВ", "ЛЕБЕДЕВ", "МҰСАБАЕВ", "НОВИКОВ", "ОМАРОВ", "ПОПОВ", "РЫСБЕКОВ", "СОКОЛОВ", "ТҰРСЫНОВ", "УСМАНОВ",
    "ФЁДОРОВ", "ХАСЕНОВ", "ШАРИПОВ", "ЫСҚАҚОВ",
)  # fmt: skip
_MEN = (
    "Асан",
    "Бауыржан",
    "Виктор",
    "Ғалым",
    "Дмитрий",
    "Ерден",
    "Жандос",
    "Игорь",
    "Қанат",
    "Мұрат",
    "Олжас",
    "Павел",
)
_WOMEN = (
    "Айша",
    "Ботагөз",
    "Вера",
    "Гүлім",
    "Дария",
    "Елена",
    "Жанар",
    "Ирина",
    "Қарлығаш",
    "Мөлдір",
    "Наталья",
    "Перизат",
)
_FATHERS = ("Асқар", "Болат", "Дәурен", "Ермек", "Жанат", "Қайрат", "Мұрат", "Нұрлан", "Серік", "Тілек", "Абай")
_DAYS = 22_600
"""Births from 1946 to 2007; the stride below is prime to it, so that neighbours differ and no IIN comes twice."""


def voter(number: int) -> DemoPerson:
    """Return the demo voter with this number: the same person on every machine, no two with one IIN."""
    birth_date = date(1946, 1, 1) + timedelta(days=number * 7919 % _DAYS)
    sex = Sex.FEMALE if number % 2 else Sex.MALE
    female = sex is Sex.FEMALE
    names = _WOMEN if female else _MEN
    return DemoPerson(
        slug=f"voter-{number}",
        surname=_SURNAMES[number * 5 % len(_SURNAMES)] + ("А" if female else ""),
        given_name=names[number // 2 % len(names)],
        patronymic=_FATHERS[number * 3 % len(_FATHERS)] + ("қызы" if female else "ұлы"),
        sex=sex,
        birth_date=birth_date,
        iin=_issuable(birth_date, sex, 9000 + 3 * (number // _DAYS)),
        language="kk" if number % 5 else "ru",
    )


def voters(count: int, first: int = 0) -> Iterator[DemoPerson]:
    """Yield demo voters one after the other."""
    return map(voter, range(first, first + count))
