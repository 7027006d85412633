"""The demo's public-key infrastructure on disk: made once by `generate`, read by `DemoPki`.

Everything in this folder is public knowledge by intention (the password is in README), and is fit for no other trust
domain than the demo's. Voters of the demo world share a few keys, because two thousand RSA keys would take minutes;
each still has a certificate of their own with their own IIN.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa

from signatures.eds import algorithms, demo_files, encoding, stamping
from signatures.eds.demo_authority import DemoAuthority, answer_ocsp
from signatures.eds.demo_certificates import (
    STAMP_POLICIES,
    Family,
    make_authority,
    make_responder,
    make_tsa,
    utc_second,
)
from signatures.eds.demo_people import BY_SLUG, PASSWORD, PEOPLE, DemoPerson, Shape, voter
from signatures.eds.gost import signing as gost_signing
from signatures.eds.issuing import Holder, Validity
from signatures.eds.path import Authority, TrustStore
from signatures.eds.revocation import SourceUnreachable
from signatures.eds.signing import Stamper, sign_detached
from signatures.eds.signing_keys import GostKey, RsaKey, SigningKey, digest_of

FAMILIES = (Family.RSA, Family.GOST)
VOTER_KEYS = 8
VERSION = 2
"""Of the folder's layout: one of another version is made anew."""
COMPLETE = "complete.json"
"""Written last: a folder without it was left half made and is made again."""
AUTHORITY = "authority"
"""The folder of the keys with which the demo's authorities work."""
PEOPLE_FOLDER = "people"
FOREIGN = "foreign"
"""The key of a person whose authority nobody pinned."""
GOST_SUFFIX = ".gost"
"""`aigerim` is the RSA key of that person, `aigerim.gost` the GOST key."""
SECOND = ".second"
"""The other key of the person who has two certificates: that one is GOST."""
RSA_SHARE = 5
"""Of so many voters of the demo world one still has an RSA key."""


def _certificate(directory: Path, name: str, family: Family) -> Path:
    """Where the certificate of an authority lies; the RSA one's has the plain name."""
    return directory / (f"{name}.pem" if family is Family.RSA else f"{name}-{family}.pem")


def _name(words: str, family: Family) -> str:
    return f"ДЕМО {words} ({family.name})"


def new_key(family: Family, bits: int = 2048) -> SigningKey:
    """Return a new random key; `bits` matter to RSA only."""
    if family is Family.GOST:
        return GostKey(gost_signing.generate())
    return RsaKey(rsa.generate_private_key(public_exponent=65537, key_size=bits))


# --- making ---


def generate(directory: Path, *, at: datetime) -> None:
    """Make the whole infrastructure in the folder; what is there already is replaced."""
    at = utc_second(at)
    _clear(directory)
    pins, revoked = [], {}
    for family in FAMILIES:
        root, authority = _make_family(directory, family, at)
        pins.append(hashlib.sha256(root.raw).hexdigest())
        revoked[family.value] = _make_people(directory, authority, at)
        _make_foreign(directory, family, at)
    (directory / "pins.txt").write_text("\n".join(pins) + "\n", encoding="ascii")
    state = {"version": VERSION, "made_at": at.isoformat(), "revoked": revoked}
    (directory / COMPLETE).write_text(json.dumps(state, indent=1))


def _clear(directory: Path) -> None:
    (directory / COMPLETE).unlink(missing_ok=True)
    for folder in (directory, directory / AUTHORITY, directory / PEOPLE_FOLDER):
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            if path.suffix in (".pem", ".key", ".p12"):
                path.unlink()


