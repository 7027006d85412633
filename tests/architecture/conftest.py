"""A world with everyone and everything in it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache

from accounts.models import Body, User
from tests.architecture.world import World, build


@pytest.fixture
def world(
    at: datetime,
    ministry: Body,
    citizen: User,
    other_citizen: User,
    moderator: User,
    clerk: User,
    head: User,
    clerk_elsewhere: User,
    administrator: User,
) -> Iterator[World]:
    """Everyone, and an initiative in each state, two days after the stories began."""
    cache.clear()
    people = {
        "author": citizen,
        "citizen": other_citizen,
        "moderator": moderator,
        "clerk": clerk,
        "clerk elsewhere": clerk_elsewhere,
        "head": head,
        "administrator": administrator,
    }
    with time_machine.travel(at + timedelta(days=2), tick=True):
        yield build(people, ministry, at)
