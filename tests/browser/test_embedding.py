"""The widget on another site, in a real browser: it works, and that site gets nothing but the widget."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Body, User
from initiatives.models import Initiative, Tally, VoteAct
from initiatives.states import State
from portal import clock
from tests.factories.initiatives import make_idea, make_petition

pytestmark = pytest.mark.django_db(transaction=True)

TITLE = 'Түнгі автобус <img src=x onerror="document.title=1"> & ұзақ жол'


class ForeignSite:
    """Another origin and another site (127.0.0.1, while the portal is localhost), with pages that the test writes."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, str]] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                html, policy = site.pages.get(self.path, ("", ""))
                self.send_response(200 if html else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, *arguments: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def write(self, body: str, *, path: str = "/", policy: str = "") -> str:
        self.pages[path] = (f'<!DOCTYPE html><html lang="ru"><title>News</title><body>{body}</body></html>', policy)
        return self.url + path


@pytest.fixture
def news() -> Iterator[ForeignSite]:
    site = ForeignSite()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def home(live_server: LiveServer, settings: Any) -> str:
    cache.clear()
    settings.PORTAL_ORIGIN = live_server.url.replace("127.0.0.1", "localhost")
    return str(settings.PORTAL_ORIGIN)


@pytest.fixture
def petition(home: str, citizen: User, ministry: Body) -> Initiative:
    return make_petition(state=State.COLLECTING, votes=31, body=ministry, author=citizen, at=clock.now(), title=TITLE)


@pytest.fixture
def reader(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A browser; with a user, one in which they are signed in at the portal."""
    contexts: list[BrowserContext] = []

    def open_browser(home: str = "", user: User | None = None) -> BrowserContext:
        context = browser.new_context(viewport={"width": 800, "height": 700})
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            name = django_settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": home, "sameSite": "Lax"}])
        return context

    yield open_browser
    for context in contexts:
        context.close()


def looked_at_again(page: Page) -> None:
    """As if the reader came back to the tab: the widget asks at once."""
    for frame in page.frames:
        frame.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_the_frame_shows_a_live_count_and_leaves_no_cookie(
    reader: Callable[..., BrowserContext], news: ForeignSite, home: str, petition: Initiative
) -> None:
    context = reader()
    page = context.new_page()
    page.goto(
        news.write(f'<iframe src="{home}/ru/embed/{petition.code}/?theme=dark" width="420" height="320"></iframe>')
    )
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading")).to_have_text(TITLE)
    expect(frame.locator("[data-votes]")).to_have_text("31")
    link = frame.get_by_role("link", name="(", exact=False).last
    expect(link).to_have_attribute("href", f"{home}/ru/petitions/{petition.code}/")
    expect(link).to_have_attribute("rel", "noopener")
    assert frame.locator("html").get_attribute("data-theme") == "dark"
    Tally.objects.filter(initiative=petition).update(votes=44)
    looked_at_again(page)
    expect(frame.locator("[data-votes]")).to_have_text("44")
    assert context.cookies() == []


def test_the_component_works_under_a_strict_policy_of_the_other_site(
    reader: Callable[..., BrowserContext], news: ForeignSite, home: str, petition: Initiative
) -> None:
    context = reader()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    tag = f'<halyk-uni-petition code="{petition.code}" lang="kk"></halyk-uni-petition>'
    script = f'<script type="module" src="{home}/embed/petition.js"></script>'
    policy = f"default-src 'none'; script-src {home}; connect-src {home}"
    page.goto(news.write(script + tag, policy=policy))
    widget = page.locator("halyk-uni-petition")
    expect(widget.locator(".title")).to_have_text(TITLE)
    expect(widget.locator("strong")).to_have_text("31")
    expect(widget.get_by_role("link")).to_have_attribute("href", f"{home}/p/{petition.code}")
    expect(widget.get_by_role("link")).to_have_text("Оқу және қолдау")
    assert widget.locator("section").evaluate("node => getComputedStyle(node).borderTopWidth") == "4px"
    assert page.title() == "News"
    Tally.objects.filter(initiative=petition).update(votes=45)
    looked_at_again(page)
    expect(widget.locator("strong")).to_have_text("45")
    widget.evaluate("node => node.setAttribute('lang', 'ru')")
    expect(widget.get_by_role("link")).to_have_text("Прочитать и поддержать")
    assert [text for text in complaints if "favicon" not in text] == []
    assert context.cookies() == []


def test_a_code_that_does_not_exist_says_so(
    reader: Callable[..., BrowserContext], news: ForeignSite, home: str, db: None
) -> None:
    page = reader().new_page()
    script = f'<script type="module" src="{home}/embed/petition.js"></script>'
    page.goto(news.write(script + '<halyk-uni-petition code="zzzzzzzzzzzz" lang="en"></halyk-uni-petition>'))
    expect(page.locator("halyk-uni-petition section")).to_have_text("This petition is not available.")


ASK = """async ([address, options]) => {
  try {
    const answer = await fetch(address, options);
    return answer.type === "opaque" ? "opaque" : `${answer.status} ${await answer.text()}`;
  } catch (error) { return "refused"; }
}"""


def test_asking_for_more_is_refused_though_the_reader_is_signed_in(
    reader: Callable[..., BrowserContext],
    news: ForeignSite,
    home: str,
    petition: Initiative,
    citizen: User,
    ministry: Body,
) -> None:
    idea = make_idea(state=State.DISCUSSION, body=ministry, author=citizen, at=clock.now())
    page = reader(home, citizen).new_page()
    page.goto(news.write("<p>We want more.</p>"))

    def ask(path: str, **options: Any) -> str:
        return str(page.evaluate(ASK, [home + path, options]))

    assert ask(f"/embed/{petition.code}.json").startswith("200 ")
    assert ask(f"/embed/{petition.code}.json", credentials="include") == "refused"
    assert ask("/api/v1/initiatives/", credentials="include") == "refused"
    assert ask("/kk/my/initiatives/", credentials="include") == "refused"
    assert ask(f"/kk/petitions/{petition.code}/", credentials="omit") == "refused"
    json = {"Content-Type": "application/json"}
    for path in (f"/embed/{petition.code}.json", f"/api/v1/initiatives/{petition.code}/votes/"):
        for credentials in ("omit", "include"):
            sent = {"method": "POST", "body": "{}", "headers": json, "credentials": credentials}
            assert ask(path, **sent) == "refused"
    for address in (f"/kk/petitions/{idea.code}/vote/", f"/kk/petitions/{petition.code}/follow/"):
        ask(address, method="POST", mode="no-cors", credentials="include")
    assert VoteAct.objects.count() == 0
    assert not citizen.follows.exists()


@pytest.mark.parametrize(
    "path", ["/kk/", "/kk/petitions/{code}/", "/kk/petitions/{code}/vote/", "/kk/petitions/{code}/share/"]
)
def test_no_other_page_can_be_framed(
    reader: Callable[..., BrowserContext], news: ForeignSite, home: str, petition: Initiative, path: str
) -> None:
    page = reader().new_page()
    address = home + path.format(code=petition.code)
    page.goto(news.write(f'<iframe src="{address}"></iframe>'))
    page.wait_for_timeout(500)
    (frame,) = page.main_frame.child_frames
    assert frame.url.startswith("chrome-error://")


def test_the_sharing_page_previews_both_forms_and_copies(
    reader: Callable[..., BrowserContext], home: str, petition: Initiative
) -> None:
    context = reader()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=home)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{home}/en/petitions/{petition.code}/share/")
    expect(page.locator("halyk-uni-petition strong")).to_have_text("31")
    expect(page.frame_locator(".preview iframe").locator("[data-votes]")).to_have_text("31")
    page.get_by_role("button", name="Copy the code").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#frame-code").input_value()
    assert copied.startswith(f'<iframe src="{home}/en/embed/{petition.code}/')
    page.get_by_role("button", name="Copy the link").click()
    assert page.evaluate("navigator.clipboard.readText()") == f"{home}/p/{petition.code}"
    assert complaints == []
