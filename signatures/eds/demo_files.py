"""Key files of the demo: PKCS #8 and certificates in PEM for keys of any algorithm, .p12 for RSA keys.

A GOST key lies in a .pem file, key first, because no library puts one into a .p12: PrivateKeyInfo (RFC 5208) with the secret
number as little-endian octets (RFC 9215, 6). The algorithm's identifier with its parameters is that of the public key.
"""

import base64
import re
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import pkcs12

from signatures.eds import der, encoding, oids
from signatures.eds.gost.curves import TC26_512_A
from signatures.eds.gost.signing import PrivateKey
from signatures.eds.issuing import Holder
from signatures.eds.signing_keys import GostKey, RsaKey, SigningKey

PEM_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----\s+([A-Za-z0-9+/=\s]+?)-----END \1-----")
KEY_FILE_ROUNDS = 20_000
"""PBKDF2 rounds of key files: the password is public, and each sign-in in the browser waits for them."""


def pem(label: str, raw: bytes) -> str:
    """Return DER in the armour of RFC 7468."""
    text = base64.b64encode(raw).decode("ascii")
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"


def _blocks(path: Path) -> dict[str, bytes]:
    return {label: base64.b64decode(body) for label, body in PEM_BLOCK.findall(path.read_text(encoding="ascii"))}


def key_octets(key: SigningKey) -> bytes:
    """Return the key as a PrivateKeyInfo."""
    if isinstance(key, RsaKey):
        return key.private.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    if isinstance(key, GostKey):
        spki = key.spki
        algorithm = der.raw(spki, der.children(spki, der.whole(spki, der.SEQUENCE))[0])
        secret = key.private.d.to_bytes(key.private.curve.octets, "little")
        return encoding.sequence(encoding.integer(0), algorithm, encoding.octets(encoding.octets(secret)))
    raise TypeError("a key of an unknown algorithm")


def _key(raw: bytes) -> SigningKey:
    parts = der.children(raw, der.whole(raw, der.SEQUENCE))
    if der.oid(raw, der.children(raw, parts[1])[0]) == oids.GOST_2015_512_KEY:
        wrapped = der.expect(raw, parts[2].body, parts[2].end, der.OCTET_STRING)
        return GostKey(PrivateKey(TC26_512_A, int.from_bytes(der.contents(raw, wrapped), "little")))
    key = serialization.load_der_private_key(raw, None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("a key of an unknown algorithm")
    return RsaKey(key)


def write_key(path: Path, key: SigningKey) -> None:
    """Write a key for the owner of the process alone."""
    path.write_text(pem("PRIVATE KEY", key_octets(key)), encoding="ascii")
    path.chmod(0o600)


def read_key(path: Path) -> SigningKey:
    """Read a key that `write_key` or `write_holder` wrote; ValueError when it is none."""
    try:
        return _key(_blocks(path)["PRIVATE KEY"])
    except KeyError:
        raise ValueError(f"{path.name} holds no key") from None


def write_holder(path: Path, holder: Holder) -> None:
    """Write a key and its certificate into one file."""
    write_key(path, holder.key)
    with path.open("a", encoding="ascii") as file:
        file.write(pem("CERTIFICATE", holder.raw))


def read_holder(path: Path) -> Holder:
    """Read what `write_holder` wrote; ValueError when it is something else."""
    try:
        return Holder(_blocks(path)["CERTIFICATE"], read_key(path))
    except KeyError:
        raise ValueError(f"{path.name} holds no certificate") from None


def write_certificate(path: Path, raw: bytes) -> None:
    """Write a certificate."""
    path.write_text(pem("CERTIFICATE", raw), encoding="ascii")


def read_certificate(path: Path) -> bytes:
    """Read a certificate; ValueError when the file holds none."""
    try:
        return _blocks(path)["CERTIFICATE"]
    except KeyError:
        raise ValueError(f"{path.name} holds no certificate") from None


def write_p12(path: Path, holder: Holder, issuing: Holder, password: str) -> None:
    """Write an RSA key with its certificates, as programs and this portal's page open it."""
    if not isinstance(holder.key, RsaKey):
        raise TypeError("only RSA keys fit into a .p12 here")
    encryption = (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(KEY_FILE_ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(password.encode())
    )
    data = pkcs12.serialize_key_and_certificates(
        path.stem.encode(), holder.key.private, holder.certificate, [issuing.certificate], encryption
    )
    path.write_bytes(data)


def read_p12(path: Path, password: str) -> Holder:
    """Read an RSA key with its certificate; ValueError when the file holds something else."""
    key, certificate, _others = pkcs12.load_key_and_certificates(path.read_bytes(), password.encode())
    if not isinstance(key, RSAPrivateKey) or not isinstance(certificate, x509.Certificate):
        raise ValueError(f"{path.name} holds no RSA key with its certificate")
    return Holder(certificate.public_bytes(serialization.Encoding.DER), RsaKey(key))
