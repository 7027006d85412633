"""The main pages in the other languages, colours and sizes; and what works without scripts."""

from typing import Any

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from tests.architecture.world import World
from tests.browser.looks import LOW_VISION, MAIN, Seat, look_at

pytestmark = pytest.mark.django_db(transaction=True)

LOOKS: dict[str, dict[str, Any]] = {
    "desk": {"width": 1280},
    "telephone, dark": {"scheme": "dark"},
    "telephone, low vision": {"cookie": LOW_VISION},
    "desk, low vision": {"width": 1280, "cookie": LOW_VISION},
    "telephone, Russian": {"language": "ru"},
    "telephone, English": {"language": "en"},
}


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_in_other_looks(seat: Seat, live_server: LiveServer, world: World, look: str) -> None:
    assert look_at(MAIN, seat, world, live_server.url, **LOOKS[look]) == {}


class TestWithoutScripts:
    """JavaScript is off: reading, searching, writing and discussing go on."""

    def test_a_reader_searches_and_reads(self, seat: Seat, live_server: LiveServer, world: World) -> None:
        page = seat("anonymous", java_script_enabled=False).new_page()
        page.goto(f"{live_server.url}/en/petitions/")
        page.locator('input[name="q"]').last.fill("мектеп")
        page.locator('input[name="q"]').last.press("Enter")
        page.get_by_role("link", name=world.subjects["collecting"].title).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(world.subjects["collecting"].title)

    def test_an_author_saves_the_draft(self, seat: Seat, live_server: LiveServer, world: World) -> None:
        draft = world.subjects["draft"]
        page = seat("author", java_script_enabled=False).new_page()
        page.goto(f"{live_server.url}/en/petitions/{draft.code}/edit/")
        page.locator("#id_title").fill("Мектеп асханасын жөндеу керек")
        page.get_by_role("button", name="Save and stay").click()
        expect(page.get_by_text("Your draft is saved.")).to_be_visible()
        draft.refresh_from_db()
        assert (draft.title, draft.revision) == ("Мектеп асханасын жөндеу керек", 2)

    def test_a_citizen_takes_part_in_the_discussion(self, seat: Seat, live_server: LiveServer, world: World) -> None:
        page = seat("citizen", java_script_enabled=False).new_page()
        page.goto(f"{live_server.url}/en/petitions/{world.subjects['collecting'].code}/")
        page.get_by_label("Your comment").fill("Мен қолдаймын, бірақ мерзімін де айту керек.")
        page.get_by_role("button", name="Say it").click()
        expect(
            page.get_by_role("paragraph").get_by_text("Мен қолдаймын, бірақ мерзімін де айту керек.")
        ).to_be_visible()
