"""What pages and other apps read from accounts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.models import Assignment, Body, SessionRecord, Territory, User
from accounts.states import TerritoryLevel
from portal.errors import NotVisible
from portal.translation.collation import by_name, sort_key

Choice = tuple[str, str]
GroupedChoice = tuple[str, list[Choice]]


def territories() -> QuerySet[Territory]:
    """Return all territories with their parents."""
    return Territory.objects.select_related("parent")


def regions() -> QuerySet[Territory]:
    """Return oblasts and cities of republican significance in the order of the classifier."""
    return Territory.objects.filter(level=TerritoryLevel.REGION).order_by("kato")


def regions_by_name() -> list[Territory]:
    """Return the same by name, in the alphabet of the reader's language."""
    return by_name(regions())


def districts(region: Territory) -> list[Territory]:
    """Return the districts and cities of a region, by name in the alphabet of the reader's language."""
    return by_name(Territory.objects.filter(level=TerritoryLevel.DISTRICT, parent=region))


def get_territory(kato: str) -> Territory:
    """Return the territory of that code; NotVisible when there is none."""
    found = Territory.objects.filter(kato=kato).first()
    if found is None:
        raise NotVisible
    return found


def territory_choices() -> list[GroupedChoice]:
    """Return what one grouped select offers: each region, then the districts in it, by name. Two queries."""
    found = {region.kato: (region, [(region.kato, region.name)]) for region in regions_by_name()}
    for district in by_name(Territory.objects.filter(level=TerritoryLevel.DISTRICT)):
        if district.parent_id in found:
            found[district.parent_id][1].append((district.kato, district.name))
    return [(region.name, choices) for region, choices in found.values()]


def region_of(territory: Territory | None) -> Territory | None:
    """Return the region that the territory is or lies in; None for the country and for nothing."""
    if territory is None or territory.level == TerritoryLevel.COUNTRY:
        return None
    return territory if territory.level == TerritoryLevel.REGION else territory.parent


def bodies(*, kind: str | None = None, territory: Territory | None = None) -> QuerySet[Body]:
    """Return the bodies that receive petitions now, by kind and by territory when they are given."""
    found: QuerySet[Body] = Body.objects.filter(is_active=True).select_related("territory")
    if kind is not None:
        found = found.filter(kind=kind)
    return found if territory is None else found.filter(territory=territory)


def all_bodies() -> QuerySet[Body]:
    """Return all bodies, those too that receive nothing any more."""
    return Body.objects.all()


def bodies_by_place() -> list[Body]:
    """Return the bodies that receive petitions now: the country's first, then by the names of place and body."""
    found = bodies()
    return sorted(
        found,
        key=lambda one: (
            one.territory.level != TerritoryLevel.COUNTRY,
            sort_key(one.territory.name),
            one.territory_id,
            sort_key(one.name),
        ),
    )


def get_body(slug: str) -> Body:
    """Return the active body of that slug; NotVisible when there is none."""
    found = bodies().filter(slug=slug).first()
    if found is None:
        raise NotVisible
    return found


def get_body_or_404(slug: str) -> Body:
    """Return the body of that slug, also one that receives no more petitions; NotVisible when there is none."""
    found = Body.objects.select_related("territory").filter(slug=slug).first()
    if found is None:
        raise NotVisible
    return found


def bodies_by_id(ids: Iterable[int]) -> dict[int, Body]:
    """Return the bodies of those numbers with their territories."""
    return Body.objects.select_related("territory__parent").in_bulk(list(ids))


def roles_of(user: User, *, at: datetime) -> Sequence[Assignment]:
    """Return the roles that the person holds at that moment, with their bodies."""
    return list(Assignment.objects.at(at).filter(user=user).select_related("body").order_by("since"))


def bodies_of(user: User, *, at: datetime) -> QuerySet[Body]:
    """Return the bodies at which the person is an official at that moment."""
    return Body.objects.filter(assignments__in=Assignment.objects.at(at).filter(user=user)).distinct()


def users_with_role(*roles: str, at: datetime, body: Body | None = None) -> QuerySet[User]:
    """Return the active people who hold one of the roles at that moment, at that body when one is named."""
    held = Assignment.objects.at(at).filter(role__in=roles)
    if body is not None:
        held = held.filter(body=body)
    return User.objects.filter(is_active=True, assignments__in=held).distinct()


def get_user(user_id: str | UUID) -> User | None:
    """Return the person of that id, or None; a malformed id is nobody's."""
    try:
        return User.objects.select_related("territory").filter(pk=user_id).first()
    except ValidationError:
        return None


def get_user_by_email(email: str) -> User | None:
    """Return the active person whose confirmed address it is, whatever its case."""
    return User.objects.filter(email__iexact=email.strip(), is_email_confirmed=True, is_active=True).first()


def people(ids: Iterable[str | UUID]) -> QuerySet[User]:
    """Return the active people of those ids: those whom a notification may reach."""
    return User.objects.filter(pk__in=list(ids), is_active=True)


def sessions_of(user: User, *, at: datetime) -> QuerySet[SessionRecord]:
    """Return where the person is signed in, the latest first."""
    return SessionRecord.objects.filter(user=user, session__expire_date__gt=at).order_by("-seen_at")


def get_session(user: User, record_id: UUID) -> SessionRecord:
    """Return one of the person's own sessions; another's does not exist for them."""
    found = SessionRecord.objects.select_related("user").filter(user=user, pk=record_id).first()
    if found is None:
        raise NotVisible
    return found
