"""The design page in a real Chromium: no finding of axe, no overflow, no breach of the policy, no overweight."""

import gzip
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response
from pytest_django.live_server_helper import LiveServer

from portal.web.preferences import COOKIE
from tests import axe

pytestmark = [pytest.mark.urls("tests.portal.looks_urls"), pytest.mark.django_db(transaction=True)]
LOW = "sight=low&size=2"
LOOKS = {
    "light": ("light", ""),
    "dark": ("dark", ""),
    "low vision": ("light", LOW),
    "low vision, white on black, wide, no images": ("light", f"{LOW}&contrast=black&spacing=wide&images=off"),
    "low vision, blue": ("light", f"{LOW}&contrast=blue"),
}
FIRST_VISIT = 200_000


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[Any]:
    """Open a path as a visitor of that screen, scheme and cookie; complaints of the console fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_it(path: str, *, width: int, scheme: Any = "light", cookie: str = "", heard: list[Response]) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        contexts.append(context)
        if cookie:
            context.add_cookies([{"name": COOKIE, "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("response", lambda response: heard.append(response))
        page.goto(live_server.url + path, wait_until="networkidle")
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize(
    ("language", "looks", "width"),
    [("kk", looks, width) for looks in sorted(LOOKS) for width in (360, 1280)]
    + [("ru", "light", 360), ("en", "light", 360)],
)
def test_axe_finds_nothing_and_nothing_overflows(open_page: Any, language: str, looks: str, width: int) -> None:
    scheme, cookie = LOOKS[looks]
    page = open_page(f"/{language}/design/", width=width, scheme=scheme, cookie=cookie, heard=[])
    assert axe.violations(page) == []
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0


def test_a_first_visit_weighs_less_than_200_kilobytes(open_page: Any) -> None:
    heard: list[Response] = []
    open_page("/kk/design/", width=360, heard=heard)
    weights: dict[str, int] = {}
    for response in heard:
        body = response.body()
        is_packed = response.url.endswith((".woff2", ".png"))
        weights[response.url.rsplit("/", 1)[-1]] = len(body if is_packed else gzip.compress(body, 6))
    assert sum(weights.values()) <= FIRST_VISIT, weights


def test_the_keyboard_reaches_the_content_first(open_page: Any) -> None:
    page = open_page("/kk/design/", width=1280, heard=[])
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    page.goto(page.url.split("#")[0] + "#", wait_until="networkidle")
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
