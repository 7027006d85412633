"""Every page of readers, citizens and staff: no finding of axe, nothing wider than the screen; and the pages without scripts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import translation
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Body, User
from portal import clock
from portal.web.preferences import COOKIE
from tests.architecture.world import World, build
from tests.browser.screens import findings

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = {
    "anonymous": (
        "initiatives:home", "initiatives:index", "initiatives:statistics", "initiatives:detail collecting",
        "initiatives:open_data", "initiatives:ranking", "initiatives:verify collecting",
        "initiatives:detail rejected", "initiatives:detail execution", "initiatives:detail idea",
        "initiatives:detail joining", "initiatives:vote collecting", "signatures:sign_in", "accounts:staff_sign_in",
        "initiatives:detail zzzzzzzzzzzz", "initiatives:detail appealed", "initiatives:detail removed",
        "initiatives:moderation_log",
        "initiatives:detail zzzzzzzzzzzz", "initiatives:share collecting", "initiatives:embed collecting",
        "initiatives:detail request", "initiatives:detail registered", "initiatives:detail below_threshold",
        "initiatives:draft_discussion discussion", "initiatives:bodies", "initiatives:body test-ministry",
    ),
    "author": (
        "initiatives:begin", "initiatives:edit draft", "initiatives:review draft", "initiatives:withdraw joining",
        "initiatives:mine", "initiatives:searches", "initiatives:save_search", "initiatives:edit_search search",
        "initiatives:detail collecting", "initiatives:vote idea", "accounts:profile",
        "initiatives:appeal rejected",
        "accounts:sessions", "accounts:erase", "notifications:index", "notifications:preferences",
        "initiatives:coauthors draft", "initiatives:send_request request", "initiatives:vote request",
        "initiatives:invitation secret",
    ),
    "moderator": (
        "initiatives:moderation", "initiatives:moderation_item check", "initiatives:moderation_item idea",
        "initiatives:moderation_comment comment", "initiatives:moderation_item proposed",
        "initiatives:moderation_item appealed", "initiatives:moderation_item rejected",
        "initiatives:paper_desk", "initiatives:paper_lists collecting",
        "initiatives:paper_list paper",
    ),
    "clerk": (
        "initiatives:inbox", "initiatives:inbox_item sent", "initiatives:inbox_item registered",
        "initiatives:inbox_item decided", "initiatives:inbox_item execution", "initiatives:inbox_item asked",
        "initiatives:review_desk registered", "initiatives:review_desk execution",
    ),
    "head": ("initiatives:inbox_sign submitted", "initiatives:inbox_sign asked"),
    "administrator": (
        "web:administration", "web:switches", "web:switch initiatives.comments", "initiatives:kinds",
        "initiatives:kind petition-central", "initiatives:kind_new", "initiatives:kind_version petition-central",
        "initiatives:kind_preview petition-central",
    ),
    "citizen": ("webhooks:guide", "webhooks:index", "webhooks:new", "webhooks:one hook"),
}  # fmt: skip
MAIN = {
    "anonymous": (
        "initiatives:home",
        "initiatives:index",
        "initiatives:detail collecting",
        "initiatives:vote collecting",
    ),
    "author": ("initiatives:edit draft", "accounts:profile"),
    "clerk": ("initiatives:inbox_item registered",),
}
LOW_VISION = "sight=low&size=2"
SCREENS: dict[str, tuple[dict[str, tuple[str, ...]], str, int, Any, str]] = {
    "kk, telephone": (PAGES, "kk", 360, "light", ""),
    "kk, desk": (MAIN, "kk", 1280, "light", ""),
    "kk, telephone, dark": (MAIN, "kk", 360, "dark", ""),
    "kk, desk, dark": (PAGES, "kk", 1280, "dark", ""),
    "kk, telephone, low vision": (PAGES, "kk", 360, "light", LOW_VISION),
    "kk, desk, low vision": (MAIN, "kk", 1280, "light", LOW_VISION),
    "ru, telephone": (MAIN, "ru", 360, "light", ""),
    "en, telephone": (MAIN, "en", 360, "light", ""),
}
Seat = Callable[..., BrowserContext]


@pytest.fixture
def world(everyone: dict[str, User], ministry: Body) -> World:
    """Everyone, and an initiative in each state since two days."""
    return build(everyone, ministry, clock.now() - timedelta(days=2))


@pytest.fixture
def seat(browser: Browser, live_server: LiveServer, world: World) -> Any:
    """`seat("clerk")` is a browser in which the clerk is signed in."""
    contexts: list[BrowserContext] = []

    def open_browser(role: str, *, width: int = 1280, cookie: str = "", **options: Any) -> BrowserContext:
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        cookies = {COOKIE: cookie} if cookie else {}
        if role != "anonymous":
            name = django_settings.SESSION_COOKIE_NAME
            cookies[name] = world.browser(role).cookies[name].value
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        return context

    yield open_browser
    for context in contexts:
        context.close()


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    seat: Seat, live_server: LiveServer, world: World, screen: str
) -> None:
    pages, language, width, scheme, cookie = SCREENS[screen]
    found = {}
    for role, addresses in pages.items():
        page = seat(role, width=width, cookie=cookie, color_scheme=scheme).new_page()
        for address in addresses:
            with translation.override(language):
                url = world.url(address)
            page.goto(live_server.url + url)
            found[f"{role}: {address}"] = findings(page)
    assert {place: what for place, what in found.items() if what} == {}


def test_the_search_for_findings_can_find(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.set_content('<html lang="en"><title>Bad</title><main><h1>Bad</h1><img src="x.png"><p style="width:500px">wide')
    names = [name for name, _nodes in findings(page)]
    assert "image-alt" in names
    assert any("too wide" in name for name in names)


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
        page.get_by_label("Title").fill("Мектеп асханасын жөндеу керек")
        page.get_by_role("button", name="Save and stay").click()
        expect(page.get_by_text("Your draft is saved.")).to_be_visible()
        draft.refresh_from_db()
        assert (draft.title, draft.revision) == ("Мектеп асханасын жөндеу керек", 2)

    def test_a_citizen_takes_part_in_the_discussion(self, seat: Seat, live_server: LiveServer, world: World) -> None:
        page = seat("citizen", java_script_enabled=False).new_page()
        page.goto(f"{live_server.url}/en/petitions/{world.subjects['collecting'].code}/")
        page.get_by_label("Your comment").fill("Мен қолдаймын, бірақ мерзімін де айту керек.")
        page.get_by_role("button", name="Say it").click()
        expect(page.get_by_text("Мен қолдаймын, бірақ мерзімін де айту керек.")).to_be_visible()
