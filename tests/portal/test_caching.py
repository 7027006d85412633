"""Strangers share a page for a moment; nobody ever gets a page that was drawn for somebody else."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, override_settings
from django.urls import path
from redis.exceptions import RedisError

from accounts.models import User
from portal.web.access import public
from portal.web.caching import STALE_SECONDS, shared
from portal.web.preferences import COOKIE

drawn: list[str] = []
LIFE = 2


@public
@shared(seconds=LIFE)
def page(request: HttpRequest) -> HttpResponse:
    """Says for whom it was drawn, and counts."""
    drawn.append(request.path)
    if "token" in request.GET:
        get_token(request)
    response = HttpResponse(f"{request.user} reads {request.get_full_path()} {request.COOKIES.get(COOKIE, '')}")
    if "cookie" in request.GET:
        response.set_cookie("mine", "1")
    if "broken" in request.GET:
        response.status_code = 503
    return response


@public
def other(request: HttpRequest) -> HttpResponse:
    """A page that nobody shares."""
    drawn.append(request.path)
    return HttpResponse("other")


urlpatterns = i18n_patterns(path("page/", page), path("other/", other))
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture(autouse=True)
def _fresh(settings: Any) -> None:
    settings.SHARED_PAGES = True
    cache.clear()
    drawn.clear()


@pytest.fixture
def later() -> Any:
    """Moves the clock: `later(seconds)`."""
    start = datetime(2026, 3, 2, 5, tzinfo=UTC)
    with mock.patch("portal.web.caching.clock.now", return_value=start) as now:
        yield lambda seconds: setattr(now, "return_value", start + timedelta(seconds=seconds))


def test_strangers_share_a_page() -> None:
    first, second = Client().get("/kk/page/"), Client().get("/kk/page/")
    assert (len(drawn), first.content) == (1, second.content)
    assert second["Cache-Control"] == f"public, max-age={LIFE}, stale-while-revalidate={STALE_SECONDS}"
    assert {"Cookie", "HX-Request"} <= set(second["Vary"].split(", "))
    assert not second.cookies
    assert second["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert first["X-Request-ID"] != second["X-Request-ID"]


def test_a_page_that_does_not_say_so_is_not_shared() -> None:
    assert "Cache-Control" not in Client().get("/kk/other/")
    Client().get("/kk/other/")
    assert len(drawn) == 2


def test_who_signed_in_gets_their_own_page_and_leaves_none_behind(citizen: User) -> None:
    reader = Client()
    reader.force_login(citizen)
    own = reader.get("/kk/page/")
    assert str(citizen) in own.content.decode()
    assert own["Cache-Control"] == "private, max-age=0"
    stranger = Client().get("/kk/page/")
    assert str(citizen) not in stranger.content.decode()
    assert str(citizen) in reader.get("/kk/page/").content.decode()


@pytest.mark.parametrize("name", ["sessionid", "messages", "vote", "a-cookie-nobody-knows"])
def test_a_cookie_that_may_mean_something_is_not_answered_from_the_cache(name: str) -> None:
    Client().get("/kk/page/")
    reader = Client()
    reader.cookies[name] = "x"
    assert "private" in reader.get("/kk/page/")["Cache-Control"]
    assert len(drawn) == 2


def test_a_csrf_cookie_means_nothing_to_a_page_without_forms() -> None:
    reader = Client()
    reader.cookies["csrftoken"] = "x" * 32
    reader.get("/kk/page/")
    Client().get("/kk/page/")
    assert len(drawn) == 1


def test_a_page_with_a_token_or_a_cookie_or_a_fault_is_nobody_elses() -> None:
    for query in ("token=1", "cookie=1", "broken=1"):
        drawn.clear()
        answers = [Client().get(f"/kk/page/?{query}") for _reader in range(2)]
        assert len(drawn) == 2
        assert all("public" not in answer["Cache-Control"] for answer in answers)


def test_languages_queries_looks_and_hosts_are_separate() -> None:
    dark = Client()
    dark.cookies[COOKIE] = "theme=dark"
    readers = [
        Client().get("/kk/page/"),
        Client(headers={"accept-language": "ru"}).get("/ru/page/"),
        Client().get("/kk/page/?q=1"),
        dark.get("/kk/page/"),
        Client(headers={"host": "localhost"}).get("/kk/page/"),
    ]
    assert len(drawn) == len(readers)
    assert b"theme=dark" in dark.get("/kk/page/").content
    assert len(drawn) == len(readers)


def test_who_comes_in_another_language_is_remembered_once() -> None:
    reader = Client(headers={"accept-language": "ru"})
    assert reader.get("/kk/page/").cookies["django_language"].value == "kk"
    assert not reader.get("/kk/page/").cookies
    assert len(drawn) == 2


def test_a_part_asked_for_by_a_script_is_not_the_page() -> None:
    Client().get("/kk/page/")
    assert "private" in Client(headers={"hx-request": "true"}).get("/kk/page/")["Cache-Control"]
    assert len(drawn) == 2


def test_a_page_ends_with_its_life(later: Any) -> None:
    Client().get("/kk/page/")
    later(LIFE - 0.1)
    Client().get("/kk/page/")
    assert len(drawn) == 1
    later(LIFE + 0.1)
    Client().get("/kk/page/")
    assert len(drawn) == 2


def test_while_one_draws_anew_the_others_get_the_old_page(later: Any) -> None:
    Client().get("/kk/page/")
    later(LIFE + 1)
    with mock.patch("portal.web.caching._draws", return_value=False):
        assert Client().get("/kk/page/").status_code == 200
    assert len(drawn) == 1


def test_what_has_not_changed_is_not_sent_again() -> None:
    tag = Client().get("/kk/page/")["ETag"]
    again = Client(headers={"if-none-match": tag}).get("/kk/page/")
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert Client(headers={"if-none-match": 'W/"other"'}).get("/kk/page/").status_code == 200


def test_without_its_cache_the_page_is_drawn_for_each(settings: Any) -> None:
    gone = mock.Mock(side_effect=RedisError("gone"))
    with mock.patch.multiple("portal.web.caching.cache", get=gone, set=gone, add=gone):
        assert [Client().get("/kk/page/").status_code for _reader in range(2)] == [200, 200]
    assert len(drawn) == 2


def test_it_can_be_turned_off() -> None:
    with override_settings(SHARED_PAGES=False):
        Client().get("/kk/page/")
        assert "private" in Client().get("/kk/page/")["Cache-Control"]
    assert len(drawn) == 2
