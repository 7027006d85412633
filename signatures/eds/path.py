"""From a certificate to a pinned anchor (RFC 5280, 6), along authorities that the operator supplied.

Authorities come from the trust store only, never from the signature and never from the network. Their chain is verified
once, when the store is built; each of them keeps the span of time in which its whole chain is valid. So a signature
costs one check: that of its own certificate with the authority's key, and none when that certificate came before.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

from signatures.eds import algorithms, certificate, oids
from signatures.eds.certificate import Certificate
from signatures.eds.errors import Code, EdsError

DEEPEST_CHAIN = 3
"""Authorities above a person's certificate: the root, the issuing one, and one between them at most."""


REMEMBERED_CERTIFICATES = 10_000
"""About 1 MiB in each process."""

PREPARED_AFTER = 32
"""Signatures that an authority's key checks before it is made ready for more: that costs as much as some 60 checks without it."""


@dataclass(slots=True)
class _Key:
    """A key of an authority, and how often it was used."""

    value: Any
    uses: int = 0


class _Remembered:
    """The certificates that an authority is known to have issued, by SHA-256: people come back, and theirs stays as it was.

    Only a yes is kept, and it cannot grow old: the authority's key never changes, and validity is asked each time.
    """

    def __init__(self) -> None:
        self._found: OrderedDict[bytes, None] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, sha256: bytes) -> bool:
        with self._lock:
            if sha256 not in self._found:
                return False
            self._found.move_to_end(sha256)
            return True

    def add(self, sha256: bytes) -> None:
        """Keep one more, and forget the one that was not asked for longest."""
        with self._lock:
            self._found[sha256] = None
            if len(self._found) > REMEMBERED_CERTIFICATES:
                self._found.popitem(last=False)


@dataclass(frozen=True)
class Authority:
    """An authority whose chain has been verified, and the span in which all of that chain is valid."""

    certificate: Certificate
    not_before: datetime
    not_after: datetime
    depth: int
    issuer: "Authority | None" = None
    lasting: bool = False
    """One of the trust store's: its key is made ready when it checks many signatures. Others may not claim the memory."""
    old_algorithms_allowed: bool = False
    _keys: dict[str, _Key] = field(default_factory=dict, compare=False, repr=False)
    _issued: _Remembered = field(default_factory=_Remembered, compare=False, repr=False)

    def has_signed(self, algorithm: bytes, signature: bytes, message: bytes) -> bool:
        """Say whether this authority's key made the signature."""
        scheme = algorithms.scheme(algorithm, old_allowed=self.old_algorithms_allowed)
        key = self._keys.get(scheme.name)
        if key is None:
            key = self._keys[scheme.name] = _Key(scheme.load_key(self.certificate.spki))
        key.uses += 1
        if self.lasting and key.uses == PREPARED_AFTER:
            key.value = scheme.prepare(key.value)
        return scheme.verify(key.value, signature, message)

    def may_have_issued(self, child: Certificate) -> bool:
        """Say whether names and key identifiers fit; the signature is another matter."""
        own, wanted = self.certificate.key_id, child.issuer_key_id
        return self.certificate.subject_name == child.issuer and (own is None or wanted is None or own == wanted)

    def has_issued(self, child: Certificate) -> bool:
        """Say whether this authority signed the certificate; one that came before costs no second check."""
        if child.sha256 in self._issued:
            return True
        if not self.may_have_issued(child) or not self.has_signed(child.algorithm, child.signature, child.tbs):
            return False
        self._issued.add(child.sha256)
        return True


def _require_authority(candidate: Certificate) -> None:
    if not candidate.is_authority or oids.CERTIFICATE_SIGN_BIT not in candidate.key_usage:
        raise EdsError(Code.UNKNOWN_CA, "a certificate in the trust store may not issue certificates")


class TrustStore:
    """The authorities of one trust domain. Old algorithms are for judging old evidence, never for votes."""

    def __init__(
        self, anchors: Iterable[bytes], intermediates: Iterable[bytes] = (), *, old_algorithms_allowed: bool = False
    ) -> None:
        self.old_algorithms_allowed = old_algorithms_allowed
        self._authorities: list[Authority] = []
        self._by_name: dict[bytes, list[Authority]] = {}
        for raw in anchors:
            anchor = certificate.parse(raw)
            _require_authority(anchor)
            self._add(self._authority(anchor, None))
        self._chain([certificate.parse(raw) for raw in intermediates])
        self._known = {authority.certificate.sha256 for authority in self._authorities}

    def _authority(self, own: Certificate, parent: Authority | None) -> Authority:
        return Authority(
            own,
            own.not_before if parent is None else max(parent.not_before, own.not_before),
            own.not_after if parent is None else min(parent.not_after, own.not_after),
            depth=1 if parent is None else parent.depth + 1,
            issuer=parent,
            lasting=True,
            old_algorithms_allowed=self.old_algorithms_allowed,
        )

    def _add(self, authority: Authority) -> None:
        self._authorities.append(authority)
        self._by_name.setdefault(authority.certificate.subject_name, []).append(authority)

    def _chain(self, waiting: list[Certificate]) -> None:
        """Add each certificate whose issuer is known, until nothing more can be added; a stranger is an error."""
        while waiting:
            rest = [candidate for candidate in waiting if not self._adopt(candidate)]
            if len(rest) == len(waiting):
                raise EdsError(Code.UNKNOWN_CA, "a certificate in the trust store leads to no anchor")
            waiting = rest

    def _adopt(self, candidate: Certificate) -> bool:
        _require_authority(candidate)
        for parent in self._by_name.get(candidate.issuer, []):
            if parent.depth < DEEPEST_CHAIN and parent.has_issued(candidate):
                self._add(self._authority(candidate, parent))
                return True
        return False

    @property
    def authorities(self) -> tuple[Authority, ...]:
        """All authorities, anchors first."""
        return tuple(self._authorities)

    def knows(self, raw: bytes) -> bool:
        """Say whether these very bytes are one of the authorities."""
        return hashlib.sha256(raw).digest() in self._known

    def issuer_of(self, leaf: Certificate, at: datetime) -> Authority:
        """Return the authority that issued the certificate, if its chain is valid at that moment."""
        algorithms.scheme(leaf.algorithm, old_allowed=self.old_algorithms_allowed)
        found = next((a for a in self._by_name.get(leaf.issuer, []) if a.has_issued(leaf)), None)
        if found is None:
            raise EdsError(Code.UNKNOWN_CA)
        if not found.not_before <= at <= found.not_after:
            raise EdsError(Code.CA_NOT_VALID, f"valid {found.not_before:%Y-%m-%d} to {found.not_after:%Y-%m-%d}")
        return found
