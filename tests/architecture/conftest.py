"""A world with everyone and everything in it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache

from accounts.models import Body, User
from tests.architecture.world import World, build


@pytest.fixture
def world(everyone: dict[str, User], at: datetime, ministry: Body) -> Iterator[World]:
    """Everyone, and an initiative in each state, two days after the stories began."""
    cache.clear()
    with time_machine.travel(at + timedelta(days=2), tick=True):
        yield build(everyone, ministry, at)
