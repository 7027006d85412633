"""The text that is signed in tests of signatures, and the verifier that trusts the demo's keys."""

import pytest

from signatures.eds import policy
from signatures.eds.demo_pki import DemoPki, DemoSource
from signatures.eds.revocation import RevocationChecker
from signatures.eds.verify import Verifier

TEXT = "Халық үні: мен қолдаймын\n".encode()


@pytest.fixture(scope="session")
def verifier(pki: DemoPki) -> Verifier:
    """Trusts the demo's root, asks its responder."""
    checker = RevocationChecker(DemoSource(pki), policy.DEMO)
    return Verifier(pki.trust_store(), checker, policy.DEMO)
