"""The portal in a real Chromium: a live server that trusts the demo, NCALayer's stand-in beside it, people before screens."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer

from accounts.models import Body, User
from demo.ncalayer.control import Choice
from demo.ncalayer.signing import demo_ring, make_cms
from portal import clock
from portal.settings.base import content_security_policy
from portal.web.preferences import COOKIE
from signatures.eds.demo_pki import DemoPki
from tests.architecture.world import World, build
from tests.browser.screens import Screen
from tests.browser.signing_desk import ncalayer
from tests.factories.accounts import make_body, make_country, make_territory


@pytest.fixture(scope="session")
def fresh_pki(pki_of_today: DemoPki) -> DemoPki:
    """Browsers and the stand-in have the real time."""
    return pki_of_today


@pytest.fixture
def small_akimat(db: None) -> Body:
    """The akimat of a district so small that 51 votes are its threshold (5 % of 1,020 people, art. 90-3(4))."""
    oblast = make_territory("190000000", "Алматы облысы", parent=make_country(), population=1_500_000)
    district = make_territory(
        "199900000", "Шағын аудан", level="district", kind="district", parent=oblast,
        population=1_020, population_year=2025,
    )  # fmt: skip
    return make_body("small-district", "district_akimat", district, "Шағын аудан әкімдігі")


@pytest.fixture
def portal(fresh_pki: DemoPki, settings: Any, live_server: LiveServer, tmp_path: Path) -> Iterator[tuple[str, Choice]]:
    """The address of the portal, and what the stand-in shall do."""
    cache.clear()
    settings.TRUST_DOMAIN = "demo"
    settings.DEMO_PKI_DIR = settings.TRUST_ANCHORS_DIR = fresh_pki.directory
    settings.MEDIA_ROOT = tmp_path
    choice = Choice(demo_ring(fresh_pki.directory), person="aigerim")
    with ncalayer(choice, make_cms) as running:
        settings.NCALAYER_URL, settings.DEMO_CONTROL_URL = running.url, running.control_url
        settings.CONTENT_SECURITY_POLICY = content_security_policy(running.url, running.control_url)
        yield live_server.url, choice


@pytest.fixture
def sit_down(browser: Browser, portal: tuple[str, Choice]) -> Iterator[Callable[..., Screen]]:
    """`sit_down("aigerim")` is that person before a screen of their own; complaints of the console fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    address, choice = portal

    def open_browser(person: str = "", *, width: int = 1280, **options: Any) -> Screen:
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="en-GB", **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return Screen(page, address, choice, person)

    yield open_browser
    for context in contexts:
        context.close()
    assert [text for text in complaints if "the server responded with a status of 4" not in text] == []


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
