"""The demo's public-key infrastructure on disk: made once by `generate`, read by `DemoPki`.

Everything in this folder is public knowledge by intention (the password is in README), and is fit for no other trust
domain than the demo's. Voters of the demo world share a few keys, because two thousand RSA keys would take minutes;
each still has a certificate of their own with their own IIN.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import pkcs12

from signatures.eds.demo_authority import DemoAuthority, Holder, make_authority, make_responder, utc_second
from signatures.eds.demo_people import BY_SLUG, PASSWORD, PEOPLE, DemoPerson, Shape, voter
from signatures.eds.path import Authority, TrustStore
from signatures.eds.signing import sign_detached

ROOT_NAME = "ДЕМО НЕГІЗГІ ОРТАЛЫҚ (RSA)"
ISSUING_NAME = "ДЕМО ҰЛТТЫҚ ОРТАЛЫҚ (RSA)"
STRANGER_NAME = "ДЕМО БӨТЕН ОРТАЛЫҚ (RSA)"
VOTER_KEYS = 8
COMPLETE = "complete.json"
"""Written last: a folder without it was left half made and is made again."""
AUTHORITY = "authority"
"""The folder of the keys with which the demo's authority works."""
FOREIGN = "foreign"
"""The key of a person whose authority nobody pinned."""
PEM = serialization.Encoding.PEM
DER = serialization.Encoding.DER
KEY_FILE_ROUNDS = 20_000
"""PBKDF2 rounds of key files: the password is public, and each sign-in in the browser waits for them."""


def _new_key(bits: int = 2048) -> RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def _write_holder(directory: Path, name: str, holder: Holder) -> None:
    (directory / f"{name}.pem").write_bytes(holder.certificate.public_bytes(PEM))
    _write_key(directory / f"{name}.key", holder.key)


