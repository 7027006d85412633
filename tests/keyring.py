"""The keys of the demo's people, made once a run. Loaded as a plugin: ask for them by name in any test.

`pki` was made at the moment at which tests begin, `pki_of_today` now, for tests that read the real clock. Everybody has two keys:
`pki.sign("aigerim", …)` signs with RSA, `pki.sign("aigerim.gost", …)` with GOST as living citizens do; `two-keys` is RSA and
`two-keys.second` GOST.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from portal import clock
from signatures.eds import demo_pki
from signatures.eds.demo_pki import DemoPki
from tests.actors import AT


def _make(factory: pytest.TempPathFactory, at: datetime) -> DemoPki:
    directory = factory.mktemp("demo-pki")
    demo_pki.generate(directory, at=at)
    return DemoPki(directory)


def _trust(settings: Any, pki: DemoPki) -> DemoPki:
    settings.TRUST_DOMAIN = "demo"
    settings.DEMO_PKI_DIR = settings.TRUST_ANCHORS_DIR = pki.directory
    return pki


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    """Keys made at the moment at which tests begin."""
    return _make(tmp_path_factory, AT)


@pytest.fixture
def demo_trust(pki: DemoPki, settings: Any) -> DemoPki:
    """The portal trusts them."""
    return _trust(settings, pki)


@pytest.fixture(scope="session")
def pki_of_today(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    """Keys made an hour ago by the real clock."""
    return _make(tmp_path_factory, clock.now() - timedelta(hours=1))


@pytest.fixture
def trust_of_today(pki_of_today: DemoPki, settings: Any) -> DemoPki:
    """The portal trusts those."""
    return _trust(settings, pki_of_today)
