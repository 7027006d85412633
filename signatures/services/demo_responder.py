"""The demo's responder, which an administrator can stop to see what the portal does then.

It answers inside the process, so there is nothing to pause; a file in the demo's folder says to all processes that it is
stopped.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from signatures.eds.demo_pki import DemoPki, DemoSource
from signatures.eds.path import Authority
from signatures.eds.revocation import SourceUnreachable
from signatures.services.breaker import Standing
from signatures.services.fetching import Place

MARKER = "responder-stopped"


class DemoResponder(DemoSource):
    """Answers from the demo's authority, unless it is stopped."""

    def __init__(self, pki: DemoPki) -> None:
        super().__init__(pki)
        self._marker: Path = pki.directory / MARKER

    def ocsp(self, authority: Authority, request: bytes, *, now: datetime) -> bytes:
        self._require_running()
        return super().ocsp(authority, request, now=now)

    def crls(self, authority: Authority, *, now: datetime) -> Sequence[bytes]:
        self._require_running()
        return super().crls(authority, now=now)

    def stop(self, *, at: datetime) -> None:
        """Answer nobody any more, in all processes."""
        self._marker.write_text(f"{at.timestamp()}", encoding="ascii")

    def start(self) -> None:
        """Answer again."""
        self._marker.unlink(missing_ok=True)

    @property
    def stopped_at(self) -> float | None:
        """Since when it answers nobody; None while it answers."""
        try:
            return float(self._marker.read_text(encoding="ascii"))
        except FileNotFoundError:
            return None

    def places(self) -> list[Place]:
        """Return how it stands, as of a responder at an address."""
        since = self.stopped_at
        standing = Standing(failed_at=since, failing_since=since, error="stopped" if since else "")
        return [Place("ocsp", "demo", standing)]

    def _require_running(self) -> None:
        if self._marker.exists():
            raise SourceUnreachable("the demo's responder is stopped")
