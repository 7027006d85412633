"""What the demo's two authorities write by hand, read by parsers that share no line with it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp, verification
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier
from hypothesis import given, settings
from hypothesis import strategies as st

from signatures.eds import certificate, demo_files, der, encoding, oids, revocation
from signatures.eds.demo_certificates import Family
from signatures.eds.demo_making import generate, is_complete
from signatures.eds.demo_people import BY_SLUG
from signatures.eds.demo_pki import DemoPki, voter_family
from signatures.eds.errors import Code
from signatures.eds.path import TrustStore
from signatures.eds.policy import OFFICIAL_ACT, PERSONAL_ACT, SIGN_IN, Demand
from signatures.eds.verify import Status, Verifier
from tests.actors import AT

TEXT = "Дауыс: қолдаймын\n".encode()
BOTH = pytest.mark.parametrize("family", list(Family))
KEY_USAGE = {
    (Family.RSA, "aigerim"): {"digital_signature", "non_repudiation"},
    (Family.RSA, "auth-only"): {"digital_signature", "key_encipherment"},
    (Family.GOST, "aigerim"): {"digital_signature", "non_repudiation", "key_agreement"},
    (Family.GOST, "auth-only"): {"digital_signature", "key_encipherment", "key_agreement"},
}


def key_name(person: str, family: Family) -> str:
    return person if family is Family.RSA else f"{person}.gost"


# --- DER ---


@given(st.integers(-(2**160), 2**160), st.frozensets(st.integers(0, 17), min_size=1))
@settings(max_examples=60, deadline=None)
def test_numbers_and_bits_are_written_as_another_library_writes_them(number: int, bits: frozenset[int]) -> None:
    assert encoding.integer(number) == core.Integer(number).dump()
    written = encoding.flags(*bits)
    assert der.flags(written, der.whole(written, der.BIT_STRING)) == bits


@given(st.lists(st.integers(0, 2**40), min_size=1, max_size=6), st.integers(0, 2), st.integers(0, 39))
@settings(max_examples=60, deadline=None)
def test_object_identifiers_are_written_as_another_library_writes_them(
    rest: list[int], first: int, second: int
) -> None:
    dotted = ".".join(map(str, (first, second, *rest)))
    assert encoding.oid(dotted) == core.ObjectIdentifier(dotted).dump()


def test_dates_change_their_type_in_2050() -> None:
    last, first = datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)
    assert encoding.time(last) == core.UTCTime(last).dump()
    assert encoding.time(first) == core.GeneralizedTime(first).dump()


# --- certificates ---


@BOTH
def test_a_persons_certificate_says_the_same_to_three_parsers(pki: DemoPki, family: Family) -> None:
    holder = pki.holder(key_name("aigerim", family))
    theirs, other, ours = holder.certificate, asn1_x509.Certificate.load(holder.raw), certificate.parse(holder.raw)

    assert theirs.serial_number == other.serial_number == ours.serial
    assert theirs.not_valid_after_utc == other.not_valid_after == ours.not_after
    assert theirs.subject.public_bytes() == other.subject.dump() == ours.subject_name
    assert theirs.tbs_certificate_bytes == ours.tbs
    assert other.subject.native["serial_number"] == f"IIN{BY_SLUG['aigerim'].iin}"
    assert other.key_usage_value.native == KEY_USAGE[family, "aigerim"]
    assert other.dump() == holder.raw
    for extension in theirs.extensions:
        assert extension.critical is (extension.oid == x509.KeyUsage.oid)


@BOTH
@pytest.mark.parametrize("person", ["aigerim", "auth-only"])
def test_usages_roles_and_policies_are_the_national_ones(pki: DemoPki, family: Family, person: str) -> None:
    found = asn1_x509.Certificate.load(pki.holder(key_name(person, family)).raw)
    purposes = [item.dotted for item in found.extended_key_usage_value]
    policies = [item["policy_identifier"].dotted for item in found.certificate_policies_value]
    rsa_policy = oids.POLICY_PERSON_AUTH if person == "auth-only" else oids.POLICY_PERSON_SIGN

    assert found.key_usage_value.native == KEY_USAGE[family, person]
    assert purposes[:2] == [oids.CLIENT_AUTH if person == "auth-only" else oids.EMAIL_PROTECTION, oids.PERSON]
    assert policies == [rsa_policy if family is Family.RSA else oids.POLICY_GOST_2015]


def test_some_newer_certificates_say_how_the_holder_was_identified(pki: DemoPki) -> None:
    said = {
        purpose
        for person in BY_SLUG.values()
        if person.slug != "two-keys"
        for purpose in certificate.parse(pki.holder(f"{person.slug}.gost").raw).extended_key_usage
        if purpose.startswith("1.2.398.3.3.4.3.")
    }
    assert len(said) >= 2
    assert not any(
        purpose.startswith("1.2.398.3.3.4.3.")
        for purpose in certificate.parse(pki.holder("aigerim").raw).extended_key_usage
    )


def test_an_independent_path_check_accepts_the_rsa_chain_and_refuses_the_foreign_one(pki: DemoPki) -> None:
    builder = verification.PolicyBuilder().store(
        verification.Store([x509.load_pem_x509_certificate((pki.directory / "root.pem").read_bytes())])
    )
    permitted = verification.ExtensionPolicy.permit_all()
    verifier = (
        builder.time(AT)
        .extension_policies(ee_policy=permitted, ca_policy=verification.ExtensionPolicy.webpki_defaults_ca())
        .build_client_verifier()
    )
    chain = verifier.verify(pki.holder("aigerim").certificate, [pki.authority.issuing.certificate])
    assert len(chain.chain) == 3

    with pytest.raises(verification.VerificationError):
        verifier.verify(pki.holder("foreign").certificate, [pki.authority.issuing.certificate])


def test_an_independent_engine_accepts_the_gost_chain(pki: DemoPki) -> None:
    """gostcrypto reads numbers big-endian: its s||r is the byte reversal of r||s as Kazakhstan writes it."""
    from gostcrypto import gosthash, gostsignature

    issuing = pki.gost.issuing.parsed
    leaf = pki.holder("aigerim.gost").parsed
    curve = gostsignature.CURVES_R_1323565_1_024_2019["id-tc26-gost-3410-12-512-paramSetA"]
    engine = gostsignature.new(gostsignature.MODE_512, curve)
    x, y = issuing.spki[-128:-64][::-1], issuing.spki[-64:][::-1]
    r, s = leaf.signature[:64][::-1], leaf.signature[64:][::-1]
    digest = gosthash.new("streebog512", data=bytearray(leaf.tbs)).digest()[::-1]

    assert engine.verify(bytearray(x + y), bytearray(digest), bytearray(r + s))
    assert not engine.verify(bytearray(x + y), bytearray(digest), bytearray(r + s[:-1] + bytes([s[-1] ^ 1])))


@BOTH
def test_the_services_have_the_certificates_that_the_standards_want(pki: DemoPki, family: Family) -> None:
    authority = pki.authorities[family]
    tsa = authority.tsa.certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert (tsa.critical, list(tsa.value)) == (True, [ExtendedKeyUsageOID.TIME_STAMPING])
    responder = authority.responder.parsed
    assert responder.extended_key_usage == {oids.OCSP_SIGNING}
    assert responder.extensions[oids.OCSP_NO_CHECK] == (b"" if family is Family.RSA else b"\x05\x00")


# --- everybody, judged ---


@pytest.mark.parametrize(
    ("name", "demand", "code"),
    [
        ("aigerim.gost", PERSONAL_ACT, None),
        ("two-keys.second", PERSONAL_ACT, None),
        ("revoked.gost", PERSONAL_ACT, Code.REVOKED),
        ("expired.gost", PERSONAL_ACT, Code.EXPIRED),
        ("auth-only.gost", PERSONAL_ACT, Code.USAGE_NOT_SIGNING),
        ("auth-only.gost", SIGN_IN, None),
        ("foreign.gost", PERSONAL_ACT, Code.UNKNOWN_CA),
        ("ngo-head.gost", PERSONAL_ACT, Code.ROLE_NOT_PERSON),
        ("ngo-head.gost", OFFICIAL_ACT, None),
        ("ministry-head.gost", OFFICIAL_ACT, None),
    ],
)
def test_who_may_sign_what_with_a_gost_key(
    pki: DemoPki, verifier: Verifier, name: str, demand: Demand, code: Code | None
) -> None:
    report = verifier.verify(pki.sign(name, TEXT, at=AT), TEXT, at=AT, demand=demand)

    assert report.code is code
    assert (report.status is Status.VALID) is (code is None)


def test_the_two_certificates_are_of_two_kinds_and_one_person(pki: DemoPki, verifier: Verifier) -> None:
    iins, algorithms = set(), set()
    for name in ("two-keys", "two-keys.second"):
        report = verifier.verify(pki.sign(name, TEXT, at=AT), TEXT, at=AT)
        assert report.signer is not None
        iins.add(report.signer.iin)
        algorithms.add(pki.holder(name).key.algorithm)
    assert (len(iins), len(algorithms)) == (1, 2)


def test_a_gost_signature_is_shaped_like_ncalayers(pki: DemoPki) -> None:
    from asn1crypto import cms as asn1_cms

    info = asn1_cms.ContentInfo.load(pki.sign("aigerim.gost", TEXT, at=AT))["content"]
    (signer,) = info["signer_infos"]
    attributes = {item["type"].dotted: item["values"][0] for item in signer["signed_attrs"]}

    assert signer["digest_algorithm"].dump() == bytes.fromhex("300c06082a830e030a0103030500")
    assert signer["signature_algorithm"].dump() == bytes.fromhex("300e060a2a830e030a01010203020500")
    assert len(signer["signature"].native) == 128
    assert set(attributes) == {oids.CONTENT_TYPE, oids.SIGNING_TIME, oids.MESSAGE_DIGEST, oids.SIGNING_CERTIFICATE_V2}
    assert len(attributes[oids.MESSAGE_DIGEST].native) == 64
    assert info["encap_content_info"]["content"].native is None


def test_most_demo_voters_hold_gost_keys() -> None:
    families = [voter_family(number) for number in range(100)]
    assert families.count(Family.GOST) == 80


# --- OCSP ---


@BOTH
def test_an_answer_is_read_by_another_library(pki: DemoPki, family: Family) -> None:
    authority = pki.authorities[family]
    for person, status in (("aigerim", ocsp.OCSPCertStatus.GOOD), ("revoked", ocsp.OCSPCertStatus.REVOKED)):
        leaf = pki.holder(key_name(person, family)).parsed
        found = ocsp.load_der_ocsp_response(pki.answer_ocsp(_question(pki, leaf.serial, family), now=AT))
        assert (found.certificate_status, found.serial_number) == (status, leaf.serial)
        assert (found.this_update_utc, found.produced_at_utc, found.next_update_utc) == (AT, AT, None)
        assert found.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"8 octets"
        assert [one.public_bytes(Encoding.DER) for one in found.certificates] == [authority.responder.raw]
        if family is Family.RSA:
            key = authority.responder.certificate.public_key()
            assert isinstance(key, RSAPublicKey)
            key.verify(found.signature, found.tbs_response_bytes, padding.PKCS1v15(), hashes.SHA256())
    assert found.revocation_reason is x509.ReasonFlags.key_compromise
    assert found.revocation_time_utc == AT - timedelta(days=60)


def _question(pki: DemoPki, serial: int, family: Family) -> bytes:
    issuer = pki.authorities[family].issuing
    builder = ocsp.OCSPRequestBuilder().add_certificate_by_hash(
        _sha256(issuer.parsed.subject_name), _sha256(issuer.key.spki[-_key_octets(family) :]), serial, hashes.SHA256()
    )
    return builder.add_extension(x509.OCSPNonce(b"8 octets"), critical=False).build().public_bytes(Encoding.DER)


def _key_octets(family: Family) -> int:
    """Of the BIT STRING's contents: RSA 3072 as SEQUENCE of modulus and exponent, GOST as OCTET STRING of 128."""
    return 398 if family is Family.RSA else 131


