"""People, territories and bodies for tests; every moment is said, nothing is random."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from accounts.models import Assignment, Body, Territory, User
from accounts.services.identity import identity_tag

JOINED = datetime(2025, 9, 1, 4, 0, tzinfo=UTC)
"""When the people of the tests joined and took up their roles."""

COUNTRY = "000000000"
"""The Republic's own row: tests of central bodies stand on it."""


@dataclass(frozen=True)
class Certified:
    """What a certificate says, without a certificate."""

    iin: str = "850312300123"
    given_name: str = "АЙГҮЛ"
    surname: str = "СЕРІКОВА"
    patronymic: str = "МАРАТҚЫЗЫ"
    birth_date: date | None = date(1985, 3, 12)
    sex: str = "female"


def make_territory(
    kato: str, name: str, *, level: str = "region", parent: Territory | None = None, **more: Any
) -> Territory:
    """A territory called the same in all languages; one that the migration loaded is returned as it is."""
    values: dict[str, Any] = {"name_kk": name, "name_ru": name, "name_en": name, "kind": "oblast", **more}
    return Territory.objects.get_or_create(kato=kato, defaults={"level": level, "parent": parent, **values})[0]


def make_country() -> Territory:
    """The Republic of Kazakhstan."""
    return make_territory(COUNTRY, "Қазақстан Республикасы", level="country", kind="country")


def make_body(slug: str, kind: str, territory: Territory, name: str, **more: Any) -> Body:
    """A state body called the same in all languages."""
    values: dict[str, Any] = {
        "kind": kind,
        "territory": territory,
        "name_kk": name,
        "name_ru": name,
        "name_en": name,
        **more,
    }
    return Body.objects.get_or_create(slug=slug, defaults=values)[0]


def make_citizen(iin: str, given_name: str, family_name: str, **more: Any) -> User:
    """A person who once signed in with that IIN (synthetic); speaks English so that tests read."""
    values: dict[str, Any] = {
        "birth_date": date(1985, 3, 12),
        "sex": "female",
        "language": "en",
        "joined_at": JOINED,
        **more,
    }
    user = User(identity_tag=identity_tag(iin), given_name=given_name, family_name=family_name, **values)
    user.set_unusable_password()
    user.save(force_insert=True)
    return user


def make_official(
    iin: str, given_name: str, family_name: str, role: str, body: Body | None = None, **more: Any
) -> User:
    """A person with a role, held since they joined."""
    email = more.pop("email", f"{role}-{iin[-4:]}@example.kz")
    user = make_citizen(iin, given_name, family_name, email=email, is_email_confirmed=True, **more)
    Assignment.objects.create(user=user, role=role, body=body, since=JOINED)
    return user
