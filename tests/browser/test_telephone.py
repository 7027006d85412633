"""People sign with a telephone: the page shows a code, a stand-in for eGov Mobile signs, the page goes on by itself."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from demo.ncalayer.control import Choice
from demo.ncalayer.signing import make_cms
from demo.phone import Phone, Seen, over_http
from initiatives.selectors.counts import exact_count
from signatures.models import MobileRequest
from tests.architecture.world import World
from tests.browser.screens import Screen, findings

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scan(portal: tuple[str, Choice], settings: Any) -> Callable[..., Seen]:
    """`scan(page, "aigerim")`: that person's telephone reads the code on the page and signs."""
    address, choice = portal
    settings.PORTAL_ORIGIN = address

    def read(page: Page, person: str, **options: Any) -> Seen:
        link = page.locator('[data-part="demo-phone"]')
        expect(link).to_be_visible()
        text = page.evaluate("link => new URL(link.href).searchParams.get('qr')", link.element_handle())
        return Phone(choice.ring.of(person)[0], make_cms, address, over_http, **options).scan(text)

    return read


def test_aigerim_signs_in_with_her_telephone_though_the_browser_forgot_the_page_meanwhile(
    sit_down: Any, scan: Any
) -> None:
    screen: Screen = sit_down(width=360, user_agent="Mozilla/5.0 (Linux; Android 9) Mobile")
    screen.visit("sign-in/")
    page = screen.page
    expect(page.locator("[data-way]").first).to_have_attribute("data-way", "mobile")
    screen.press("Sign with eGov Mobile")
    link = page.get_by_role("link", name="Open eGov Mobile on this telephone")
    expect(link).to_have_attribute("href", re.compile(r"^https://m\.egov\.kz/mobileSign\?link=http"))
    expect(page.get_by_role("status").first).to_contain_text("Scan the code with eGov Mobile")
    assert findings(page) == []
    shown = page.locator("pre").text_content()

    page.reload()  # what a telephone with little memory does to a tab that is not looked at
    expect(page.get_by_role("status").first).to_contain_text("Scan the code with eGov Mobile")
    assert page.locator("pre").text_content() == shown
    assert scan(page, "revoked").status == 403
    screen.sees("Your certificate has been revoked.")
    assert scan(page, "aigerim", pem=True).status == 200
    page.wait_for_url(lambda url: "sign-in" not in url)
    assert User.objects.filter(given_name="Айгерім").exists()
    assert MobileRequest.objects.get().cms is None
    assert page.evaluate("sessionStorage.getItem('signing-by-telephone')") is None


def test_aigerim_votes_with_her_telephone_and_stops_another_code_before(sit_down: Any, scan: Any, world: World) -> None:
    petition = world.subjects["collecting"]
    before = exact_count(petition)
    screen: Screen = sit_down()
    screen.visit(f"petitions/{petition.code}/vote/").press("Sign with eGov Mobile")
    expect(screen.page.get_by_text("The code is valid until:")).to_be_visible()
    screen.press("Stop signing").sees("You stopped. Nothing has been signed or sent.")
    expect(screen.page.locator('[data-part="mobile"]')).to_be_hidden()
    screen.press("Sign with eGov Mobile")
    seen = scan(screen.page, "aigerim")
    assert seen.status == 200
    assert any(petition.code in value or petition.title in value for _name, value in seen.lines)
    screen.page.wait_for_url(lambda url: "vote" not in url)
    for role, address in (("citizen", "withdraw_vote collecting"), ("head", "inbox_sign submitted")):
        shown = world.browser(role).get(world.url(f"initiatives:{address}")).content.decode()
        assert 'data-mobile-url="/sign/mobile/"' in shown, address
    assert exact_count(petition) == before + 1