def _sha256(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    return digest.finalize()


@BOTH
def test_a_stranger_is_called_revoked_in_1970(pki: DemoPki, family: Family) -> None:
    found = ocsp.load_der_ocsp_response(pki.answer_ocsp(_question(pki, 7, family), now=AT))
    assert found.revocation_reason is x509.ReasonFlags.certificate_hold
    assert found.revocation_time_utc == revocation.NEVER_ISSUED_SINCE


def test_nobody_answers_for_an_authority_that_is_not_the_demos(pki: DemoPki) -> None:
    stranger = TrustStore([demo_files.read_certificate(pki.directory / "root.pem")]).authorities[0]
    request = revocation.request_for(pki.holder("aigerim").parsed, stranger)
    assert pki.answer_ocsp(request, now=AT) == bytes.fromhex("30030a0106")  # unauthorized
    for nonsense in (b"", b"\x30\x00", request[:-1], b"\x30\x80\x00\x00"):
        assert pki.answer_ocsp(nonsense, now=AT) == bytes.fromhex("30030a0101")  # malformedRequest


# --- lists ---


@BOTH
def test_the_lists_are_read_by_another_library(pki: DemoPki, family: Family) -> None:
    authority = pki.authorities[family]
    leaf = pki.holder(key_name("revoked", family)).parsed
    complete = x509.load_der_x509_crl(authority.revocation_list(now=AT))
    delta = x509.load_der_x509_crl(authority.delta_list(now=AT))

    assert [entry.serial_number for entry in complete] == [leaf.serial]
    assert list(delta) == []
    number = complete.extensions.get_extension_for_class(x509.CRLNumber).value
    base = delta.extensions.get_extension_for_class(x509.DeltaCRLIndicator)
    assert (base.critical, base.value.crl_number) == (True, number.crl_number)
    if family is Family.RSA:
        key = authority.issuing.certificate.public_key()
        assert isinstance(key, RSAPublicKey)
        assert complete.is_signature_valid(key)
        assert delta.is_signature_valid(key)


@BOTH
def test_a_revocation_of_today_stands_in_the_delta_first(tmp_path: Path, pki: DemoPki, family: Family) -> None:
    fresh = DemoPki(pki.directory).authorities[family]
    serial, noon = fresh.new_serial(), AT.replace(hour=12, minute=0)
    fresh.revoked = {serial: noon - timedelta(minutes=90)}

    def listed(raw: bytes) -> bool:
        return x509.load_der_x509_crl(raw).get_revoked_certificate_by_serial_number(serial) is not None

    assert not listed(fresh.revocation_list(now=noon))
    assert listed(fresh.delta_list(now=noon))
    assert listed(fresh.revocation_list(now=noon + timedelta(days=1)))
    assert not listed(fresh.delta_list(now=noon + timedelta(days=1)))
    assert fresh.delta_list(now=noon) == fresh.delta_list(now=noon + timedelta(minutes=59))


@BOTH
def test_changes_are_written_anew_only_when_something_was_revoked(pki: DemoPki, family: Family) -> None:
    fresh = DemoPki(pki.directory).authorities[family]
    midnight = AT.replace(hour=0, minute=0, second=0, microsecond=0)
    noon = midnight + timedelta(hours=12)
    fresh.revoked = {fresh.new_serial(): noon + timedelta(minutes=30)}

    def number(at: datetime) -> int:
        extensions = x509.load_der_x509_crl(fresh.delta_list(now=at)).extensions
        return extensions.get_extension_for_class(x509.CRLNumber).value.crl_number

    hours = [0, 1, 6, 12, 13, 20]
    written = [number(midnight + timedelta(hours=hour, minutes=45)) for hour in hours]
    at_one, at_thirteen = (int((midnight + timedelta(hours=hour)).timestamp()) for hour in (1, 13))
    assert written == [int(midnight.timestamp()), at_one, at_one, at_one, at_thirteen, at_thirteen]


# --- files ---


@BOTH
def test_keys_come_back_from_their_files_as_they_were(pki: DemoPki, tmp_path: Path, family: Family) -> None:
    holder = pki.holder(key_name("aigerim", family))
    demo_files.write_holder(tmp_path / "one.pem", holder)
    back = demo_files.read_holder(tmp_path / "one.pem")

    assert (back.raw, back.key.spki, back.key.algorithm) == (holder.raw, holder.key.spki, holder.key.algorithm)
    assert back.key.sign(TEXT) == holder.key.sign(TEXT)
    for path in (tmp_path / "empty.pem", tmp_path / "half.pem"):
        path.write_text("" if path.stem == "empty" else demo_files.pem("PRIVATE KEY", demo_files.key_octets(back.key)))
        with pytest.raises(ValueError, match="holds no"):
            demo_files.read_holder(path)


@pytest.mark.usefixtures("known_rsa_keys")
def test_a_folder_of_an_older_layout_is_made_anew_without_its_old_keys(tmp_path: Path) -> None:
    people = tmp_path / "people"
    people.mkdir()
    (people / "two-keys.second.p12").write_bytes(b"of an older layout")
    for state in ('{"made_at": "2026-01-01T00:00:00+00:00", "revoked": {}}', "[]", '{"version": 1}', ""):
        (tmp_path / "complete.json").write_text(state)
        assert not is_complete(tmp_path)

    generate(tmp_path, at=AT)
    assert is_complete(tmp_path)
    assert not (people / "two-keys.second.p12").exists()
    assert DemoPki(tmp_path).holder("two-keys.second").parsed.not_after == AT + timedelta(days=1095)


def test_the_names_of_algorithms_are_those_of_the_national_registry(pki: DemoPki) -> None:
    leaf = pki.holder("aigerim.gost").certificate
    assert leaf.signature_algorithm_oid == ObjectIdentifier("1.2.398.3.10.1.1.2.3.2")
    assert leaf.public_key_algorithm_oid == ObjectIdentifier("1.2.398.3.10.1.1.2.2")
