"""Fixed windows by address, subnet and account; an absent cache opens the door."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from pytest_django import Settings
from redis.exceptions import ConnectionError as CacheGone

from portal.errors import TooMany
from portal.web import throttle

AT = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
THREE = throttle.Throttle("test", timedelta(minutes=10), by_address=3, by_subnet=5, by_account=2)


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def knock(address: str = "198.51.100.7", account: str = "", at: datetime = AT) -> bool:
    try:
        throttle.spend(THREE, RequestFactory().get("/", REMOTE_ADDR=address), at=at, account=account)
    except TooMany:
        return False
    return True


def test_an_address_has_its_share_of_a_window_and_a_new_one_after_it() -> None:
    assert [knock() for _ in range(4)] == [True, True, True, False]
    assert not knock(at=AT + timedelta(minutes=9))
    assert knock(at=AT + timedelta(minutes=10))


def test_neighbours_share_the_subnets_share() -> None:
    assert [knock(f"198.51.100.{number}") for number in range(6)] == [True] * 5 + [False]
    assert knock("198.51.101.1")


def test_an_account_has_its_share_from_wherever_and_however_it_is_written() -> None:
    assert knock("192.0.2.1", "Saule@example.kz")
    assert knock("198.51.100.1", "saule@example.kz")
    assert not knock("203.0.113.1", "SAULE@example.kz")
    assert knock("203.0.113.1", "askar@example.kz")


def test_ipv6_neighbours_are_a_48() -> None:
    assert throttle.subnet("2001:db8:1:2::3") == "2001:db8:1::/48"
    assert throttle.subnet("unix:") == ""


def test_the_refusal_says_how_long_to_wait() -> None:
    for _ in range(3):
        knock(at=AT)
    with pytest.raises(TooMany) as refusal:
        throttle.spend(THREE, RequestFactory().get("/", REMOTE_ADDR="198.51.100.7"), at=AT + timedelta(minutes=7))
    assert "3" in str(refusal.value.message)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.1.1.1, 203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),
        (1, "nonsense", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(
    proxies: int, forwarded: str, address: str, settings: Settings
) -> None:
    settings.AXES_IPWARE_PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": forwarded})
    assert throttle.client_address(request) == address


def test_an_absent_cache_opens_the_door_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(*args: object, **kwargs: object) -> bool:
        raise CacheGone("no route")

    monkeypatch.setattr(cache, "add", gone)
    assert [knock() for _ in range(9)] == [True] * 9
    assert "The cache does not answer" in caplog.text


def test_neither_address_nor_account_is_legible_in_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[str] = []

    def remember(key: str, *args: object, **kwargs: object) -> bool:
        keys.append(key)
        return True

    monkeypatch.setattr(cache, "add", remember)
    knock(account="saule@example.kz")
    assert len(keys) == 3
    assert not any("198.51" in key or "saule" in key for key in keys)
