"""What others signed by GOST, each as (SubjectPublicKeyInfo, AlgorithmIdentifier, signature, message), and who judges it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from signatures.eds import certificate, cms, der, signing
from signatures.eds.certificate import Certificate
from signatures.eds.gost import gcrypt, verification
from signatures.eds.gost.keys import PublicKey

RECORDED = Path(__file__).parent / "recorded"
NCANODE = RECORDED / "ncanode"
Judge = Callable[[PublicKey, bytes, bytes], bool]
JUDGES: dict[str, Judge] = {
    "integers": partial(verification.verify, engine=verification.INTEGERS),
    "openssl": partial(verification.verify, engine=verification.OPENSSL),
    "libgcrypt": gcrypt.verify,
}
"""Each engine's opinion of key, hash and signature."""
TWO_SIGNERS = "cms/two_signers_gost2015+rsa_detached.der"


class Signed(NamedTuple):
    """A message with its signature, and the key that made it."""

    spki: bytes
    algorithm: bytes
    signature: bytes
    message: bytes


def read(name: str) -> bytes:
    return (NCANODE / name).read_bytes()


def authority(name: str) -> Certificate:
    return certificate.parse(read(f"certs/{name}.der"))


GOST_2015 = authority("ca_nca_gost2015_test")
GOST_2004 = authority("ca_nca_gost_test")


def fixture() -> dict[str, str]:
    """The raw vector: msg, digest, d, qx, qy, sig, spki, cert_tbs, cert_sig."""
    lines = (RECORDED / "ncalayer-rs" / "test_gost512.vectors").read_text(encoding="ascii").split("\n")
    return dict(line.strip().split("=", 1) for line in lines if "=" in line)


def _of(raw: bytes, issuer: Certificate) -> Signed:
    """Certificates, lists and OCSP's basic answers share one shape: what is signed, by which algorithm, the signature."""
    tbs, algorithm, signature = der.children(raw, der.whole(raw, der.SEQUENCE))[:3]
    return Signed(issuer.spki, der.raw(raw, algorithm), der.bits(raw, signature), der.raw(raw, tbs))


def _ocsp(name: str) -> tuple[bytes, Certificate]:
    """Return the basic answer and its responder's certificate."""
    raw = read(f"ocsp/{name}.bin")
    outer = der.children(raw, der.whole(raw, der.SEQUENCE))
    basic = der.contents(raw, der.children(raw, der.children(raw, outer[1])[0])[1])
    certificates = der.children(basic, der.whole(basic, der.SEQUENCE))[3]
    first = der.children(basic, der.children(basic, certificates)[0])[0]
    return basic, certificate.parse(der.raw(basic, first))


def alone() -> bytes:
    """The two-signer CMS with its RSA signer and that one's certificate left out: signer 0, by GOST."""
    data = read(TWO_SIGNERS)
    outer = der.children(data, der.whole(data, der.SEQUENCE))
    parts = der.children(data, der.expect(data, outer[1].body, outer[1].end, der.SEQUENCE))
    signer = der.children(data, parts[-1])[0]
    digest = der.raw(data, der.children(data, signer)[2])
    own = der.raw(data, der.children(data, parts[3])[0])
    signed = signing.element(
        der.SEQUENCE,
        der.raw(data, parts[0]),
        signing.element(der.SET, digest),
        der.raw(data, parts[2]),
        signing.element(0xA0, own),
        signing.element(der.SET, der.raw(data, signer)),
    )
    return signing.element(der.SEQUENCE, der.raw(data, outer[0]), signing.element(0xA0, signed))


def _signer() -> tuple[Signed, Certificate]:
    parsed = cms.parse(alone())
    signed = cms.attributes(parsed.attributes).signed
    own = parsed.signer_certificate
    return Signed(own.spki, parsed.signature_algorithm, parsed.signature, signed), own


def _time_stamp() -> Signed:
    raw = read("tsp/tsp_token.bin")
    inner = der.children(raw, der.children(raw, der.whole(raw, der.SEQUENCE))[1])[0]
    parts = der.children(raw, inner)
    signer = der.children(raw, der.children(raw, parts[-1])[0])
    own = certificate.parse(der.raw(raw, der.children(raw, parts[3])[0]))
    signed = b"\x31" + der.raw(raw, signer[3])[1:]
    return Signed(own.spki, der.raw(raw, signer[4]), der.contents(raw, signer[5]), signed)


def all_signed() -> dict[str, Signed]:
    """Every published signature by GOST, by a name of its own."""
    raw, (signer, own) = fixture(), _signer()
    spki = bytes.fromhex(raw["spki"])
    found = {
        "raw": Signed(spki, signer.algorithm, bytes.fromhex(raw["sig"]), raw["msg"].encode()),
        "raw certificate": Signed(
            spki, signer.algorithm, bytes.fromhex(raw["cert_sig"]), bytes.fromhex(raw["cert_tbs"])
        ),
        "CMS of 2015": signer,
        "certificate of 2015": _of(own.raw, GOST_2015),
        "list of 2015": _of(read("crl/nca_gost2022_test.crl"), GOST_2015),
        "certificate of 2004": _of(read("certs/certs_ceo_valid_sign_2004_gost.der"), GOST_2004),
        "list of 2004": _of(read("crl/nca_gost_test.crl"), GOST_2004),
    }
    for name, issuer in (
        ("ocsp_response_individual_2015", GOST_2015),
        ("ocsp_response_ceo_2015_revoked", GOST_2015),
        ("ocsp_response_ceo_sign_2004_revoked", GOST_2004),
    ):
        basic, responder = _ocsp(name)
        found[name] = _of(basic, responder)
        found[f"responder of {name}"] = _of(responder.raw, issuer)
    found["time stamp of 2004"] = _time_stamp()
    return found
