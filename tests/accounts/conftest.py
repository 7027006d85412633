"""How people of the tests come in."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import User
from accounts.views import door

PASSWORD = "құпия сөз ұзын болсын 42"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Throttles of one test do not reach into the next."""
    cache.clear()


@pytest.fixture
def signed_in(at: datetime) -> SignIn:
    """`signed_in(user)` returns a browser with a session of that person, recorded as real ones are."""

    def open_browser(user: User, user_agent: str = BROWSER, when: datetime | None = None) -> Client:
        client = Client(headers={"user-agent": user_agent})
        request = RequestFactory().get("/", headers={"user-agent": user_agent}, REMOTE_ADDR="198.51.100.77")
        request.session = client.session
        door.open_session(request, user, at=when or at)
        client.cookies["sessionid"] = str(request.session.session_key)
        return client

    return open_browser


@pytest.fixture
def telephone(administrator: User) -> TOTPDevice:
    """Zhanna's telephone; her password is PASSWORD."""
    administrator.set_password(PASSWORD)
    administrator.save()
    device: TOTPDevice = TOTPDevice.objects.create(user=administrator, name="telephone", confirmed=True)
    return device


def code_of(device: TOTPDevice) -> str:
    """What the telephone shows now."""
    return f"{totp(device.bin_key, device.step, device.t0, device.digits):06d}"
