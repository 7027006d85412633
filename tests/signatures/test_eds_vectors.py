"""Foreign evidence: the national test authority's files, and pyHanko as a judge that shares no line with this project."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signatures.eds import certificate, cms, policy
from signatures.eds.demo_files import key_octets
from signatures.eds.demo_pki import DemoPki
from signatures.eds.errors import Code, EdsError
from signatures.eds.path import Authority, TrustStore
from signatures.eds.revocation import RevocationChecker, RevocationSource, SourceUnreachable, State
from signatures.eds.verify import Report, Status, Verifier
from tests.actors import AT
from tests.loops import run
from tests.signatures.conftest import TEXT

VECTORS = Path(__file__).parent / "recorded" / "ncanode"
CONTENT = b"test123"
WHILE_VALID = datetime(2021, 6, 1, tzinfo=UTC)
"""The signer's certificate of the RSA vector is of 18 January 2021 to 18 January 2022."""


def _read(name: str) -> bytes:
    return (VECTORS / name).read_bytes()


class Recorded:
    """Answers that the national test authority once gave."""

    def __init__(self, ocsp: bytes = b"", crl: bytes = b"") -> None:
        self._ocsp, self._crl = ocsp, crl

    def ocsp(self, authority: Authority, request: bytes, *, now: datetime) -> bytes:
        if not self._ocsp:
            raise SourceUnreachable("nothing recorded")
        return self._ocsp

    def crls(self, authority: Authority, *, now: datetime) -> list[bytes]:
        return [self._crl] if self._crl else []


@pytest.fixture(scope="module")
def store() -> TrustStore:
    """The national test authority for RSA, pinned itself: its root is not among the vectors."""
    return TrustStore([_read("certs/ca_nca_rsa_test.der")])


def _judge(store: TrustStore, source: RevocationSource, at: datetime, now: datetime, how: policy.Policy) -> Report:
    data = _read("cms/one_signer_rsa_attached_test123.der")
    return Verifier(store, RevocationChecker(source, how), how).verify(data, CONTENT, at=at, now=now)


def test_the_rsa_vector_holds_while_its_certificate_is_valid(store: TrustStore) -> None:
    """The list of March 2022 does not name it."""
    listed = datetime(2022, 5, 1, tzinfo=UTC)
    report = _judge(store, Recorded(crl=_read("crl/nca_rsa_test.crl")), WHILE_VALID, listed, policy.TEST)

    assert report.status is Status.VALID, report
    assert report.signer is not None
    assert report.signer.surname == "ТЕСТОВ"
    assert report.signer.birth_date is None


def test_the_rsa_vector_is_expired_at_the_time_it_was_signed(store: TrustStore) -> None:
    signed = datetime(2022, 9, 28, 14, 40, 30, tzinfo=UTC)
    report = _judge(store, Recorded(), signed, signed, policy.TEST)

    assert report.signing_time == signed
    assert report.code is Code.EXPIRED


def test_the_production_policy_wants_the_signing_certificate_attribute(store: TrustStore) -> None:
    report = _judge(store, Recorded(), WHILE_VALID, WHILE_VALID, policy.PRODUCTION)

    assert report.code is Code.ATTRIBUTES_MISSING


def test_the_answer_that_the_real_responder_gave_is_believed_while_it_is_fresh(store: TrustStore) -> None:
    answer = _read("ocsp/ocsp_response_individual_sign_2004.bin")
    given = datetime(2022, 9, 2, 16, 53, 59, tzinfo=UTC)
    altered = answer[:-40] + bytes([answer[-40] ^ 1]) + answer[-39:]
    place = answer.index(b"20220902165359Z") + 10
    dated_otherwise = answer[:place] + b"4" + answer[place + 1 :]

    assert _judge(store, Recorded(answer), WHILE_VALID, given, policy.TEST).status is Status.VALID
    assert _judge(store, Recorded(altered), WHILE_VALID, given, policy.TEST).status is Status.PENDING
    assert _judge(store, Recorded(dated_otherwise), WHILE_VALID, given, policy.TEST).status is Status.PENDING
    hour_later = given + timedelta(hours=1)
    assert _judge(store, Recorded(answer), WHILE_VALID, hour_later, policy.TEST).status is Status.PENDING


