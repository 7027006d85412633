"""The demo's public-key infrastructure on disk: made once by `generate`, read by `DemoPki`.

Everything in this folder is public knowledge by intention (the password is in README), and is fit for no other trust
domain than the demo's. Voters of the demo world share a few keys, because two thousand RSA keys would take minutes;
each still has a certificate of their own with their own IIN.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from signatures.eds import algorithms, demo_files, encoding, stamping
from signatures.eds.demo_authority import DemoAuthority, answer_ocsp
from signatures.eds.demo_certificates import LISTS, STAMP_POLICIES, Family, utc_second
from signatures.eds.demo_making import (
    AUTHORITY,
    COMPLETE,
    FAMILIES,
    FOREIGN,
    PEOPLE_FOLDER,
    VOTER_KEYS,
    certificate_file,
    secret_of,
)
from signatures.eds.demo_making import generate as generate
from signatures.eds.demo_making import is_complete as is_complete
from signatures.eds.demo_people import PASSWORD, DemoPerson, voter
from signatures.eds.issuing import Holder
from signatures.eds.path import Authority, TrustStore
from signatures.eds.revocation import SourceUnreachable
from signatures.eds.signing import Stamper, sign_detached
from signatures.eds.signing_keys import SigningKey, digest_of

RSA_SHARE = 5
"""Of so many voters of the demo world one still has an RSA key."""
DIGESTS: Mapping[Family, tuple[algorithms.Digest, ...]] = {
    Family.RSA: (algorithms.SHA256, algorithms.SHA512),
    Family.GOST: (algorithms.STREEBOG_512,),
}
GOST_SUFFIX = ".gost"
"""`aigerim` is the RSA key of that person, `aigerim.gost` the GOST key."""


class DemoPki:
    """A generated infrastructure: signs for demo persons, answers as responders and authorities, and stamps time."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        state = json.loads((directory / COMPLETE).read_text())
        self.made_at = datetime.fromisoformat(state["made_at"])
        self.authorities: Mapping[Family, DemoAuthority] = {
            family: self._authority(family, state["revoked"][family.value]) for family in FAMILIES
        }
        self._holders: dict[str, Holder] = {}

    def _authority(self, family: Family, revoked: Mapping[str, str]) -> DemoAuthority:
        issuing, responder, tsa = (
            demo_files.read_holder(self.directory / AUTHORITY / f"{family}-{name}.key")
            for name in ("issuing", "responder", "tsa")
        )
        since = {int(serial, 16): datetime.fromisoformat(moment) for serial, moment in revoked.items()}
        return DemoAuthority(family, issuing, responder, tsa, since, secret_of(issuing.key))

    @property
    def authority(self) -> DemoAuthority:
        """The authority that issued RSA certificates."""
        return self.authorities[Family.RSA]

    @property
    def gost(self) -> DemoAuthority:
        """The authority that issues GOST certificates, as living citizens hold them."""
        return self.authorities[Family.GOST]

    def trust_store(self) -> TrustStore:
        """Return the store in which the demo's roots are the anchors."""
        return self._trust_store

    @cached_property
    def _trust_store(self) -> TrustStore:
        roots = [demo_files.read_certificate(certificate_file(self.directory, "root", family)) for family in FAMILIES]
        return TrustStore(roots, [authority.issuing.raw for authority in self.authorities.values()])

    def holder(self, name: str) -> Holder:
        """Return a named key, opened (`aigerim`, `aigerim.gost`, `two-keys.second`, `foreign.gost`, …)."""
        if name not in self._holders:
            people = self.directory / PEOPLE_FOLDER
            p12, pem = people / f"{name}.p12", people / f"{name.removesuffix(GOST_SUFFIX)}.pem"
            self._holders[name] = demo_files.read_p12(p12, PASSWORD) if p12.exists() else demo_files.read_holder(pem)
        return self._holders[name]

    @cached_property
    def _voter_keys(self) -> Mapping[Family, Sequence[SigningKey]]:
        folder = self.directory / AUTHORITY
        return {
            family: [demo_files.read_key(folder / f"{family}-voters-{number}.key") for number in range(VOTER_KEYS)]
            for family in FAMILIES
        }

    def voter_holder(self, number: int, family: Family | None = None) -> Holder:
        """Return a certificate of the voter's own, over one of the keys that voters share; new at each call.

        Unless asked otherwise, it is of the kind that the voter has: four of five hold GOST keys.
        """
        return self.issue(voter(number), family or voter_family(number), number)

    def issue(self, person: DemoPerson, family: Family, number: int = 0) -> Holder:
        """Return a new certificate of the person over one of the keys that voters share."""
        return self.authorities[family].issue(
            person,
            self._voter_keys[family][number % VOTER_KEYS],
            not_before=self.made_at - timedelta(days=730),
            not_after=self.made_at + timedelta(days=1095),
        )

    def sign(self, name: str, content: bytes, *, at: datetime, stamped: datetime | None = None) -> bytes:
        """Return a detached signature of a named person; with `stamped` it bears a time stamp of that moment."""
        holder = self.holder(name)
        stamp = None if stamped is None else self.stamper(holder, at=stamped)
        return sign_detached(content, holder.key, holder.raw, at=at, stamp=stamp)

    # --- answering ---

    def answer_ocsp(self, request: bytes, *, now: datetime) -> bytes:
        """Return the answer of whichever responder the request is about."""
        return answer_ocsp(list(self.authorities.values()), request, now=now)

    def answer_stamp(self, request: bytes, *, at: datetime) -> bytes:
        """Return the answer of whichever time stamp authority the request is for (TimeStampResp)."""
        authorities = [
            stamping.StampAuthority(authority.tsa, STAMP_POLICIES[family], DIGESTS[family])
            for family, authority in self.authorities.items()
        ]
        return stamping.respond(request, authorities, at=utc_second(at))

    def list_named(self, name: str, *, now: datetime) -> bytes | None:
        """Return the revocation list of this name (see `LISTS`), None when there is none."""
        for family, authority in self.authorities.items():
            complete, delta = LISTS[family]
            if name in (complete, delta):
                return authority.revocation_list(now=now) if name == complete else authority.delta_list(now=now)
        return None

    def stamper(self, holder: Holder, *, at: datetime, foreign: bool = False) -> Stamper:
        """Return what puts a time stamp on a signature of this holder's key: of an authority of the same family.

        A `foreign` one is of an authority that nobody pinned.
        """
        identifier, digest = digest_of(holder.key)
        family = family_of(digest)
        tsa = self.authorities[family].tsa
        if foreign:
            tsa = demo_files.read_holder(self.directory / AUTHORITY / f"{family}-{FOREIGN}-tsa.key")

        def stamp(signature: bytes) -> bytes:
            imprint = encoding.sequence(identifier, encoding.octets(digest.hash(signature)))
            request = stamping.StampRequest(imprint, digest, None, None, wants_certificate=True)
            return stamping.token(request, tsa, STAMP_POLICIES[family], at=utc_second(at))

        return stamp


def voter_family(number: int) -> Family:
    """Return what kind of key the demo voter has."""
    return Family.RSA if number % RSA_SHARE == RSA_SHARE - 1 else Family.GOST


def family_of(digest: algorithms.Digest) -> Family:
    """Return the family whose signatures are over such a digest."""
    return next(family for family, digests in DIGESTS.items() if digest in digests)


class DemoSource:
    """Revocation answers straight from the demo's authorities, without the way through HTTP."""

    def __init__(self, pki: DemoPki) -> None:
        self._pki = pki

    def ocsp(self, authority: Authority, request: bytes, *, now: datetime) -> bytes:
        return self._pki.answer_ocsp(request, now=now)

    def crls(self, authority: Authority, *, now: datetime) -> Sequence[bytes]:
        for known in self._pki.authorities.values():
            if known.issuing.raw == authority.certificate.raw:
                return [known.revocation_list(now=now), known.delta_list(now=now)]
        raise SourceUnreachable("a list of an authority that is not the demo's")
