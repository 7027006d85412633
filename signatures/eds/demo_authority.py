"""The demo's certification authorities at work: they issue certificates, answer OCSP and write revocation lists.

There are two, as the national one has: RSA (issued until April 2024) and GOST. Certificates have the shape of the national
authority's, so that the verifier takes the same way as for real ones.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from signatures.eds import answering, issuing, oids
from signatures.eds.answering import Revoked
from signatures.eds.demo_certificates import (
    ADDRESS,
    LISTS,
    Family,
    is_marked,
    new_serial,
    person_extensions,
    person_name,
    utc_second,
)
from signatures.eds.demo_people import DemoPerson
from signatures.eds.errors import EdsError
from signatures.eds.issuing import Holder, ListNumbers, Validity
from signatures.eds.ocsp import NEVER_ISSUED_SINCE
from signatures.eds.signing_keys import SigningKey

LIST_LIFETIME = timedelta(days=7)
DELTA_LIFETIME = timedelta(days=2)
LISTS_KEPT = 4096
"""Revocation lists that an authority remembers: the demo world votes through some 900 days, each of which has two."""
HOUR = timedelta(hours=1)
JUST_UNDER_AN_HOUR = HOUR - timedelta(microseconds=1)
"""Rounds up to the full hour."""
_ISSUER_HASHES = {oids.SHA256: hashlib.sha256, "1.3.14.3.2.26": hashlib.sha1}
"""SHA-1 (the second) names an issuer here, it protects nothing."""


@dataclass
class DemoAuthority:
    """An issuing authority, its responder and time stamp authority, and which serials it has revoked."""

    family: Family
    issuing: Holder
    responder: Holder
    tsa: Holder
    revoked: Mapping[int, datetime]
    secret: bytes = field(repr=False)
    """The key of the marks in serial numbers."""
    _lists: dict[tuple[datetime, datetime | None, frozenset[int]], bytes] = field(default_factory=dict, repr=False)

    # --- issuing ---

    def new_serial(self) -> int:
        """Return a positive serial of 20 octets that this authority can recognise."""
        return new_serial(self.secret)

    def has_issued(self, serial: int) -> bool:
        """Say whether the serial is one of this authority's."""
        return is_marked(self.secret, serial)

    def issue(
        self, person: DemoPerson, key: SigningKey, *, not_before: datetime, not_after: datetime,
        authentication: bool = False, serial: int | None = None,
    ) -> Holder:  # fmt: skip
        """Return a person's certificate, made for signing or, if asked, only for authentication, with its key."""
        raw = issuing.issue(
            subject=person_name(person),
            spki=key.spki,
            issuer=self.issuing.parsed.subject_name,
            by=self.issuing.key,
            serial=self.new_serial() if serial is None else serial,
            validity=Validity(not_before, not_after),
            extensions=person_extensions(self.family, person, key, self.issuing.key, authentication=authentication),
        )
        return Holder(raw, key)

    # --- answering ---

    def is_asked(self, asked: answering.Asked) -> bool:
        """Say whether the question is about certificates of this authority."""
        digest = _ISSUER_HASHES.get(asked.algorithm)
        return digest is not None and (
            asked.name_hash == digest(self.issuing.parsed.subject_name).digest()
            and asked.key_hash == digest(issuing.key_bits(self.issuing.key.spki)).digest()
        )

    def answer_ocsp(self, request: bytes, *, now: datetime) -> bytes:
        """Return a signed answer, with the habits of the national responder: no nextUpdate, "1970" for strangers."""
        return answer_ocsp([self], request, now=now)

    def state(self, serial: int) -> Revoked | None:
        """Return since when the certificate does not hold, or None while it does."""
        if serial in self.revoked:
            return Revoked(self.revoked[serial], issuing.KEY_COMPROMISE)
        if not self.has_issued(serial):
            return Revoked(NEVER_ISSUED_SINCE, issuing.CERTIFICATE_HOLD)
        return None

    # --- lists ---

    def revocation_list(self, *, now: datetime) -> bytes:
        """Return the complete list, which is written at the beginning of each day (UTC)."""
        start = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return self._list(start, start, start + LIST_LIFETIME, None)

    def delta_list(self, *, now: datetime) -> bytes:
        """Return what the complete list of the day does not say yet.

        Written at one o'clock, and on the hour after a revocation: hours without one need no list that says so again.
        """
        latest = _hour(now)
        base = latest.replace(hour=0)
        news = [since for since in self.revoked.values() if base < since <= latest]
        written = [base + HOUR, *(_hour(since + JUST_UNDER_AN_HOUR) for since in news)]
        start = min(latest, max(written))
        return self._list(base, start, start + DELTA_LIFETIME, base)

    def _list(self, after: datetime, start: datetime, end: datetime, base: datetime | None) -> bytes:
        revoked = {
            serial: since
            for serial, since in self.revoked.items()
            if since <= start and (base is None or since > after)
        }  # fmt: skip
        wanted = (start, base, frozenset(revoked))
        if wanted not in self._lists:
            # The same bytes for as long as nothing changes: verifiers remember the lists that they have checked.
            if len(self._lists) >= LISTS_KEPT:
                self._lists.clear()
            self._lists[wanted] = issuing.revocation_list(
                self.issuing,
                revoked,
                validity=Validity(start, end),
                numbers=ListNumbers(_number(start), None if base is None else _number(base)),
                delta_address=f"{ADDRESS}/{LISTS[self.family][1]}",
            )
        return self._lists[wanted]


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _number(at: datetime) -> int:
    """Return the CRLNumber of what is written at this moment."""
    return int(at.timestamp())


def answer_ocsp(authorities: Sequence[DemoAuthority], request: bytes, *, now: datetime) -> bytes:
    """Return the answer of the responder of the one authority that the request is about."""
    try:
        question = answering.read(request)
    except EdsError:
        return answering.refuse(answering.MALFORMED)
    for authority in authorities:
        if all(authority.is_asked(asked) for asked in question.certificates):
            return answering.answer(question, authority.state, authority.responder, now=utc_second(now))
    return answering.refuse(answering.UNAUTHORIZED)