def _write_key(path: Path, key: RSAPrivateKey) -> None:
    path.write_bytes(key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    path.chmod(0o600)


def _read_key(path: Path) -> RSAPrivateKey:
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError(f"{path.name} is not an RSA key")
    return key


def _read_holder(directory: Path, name: str) -> Holder:
    certificate = x509.load_pem_x509_certificate((directory / f"{name}.pem").read_bytes())
    return Holder(certificate, _read_key(directory / f"{name}.key"))


def _write_p12(directory: Path, name: str, holder: Holder, issuing: x509.Certificate) -> None:
    encryption = (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(KEY_FILE_ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(PASSWORD.encode())
    )
    data = pkcs12.serialize_key_and_certificates(name.encode(), holder.key, holder.certificate, [issuing], encryption)
    (directory / f"{name}.p12").write_bytes(data)


@dataclass(frozen=True, slots=True)
class _Issued:
    name: str
    holder: Holder


def _issue_person(authority: DemoAuthority, person: DemoPerson, at: datetime) -> list[_Issued]:
    """Return the person's keys: one, or two for the person who shows that two certificates are still one voter."""
    start, end = at - timedelta(days=730), at + timedelta(days=1095)
    if person.shape is Shape.EXPIRED:
        end = at - timedelta(days=30)
    names = [person.slug, f"{person.slug}.second"] if person.shape is Shape.TWO else [person.slug]
    issued = []
    for name in names:
        key = _new_key()
        certificate = authority.issue(
            person,
            key.public_key(),
            not_before=start,
            not_after=end,
            authentication=person.shape is Shape.AUTHENTICATION,
        )
        issued.append(_Issued(name, Holder(certificate, key)))
    return issued


def generate(directory: Path, *, at: datetime) -> None:
    """Make the whole infrastructure in the folder; what is there already is replaced."""
    at = utc_second(at)
    keys = directory / "people"
    keys.mkdir(parents=True, exist_ok=True)
    (directory / COMPLETE).unlink(missing_ok=True)
    start = at - timedelta(days=1460)
    root = make_authority(ROOT_NAME, _new_key(3072), None, not_before=start, not_after=at + timedelta(days=7300))
    issuing = make_authority(ISSUING_NAME, _new_key(3072), root, not_before=start, not_after=at + timedelta(days=3650))
    responder = make_responder(_new_key(), issuing, not_before=start, not_after=at + timedelta(days=3650))
    authority = DemoAuthority(issuing, responder, {})
    revoked: dict[str, str] = {}
    for person in PEOPLE:
        for issued in _issue_person(authority, person, at):
            _write_p12(keys, issued.name, issued.holder, issuing.certificate)
            if person.shape is Shape.REVOKED:
                since = at - timedelta(days=60)
                revoked[f"{issued.holder.certificate.serial_number:x}"] = since.isoformat()
    _make_foreign(keys, at)
    secrets = directory / AUTHORITY
    secrets.mkdir(exist_ok=True)
    _write_holder(secrets, "issuing", issuing)
    _write_holder(secrets, "responder", responder)
    for number in range(VOTER_KEYS):
        _write_key(secrets / f"voters-{number}.key", _new_key())
    # The folder itself is a trust store: these two, and which of them is pinned. The root's key is not kept.
    (directory / "root.pem").write_bytes(root.certificate.public_bytes(PEM))
    (directory / "issuing.pem").write_bytes(issuing.certificate.public_bytes(PEM))
    (directory / "pins.txt").write_text(root.certificate.fingerprint(hashes.SHA256()).hex() + "\n", encoding="ascii")
    (directory / COMPLETE).write_text(json.dumps({"made_at": at.isoformat(), "revoked": revoked}, indent=1))


def _make_foreign(keys: Path, at: datetime) -> None:
    """A key of the same shape from an authority that nobody pinned: it must be refused as unknown."""
    start, end = at - timedelta(days=1460), at + timedelta(days=1095)
    stranger = make_authority(STRANGER_NAME, _new_key(), None, not_before=start, not_after=end)
    key = _new_key()
    authority = DemoAuthority(stranger, stranger, {})
    certificate = authority.issue(BY_SLUG["yerlan"], key.public_key(), not_before=start, not_after=end)
    _write_p12(keys, FOREIGN, Holder(certificate, key), stranger.certificate)


def is_complete(directory: Path) -> bool:
    """Say whether the folder holds a finished infrastructure."""
    return (directory / COMPLETE).is_file()


class DemoPki:
    """A generated infrastructure: signs for demo persons and answers as responder and authority."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        state = json.loads((directory / COMPLETE).read_text())
        self.made_at = datetime.fromisoformat(state["made_at"])
        self.root = x509.load_pem_x509_certificate((directory / "root.pem").read_bytes())
        self.authority = DemoAuthority(
            _read_holder(directory / AUTHORITY, "issuing"),
            _read_holder(directory / AUTHORITY, "responder"),
            {int(serial, 16): datetime.fromisoformat(since) for serial, since in state["revoked"].items()},
        )
        self._holders: dict[str, Holder] = {}

    def trust_store(self) -> TrustStore:
        """Return the store in which the demo's root is the one anchor."""
        return TrustStore([self.root.public_bytes(DER)], [self.authority.issuing.raw])

    def holder(self, name: str) -> Holder:
        """Return a named key file, opened (`aigerim`, `two-keys.second`, `foreign`, …)."""
        if name not in self._holders:
            data = (self.directory / "people" / f"{name}.p12").read_bytes()
            key, certificate, _others = pkcs12.load_key_and_certificates(data, PASSWORD.encode())
            if not isinstance(key, RSAPrivateKey) or certificate is None:
                raise ValueError(f"{name}.p12 holds no RSA key with its certificate")
            self._holders[name] = Holder(certificate, key)
        return self._holders[name]

    @cached_property
    def voter_keys(self) -> Sequence[RSAPrivateKey]:
        """The keys that the voters of the demo world share."""
        return [_read_key(self.directory / AUTHORITY / f"voters-{number}.key") for number in range(VOTER_KEYS)]

    def voter_holder(self, number: int) -> Holder:
        """Return a certificate of the voter's own, over one of the shared keys; new at each call."""
        key = self.voter_keys[number % VOTER_KEYS]
        certificate = self.authority.issue(
            voter(number),
            key.public_key(),
            not_before=self.made_at - timedelta(days=730),
            not_after=self.made_at + timedelta(days=1095),
        )
        return Holder(certificate, key)

    def sign(self, name: str, content: bytes, *, at: datetime) -> bytes:
        """Return a detached signature of a named person."""
        holder = self.holder(name)
        return sign_detached(content, holder.key, holder.raw, at=at)


class DemoSource:
    """Revocation answers straight from the demo's authority, without the way through HTTP."""

    def __init__(self, pki: DemoPki) -> None:
        self._pki = pki

    def ocsp(self, authority: Authority, request: bytes, *, now: datetime) -> bytes:
        return self._pki.authority.answer_ocsp(request, now=now)

    def crls(self, authority: Authority, *, now: datetime) -> Sequence[bytes]:
        return [self._pki.authority.revocation_list(now=now)]
