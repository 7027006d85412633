"""The revocation lists that a process has verified, so that none is verified twice."""

from threading import Lock

from signatures.eds.crl import RevocationList

MOST_REMEMBERED = 128 * 1024 * 1024
"""Octets of verified lists; the national ones have some megabytes each."""

Key = tuple[bytes, bytes]
"""The bytes of the list, and the SHA-256 of the certificate of the authority that signed it."""


class KnownLists:
    """Verified lists; all are forgotten when they become too much. May be shared by threads."""

    def __init__(self) -> None:
        self._found: dict[Key, RevocationList] = {}
        self._octets = 0
        self._lock = Lock()

    def get(self, key: Key) -> RevocationList | None:
        """Return the list, if it was verified and is still remembered."""
        return self._found.get(key)

    def add(self, key: Key, verified: RevocationList) -> None:
        """Keep one more. Octets are counted as they come: to add up all lists for each new one would take ever longer."""
        with self._lock:
            if key in self._found:
                return
            if self._octets + len(verified.raw) > MOST_REMEMBERED:
                self._found.clear()
                self._octets = 0
            self._found[key] = verified
            self._octets += len(verified.raw)
