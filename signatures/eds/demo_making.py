"""Makes the demo's public-key infrastructure: authorities, their services, and keys for everybody, as files in one folder."""

import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa

from signatures.eds import demo_files
from signatures.eds.demo_authority import DemoAuthority
from signatures.eds.demo_certificates import Family, make_authority, make_responder, make_tsa, utc_second
from signatures.eds.demo_people import BY_SLUG, PASSWORD, PEOPLE, DemoPerson, Shape
from signatures.eds.gost import signing as gost_signing
from signatures.eds.issuing import Holder, Validity
from signatures.eds.signing_keys import GostKey, RsaKey, SigningKey

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
SECOND = ".second"
"""The other key of the person who has two certificates: that one is GOST."""


def certificate_file(directory: Path, name: str, family: Family) -> Path:
    """Where the certificate of an authority lies; the RSA one's has the plain name."""
    return directory / (f"{name}.pem" if family is Family.RSA else f"{name}-{family}.pem")


def _name(words: str, family: Family) -> str:
    return f"ДЕМО {words} ({family.name})"


def new_key(family: Family, bits: int = 2048) -> SigningKey:
    """Return a new random key; `bits` matter to RSA only."""
    if family is Family.GOST:
        return GostKey(gost_signing.generate())
    return RsaKey(rsa.generate_private_key(public_exponent=65537, key_size=bits))


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
    secret = secret_of(issuing.key)
    responder = make_responder(family, new_key(family), issuing, secret, ten_years)
    tsa = make_tsa(family, new_key(family), issuing, secret, ten_years)
    secrets = directory / AUTHORITY
    for name, holder in (("issuing", issuing), ("responder", responder), ("tsa", tsa)):
        demo_files.write_holder(secrets / f"{family}-{name}.key", holder)
    for number in range(VOTER_KEYS):
        demo_files.write_key(secrets / f"{family}-voters-{number}.key", new_key(family))
    # The folder itself is a trust store: roots and issuing authorities, and which are pinned. The roots' keys are not kept.
    demo_files.write_certificate(certificate_file(directory, "root", family), root.raw)
    demo_files.write_certificate(certificate_file(directory, "issuing", family), issuing.raw)
    return root, DemoAuthority(family, issuing, responder, tsa, {}, secret)


def secret_of(key: SigningKey) -> bytes:
    """Return the key of the marks in serial numbers, which follows from the issuing key."""
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
    secret = secret_of(stranger.key)
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