def _make_family(directory: Path, family: Family, at: datetime) -> tuple[Holder, DemoAuthority]:
    start = at - timedelta(days=1460)
    ten_years, twenty_years = (Validity(start, at + timedelta(days=days)) for days in (3650, 7300))
    root = make_authority(_name("НЕГІЗГІ ОРТАЛЫҚ", family), new_key(family, 3072), None, twenty_years)
    issuing = make_authority(_name("ҰЛТТЫҚ ОРТАЛЫҚ", family), new_key(family, 3072), root, ten_years)
    secret = _secret(issuing.key)
    responder = make_responder(family, new_key(family), issuing, secret, ten_years)
    tsa = make_tsa(family, new_key(family), issuing, secret, ten_years)
    secrets = directory / AUTHORITY
    for name, holder in (("issuing", issuing), ("responder", responder), ("tsa", tsa)):
        demo_files.write_holder(secrets / f"{family}-{name}.key", holder)
    for number in range(VOTER_KEYS):
        demo_files.write_key(secrets / f"{family}-voters-{number}.key", new_key(family))
    # The folder itself is a trust store: roots and issuing authorities, and which are pinned. The roots' keys are not kept.
    demo_files.write_certificate(_certificate(directory, "root", family), root.raw)
    demo_files.write_certificate(_certificate(directory, "issuing", family), issuing.raw)
    return root, DemoAuthority(family, issuing, responder, tsa, {}, secret)


def _secret(key: SigningKey) -> bytes:
    return hashlib.sha256(b"serial numbers" + demo_files.key_octets(key)).digest()


def _make_people(directory: Path, authority: DemoAuthority, at: datetime) -> dict[str, str]:
    """Make a key for everybody; return since when which serials are revoked."""
    revoked = {}
    for person in PEOPLE:
        holder = _issue_person(authority, person, at)
        name = person.slug
        if person.shape is Shape.TWO and authority.family is not Family.RSA:
            name += SECOND
        _write(directory, name, holder, authority.issuing, authority.family)
        if person.shape is Shape.REVOKED:
            revoked[f"{holder.parsed.serial:x}"] = (at - timedelta(days=60)).isoformat()
    return revoked


def _issue_person(authority: DemoAuthority, person: DemoPerson, at: datetime) -> Holder:
    end = at - timedelta(days=30) if person.shape is Shape.EXPIRED else at + timedelta(days=1095)
    return authority.issue(
        person,
        new_key(authority.family),
        not_before=at - timedelta(days=730),
        not_after=end,
        authentication=person.shape is Shape.AUTHENTICATION,
    )


def _write(directory: Path, name: str, holder: Holder, issuing: Holder, family: Family) -> None:
    if family is Family.RSA:
        demo_files.write_p12(directory / PEOPLE_FOLDER / f"{name}.p12", holder, issuing, PASSWORD)
    else:
        demo_files.write_holder(directory / PEOPLE_FOLDER / f"{name}.pem", holder)


def _make_foreign(directory: Path, family: Family, at: datetime) -> None:
    """A key of the same shape from an authority that nobody pinned: it must be refused as unknown."""
    validity = Validity(at - timedelta(days=1460), at + timedelta(days=1095))
    stranger = make_authority(_name("БӨТЕН ОРТАЛЫҚ", family), new_key(family), None, validity)
    secret = _secret(stranger.key)
    tsa = make_tsa(family, new_key(family), stranger, secret, validity)
    authority = DemoAuthority(family, stranger, stranger, tsa, {}, secret)
    holder = authority.issue(
        BY_SLUG["yerlan"], new_key(family), not_before=validity.not_before, not_after=validity.not_after
    )
    _write(directory, FOREIGN, holder, stranger, family)
    demo_files.write_holder(directory / AUTHORITY / f"{family}-{FOREIGN}-tsa.key", tsa)


def is_complete(directory: Path) -> bool:
    """Say whether the folder holds a finished infrastructure of today's layout."""
    try:
        state = json.loads((directory / COMPLETE).read_text())
    except (OSError, ValueError):
        return False
    return isinstance(state, dict) and state.get("version") == VERSION


# --- using ---


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
        return DemoAuthority(family, issuing, responder, tsa, since, _secret(issuing.key))

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
        roots = [demo_files.read_certificate(_certificate(self.directory, "root", family)) for family in FAMILIES]
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
            stamping.StampAuthority(authority.tsa, STAMP_POLICIES[family], digest_of(authority.tsa.key)[1])
            for family, authority in self.authorities.items()
        ]
        return stamping.respond(request, authorities, at=utc_second(at))

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
    return Family.RSA if digest in (algorithms.SHA256, algorithms.SHA512) else Family.GOST


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
