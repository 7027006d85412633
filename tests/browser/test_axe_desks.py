"""Every page of readers, citizens and staff on a desk in the dark: no finding of axe, nothing wider than the screen."""

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.architecture.world import World
from tests.browser.looks import PAGES, Seat, look_at

pytestmark = pytest.mark.django_db(transaction=True)


def test_axe_finds_nothing_on_a_desk_in_the_dark(seat: Seat, live_server: LiveServer, world: World) -> None:
    assert look_at(PAGES, seat, world, live_server.url, width=1280, scheme="dark") == {}
