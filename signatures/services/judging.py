"""One stored signature, judged again at its own time of receipt."""

from datetime import datetime

from signatures.eds.verify import Report
from signatures.models import Signature
from signatures.services import sealing, trust
from signatures.services.acceptance import DEMANDS


def judge(*, signature: Signature, at: datetime) -> Report:
    """Return how the signature stands, judged at its receipt with what is known at `at`."""
    return trust.verifier().verify(
        sealing.unseal(signature.cms),
        signature.statement.encode(),
        at=signature.received_at,
        now=at,
        demand=DEMANDS[signature.purpose],
    )
