"""A few made-up people with keys, for tests of the stand-in that need no whole demo PKI."""

import base64
import datetime as dt
import json
import subprocess
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, pkcs7, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from demo.ncalayer.keys import DemoPerson, KeyRing, load_ring
from demo.ncalayer.protocol import DemoKey

STATEMENT = "Халық үні\nДауыс: иә\n".encode()
PASSWORD = "құпия-2026"
INDIVIDUAL = ObjectIdentifier("1.2.398.3.3.4.1.1")
HEAD = ObjectIdentifier("1.2.398.3.3.4.1.2.1")
SIGN = ExtendedKeyUsageOID.EMAIL_PROTECTION
AUTH = ExtendedKeyUsageOID.CLIENT_AUTH
PEOPLE = [DemoPerson("aliya", "Әлия Сапарова", "citizen"), DemoPerson("bolat", "Болат Ержанов", "citizen")]


def certificate(name: str, key: rsa.RSAPrivateKey, usages: list[ObjectIdentifier]) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .sign(key, hashes.SHA256())
    )


def write_key_file(path: Path, name: str, usages: list[ObjectIdentifier], *, legacy: bool = False) -> None:
    """A .p12 as `cryptography` writes it today, or as programs of ten years ago did."""
    key = rsa.generate_private_key(65537, 2048)
    modern = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(2000)
    if legacy:
        builder = modern.key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC).hmac_hash(hashes.SHA1())
    else:
        builder = modern.key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC).hmac_hash(hashes.SHA256())
    encryption = builder.build(PASSWORD.encode())
    chain = certificate(name, key, usages)
    path.write_bytes(pkcs12.serialize_key_and_certificates(name.encode(), key, chain, None, encryption))


def make_ring(directory: Path) -> KeyRing:
    """Aliya has a signature and an authentication key; Bolat is a citizen; Nurlan heads an organisation."""
    write_key_file(directory / "aliya.p12", "Әлия", [SIGN, INDIVIDUAL])
    write_key_file(directory / "aliya.second.p12", "Әлия AUTH", [AUTH, INDIVIDUAL])
    write_key_file(directory / "bolat.p12", "Болат", [SIGN, INDIVIDUAL])
    write_key_file(directory / "nurlan.p12", "Нұрлан", [SIGN, HEAD])
    return load_ring(directory, PASSWORD.encode(), PEOPLE)


def plain_cms(content: bytes, key: DemoKey, attached: bool) -> bytes:
    """A CMS by `cryptography`, enough where only the conversation is tested."""
    assert isinstance(key.private_key, rsa.RSAPrivateKey)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
    builder = builder.add_signer(key.certificate, key.private_key, hashes.SHA256())
    options = [pkcs7.PKCS7Options.Binary]
    if not attached:
        options.append(pkcs7.PKCS7Options.DetachedSignature)
    return builder.sign(Encoding.DER, options)


def verifies(cms: bytes, content: bytes | None, directory: Path) -> bool:
    """OpenSSL's opinion, independent of every line of this project; trust and purpose are not asked."""
    (directory / "cms.der").write_bytes(cms)
    command = ["openssl", "cms", "-verify", "-binary", "-noverify", "-inform", "DER"]
    command += ["-in", str(directory / "cms.der"), "-out", str(directory / "out")]
    if content is not None:
        (directory / "content").write_bytes(content)
        command += ["-content", str(directory / "content")]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def sign_request(data: str | list[str] | None = None, *, usages: tuple[str, ...] = (), **params: Any) -> str:
    """What the signing component sends."""
    return json.dumps(
        {
            "module": "kz.gov.pki.knca.basics",
            "method": "sign",
            "args": {
                "allowedStorages": None,
                "format": "cms",
                "data": base64.b64encode(STATEMENT).decode() if data is None else data,
                "signingParams": {"decode": True, "encapsulate": False, "digested": False, **params},
                "signerParams": {"extKeyUsageOids": list(usages)},
                "locale": "kk",
            },
        }
    )


def shape(value: Any) -> Any:
    """What two answers must share: names and types; texts, keys and signatures differ by nature."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value[:1]]
    return type(value).__name__
