"""How many votes oblige a body, for each kind of body and territory (art. 90-3(4))."""

from datetime import date

import pytest

from accounts.models import Territory
from initiatives.models import InitiativeKind
from initiatives.services.thresholds import threshold_for
from portal.errors import Unavailable
from tests.factories.accounts import make_country, make_territory
from tests.factories.initiatives import KIND_OF_BODY

pytestmark = pytest.mark.django_db


def place(population: int | None) -> Territory:
    return make_territory(
        "999900000", "Аудан", level="district", parent=make_country(), population=population, population_year=2025
    )


@pytest.mark.parametrize(
    ("body", "population", "votes"),
    [
        ("government", 20_000_000, 50_000),
        ("central", None, 50_000),
        ("oblast_maslikhat", 1_500_000, 30_000),
        ("oblast_akimat", 1_500_000, 15_000),
        ("oblast_akimat", 1_500_001, 15_001),
        ("district_maslikhat", 50_001, 5_000),
        ("district_maslikhat", 50_000, 5_000),
        ("district_maslikhat", 49_999, 5_000),
        ("district_maslikhat", 30_000, 3_000),
        ("district_akimat", 50_001, 2_500),
        ("district_akimat", 50_000, 2_500),
        ("district_akimat", 1_160, 58),
        ("district_akimat", 1_161, 59),
        ("district_akimat", 1, 1),
    ],
)
def test_each_body_has_its_number(body: str, population: int | None, votes: int) -> None:
    version = InitiativeKind.objects.get(slug=KIND_OF_BODY[body]).versions.in_force(date(2026, 3, 2)).get()
    found = threshold_for(version, place(population))
    assert found.votes == votes
    assert found.basis["article"] == "APPC 90-3(4)"
    assert found.basis["population"] == population


def test_an_idea_has_none() -> None:
    version = InitiativeKind.objects.get(slug="idea").versions.get()
    assert threshold_for(version, place(1000)).votes is None


@pytest.mark.parametrize("body", ["oblast_akimat", "district_akimat"])
def test_without_a_population_there_is_no_share(body: str) -> None:
    version = InitiativeKind.objects.get(slug=KIND_OF_BODY[body]).versions.get()
    with pytest.raises(Unavailable, match="population_unknown"):
        threshold_for(version, place(None))
