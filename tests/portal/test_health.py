"""Live says that the process answers; ready says that it can serve, and names what is silent."""

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client


def test_live_asks_nobody(client: Client) -> None:
    assert client.get("/health/live").json() == {"status": "live"}


@pytest.mark.django_db
def test_ready_when_both_answer(client: Client) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")


@pytest.mark.django_db
def test_a_silent_database_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", silent)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "database": "silent", "cache": "answers"}


@pytest.mark.django_db
def test_a_silent_cache_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*arguments: object, **options: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(cache, "set", silent)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["cache"]) == (503, "silent")