@pytest.mark.parametrize("path", ["certs_individual_valid_sign_2004_rsa", "certs_individual_valid_sign_2004_rsa_auth"])
def test_real_leaves_lead_to_the_real_authority(store: TrustStore, path: str) -> None:
    leaf = certificate.parse(_read(f"certs/{path}.der"))

    assert store.issuer_of(leaf, datetime(2022, 6, 1, tzinfo=UTC)).has_issued(leaf)
    assert leaf.subject.iin == "123456789011"
    assert (leaf.subject.given_name, leaf.subject.patronymic) == ("ТЕСТ", "ТЕСТОВИЧ")


def test_the_head_of_an_organisation_is_read_from_a_gost_certificate_too() -> None:
    """Its algorithm is GOST 34.310-2004, which a store knows only if it is told to."""
    leaf = certificate.parse(_read("certs/certs_ceo_valid_sign_2004_gost.der"))

    assert leaf.subject.bin == "123456789021"
    with pytest.raises(EdsError) as refused:
        TrustStore([]).issuer_of(leaf, AT)
    assert refused.value.code is Code.ALGORITHM_NOT_ALLOWED


def test_two_signers_are_refused(store: TrustStore) -> None:
    data = _read("cms/two_signers_gost2015+rsa_detached.der")
    checker = RevocationChecker(Recorded(), policy.TEST)

    assert Verifier(store, checker, policy.TEST).verify(data, CONTENT, at=WHILE_VALID).code is Code.SIGNER_COUNT


def test_the_revocation_list_of_the_real_authority_is_believed_and_forged_ones_are_not(store: TrustStore) -> None:
    """Its 126 entries begin with this serial."""
    from cryptography import x509

    raw = _read("crl/nca_rsa_test.crl")
    listed = datetime(2022, 5, 1, tzinfo=UTC)
    first = next(iter(x509.load_der_x509_crl(raw)))
    leaf = certificate.parse(_read("certs/certs_individual_valid_sign_2004_rsa.der"))
    object.__setattr__(leaf, "serial", first.serial_number)
    authority = store.authorities[0]

    def state(crl: bytes, now: datetime) -> State:
        return RevocationChecker(Recorded(crl=crl), policy.TEST).check(leaf, authority, at=now, now=now).state

    assert state(raw, listed) is State.REVOKED
    assert state(raw[:-1] + bytes([raw[-1] ^ 1]), listed) is State.PENDING
    assert state(_read("crl/nca_gost_test.crl"), listed) is State.PENDING
    assert state(raw, listed + timedelta(days=365)) is State.PENDING


# --- pyHanko ---


def test_pyhanko_finds_our_signature_intact_valid_and_trusted(pki: DemoPki) -> None:
    from asn1crypto import cms as asn1_cms
    from asn1crypto import x509 as asn1_x509
    from pyhanko.sign.validation import async_validate_detached_cms
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko_certvalidator import ValidationContext

    info = asn1_cms.ContentInfo.load(pki.sign("aigerim", TEXT, at=AT))
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(pki.trust_store().authorities[0].certificate.raw)],
        other_certs=[asn1_x509.Certificate.load(pki.authority.issuing.raw)],
        crls=[pki.authority.revocation_list(now=AT), pki.authority.delta_list(now=AT)],
        moment=AT,
        revocation_mode="soft-fail",
    )
    status = run(
        async_validate_detached_cms(
            TEXT, info["content"], signer_validation_context=context,
            key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
        )
    )  # fmt: skip

    assert (status.intact, status.valid, status.trusted) == (True, True, True)


def test_a_signature_made_by_pyhanko_is_accepted(pki: DemoPki, verifier: Verifier) -> None:
    from asn1crypto import keys as asn1_keys
    from asn1crypto import x509 as asn1_x509
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    holder = pki.holder("marina")
    pkcs8 = key_octets(holder.key)
    registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    registry.register(asn1_x509.Certificate.load(pki.authority.issuing.raw))
    signer = SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(holder.raw),
        signing_key=asn1_keys.PrivateKeyInfo.load(pkcs8),
        cert_registry=registry,
    )
    made = run(signer.async_sign_general_data(TEXT, "sha256", detached=True, use_cades=True))
    data = made.dump()

    assert len(cms.parse(data).certificates) == 2
    report = verifier.verify(data, TEXT, at=AT)
    assert report.status is Status.VALID, report
    assert verifier.verify(data, TEXT + b"!", at=AT).code is Code.CONTENT_ALTERED
