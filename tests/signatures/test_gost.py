"""GOST: what others signed holds in every engine, and nothing near it does."""

from datetime import UTC, datetime

import pytest

from signatures.eds import algorithms, certificate, policy
from signatures.eds.errors import Code, EdsError
from signatures.eds.gost import gcrypt, integers, keys, signing
from signatures.eds.gost.curves import CRYPTOPRO_A, TC26_512_A, Curve
from signatures.eds.path import TrustStore
from signatures.eds.revocation import RevocationChecker
from signatures.eds.verify import Report, Status, Verifier
from tests.signatures import gost_vectors
from tests.signatures.gost_vectors import JUDGES, Judge, Signed, read
from tests.signatures.test_eds_vectors import CONTENT, Recorded

SIGNED = gost_vectors.all_signed()
SIGNING = datetime(2022, 9, 27, 21, 29, 41, tzinfo=UTC)
"""What the signer's clock said in the vector; its certificate is of July 2022 to July 2023."""


@pytest.mark.parametrize("judge", JUDGES.values(), ids=JUDGES)
@pytest.mark.parametrize("name", SIGNED)
def test_what_others_signed_holds_in_each_engine_and_altered_in_none(name: str, judge: Judge) -> None:
    spki, identifier, signature, message = SIGNED[name]
    scheme = algorithms.scheme(identifier, old_allowed=True)
    key, digest = scheme.load_key(spki), scheme.digest.hash(message)
    other = scheme.digest.hash(message + b"!")

    assert keys.encode(key) == spki
    assert scheme.verify(key, signature, message)
    assert judge(key, digest, signature)
    assert not judge(key, other, signature)
    for place in (0, len(signature) // 2, len(signature) - 1):
        altered = bytearray(signature)
        altered[place] ^= 1
        assert not judge(key, digest, bytes(altered))


def test_the_published_secret_leads_to_the_published_key() -> None:
    raw = gost_vectors.fixture()
    private = signing.PrivateKey(TC26_512_A, int(raw["d"], 16))

    assert (private.public.x, private.public.y) == (int(raw["qx"], 16), int(raw["qy"], 16))
    assert keys.encode(private.public).hex() == raw["spki"]
    assert gcrypt.streebog512(raw["msg"].encode()).hex() == raw["digest"]


@pytest.mark.parametrize("curve", [TC26_512_A, CRYPTOPRO_A], ids=lambda curve: curve.name)
def test_what_the_demo_signs_holds_in_each_engine(curve: Curve) -> None:
    private = signing.generate(curve)
    digest = bytes(range(curve.octets))
    signature = signing.sign(private, digest)

    for key in (private.public, integers.prepared(private.public)):
        assert all(judge(key, digest, signature) for judge in JUDGES.values())
    assert signing.sign(private, digest) == signature
    assert not any(judge(signing.generate(curve).public, digest, signature) for judge in JUDGES.values())


# --- whole messages ---


def _judge(anchor: bytes, source: Recorded, *, at: datetime, now: datetime | None = None) -> Report:
    store = TrustStore([anchor])
    verifier = Verifier(store, RevocationChecker(source, policy.TEST), policy.TEST)
    return verifier.verify(gost_vectors.alone(), CONTENT, at=at, now=now)


def test_the_gost_signer_of_the_vector_is_valid_while_the_list_does_not_name_it() -> None:
    listed = certificate_list_date()
    report = _judge(gost_vectors.GOST_2015.raw, Recorded(crl=read("crl/nca_gost2022_test.crl")), at=SIGNING, now=listed)

    assert report.status is Status.VALID, report
    assert report.signer is not None
    assert report.signer.surname == "ТЕСТТОВ"
    assert report.signing_time == SIGNING


def certificate_list_date() -> datetime:
    from cryptography import x509

    return x509.load_der_x509_crl(read("crl/nca_gost2022_test.crl")).last_update_utc


def test_an_altered_list_of_gost_is_not_believed() -> None:
    raw = read("crl/nca_gost2022_test.crl")
    altered = raw[:-1] + bytes([raw[-1] ^ 1])
    report = _judge(gost_vectors.GOST_2015.raw, Recorded(crl=altered), at=SIGNING, now=certificate_list_date())

    assert report.status is Status.PENDING


def test_another_authoritys_anchor_does_not_help() -> None:
    assert _judge(read("certs/ca_nca_rsa_test.der"), Recorded(), at=SIGNING).code is Code.UNKNOWN_CA


# --- old algorithms ---


def test_a_certificate_of_2004_is_judged_only_where_old_algorithms_are_allowed() -> None:
    leaf = certificate.parse(read("certs/certs_ceo_valid_sign_2004_gost.der"))
    within = datetime(2022, 6, 1, tzinfo=UTC)
    evidence = TrustStore([gost_vectors.GOST_2004.raw], old_algorithms_allowed=True)

    assert evidence.issuer_of(leaf, within).has_issued(leaf)
    with pytest.raises(EdsError) as refused:
        TrustStore([gost_vectors.GOST_2004.raw]).issuer_of(leaf, within)
    assert refused.value.code is Code.ALGORITHM_NOT_ALLOWED


def test_no_domain_counts_old_algorithms() -> None:
    assert not any(domain.old_algorithms_allowed for domain in policy.POLICIES.values())


def test_old_schemes_and_digests_are_refused_unless_asked_for() -> None:
    old: Signed = SIGNED["certificate of 2004"]
    digest = bytes.fromhex("300c06082a830e030a0103010500")

    assert algorithms.scheme(old.algorithm, old_allowed=True) is algorithms.GOST_2004
    assert algorithms.digest(digest, old_allowed=True) is algorithms.GOST_34311
    for ask, identifier in ((algorithms.scheme, old.algorithm), (algorithms.digest, digest)):
        with pytest.raises(EdsError) as refused:
            ask(identifier)
        assert refused.value.code is Code.ALGORITHM_NOT_ALLOWED


# --- keys ---


def _spki(curve: Curve, x: int, y: int) -> bytes:
    base = keys.encode(keys.PublicKey(curve, curve.x, curve.y))
    size = curve.octets
    return base[: -2 * size] + x.to_bytes(size, "little") + y.to_bytes(size, "little")


@pytest.mark.parametrize("curve", [TC26_512_A, CRYPTOPRO_A], ids=lambda curve: curve.name)
def test_only_points_of_the_curve_in_their_one_spelling_are_keys(curve: Curve) -> None:
    p = curve.p
    assert keys.load(curve, _spki(curve, curve.x, p - curve.y)).y == p - curve.y
    for x, y in ((0, 0), (curve.x, curve.y ^ 1), (curve.x + p, curve.y), (p, p), (curve.y, curve.x)):
        if x < 256**curve.octets:
            with pytest.raises(EdsError) as refused:
                keys.load(curve, _spki(curve, x, y))
            assert refused.value.code is Code.ALGORITHM_NOT_ALLOWED


def test_a_key_of_another_length_curve_or_algorithm_is_refused() -> None:
    good = _spki(TC26_512_A, TC26_512_A.x, TC26_512_A.y)
    swapped = _spki(CRYPTOPRO_A, CRYPTOPRO_A.x, CRYPTOPRO_A.y)
    for spki in (
        good[:-1],
        good + b"\0",
        swapped,
        b"",
        good.replace(bytes.fromhex("0a010303"), bytes.fromhex("0a010302")),
    ):
        with pytest.raises(EdsError):
            keys.load(TC26_512_A, spki)
