"""Components: all of them draw in all languages, say no to wrong parameters, and keep to the strict policy."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory
from django.utils import translation

from portal.web import components, drawings, fields, numbers, regions, samples
from portal.web.components import CATALOGUE, ComponentError

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("kk", "ru", "en")
#: Mail readers know no style sheets, and the stand-in of NCALayer serves pages of its own: neither is a page of the portal.
APART = {"mail", "demo"}
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html") if not APART & set(path.parts))

REQUIRED: dict[str, dict[str, Any]] = {
    "icon": {"name": "check"},
    "button": {"label": "Дауыс беру"},
    "input": {"name": "title", "label": "Атауы"},
    "textarea": {"name": "text", "label": "Мәтіні", "maxlength": 2000},
    "select": {"name": "region", "label": "Өңір", "choices": [{"value": "71", "label": "Астана"}]},
    "radios": {"name": "level", "label": "Деңгей", "choices": [{"value": "a", "label": "Ел", "hint": "Бүкіл ел"}]},
    "checkboxes": {"name": "topics", "label": "Тақырып", "choices": [{"value": "a", "label": "Су"}]},
    "field": {"id": "own", "label": "Өріс"},
    "error_summary": {"problems": [{"text": "Қате", "href": "#own"}]},
    "card": {"title": "Петиция", "votes": 10, "threshold": 50},
    "badge": {"label": "Жарияланды", "state": "collecting"},
    "progress": {"value": 31250, "maximum": 50000},
    "timeline": {"items": [{"title": "Жарияланды", "state": "done", "date": date(2026, 9, 14)}]},
    "tabs": {"items": [{"label": "Мәтін", "href": "#a", "current": True, "count": 0}], "label": "Бөлімдер"},
    "table": {"caption": "Кесте", "columns": [{"label": "Өңір"}], "rows": [["Астана"]]},
    "chart": {"title": "Дауыстар", "labels": ["1", "2"], "series": [{"label": "Дауыс", "values": [3, 5]}]},
    "map": {"title": "Өңірлер", "values": {"71": 5}},
    "empty_state": {"title": "Бос"},
    "loading": {},
    "alert": {"text": "Хабар"},
    "pagination": {"next": "?page=2"},
    "breadcrumbs": {"items": [{"label": "Басты бет", "href": "/"}, {"label": "Петиция"}]},
    "steps": {"items": [{"label": "Мәтін", "state": "current"}]},
    "deadline": {"due": date(2026, 12, 1), "today": date(2026, 11, 23)},
    "toast": {"text": "Сақталды", "undo_url": "/undo"},
    "offline": {},
    "summary_list": {"rows": [{"key": "Авторы", "value": "Айгерім"}]},
    "stat": {"value": "5", "label": "дауыс"},
    "details": {"summary": "Толығырақ"},
    "person": {"name": "Айгерім"},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_a_component_draws_with_its_required_parameters_alone(name: str, language: str) -> None:
    with translation.override(language):
        drawn = components.render(name, REQUIRED[name])
    assert "<" in drawn
    assert "{%" not in drawn
    for value in REQUIRED[name].values():
        if isinstance(value, str) and name not in ("icon", "badge") and value not in ("title", "text", "own"):
            assert value in drawn


def test_every_template_of_a_component_is_in_the_catalogue() -> None:
    stems = {path.stem for path in (ROOT / "templates" / "components").glob("*.html")}
    assert stems == set(CATALOGUE)


def test_every_icon_that_is_named_exists() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/img/icons.svg").read_text()))
    for path in TEMPLATES:
        named = set(re.findall(r'(?:"icon" name|icon)="([a-z-]+)"', path.read_text(encoding="utf-8")))
        assert named <= drawn, f"{path.name}: {named - drawn}"


def test_an_unknown_parameter_is_refused_and_not_passed_over() -> None:
    with pytest.raises(ComponentError, match="colour"):
        components.render("button", {"label": "Vote", "colour": "red"})


def test_a_missing_parameter_is_refused() -> None:
    with pytest.raises(ComponentError, match="label"):
        components.render("button", {})


def test_what_a_citizen_typed_is_escaped() -> None:
    drawn = components.render("card", {"title": "<script>alert(1)</script>"})
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_template_has_inline_style_or_script(path: Path) -> None:
    text = re.sub(r"{[%{].*?[%}]}", "", path.read_text(encoding="utf-8"), flags=re.S)
    text = re.sub(r"<textarea\b[^>]*>.*?</textarea>", "", text, flags=re.S)  # words to copy, no markup of ours
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\son[a-z]+=", text)
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in tag or 'type="application/json"' in tag, tag


def test_a_field_with_an_error_names_it_to_a_screen_reader_and_in_the_summary() -> None:
    form = samples.SampleForm({"title": ""})
    drawn = fields.render(form["title"], {})
    assert 'aria-invalid="true"' in drawn
    assert 'aria-describedby="id_title-hint id_title-error"' in drawn
    assert {"href": "#id_title", "text": f"{form['title'].label} – {form['title'].errors[0]}"} in fields.problems(form)


def test_a_choice_that_was_made_is_still_chosen_when_the_form_comes_back() -> None:
    form = samples.SampleForm({"region": "75", "level": "oblast", "topics": ["water"]})
    assert '<option value="75" selected>' in fields.render(form["region"], {})
    assert re.search(r'value="oblast" checked', fields.render(form["level"], {}))
    assert re.search(r'value="water" checked', fields.render(form["topics"], {}))
    assert "checked" not in fields.render(form["agree"], {})


@pytest.mark.parametrize(
    ("part", "shown"),
    [(0, "0 %"), (1, "<0,1 %"), (400, "0,8 %"), (31250, "62 %"), (49999, "99,9 %"), (50000, "100 %"), (61204, "122 %")],
)
def test_a_share_is_never_rounded_up_to_everything(part: int, shown: str) -> None:
    with translation.override("kk"):
        assert numbers.percent(part, 50000).replace("\u00a0", " ") == shown


@pytest.mark.parametrize(
    ("language", "shown"), [("kk", "1\u202f234\u202f567"), ("ru", "1\u202f234\u202f567"), ("en", "1,234,567")]
)
def test_thousands_part_as_the_language_has_it(language: str, shown: str) -> None:
    with translation.override(language):
        assert numbers.grouped(1234567) == shown


@pytest.mark.parametrize(
    ("days", "shown"), [(0, "today"), (1, "tomorrow"), (-1, "yesterday"), (8, "in 8 days"), (-3, "3 days ago")]
)
def test_a_deadline_says_how_far_it_is(days: int, shown: str) -> None:
    today = date(2026, 11, 23)
    with translation.override("en"):
        assert numbers.days_until(today + timedelta(days=days), today) == shown


def test_the_map_has_all_twenty_regions_once_and_no_two_on_one_place() -> None:
    numbers_of_iso = {10, 11, 15, 19, 23, 27, 31, 33, 35, 39, 43, 47, 55, 59, 61, 62, 63, 71, 75, 79}
    assert {int(tile.code) for tile in regions.TILES} == numbers_of_iso
    assert len({(tile.column, tile.row) for tile in regions.TILES}) == len(regions.TILES) == 20
    assert {tile.names[0] for tile in regions.TILES if tile.is_city} == {
        "Астана қаласы",
        "Алматы қаласы",
        "Шымкент қаласы",
    }


def test_the_list_under_the_map_says_the_same_numbers_as_the_map() -> None:
    with translation.override("ru"):
        drawn = drawings.tile_map({"710000000": 4812, "75": 6120}, {"71": "/astana"})
    shown = {one.tile.code: one.value for one in drawn.tiles if one.value != "–"}
    assert shown == {"71": "4\u202f812", "75": "6\u202f120"}
    assert drawn.rows[0] == ["город Алматы", "6\u202f120"]
    assert drawn.rows[1] == [{"text": "город Астана", "href": "/astana"}, "4\u202f812"]


def test_the_table_under_a_chart_says_the_same_numbers_as_the_chart() -> None:
    with translation.override("en"):
        drawn = drawings.chart(["May", "June"], [{"label": "Votes", "values": [10, 2500]}], "line", "Month")
    assert drawn.rows == [["May", "10"], ["June", "2,500"]]
    assert [text for _, _, text in drawn.series[0].dots] == ["May: 10", "June: 2,500"]


@pytest.mark.parametrize("kind", ["line", "bar"])
def test_a_chart_without_data_draws_an_empty_frame(kind: str) -> None:
    assert drawings.chart([], [{"label": "Votes", "values": []}], kind, "Month").rows == []


def test_a_page_list_keeps_the_query() -> None:
    from django.core.paginator import Paginator

    from portal.web.paging import pages_of

    listed = pages_of(Paginator(range(100), 10).page(2), "q=су")
    assert listed["previous"] == "?q=су&page=1"
    assert listed["next"] == "?q=су&page=3"


@pytest.mark.urls("tests.portal.looks_urls")
def test_a_page_links_to_itself_in_the_other_languages() -> None:
    from portal.web.layout import LayoutContext

    with translation.override("ru"):
        looks = LayoutContext(RequestFactory().get("/ru/design/?q=1"))
        assert {link.code: link.url for link in looks.language_links} == {
            "kk": "/kk/design/?q=1",
            "ru": "/ru/design/?q=1",
            "en": "/en/design/?q=1",
        }
        assert [link.code for link in looks.language_links if link.current] == ["ru"]
