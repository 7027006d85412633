"""The catalogue that the first migration writes, as the selectors show it."""

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from accounts import selectors
from accounts.models import Body, Territory
from portal.errors import NotVisible
from portal.translation.collation import by_name

pytestmark = pytest.mark.django_db


def test_the_country_has_twenty_regions_with_population_and_its_year() -> None:
    regions = list(selectors.regions())
    assert len(regions) == 20
    assert all(region.population and region.population_year for region in regions)
    whole = Territory.objects.get(kato="000000000").population or 0
    assert sum(region.population or 0 for region in regions) == pytest.approx(whole, rel=0.005)  # rounded sources


def test_every_region_has_an_akimat_and_a_maslikhat() -> None:
    for kind in ("oblast_akimat", "oblast_maslikhat"):
        assert {body.territory.kato for body in selectors.bodies(kind=kind)} == {r.kato for r in selectors.regions()}


def test_the_select_offers_each_region_with_its_districts_in_two_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(2):
        groups = selectors.territory_choices()
    assert len(groups) == 20
    assert all(len(choices) > 1 for name, choices in groups if "облысы" in name)
    offered = [kato for _name, choices in groups for kato, _label in choices]
    assert len(offered) == len(set(offered)) == Territory.objects.exclude(level="country").count()


def test_lists_of_places_follow_the_kazakh_alphabet() -> None:
    with translation.override("kk"):
        names = [region.name for region in selectors.regions_by_name()]
        assert names.index("Ақмола облысы") < names.index("Алматы облысы") < names.index("Атырау облысы")
        assert names[-1].startswith(("Ш", "Ұ", "Ы"))
        assert [name for name, _choices in selectors.territory_choices()] == names
        places = list(dict.fromkeys(body.territory.name for body in selectors.bodies_by_place()))
    assert places[0] == "Қазақстан Республикасы"
    assert places[1:] == by_name(places[1:], language="kk")


def test_a_district_leads_to_its_region_and_the_country_to_none() -> None:
    district = Territory.objects.filter(level="district").first()
    assert district is not None
    assert selectors.region_of(district) == district.parent
    assert selectors.region_of(district.parent) == district.parent
    assert selectors.region_of(Territory.objects.get(level="country")) is None


def test_a_body_that_no_longer_works_is_not_found() -> None:
    Body.objects.filter(slug="government").update(is_active=False)
    with pytest.raises(NotVisible):
        selectors.get_body("government")
