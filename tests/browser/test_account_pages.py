"""The pages of the account in a real browser: nothing that axe finds, nothing wider than a phone."""

from datetime import datetime

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from accounts.services import staff
from accounts.views import door
from tests import axe

pytestmark = pytest.mark.django_db(transaction=True)

OWN = ("profile/", "profile/welcome/", "profile/sessions/", "profile/delete/", "sign-out/")
OPEN = ("sign-in/", "staff/sign-in/")


def session_of(user: User, at: datetime) -> str:
    request = RequestFactory().get("/", headers={"user-agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"})
    request.session = SessionStore()
    door.open_session(request, user, at=at)
    return str(request.session.session_key)


def inspect(page: Page, url: str) -> None:
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(url)
        assert axe.violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{url} is wider than {width} px"


@pytest.mark.parametrize("path", OPEN)
def test_open_pages(page: Page, live_server: LiveServer, path: str) -> None:
    inspect(page, f"{live_server.url}/kk/{path}")


@pytest.mark.parametrize("path", OWN)
def test_own_pages(page: Page, live_server: LiveServer, path: str, citizen: User, at: datetime) -> None:
    User.objects.filter(pk=citizen.pk).update(email="aigul@example.kz")
    page.context.add_cookies([{"name": "sessionid", "value": session_of(citizen, at), "url": live_server.url}])
    inspect(page, f"{live_server.url}/ru/{path}")


def test_the_invitation(page: Page, live_server: LiveServer, clerk: User) -> None:
    uid, token = staff.invitation(clerk)
    inspect(page, f"{live_server.url}/en/staff/invitation/{uid}/{token}/")


def test_a_form_with_errors_and_a_code(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/en/staff/sign-in/")
    page.fill("#id_email", "nobody")
    page.click("main button[type=submit]")
    assert axe.violations(page) == []
    assert page.locator(".govuk-error-summary a").first.get_attribute("href") == "#id_email"
