"""An open initiative and people who vote, made without the services under test."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Body, Territory, User
from initiatives.models import Initiative, InitiativeKind, KindVersion, Norm
from initiatives.services import wording
from initiatives.states import NormCode, State, Unit

AT = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
"""Monday, 2 March 2026, 10:00 in Almaty."""

CLOSES_AT = AT + timedelta(days=30)


def region() -> Territory:
    """An oblast with a district below it, as the classifier has them."""
    country, _made = Territory.objects.get_or_create(kato="000000000", defaults=_place("country", None))
    oblast, _made = Territory.objects.get_or_create(kato="990000000", defaults=_place("region", country))
    Territory.objects.get_or_create(kato="990100000", defaults=_place("district", oblast))
    return oblast


def district() -> Territory:
    """A district of that oblast."""
    region()
    return Territory.objects.get(kato="990100000")


def _place(level: str, parent: Territory | None) -> dict[str, Any]:
    return {"level": level, "kind": "oblast", "name": level, "parent": parent}


def make_voter(number: int, **more: Any) -> User:
    """Voter number so-and-so: a person of their own, 40 years old, living in the district."""
    values: dict[str, Any] = {"birth_date": date(1985, 3, 12), "language": "en", "joined_at": AT, **more}
    return User.objects.create(
        identity_tag=f"v1.test:{number:064x}", given_name=f"Voter{number}", family_name="Test", password="!", **values
    )


def make_kind(process: str = "idea", *, requires_eds: bool = False, joiners: int = 3) -> KindVersion:
    """A kind of initiatives with votes from the age of 16; petitions need that many joiners."""
    slug = f"test-{process}-{requires_eds}-{joiners}"
    kind, _made = InitiativeKind.objects.get_or_create(
        slug=slug, defaults={"process": process, "name": slug, "summary": slug, "requires_eds": requires_eds}
    )
    version, made = KindVersion.objects.get_or_create(
        kind=kind, number=1, defaults={"effective_from": date(2024, 4, 4), "source": "test"}
    )
    if made:
        _norm(version, NormCode.MINIMUM_AGE, 16, Unit.YEARS)
        _norm(version, NormCode.CHECK_PERIOD, 20, Unit.WORKING_DAYS)
        if process == "petition":
            _norm(version, NormCode.JOINERS, joiners, Unit.VOTES)
            _norm(version, NormCode.SENDING_PERIOD, 3, Unit.WORKING_DAYS)
    return version


def _norm(version: KindVersion, code: NormCode, number: int, unit: Unit) -> None:
    Norm.objects.create(
        version=version, code=code, number=Decimal(number), unit=unit, start_event="test", article="test"
    )


def make_initiative(version: KindVersion | None = None, **more: Any) -> Initiative:
    """An initiative that takes votes for 30 days; an idea unless another kind is given."""
    version = version or make_kind()
    author = User.objects.filter(given_name="Author").first() or User.objects.create(
        given_name="Author", family_name="Test", joined_at=AT, password="!"
    )
    body, _made = Body.objects.get_or_create(
        slug="test-akimat", defaults={"kind": "oblast_akimat", "territory": region(), "name": "Akimat of Tests"}
    )
    values: dict[str, Any] = {
        "state": State.DISCUSSION,
        "state_since": AT,
        "published_at": AT,
        "closes_at": CLOSES_AT,
        "title": "More trees in our streets",
        "text_sha256": "0" * 64,
        "language": "en",
        "created_at": AT,
        "updated_at": AT,
        **more,
    }
    made = Initiative.objects.create(
        kind=version.kind, kind_version=version, author=author, body=body, territory=body.territory, **values
    )
    if made.state not in (State.DRAFT, State.WITHDRAWN):
        wording.keep(made)
    return made


def make_petition(state: str = State.COLLECTING, *, threshold: int = 4, **more: Any) -> Initiative:
    """A petition of a kind whose votes need no signature, so that the counting can be tested without certificates."""
    return make_initiative(make_kind("petition"), state=state, threshold=threshold, **more)
