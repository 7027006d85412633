"""The people of the demo world as accounts: named persons, two thousand voters, officials of each body that answers."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db.models import prefetch_related_objects
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Assignment, Body, Territory, User
from accounts.services.identity import identity_tag
from accounts.services.staff import DEVICE
from accounts.states import Role
from signatures.eds.demo_people import PEOPLE, DemoPerson, Kind, Organisation, voter
from signatures.eds.iin import check_digit

VOTERS = 2_000
OFFICIALS_FROM = 100_000
"""Numbers of demo voters that are officials of some body; far above those who vote."""

HOMES = {"ministry": "ministry-ecology-natural-resources", "almaty-akimat": "akimat-almaty-city"}
"""Bodies at which the named officials of the demo work."""


STAFF_PASSWORD = "demo"
"""Known to everybody, as the demo's keys are."""

STAFF_SECRET = "DEMO" * 8
"""What one would type into an authenticator (base32): all staff of the demo share it. It exists in demo worlds only."""


@dataclass(frozen=True, slots=True)
class Office:
    """The two officials of a body in the demo, and the head as the certificate names them."""

    clerk: User
    head: User
    head_person: DemoPerson


def account(person: DemoPerson, *, at: datetime, territory: str | None = None) -> User:
    """Return an unsaved account with what the person's certificate would say."""
    user = User(
        identity_tag=identity_tag(person.iin),
        given_name=person.given_name,
        family_name=person.surname.title(),
        patronymic=person.patronymic,
        birth_date=person.birth_date,
        sex=person.sex.value,
        language=person.language,
        territory_id=territory,
        joined_at=at,
    )
    user.set_unusable_password()
    return user


def enrol_named(*, at: datetime) -> dict[str, User]:
    """Create the named persons with an e-mail address and their roles; return them by slug."""
    found: dict[str, User] = {}
    password = make_password(STAFF_PASSWORD)
    for person in PEOPLE:
        user = account(person, at=at, territory="750000000")
        user.email, user.is_email_confirmed = f"{person.slug}@demo.example", True
        if is_staff(person):
            user.password = password
        user.save()
        found[person.slug] = user
        _assign(user, person, at)
    TOTPDevice.objects.bulk_create(second_factor(found[person.slug]) for person in PEOPLE if is_staff(person))
    return found


def is_staff(person: DemoPerson) -> bool:
    """Return whether the person may sign in by password and code as well."""
    return person.kind in (Kind.MODERATOR, Kind.ADMINISTRATOR, Kind.CLERK, Kind.HEAD)


def second_factor(user: User | None = None) -> TOTPDevice:
    """Return the telephone that all staff of the demo share, unsaved."""
    return TOTPDevice(user=user, name=DEVICE, confirmed=True, key=base64.b32decode(STAFF_SECRET).hex())


def _assign(user: User, person: DemoPerson, at: datetime) -> None:
    roles = {
        Kind.MODERATOR: Role.MODERATOR,
        Kind.ADMINISTRATOR: Role.ADMINISTRATOR,
        Kind.CLERK: Role.CLERK,
        Kind.HEAD: Role.HEAD,
    }
    role = roles.get(person.kind)
    if role is None:
        return
    body = None
    if role in (Role.CLERK, Role.HEAD) and person.organisation is not None:
        body = Body.objects.get(slug=HOMES[person.organisation.slug])
    Assignment.objects.create(user=user, role=role, body=body, since=at)


def enrol_voters(*, at: datetime, count: int = VOTERS) -> list[User]:
    """Create the accounts of the voters, spread over the regions by their population; return them by number."""
    homes = list(_homes(count))
    users = [account(voter(number), at=at, territory=homes[number]) for number in range(count)]
    made = User.objects.bulk_create(users, batch_size=500)
    prefetch_related_objects(made, "territory")
    return made


def _homes(count: int) -> Iterable[str]:
    regions = [region for region in Territory.objects.regions().order_by("kato") if region.population]
    total = sum(region.population or 0 for region in regions)
    marks, running = [], 0
    for region in regions:
        running += region.population or 0
        marks.append((running / total, region.kato))
    for number in range(count):
        # A stride prime to the count visits the regions evenly instead of one after the other.
        share = (number * 733 % count) / count
        yield next(kato for mark, kato in marks if share < mark)


def open_office(body: Body, named: dict[str, User], number: int, *, at: datetime) -> Office:
    """Return the officials of a body: the named ones where they work there, else two that are made here."""
    for slug, prefix in (("ministry-ecology-natural-resources", "ministry"), ("akimat-almaty-city", "akimat")):
        if body.slug == slug:
            person = next(one for one in PEOPLE if one.slug == f"{prefix}-head")
            return Office(named[f"{prefix}-clerk"], named[f"{prefix}-head"], person)
    clerk_person, head_person = voter(OFFICIALS_FROM + 2 * number), voter(OFFICIALS_FROM + 2 * number + 1)
    head_person = _as_head(head_person, body, number)
    clerk, head = account(clerk_person, at=at), account(head_person, at=at)
    clerk.save()
    head.save()
    Assignment.objects.create(user=clerk, role=Role.CLERK, body=body, since=at)
    Assignment.objects.create(user=head, role=Role.HEAD, body=body, since=at)
    return Office(clerk, head, head_person)


def _as_head(person: DemoPerson, body: Body, number: int) -> DemoPerson:
    first = next(f"0101400{candidate:04d}" for candidate in range(3000 + number, 3100 + number) if _issued(candidate))
    organisation = Organisation(body.slug, f"{body.name} (ДЕМО)", f"{first}{check_digit(first)}")
    return DemoPerson(
        slug=f"head-{body.slug}",
        surname=person.surname,
        given_name=person.given_name,
        patronymic=person.patronymic,
        sex=person.sex,
        birth_date=person.birth_date,
        iin=person.iin,
        kind=Kind.HEAD,
        organisation=organisation,
        language=person.language,
    )


def _issued(candidate: int) -> bool:
    return check_digit(f"0101400{candidate:04d}") is not None
