"""Was the certificate revoked at T? OCSP (RFC 6960) first, then the revocation list (RFC 5280, 5), else nobody knows.

Answers come over plain HTTP, so each is believed only for its signature, its subject and its age: it must be fresh when it
is asked for, at the receipt or later. What was revoked later than T was good at T. No answer is never taken for a good one:
the outcome is then PENDING, and the caller keeps the signature without counting it.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from signatures.eds import crl, ocsp, oids
from signatures.eds.certificate import Certificate
from signatures.eds.crl import RevocationList
from signatures.eds.errors import Code, EdsError
from signatures.eds.known_lists import KnownLists
from signatures.eds.ocsp import NEVER_ISSUED_SINCE, Single, key_bits
from signatures.eds.path import Authority
from signatures.eds.policy import Policy

__all__ = ["NEVER_ISSUED_SINCE", "key_bits"]

REMEMBERED_RESPONDERS = 64
NOT_BACKWARDS = frozenset({3, 4, 5})
"""CRLReasons affiliationChanged, superseded and cessationOfOperation: what a time stamp authority stamped before holds
(RFC 3161, 4). After any other reason its key may be in strange hands, and the time it writes proves nothing."""


class SourceUnreachable(Exception):
    """No usable answer from this place."""


class RevocationSource(Protocol):
    """Where answers come from; addresses are the operator's, never those that a certificate names."""

    def ocsp(self, authority: Authority, request: bytes, *, now: datetime) -> bytes:
        """Return the responder's answer; SourceUnreachable when there is none."""

    def crls(self, authority: Authority, *, now: datetime) -> Sequence[bytes]:
        """Return the authority's lists, whole ones and changes; SourceUnreachable when there is none."""


class State(StrEnum):
    """What is known of a certificate at T."""

    GOOD = "good"
    REVOKED = "revoked"
    NEVER_ISSUED = "never_issued"
    PENDING = "pending"


