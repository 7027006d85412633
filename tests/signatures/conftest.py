"""One demo infrastructure for all tests of signatures, and the verifier that trusts it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from signatures.eds import demo_pki, policy
from signatures.eds.demo_pki import DemoPki, DemoSource
from signatures.eds.revocation import RevocationChecker
from signatures.eds.verify import Verifier

AT = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
"""The moment of receipt in these tests."""
TEXT = "Халық үні: мен қолдаймын\n".encode()


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    """Freshly made keys of the demo's people."""
    directory = tmp_path_factory.mktemp("demo-pki")
    demo_pki.generate(directory, at=AT)
    return DemoPki(directory)


@pytest.fixture(scope="session")
def verifier(pki: DemoPki) -> Verifier:
    """Trusts the demo's root, asks its responder."""
    checker = RevocationChecker(DemoSource(pki), policy.DEMO)
    return Verifier(pki.trust_store(), checker, policy.DEMO)


@pytest.fixture
def demo_trust(pki: DemoPki, settings: Any) -> DemoPki:
    """The portal of the demo's trust domain, with these keys."""
    settings.TRUST_DOMAIN = "demo"
    settings.DEMO_PKI_DIR = settings.TRUST_ANCHORS_DIR = Path(pki.directory)
    return pki
