"""The web as it is deployed, and a petition with a signed vote of each voter."""

import base64
import json
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings

from initiatives.models import Initiative
from initiatives.services import signing
from initiatives.states import State
from portal.clock import now
from signatures.eds.demo_pki import DemoPki
from signatures.eds.signing import sign_detached
from signatures.states import Purpose
from tests.attacks.faults import VOTERS, Web
from tests.initiatives.voters import make_initiative, make_kind


@pytest.fixture
def web(demo_trust: DemoPki) -> Iterator[Web]:
    running = Web(demo_trust)
    yield running
    running.kill()


@pytest.fixture
def ballots(demo_trust: DemoPki) -> tuple[Initiative, list[bytes]]:
    """One petition, and a signed vote of each voter."""
    assert django_settings.PORTAL_ORIGIN
    petition = make_initiative(
        make_kind("petition", requires_eds=True), state=State.COLLECTING, threshold=1000, closes_at=None
    )
    bodies = []
    for number in range(VOTERS):
        issued = signing.statement(initiative=petition, purpose=Purpose.VOTE, language="kk", at=now())
        holder = demo_trust.voter_holder(number)
        cms = base64.b64encode(sign_detached(issued.text.encode(), holder.key, holder.raw, at=now())).decode()
        bodies.append(json.dumps({"token": issued.token, "cms": cms}).encode())
    return petition, bodies
