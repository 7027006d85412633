"""A time stamp authority made with asn1crypto and cryptography, which share no line with the verifier."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from signatures.eds import der, oids, signing
from signatures.eds.issuing import Holder
from tests.signatures.by_cryptography import key_usage, name, private

_KEY = rsa.generate_private_key(65537, 2048)
TIME_STAMPING = (ExtendedKeyUsageOID.TIME_STAMPING,)


def make_certificate(
    issuing: Holder,
    *,
    at: datetime,
    purposes: tuple[ObjectIdentifier, ...] = TIME_STAMPING,
    critical: bool = True,
    until: datetime | None = None,
) -> bytes:
    """A certificate for `_KEY`, by default as RFC 3161 wants it: one purpose, critical."""
    made = (
        x509.CertificateBuilder()
        .subject_name(name("ТЕСТ TSA"))
        .issuer_name(issuing.certificate.subject)
        .public_key(_KEY.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=300))
        .not_valid_after(until or at + timedelta(days=300))
        .add_extension(key_usage(), critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=critical)
        .sign(private(issuing), hashes.SHA256())
    )
    return made.public_bytes(Encoding.DER)


@dataclass(frozen=True)
class OwnTsa:
    """Stamps with `certificate`; every habit can be changed by `replace`."""

    certificate: bytes
    policy: str = oids.POLICY_TIME_STAMP_RSA
    imprint: str = "sha256"
    ess: str = "v2"
    extra: dict[str, Any] = field(default_factory=dict)
    embedded: tuple[bytes, ...] = ()
    content_type: str = "tst_info"

    def but(self, **changes: Any) -> "OwnTsa":
        return replace(self, **changes)

    def info(self, digest: bytes, at: datetime, nonce: int | None = None) -> bytes:
        fields: dict[str, Any] = {
            "version": "v1",
            "policy": self.policy,
            "message_imprint": {"hash_algorithm": {"algorithm": self.imprint}, "hashed_message": digest},
            "serial_number": 77,
            "gen_time": at,
            **self.extra,
        }
        if nonce is not None:
            fields["nonce"] = nonce
        return bytes(tsp.TSTInfo(fields).dump())

    def stamp(self, message: bytes, *, at: datetime) -> bytes:
        """Return a token over the message."""
        return self.token(self.info(hashlib.new(self.imprint, message).digest(), at), at)

    def token(self, info: bytes, at: datetime) -> bytes:
        leaf = asn1_x509.Certificate.load(self.certificate)
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": [self.content_type]},
                {"type": "message_digest", "values": [hashlib.sha256(info).digest()]},
                *self._reference(),
            ]
        )
        signed = attributes.untag().dump()
        signer = {
            "version": "v1",
            "sid": {"issuer_and_serial_number": {"issuer": leaf.issuer, "serial_number": leaf.serial_number}},
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_rsa"},
            "signature": _KEY.sign(signed, padding.PKCS1v15(), hashes.SHA256()),
        }
        data = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [{"algorithm": "sha256"}],
                "encap_content_info": {
                    "content_type": "tst_info",
                    "content": core.ParsableOctetString(info),
                },
                "certificates": [leaf, *(asn1_x509.Certificate.load(raw) for raw in self.embedded)],
                "signer_infos": [signer],
            }
        )
        return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())

    def _reference(self) -> list[dict[str, Any]]:
        if self.ess == "v2":
            reference = {"certs": [{"cert_hash": hashlib.sha256(self.certificate).digest()}]}
            return [{"type": "signing_certificate_v2", "values": [reference]}]
        if self.ess == "v1":
            reference = {"certs": [{"cert_hash": hashlib.sha1(self.certificate).digest()}]}
            return [{"type": "signing_certificate", "values": [reference]}]
        return []

    def answer(self, request: bytes, *, at: datetime) -> bytes:
        """Return a TimeStampResp to a TimeStampReq."""
        asked = tsp.TimeStampReq.load(request)
        imprint = asked["message_imprint"]
        assert asked["cert_req"].native is True
        tsa = self.but(imprint=imprint["hash_algorithm"]["algorithm"].native)
        token = tsa.token(tsa.info(imprint["hashed_message"].native, at, asked["nonce"].native), at)
        return bytes(signing.element(der.SEQUENCE, bytes.fromhex("3003020100"), token))


def stamped(signature: bytes, token: bytes, *, attribute: str = oids.TIME_STAMP_TOKEN, times: int = 1) -> bytes:
    """Return the signature file with the token as unsigned attribute: CAdES-T."""
    outer = der.children(signature, der.whole(signature, der.SEQUENCE))
    inner = der.expect(signature, outer[1].body, outer[1].end, der.SEQUENCE)
    parts = [der.raw(signature, part) for part in der.children(signature, inner)]
    infos = der.whole(parts[-1], der.SET)
    (info,) = der.children(parts[-1], infos)
    name = core.ObjectIdentifier(attribute).dump()
    value = signing.element(der.SEQUENCE, name, signing.element(der.SET, *([token] * times)))
    signer = signing.element(der.SEQUENCE, der.contents(parts[-1], info), signing.element(0xA1, value))
    data = signing.element(der.SEQUENCE, *parts[:-1], signing.element(der.SET, signer))
    return signing.element(der.SEQUENCE, der.raw(signature, outer[0]), signing.element(0xA0, data))
