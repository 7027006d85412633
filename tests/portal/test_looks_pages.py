"""The frame's pages over HTTP: preferences without JavaScript, the memory of language, what a person sees when it goes wrong."""

import pytest
from django.test import Client

from portal.web.preferences import COOKIE, Preferences

pytestmark = pytest.mark.urls("tests.portal.looks_urls")
LANGUAGES = ("kk", "ru", "en")


@pytest.fixture
def visitor() -> Client:
    """Someone who has not signed in; a fault becomes a page and not an exception."""
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_design_page_draws_in_every_language(visitor: Client, language: str) -> None:
    page = visitor.get(f"/{language}/design/")
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nowhere/", 404),
        ("denied/", 403),
        ("form/", 405),
        ("broken/", 500),
        ("refuse/allowed/", 403),
        ("refuse/conflict/", 409),
        ("refuse/input/", 422),
        ("refuse/many/", 429),
        ("refuse/away/", 503),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_went_wrong_is_a_friendly_page_with_a_number_to_quote(
    visitor: Client, language: str, path: str, status: int
) -> None:
    page = visitor.get(f"/{language}/{path}")
    assert page.status_code == status
    text = page.content.decode()
    assert f'<html lang="{language}"' in text
    assert page["X-Request-ID"] in text
    assert "Халық үні" in text


def test_the_reason_of_a_refusal_stands_on_its_page(visitor: Client) -> None:
    assert "Only the author may do this." in visitor.get("/en/refuse/allowed/").content.decode()
    assert "The title is too long." in visitor.get("/en/refuse/input/").content.decode()


def test_a_fault_is_not_told_to_the_visitor(visitor: Client) -> None:
    assert "a fault of ours" not in visitor.get("/en/broken/").content.decode()


def test_the_looks_can_be_changed_on_an_error_page_too() -> None:
    strict = Client(enforce_csrf_checks=True)
    page = strict.get("/kk/nowhere/")
    assert 'name="theme"' in page.content.decode()
    assert "csrftoken" not in page.cookies
    assert strict.post("/kk/preferences/", {"theme": "dark"}).status_code == 302


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://testserver", "sec-fetch-site": "same-origin"}, 302),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
    ],
)
def test_the_looks_are_changed_from_pages_of_this_site_only(headers: dict[str, str], status: int) -> None:
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    answer = strict.post("/kk/preferences/", {"theme": "dark"}, headers=headers)
    assert answer.status_code == status
    assert (COOKIE in answer.cookies) is (status == 302)


def test_a_form_without_its_token_says_that_the_page_expired() -> None:
    strict = Client(enforce_csrf_checks=True)
    page = strict.post("/kk/form/", {})
    assert page.status_code == 419
    assert page.reason_phrase == "Page Expired"


def test_a_method_that_is_not_allowed_still_names_those_that_are(visitor: Client) -> None:
    assert visitor.get("/kk/form/")["Allow"] == "POST"


def test_low_vision_is_chosen_by_a_plain_form_and_written_by_the_server(visitor: Client) -> None:
    answer = visitor.post("/kk/preferences/", {"sight": "low", "next": "/kk/design/"})
    assert (answer.status_code, answer["Location"]) == (302, "/kk/design/")
    visitor.post("/kk/preferences/", {"size": "3", "contrast": "black", "images": "off", "next": "/kk/design/"})
    text = visitor.get("/kk/design/").content.decode()
    for attribute in ('data-sight="low"', 'data-size="3"', 'data-contrast="black"', 'data-images="off"'):
        assert attribute in text
    assert "css/sight" in text


def test_a_return_to_the_usual_version_forgets_nothing_else(visitor: Client) -> None:
    visitor.post("/kk/preferences/", {"theme": "dark"})
    visitor.post("/kk/preferences/", {"sight": "low"})
    visitor.post("/kk/preferences/", {"sight": "usual"})
    assert visitor.cookies[COOKIE].value == "theme=dark"


def test_preferences_never_lead_to_another_site(visitor: Client) -> None:
    answer = visitor.post("/kk/preferences/", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_a_forged_cookie_changes_nothing(visitor: Client) -> None:
    visitor.cookies[COOKIE] = 'theme="><script>&sight=blind&size=99'
    assert 'data-theme="auto"' in visitor.get("/kk/design/").content.decode()


def test_only_allowed_values_are_kept() -> None:
    changed = Preferences().with_changes({"theme": "dark", "size": "12", "colour": "pink"})
    assert changed == Preferences(theme="dark")


def test_the_language_of_the_last_page_is_remembered(visitor: Client) -> None:
    visitor.get("/ru/design/", headers={"Accept-Language": "kk"})
    assert visitor.get("/", headers={"Accept-Language": "kk"})["Location"].startswith("/ru/")


def test_who_already_reads_that_language_gets_no_cookie(visitor: Client) -> None:
    visitor.get("/kk/design/", headers={"Accept-Language": "kk"})
    assert "django_language" not in visitor.cookies


def test_a_demonstration_says_so_on_each_page(visitor: Client, settings: pytest.FixtureRequest) -> None:
    settings.TRUST_DOMAIN = "demo"  # type: ignore[attr-defined]
    assert '<aside class="demo"' in visitor.get("/kk/design/").content.decode()
    settings.TRUST_DOMAIN = "production"  # type: ignore[attr-defined]
    assert '<aside class="demo"' not in visitor.get("/kk/design/").content.decode()