class Kind(StrEnum):
    """What a piece of evidence is."""

    AUTHORITY = "authority"
    OCSP = "ocsp"
    LIST = "crl"
    CHANGES = "delta"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Bytes that were believed."""

    kind: Kind
    raw: bytes
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """A state, where it was learnt, and the bytes that prove it."""

    state: State
    source: str
    evidence: tuple[Evidence, ...] = ()
    reason: int | None = None
    """The CRLReason of a revocation, also of one later than T."""
    revoked_since: datetime | None = None


def request_for(leaf: Certificate, authority: Authority, nonce: bytes | None = None) -> bytes:
    """Return an OCSP request about the certificate."""
    return ocsp.request(leaf, authority.certificate, nonce)


class RevocationChecker:
    """Asks the source, believes only what is signed and fresh, and remembers the lists and responders it has verified.

    `nonces` makes the number that ties an answer to its question; None asks without one. `check_authorities` asks about
    issuing authorities and time stamp authorities, too, which needs the root's lists.
    """

    def __init__(
        self,
        source: RevocationSource,
        policy: Policy,
        *,
        prefer_lists: bool = False,
        check_authorities: bool = False,
        nonces: Callable[[], bytes] | None = None,
    ) -> None:
        self._source = source
        self._policy = policy
        self._prefer_lists = prefer_lists
        self.checks_authorities = check_authorities
        self._nonces = nonces
        self._lists = KnownLists()
        self._responders: dict[tuple[bytes, tuple[int, bytes], tuple[bytes, ...]], Authority] = {}

    def with_source(self, source: RevocationSource, *, check_authorities: bool) -> "RevocationChecker":
        """Return a checker that asks elsewhere and shares this one's memory of what it has verified."""
        other = RevocationChecker(source, self._policy, check_authorities=check_authorities)
        other._lists, other._responders = self._lists, self._responders
        return other

    def check(self, leaf: Certificate, authority: Authority, *, at: datetime, now: datetime) -> Answer:
        """Return what is known at `now` of the certificate's state at `at`."""
        ways = [self._by_list, self._by_ocsp] if self._prefer_lists else [self._by_ocsp, self._by_list]
        for way in ways:
            try:
                return way(leaf, authority, at, now)
            except (SourceUnreachable, EdsError):
                continue  # an answer that cannot be believed is no answer
        return Answer(State.PENDING, "none")

    def check_chain(self, authority: Authority, *, at: datetime, now: datetime) -> Answer:
        """Return what the lists of the authorities above say of this one and of those between: the first that is not good."""
        evidence: list[Evidence] = []
        below = authority
        while below.issuer is not None:
            try:
                answer = self._by_list(below.certificate, below.issuer, at, now)
            except (SourceUnreachable, EdsError):
                return Answer(State.PENDING, "authorities")
            evidence += answer.evidence
            if answer.state is not State.GOOD:
                return Answer(answer.state, "authorities", tuple(evidence), answer.reason, answer.revoked_since)
            below = below.issuer
        return Answer(State.GOOD, "authorities", tuple(evidence))

    # --- OCSP ---

    def _by_ocsp(self, leaf: Certificate, authority: Authority, at: datetime, now: datetime) -> Answer:
        nonce = None if self._nonces is None else self._nonces()
        raw = self._source.ocsp(authority, request_for(leaf, authority, nonce), now=now)
        response = ocsp.parse(raw)
        if nonce is not None and response.nonce not in (None, nonce):
            raise SourceUnreachable("an answer to another question")
        self._require_signed(response, authority, now)
        hashes = ocsp.issuer_hashes(authority.certificate)
        said = [
            answer_of(single, at, raw)
            for single in response.singles
            if single.serial == leaf.serial and single.issuer_hashes == hashes and self._is_fresh(single, now)
        ]
        if not said:
            raise SourceUnreachable("no fresh answer about this certificate")
        return max(said, key=lambda answer: SEVERITY[answer.state])

    def _require_signed(self, response: ocsp.Response, authority: Authority, now: datetime) -> None:
        """Who signs for the authority is looked up once, and used as long as its certificate is valid."""
        key = (authority.certificate.sha256, response.responder, response.certificates)
        known = self._responders.get(key)
        if known is None or not known.not_before <= now <= known.not_after:
            if len(self._responders) >= REMEMBERED_RESPONDERS:
                self._responders.clear()
            known = self._responders[key] = ocsp.responder(response, authority, now)
        require_signature(response, known)

    def _is_fresh(self, single: Single, now: datetime) -> bool:
        this, following = single.this_update, single.next_update
        return (
            this - self._policy.clock_skew <= now <= this + self._policy.oldest_ocsp
            and (following is None or now <= following + self._policy.clock_skew)
        )  # fmt: skip

    # --- lists ---

    def _by_list(self, leaf: Certificate, authority: Authority, at: datetime, now: datetime) -> Answer:
        lists = [self._checked(raw, authority) for raw in self._source.crls(authority, now=now)]
        covering = [one for one in lists if one.covers(leaf)]
        whole = max((one for one in covering if one.base_number is None), key=_age, default=None)
        if whole is None:
            raise SourceUnreachable("no list")
        changes = _changes(whole, covering)
        used = [whole] if changes is None else [whole, changes]
        if not all(_is_current(one, self._policy, now) for one in used):
            raise SourceUnreachable("a list is out of date")
        evidence = tuple(
            Evidence(Kind.LIST if one.base_number is None else Kind.CHANGES, one.raw, one.sha256) for one in used
        )
        entry = whole.find(leaf.serial)
        if entry is not None and entry.reason == crl.REMOVED:
            raise SourceUnreachable("a whole list that takes back")
        changed = None if changes is None else changes.find(leaf.serial)
        if changed is not None:
            entry = None if changed.reason == crl.REMOVED else changed
        if entry is None:
            return Answer(State.GOOD, "crl", evidence)
        state = State.REVOKED if entry.since <= at else State.GOOD
        return Answer(state, "crl", evidence, entry.reason, entry.since)

    def _checked(self, raw: bytes, authority: Authority) -> RevocationList:
        """Return the list, verified once: Python remembers the hash of a bytes object, so looking it up costs nothing."""
        key = (raw, authority.certificate.sha256)
        known = self._lists.get(key)
        if known is None:
            known = verified_list(raw, authority)
            self._lists.add(key, known)
        return known


