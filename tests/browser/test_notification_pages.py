"""The notification centre, its preferences, leaving a topic, and the API's page: in Chromium, with axe, under the real policy."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from portal.notifications import unsubscribing
from portal.notifications.dispatch import notify
from portal.notifications.models import Notification
from tests import axe
from tests.actors import AT

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("my/notifications/", "my/notifications/preferences/", "unsubscribe", "unsubscribed")
LOOKS = [(path, language) for path in PAGES for language in ("kk", "ru", "en")] + [("api/docs/", "kk")]


@pytest.fixture
def reader(transactional_db: None) -> User:
    """Aigul with one notice read, one unread, and one that leads nowhere."""
    person = User.objects.create(given_name="Айгүл", joined_at=AT, password="!", language="kk")
    for number, (template, role) in enumerate(
        [("published", "follower"), ("rejected", "author"), ("withdrawn", "voter")]
    ):
        notify(
            [person], topic="followed", template=f"initiatives/{template}", key=str(number), at=AT,
            context={"title": "Қала автобустарына түнгі бағыттар қосу", "role": role, "closes_at": None, "reason": "…"},
            url_name="initiatives:index" if number else "",
        )  # fmt: skip
    Notification.objects.filter(key="1").update(read_at=AT)
    return person


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the console complained of: nothing, or the test fails."""
    heard: list[str] = []
    yield heard
    assert heard == []


def open_page(browser: Browser, live_server: LiveServer, reader: User, path: str, complaints: list[str]) -> Page:
    client = Client()
    client.force_login(reader)
    context = browser.new_context(viewport={"width": 360, "height": 800})
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(live_server.url + path, wait_until="networkidle")
    return page


@pytest.mark.parametrize(("path", "language"), LOOKS)
def test_axe_finds_nothing_and_nothing_overflows(
    browser: Browser,
    live_server: LiveServer,
    reader: User,
    complaints: list[str],
    path: str,
    language: str,
) -> None:
    where = f"/{language}/{path}"
    if path.startswith("unsub"):
        where = f"/{language}/notifications/unsubscribe/{unsubscribing.token(reader.pk, 'followed')}/"
    page = open_page(browser, live_server, reader, where, complaints)
    if path == "unsubscribed":
        page.locator("main form button").click()
        page.wait_for_load_state("networkidle")
    for details in page.locator("main details").all():
        details.evaluate("element => { element.open = true; }")
    shots = os.environ.get("SCREENSHOTS")
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        if shots:
            page.screenshot(path=str(Path(shots) / f"{path.replace('/', '-')}{language}-{width}.png"))
        assert axe.violations(page) == []
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert too_wide <= 0
    page.context.close()
