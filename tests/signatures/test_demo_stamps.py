"""The demo's time stamp authorities, and signatures that bear their stamps, read by libraries that share no line with them."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
import rfc3161_client
from asn1crypto import algos, core
from asn1crypto import tsp as asn1_tsp
from cryptography import x509
from cryptography.x509.oid import ObjectIdentifier
from django.test import Client

from signatures.eds import algorithms, cms, demo_files, encoding, oids, signing, tsp
from signatures.eds.demo_certificates import STAMP_POLICIES, Family
from signatures.eds.demo_pki import DemoPki
from signatures.eds.errors import Code
from signatures.eds.policy import POLICIES, Domain
from signatures.eds.signing_keys import identifier_of
from signatures.eds.verify import Status, Verifier
from tests.actors import AT
from tests.loops import run

TEXT = "Дауыс: қолдаймын\n".encode()
STAMPED = AT - timedelta(minutes=2)
ISSUED = AT - timedelta(minutes=5)
POLICY = POLICIES[Domain.DEMO]
NAMES = pytest.mark.parametrize("name", ["aigerim", "aigerim.gost"])


def imprint_of(digest: algorithms.Digest, message: bytes) -> tsp.Imprint:
    return tsp.Imprint(identifier_of(digest), digest.hash(message))


def failure(response: bytes) -> str:
    """The name of PKIFailureInfo, by asn1crypto, which reads the parts but no answer without a token."""
    (status,) = core.SequenceOf.load(response, spec=asn1_tsp.PKIStatusInfo, strict=True)
    found = status
    assert found["status"].native == "rejection"
    (name,) = found["fail_info"].native
    return str(name)


# --- the authorities ---


def test_rfc3161_client_accepts_the_rsa_stamp_and_no_other_message(pki: DemoPki) -> None:
    request = (
        rfc3161_client.TimestampRequestBuilder().data(TEXT).nonce(nonce=True).cert_request(cert_request=True).build()
    )
    response = rfc3161_client.decode_timestamp_response(pki.answer_stamp(request.as_bytes(), at=AT))
    verifier = (
        rfc3161_client.VerifierBuilder.from_request(request)
        .policy_id(ObjectIdentifier(oids.POLICY_TIME_STAMP_RSA))
        .add_root_certificate(x509.load_pem_x509_certificate((pki.directory / "root.pem").read_bytes()))
        .add_intermediate_certificate(pki.authority.issuing.certificate)
        .build()
    )

    assert response.tst_info.gen_time == AT
    assert verifier.verify(response, response.tst_info.message_imprint.message)
    with pytest.raises(rfc3161_client.VerificationError):
        verifier.verify(response, hashlib.sha512(b"another message").digest())


@pytest.mark.parametrize(
    ("digest", "family"), [(algorithms.SHA256, Family.RSA), (algorithms.STREEBOG_512, Family.GOST)]
)
def test_the_imprint_chooses_the_authority(pki: DemoPki, digest: algorithms.Digest, family: Family) -> None:
    imprint = imprint_of(digest, TEXT)
    response = pki.answer_stamp(tsp.request(imprint, nonce=2**62 + 5), at=AT)
    stamp = tsp.verify_imprint(tsp.token_of(response), imprint, store=pki.trust_store(), policy=POLICY)
    theirs = rfc3161_client.decode_timestamp_response(response).tst_info

    assert (stamp.gen_time, stamp.info.policy, stamp.info.nonce) == (AT, STAMP_POLICIES[family], 2**62 + 5)
    assert stamp.certificate.raw == pki.authorities[family].tsa.raw
    assert (theirs.serial_number, theirs.gen_time, theirs.nonce) == (stamp.info.serial, AT, stamp.info.nonce)


def _request(**fields: Any) -> bytes:
    digest = hashlib.sha256(TEXT).digest()
    imprint = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": digest}
    return bytes(asn1_tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, **fields}).dump())


@pytest.mark.parametrize("family", list(Family))
def test_a_policy_that_is_asked_for_is_followed(pki: DemoPki, family: Family) -> None:
    request = _request(req_policy=STAMP_POLICIES[family], cert_req=True)
    token = tsp.token_of(pki.answer_stamp(request, at=AT))
    stamp = tsp.verify(token, TEXT, store=pki.trust_store(), policy=POLICY)
    assert (stamp.info.policy, stamp.info.nonce) == (STAMP_POLICIES[family], None)


def test_the_certificate_comes_only_when_it_is_wanted(pki: DemoPki) -> None:
    for wanted in (True, False):
        response = asn1_tsp.TimeStampResp.load(pki.answer_stamp(_request(cert_req=wanted), at=AT))
        certificates = response["time_stamp_token"]["content"]["certificates"]
        assert len(certificates.native or ()) == wanted


def test_what_is_not_stamped_gets_the_reason_of_the_standard(pki: DemoPki) -> None:
    old = {"hash_algorithm": {"algorithm": "sha1"}, "hashed_message": hashlib.sha1(TEXT).digest()}
    short = {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": b"short"}
    extension = [{"extn_id": "1.2.3.4", "critical": True, "extn_value": b"\x05\x00"}]

    def refused(request: bytes) -> str:
        return failure(pki.answer_stamp(request, at=AT))

    assert refused(_request(message_imprint=old)) == "bad_alg"
    assert refused(_request(message_imprint=short)) == "bad_data_format"
    assert refused(_request(req_policy="1.2.3.4")) == "unaccepted_policy"
    assert refused(_request(extensions=extension)) == "unaccepted_extensions"
    assert refused(_request(nonce=2**600)) == "bad_data_format"
    good = _request(nonce=7, cert_req=True)
    for broken in (b"", b"\x30\x00", good[:-1], good + b"\x00", b"\x30\x80\x00\x00", good[:4] + b"\x07" + good[5:]):
        assert refused(broken) == "bad_data_format"


def test_a_request_cut_or_altered_anywhere_never_crashes(pki: DemoPki) -> None:
    good = _request(nonce=7, cert_req=True, req_policy=oids.POLICY_TIME_STAMP_RSA)
    for place in range(len(good)):
        altered = bytearray(good)
        altered[place] ^= 0xFF
        for request in (good[:place], bytes(altered)):
            rfc3161_client.decode_timestamp_response(pki.answer_stamp(request, at=AT))


# --- stamped signatures ---


@NAMES
def test_a_stamped_signature_is_judged_at_its_stamp(pki: DemoPki, verifier: Verifier, name: str) -> None:
    report = verifier.verify(pki.sign(name, TEXT, at=AT, stamped=STAMPED), TEXT, at=AT, issued_at=ISSUED)

    assert (report.status, report.judged_at) == (Status.VALID, STAMPED), report
    assert report.time_stamp is not None


@NAMES
def test_a_stamp_put_on_later_gives_the_same_bytes_as_one_put_on_at_once(pki: DemoPki, name: str) -> None:
    holder = pki.holder(name)
    token = pki.stamper(holder, at=STAMPED)(cms.parse(pki.sign(name, TEXT, at=AT)).signature)
    at_once = signing.sign_detached(TEXT, holder.key, holder.raw, at=AT, stamp=lambda _signature: token)
    assert signing.stamped(pki.sign(name, TEXT, at=AT), lambda _signature: token) == at_once


@NAMES
def test_a_stamp_of_something_else_or_of_a_stranger_refuses_the_signature(
    pki: DemoPki, verifier: Verifier, name: str
) -> None:
    plain, holder = pki.sign(name, TEXT, at=AT), pki.holder(name)
    ours, foreign = (pki.stamper(holder, at=STAMPED, foreign=foreign) for foreign in (False, True))

    other = signing.stamped(plain, lambda _signature: ours(b"another signature"))
    assert verifier.verify(other, TEXT, at=AT, issued_at=ISSUED).code is Code.TIME_STAMP_WRONG
    stranger = signing.stamped(plain, foreign)
    assert verifier.verify(stranger, TEXT, at=AT, issued_at=ISSUED).code is Code.TIME_STAMP_NOT_TRUSTED


def test_pyhanko_trusts_the_rsa_signature_and_its_stamp(pki: DemoPki) -> None:
    from asn1crypto import cms as asn1_cms
    from asn1crypto import x509 as asn1_x509
    from pyhanko.sign.validation import async_validate_detached_cms
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko_certvalidator import ValidationContext

    def context() -> Any:
        return ValidationContext(
            trust_roots=[asn1_x509.Certificate.load(demo_files.read_certificate(pki.directory / "root.pem"))],
            other_certs=[asn1_x509.Certificate.load(pki.authority.issuing.raw)],
            crls=[pki.authority.revocation_list(now=AT), pki.authority.delta_list(now=AT)],
            moment=AT,
            revocation_mode="soft-fail",
        )

    stamped = pki.sign("aigerim", TEXT, at=AT, stamped=STAMPED)
    status = run(
        async_validate_detached_cms(
            TEXT,
            asn1_cms.ContentInfo.load(stamped)["content"],
            signer_validation_context=context(),
            ts_validation_context=context(),
            key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
        )
    )

    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    stamp = status.timestamp_validity
    assert stamp is not None
    assert (stamp.intact, stamp.valid, stamp.trusted, stamp.timestamp) == (True, True, True, STAMPED)


# --- the addresses ---


@pytest.mark.django_db
def test_the_authority_is_served_in_the_demo_only(demo_trust: DemoPki, client: Client, settings: Any) -> None:
    imprint = imprint_of(algorithms.STREEBOG_512, TEXT)
    kind = "application/timestamp-query"
    answer = client.post("/demo/pki/tsa", tsp.request(imprint, nonce=5), content_type=kind)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/timestamp-reply")
    tsp.verify_imprint(tsp.token_of(answer.content), imprint, store=demo_trust.trust_store(), policy=POLICY)

    assert failure(client.post("/demo/pki/tsa", b"nonsense", content_type=kind).content) == "bad_data_format"
    assert client.post("/demo/pki/tsa", b"\x30" * 5000, content_type=kind).status_code == 413
    assert client.get("/demo/pki/tsa").status_code == 405
    for name in ("ca", "ca-delta", "ca-gost", "ca-gost-delta"):
        served = client.get(f"/demo/pki/{name}.crl")
        family = Family.GOST if "gost" in name else Family.RSA
        issuer = x509.load_der_x509_crl(served.content).issuer
        assert issuer == demo_trust.authorities[family].issuing.certificate.subject
    assert client.get("/demo/pki/other.crl").status_code == 404

    settings.TRUST_DOMAIN = "production"
    assert client.post("/demo/pki/tsa", b"", content_type=kind).status_code == 404
    assert client.get("/demo/pki/ca-gost.crl").status_code == 404


def test_a_serial_number_in_the_shortest_form_is_never_negative(pki: DemoPki) -> None:
    stamper = pki.stamper(pki.holder("aigerim"), at=AT)
    for number in range(20):
        message = encoding.integer(number)
        assert tsp.verify(stamper(message), message, store=pki.trust_store(), policy=POLICY).info.serial > 0