SEVERITY = {State.GOOD: 0, State.REVOKED: 1, State.NEVER_ISSUED: 2}
"""Of several answers about one certificate in one response the worst counts."""


def answer_of(single: Single, at: datetime, raw: bytes) -> Answer:
    """Return what the answer says of the certificate's state at that time."""
    evidence = (Evidence(Kind.OCSP, raw, hashlib.sha256(raw).digest()),)
    if single.never_issued:
        return Answer(State.NEVER_ISSUED, "ocsp", evidence)
    since = single.revoked_since
    state = State.GOOD if since is None or since > at else State.REVOKED
    return Answer(state, "ocsp", evidence, single.reason, since)


def _age(one: RevocationList) -> tuple[int, datetime]:
    return (one.number or 0, one.this_update)


def _changes(whole: RevocationList, lists: Sequence[RevocationList]) -> RevocationList | None:
    """Return the latest changes to this whole list, if there are any (RFC 5280, 5.2.4).

    Changes that begin after the whole list would leave a gap, in which a revocation could hide: such a pair is refused.
    """
    scope = whole.extensions.get(oids.ISSUING_POINT)
    newer = [
        one
        for one in lists
        if one.base_number is not None
        and one.extensions.get(oids.ISSUING_POINT) == scope
        and (one.number or 0) > (whole.number or 0)
    ]
    latest = max(newer, key=_age, default=None)
    if latest is not None and (whole.number is None or (latest.base_number or 0) > whole.number):
        raise SourceUnreachable("the changes do not begin from the whole list")
    return latest


def require_signature(response: ocsp.Response, responder: Authority) -> None:
    """Raise SourceUnreachable unless the responder's key signed the answer."""
    if not responder.has_signed(response.algorithm, response.signature, response.tbs):
        raise SourceUnreachable("the answer's signature is wrong")


def require_responder(raw: bytes, authority: Authority, now: datetime) -> ocsp.Response:
    """Return the answer if the authority itself or a responder that it delegated signed it (RFC 6960, 4.2.2.2)."""
    response = ocsp.parse(raw)
    try:
        require_signature(response, ocsp.responder(response, authority, now))
    except EdsError as error:
        raise SourceUnreachable(error.detail) from error
    return response


def verified_list(raw: bytes, authority: Authority) -> RevocationList:
    """Return the list if the authority signed it; SourceUnreachable otherwise."""
    found = crl.parse(raw)
    own = authority.certificate
    if found.issuer != own.subject_name or oids.CRL_SIGN_BIT not in own.key_usage:
        raise SourceUnreachable("the list is of another authority")
    if None not in (found.issuer_key_id, own.key_id) and found.issuer_key_id != own.key_id:
        raise SourceUnreachable("the list is of another key")
    if not authority.has_signed(found.algorithm, found.signature, found.tbs):
        raise SourceUnreachable("the list's signature is wrong")
    return found


def _is_current(one: RevocationList, policy: Policy, now: datetime) -> bool:
    following = one.next_update
    return one.this_update - policy.clock_skew <= now and following is not None and now <= following


def holds_backwards(answer: Answer) -> bool:
    """Say whether what a time stamp authority stamped at the time of the answer holds, given what is known now."""
    if answer.state is not State.GOOD:
        return False
    return answer.revoked_since is None or answer.reason in NOT_BACKWARDS


CODES = {State.REVOKED: Code.REVOKED, State.NEVER_ISSUED: Code.NEVER_ISSUED, State.PENDING: Code.RESPONDER_UNREACHABLE}
CODES_OF_AUTHORITIES = CODES | {State.REVOKED: Code.CA_REVOKED, State.NEVER_ISSUED: Code.CA_REVOKED}
