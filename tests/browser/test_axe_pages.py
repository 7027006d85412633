"""Every page of readers, citizens and staff on a telephone: no finding of axe, nothing wider than the screen."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.architecture.world import World
from tests.browser.looks import PAGES, Seat, look_at
from tests.browser.screens import findings

pytestmark = pytest.mark.django_db(transaction=True)


def test_axe_finds_nothing_on_a_telephone(seat: Seat, live_server: LiveServer, world: World) -> None:
    assert look_at(PAGES, seat, world, live_server.url) == {}


def test_the_search_for_findings_can_find(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.set_content('<html lang="en"><title>Bad</title><main><h1>Bad</h1><img src="x.png"><p style="width:500px">wide')
    names = [name for name, _nodes in findings(page)]
    assert "image-alt" in names
    assert any("too wide" in name for name in names)
