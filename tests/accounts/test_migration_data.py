"""The files the catalogue is first filled from: complete, consistent, each figure with its source."""

import re
from collections import Counter
from csv import DictReader
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "accounts" / "migrations" / "data"
BAIKONUR = "431900000"
MADE_OR_CHANGED_SINCE_THE_LAST_TABLE = {
    *("104100000", "104500000", "104600000"),  # Abai Region: Zhanasemey; Makanshy, of Urzhar
    *("635200000", "635400000", "635500000", "636300000"),  # Markakol, of Kurchum; Ulken Naryn, of Katonkaragay
    *("191800000", "196800000"),  # Alatau, of Ile District
    *("313600000", "314000000"),  # Bayzak and Zhambyl, parts joined to Taraz
    *("711110000", "711210000", "711510000", "711610000"),  # Astana: Sarayshyk, of Almaty; Nura, of Esil
    *("791110000", "791510000", "791710000", "791910000"),  # Shymkent: Turan, of the others
}


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(DictReader(lines))


TERRITORIES = {row["kato"]: row for row in read("territories.csv")}
BODIES = read("bodies.csv")


def at(level: str) -> list[dict[str, str]]:
    return [row for row in TERRITORIES.values() if row["level"] == level]


def test_seventeen_oblasts_the_capital_and_two_cities_of_republican_significance() -> None:
    assert Counter(row["kind"] for row in at("region")) == {"oblast": 17, "capital": 1, "republican_city": 2}


def test_every_code_has_nine_digits_and_stands_under_its_region() -> None:
    for kato, row in TERRITORIES.items():
        assert re.fullmatch(r"\d{9}", kato)
        if row["level"] == "country":
            continue
        parent = TERRITORIES[row["parent_kato"]]
        assert parent["level"] == ("country" if row["level"] == "region" else "region")
        assert row["level"] == "region" or parent["kato"] == kato[:2] + "0000000"


def test_regions_have_the_iso_code_of_their_classifier_number() -> None:
    assert all(row["iso_3166_2"] == f"KZ-{row['kato'][:2]}" for row in at("region"))


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_everything_is_named_in_every_language(language: str) -> None:
    letters = {
        "kk": r"[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі ,.-]+",
        "ru": r"[А-Яа-яЁёҚқҰұҮүӘәІіҢңӨөҒғ ,.-]+",
        "en": r"[A-Za-z ,-]+",
    }
    for row in [*TERRITORIES.values(), *BODIES]:
        assert re.fullmatch(letters[language], row[f"name_{language}"]), row


def test_a_kazakh_name_says_what_kind_of_territory_it_is() -> None:
    ending = {"city": (" қаласы",), "district": (" ауданы", " аудан"), "city_district": (" ауданы",)}
    assert all(row["name_kk"].endswith(ending[row["level"]]) for row in TERRITORIES.values() if row["level"] in ending)


def test_population_comes_with_its_year_and_its_source() -> None:
    for row in TERRITORIES.values():
        assert bool(row["population"]) == bool(row["population_year"]) == bool(row["source"]), row
        assert row["verified"] == "0" or row["population"], row


def test_only_territories_made_or_changed_since_the_last_table_lack_a_population() -> None:
    unknown = {kato for kato, row in TERRITORIES.items() if not row["population"]}
    assert unknown == MADE_OR_CHANGED_SINCE_THE_LAST_TABLE


def test_parts_of_one_date_make_up_their_region_and_parts_of_another_nearly_do() -> None:
    """A row of the table under the wrong code, or a city without its villages, would show here."""
    for region in at("region"):
        parts = [row for row in TERRITORIES.values() if row["parent_kato"] == region["kato"]]
        if any(part["kato"] in MADE_OR_CHANGED_SINCE_THE_LAST_TABLE for part in parts):
            continue
        whole, together = int(region["population"]), sum(int(part["population"]) for part in parts)
        same_source = all(part["source"] == region["source"] for part in parts)
        assert abs(together - whole) <= (0 if same_source else whole * 0.08), region["name_en"]


def test_the_regions_together_make_up_the_country_within_half_a_percent() -> None:
    country = int(at("country")[0]["population"])
    assert abs(sum(int(row["population"]) for row in at("region")) - country) < country * 0.005


def test_no_part_of_a_region_is_larger_than_the_region() -> None:
    for row in TERRITORIES.values():
        if row["population"] and row["parent_kato"]:
            assert int(row["population"]) < int(TERRITORIES[row["parent_kato"]]["population"])


def test_bodies_are_told_apart_by_slug_and_by_name() -> None:
    for field in ("slug", "name_kk", "name_ru", "name_en"):
        assert max(Counter(body[field] for body in BODIES).values()) == 1


def test_every_region_district_and_city_has_an_akimat_and_a_maslikhat() -> None:
    kinds: dict[str, list[str]] = {}
    for body in BODIES:
        kinds.setdefault(body["kato"], []).append(body["kind"])
    for row in TERRITORIES.values():
        if row["level"] == "region":
            assert sorted(kinds[row["kato"]]) == ["oblast_akimat", "oblast_maslikhat"]
        elif row["level"] == "city_district":
            assert kinds[row["kato"]] == ["district_akimat"], "an akim's office, but no maslikhat"
        elif row["level"] in ("city", "district") and row["kato"] != BAIKONUR:
            assert sorted(kinds[row["kato"]]) == ["district_akimat", "district_maslikhat"]
    assert BAIKONUR not in kinds, "the leased city has an administration of its own"


@pytest.mark.parametrize(
    ("slug", "kk", "ru", "en"),
    [
        (
            "akimat-burabay-district",
            "Бурабай ауданының әкімдігі",
            "Акимат Бурабайского района",
            "Akimat of Burabay District",
        ),
        (
            "maslikhat-burabay-district",
            "Бурабай аудандық мәслихаты",
            "Маслихат Бурабайского района",
            "Maslikhat of Burabay District",
        ),
        (
            "maslikhat-kokshetau-city",
            "Көкшетау қалалық мәслихаты",
            "Маслихат города Кокшетау",
            "Maslikhat of the City of Kokshetau",
        ),
        (
            "maslikhat-akmola-region",
            "Ақмола облыстық мәслихаты",
            "Маслихат Акмолинской области",
            "Maslikhat of Akmola Region",
        ),
        (
            "akimat-zhambyl-district-almaty-region",
            "Алматы облысы Жамбыл ауданының әкімдігі",
            "Акимат Жамбылского района Алматинской области",
            "Akimat of Zhambyl District, Almaty Region",
        ),
    ],
)
def test_names_are_declined(slug: str, kk: str, ru: str, en: str) -> None:
    body = next(body for body in BODIES if body["slug"] == slug)
    assert (body["name_kk"], body["name_ru"], body["name_en"]) == (kk, ru, en)
