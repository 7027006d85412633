"""What every test stands on: no network but this machine, and Debian's Chromium for the pages."""

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest

# Playwright runs an event loop in the test's thread; Django would take each query there for a mistake.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

pytest_plugins = ["tests.seeded", "tests.actors", "tests.keyring"]

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Chromium from the distribution: no download, and it runs as root too."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(autouse=True)
def _language_of_the_portal() -> None:
    """A page that one test read in Russian does not make the next one Russian."""
    from django.conf import settings
    from django.utils import translation

    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _rules_read_anew() -> None:
    """Numbers of the law that one test changed are not remembered by the next."""
    from initiatives.selectors import rules

    rules.forget()


@pytest.fixture(autouse=True)
def _switches_read_anew() -> None:
    """A switch that one test turned off is not off in the next."""
    from portal import switches

    switches.forget()


@pytest.fixture(autouse=True, scope="session")
def no_network_but_loopback() -> Iterator[None]:
    """A test that calls the world fails at once, with the address that it called."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            raise OSError(f"A test called the network: {address[0]}.")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield
