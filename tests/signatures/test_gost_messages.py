"""Whole messages by GOST: signed by demo persons, judged with chain and revocation; altered anywhere, they never verify."""

from datetime import datetime
from itertools import cycle
from unittest.mock import patch

import pytest

from signatures.eds import algorithms, certificate, path, policy, signing
from signatures.eds.demo_certificates import Family
from signatures.eds.demo_people import BY_SLUG
from signatures.eds.demo_pki import DemoPki, DemoSource
from signatures.eds.errors import Code, EdsError
from signatures.eds.gost import keys
from signatures.eds.gost import signing as gost
from signatures.eds.gost.curves import TC26_512_A
from signatures.eds.policy import OFFICIAL_ACT, PERSONAL_ACT, Demand
from signatures.eds.revocation import RevocationChecker, request_for
from signatures.eds.signing_keys import GostKey, RsaKey
from signatures.eds.verify import Status, Verifier
from tests.actors import AT
from tests.signatures.conftest import TEXT

MASKS = (0xFF, 0x01, 0x80)


@pytest.mark.parametrize(
    ("name", "demand", "code"),
    [
        ("aigerim.gost", PERSONAL_ACT, None),
        ("two-keys.second", PERSONAL_ACT, None),
        ("revoked.gost", PERSONAL_ACT, Code.REVOKED),
        ("expired.gost", PERSONAL_ACT, Code.EXPIRED),
        ("auth-only.gost", PERSONAL_ACT, Code.USAGE_NOT_SIGNING),
        ("foreign.gost", PERSONAL_ACT, Code.UNKNOWN_CA),
        ("ngo-head.gost", PERSONAL_ACT, Code.ROLE_NOT_PERSON),
        ("ngo-head.gost", OFFICIAL_ACT, None),
    ],
)
def test_who_may_sign_what_by_gost(
    pki: DemoPki, verifier: Verifier, name: str, demand: Demand, code: Code | None
) -> None:
    report = verifier.verify(pki.sign(name, TEXT, at=AT), TEXT, at=AT, demand=demand)

    assert report.code is code, report
    assert (report.status is Status.VALID) is (code is None)


@pytest.mark.parametrize("mask", MASKS, ids=hex)
def test_every_altered_byte_of_a_gost_signature_is_refused(pki: DemoPki, verifier: Verifier, mask: int) -> None:
    cms = pki.sign("aigerim.gost", TEXT, at=AT)
    for place in range(len(cms)):
        altered = bytearray(cms)
        altered[place] ^= mask
        report = verifier.verify(bytes(altered), TEXT, at=AT)
        assert report.status is Status.INVALID, place
        assert report.code is not None


def test_every_altered_byte_of_a_stamped_gost_signature_is_refused(pki: DemoPki, verifier: Verifier) -> None:
    """The stamp with its authority's certificate too; one mask for each byte, in turn."""
    cms = pki.sign("aigerim.gost", TEXT, at=AT, stamped=AT)
    assert verifier.verify(cms, TEXT, at=AT).status is Status.VALID
    for place, mask in zip(range(len(cms)), cycle(MASKS), strict=False):
        altered = bytearray(cms)
        altered[place] ^= mask
        assert verifier.verify(bytes(altered), TEXT, at=AT).status is Status.INVALID, place


def test_an_answer_of_gost_with_any_byte_altered_never_says_good(pki: DemoPki) -> None:
    leaf = certificate.parse(pki.holder("revoked.gost").raw)
    authority = pki.trust_store().issuer_of(leaf, AT)
    answer = pki.answer_ocsp(request_for(leaf, authority), now=AT)

    class Forged(DemoSource):
        forged = answer

        def ocsp(self, authority: path.Authority, request: bytes, *, now: datetime) -> bytes:
            return self.forged

        def crls(self, authority: path.Authority, *, now: datetime) -> list[bytes]:
            return []

    source = Forged(pki)
    verifier = Verifier(pki.trust_store(), RevocationChecker(source, policy.DEMO), policy.DEMO)
    cms = pki.sign("revoked.gost", TEXT, at=AT)
    for place, mask in zip(range(len(answer)), cycle(MASKS), strict=False):
        altered = bytearray(answer)
        altered[place] ^= mask
        source.forged = bytes(altered)
        assert verifier.verify(cms, TEXT, at=AT).status is not Status.VALID, place


# --- algorithms that do not belong together ---


def test_a_gost_signature_under_an_rsa_certificate_is_refused(pki: DemoPki, verifier: Verifier) -> None:
    stranger = GostKey(gost.generate())
    cms = signing.sign_detached(TEXT, stranger, pki.holder("aigerim").raw, at=AT)

    assert verifier.verify(cms, TEXT, at=AT).code is Code.ALGORITHM_NOT_ALLOWED


def test_an_rsa_signature_under_a_gost_certificate_is_refused(pki: DemoPki, verifier: Verifier) -> None:
    key = pki.holder("aigerim").key
    assert isinstance(key, RsaKey)
    cms = signing.sign_detached(TEXT, key, pki.holder("aigerim.gost").raw, at=AT)

    assert verifier.verify(cms, TEXT, at=AT).code is Code.ALGORITHM_NOT_ALLOWED


def test_another_persons_gost_key_is_refused(pki: DemoPki, verifier: Verifier) -> None:
    cms = signing.sign_detached(TEXT, pki.holder("yerlan.gost").key, pki.holder("aigerim.gost").raw, at=AT)

    assert verifier.verify(cms, TEXT, at=AT).code is Code.SIGNATURE_WRONG


def test_a_gost_signature_that_names_another_digest_is_refused(pki: DemoPki, verifier: Verifier) -> None:
    """SHA-256 where Streebog belongs, in both places that name it."""
    cms = pki.sign("aigerim.gost", TEXT, at=AT)
    streebog = bytes.fromhex("300c06082a830e030a0103030500")
    body = cms.replace(streebog, bytes.fromhex("300c06082a830e030a0103010500"))

    assert body != cms
    assert verifier.verify(body, TEXT, at=AT).code is Code.ALGORITHM_NOT_ALLOWED


def test_a_certificate_over_a_point_beside_the_curve_is_refused(pki: DemoPki, verifier: Verifier) -> None:
    """The authority might sign what it did not look at: the key itself is asked."""
    good = pki.holder("aigerim.gost")
    beside = keys.encode(keys.PublicKey(TC26_512_A, 5, 7))

    class Careless(GostKey):
        @property
        def spki(self) -> bytes:
            return beside

    assert isinstance(good.key, GostKey)
    careless = Careless(good.key.private)
    holder = pki.gost.issue(
        BY_SLUG["aigerim"], careless, not_before=good.parsed.not_before, not_after=good.parsed.not_after
    )
    report = verifier.verify(signing.sign_detached(TEXT, careless, holder.raw, at=AT), TEXT, at=AT)

    assert report.code is Code.ALGORITHM_NOT_ALLOWED
    assert "point" in report.findings[-1].detail


# --- what is remembered ---


def _fresh_store(pki: DemoPki) -> path.TrustStore:
    """The demo's store as if nobody had come yet: the demo keeps its own."""
    known = pki.trust_store().authorities
    return path.TrustStore(
        [one.certificate.raw for one in known if one.depth == 1],
        [one.certificate.raw for one in known if one.depth > 1],
    )


def test_a_certificate_that_came_before_costs_no_second_check(pki: DemoPki) -> None:
    store = _fresh_store(pki)
    leaf = certificate.parse(pki.holder("aigerim.gost").raw)
    first = store.issuer_of(leaf, AT)

    with patch.object(path.Authority, "has_signed", side_effect=AssertionError):
        assert store.issuer_of(certificate.parse(leaf.raw), AT) is first


def test_an_altered_certificate_is_not_taken_for_the_one_that_came_before(pki: DemoPki, verifier: Verifier) -> None:
    store = _fresh_store(pki)
    leaf = certificate.parse(pki.holder("aigerim.gost").raw)
    store.issuer_of(leaf, AT)
    altered = bytearray(leaf.raw)
    altered[-1] ^= 1

    with pytest.raises(EdsError) as refused:
        store.issuer_of(certificate.parse(bytes(altered)), AT)
    assert refused.value.code is Code.UNKNOWN_CA


def test_a_remembered_certificate_is_still_refused_when_its_authority_is_not_valid(pki: DemoPki) -> None:
    store = _fresh_store(pki)
    leaf = certificate.parse(pki.holder("aigerim.gost").raw)
    authority = store.issuer_of(leaf, AT)

    with pytest.raises(EdsError) as refused:
        store.issuer_of(leaf, authority.not_after.replace(year=authority.not_after.year + 1))
    assert refused.value.code is Code.CA_NOT_VALID


def test_no_more_certificates_are_remembered_than_allowed(pki: DemoPki, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(path, "REMEMBERED_CERTIFICATES", 3)
    store = _fresh_store(pki)
    leaves = [pki.voter_holder(number, Family.GOST).parsed for number in range(6)]
    for leaf in leaves:
        store.issuer_of(leaf, AT)

    assert list(store.issuer_of(leaves[-1], AT)._issued._found) == [leaf.sha256 for leaf in leaves[-3:]]


def test_only_authorities_of_the_store_that_work_much_get_tables(pki: DemoPki, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stranger's key must not be able to claim memory, and a key that is used once is not worth a table."""
    monkeypatch.setattr(path, "PREPARED_AFTER", 3)
    store = _fresh_store(pki)
    root, issuing = (
        authority
        for authority in store.authorities
        if authority.certificate.raw == pki.gost.issuing.raw
        or authority.certificate.subject_name == pki.gost.issuing.parsed.issuer
    )
    passing = path.Authority(pki.gost.responder.parsed, issuing.not_before, issuing.not_after, 0)
    name = algorithms.GOST_2015_512.name
    for number in range(3):
        store.issuer_of(pki.voter_holder(number, Family.GOST).parsed, AT)
        assert (issuing._keys[name].value.table is not None) is (number == 2)
        assert not passing.has_signed(pki.gost.issuing.key.algorithm, bytes(128), b"")

    assert passing._keys[name].value.table is None
    assert root._keys[name].value.table is None


def test_a_responder_that_answered_before_costs_one_check_only(pki: DemoPki, verifier: Verifier) -> None:
    """That of the answer itself: neither the responder's certificate nor the signer's is checked again."""
    cms = pki.sign("aigerim.gost", TEXT, at=AT)
    assert verifier.verify(cms, TEXT, at=AT).status is Status.VALID
    asked: list[bytes] = []
    honest = path.Authority.has_signed

    def count(authority: path.Authority, *arguments: bytes) -> bool:
        asked.append(authority.certificate.raw)
        return honest(authority, *arguments)

    with patch.object(path.Authority, "has_signed", count):
        assert verifier.verify(cms, TEXT, at=AT).status is Status.VALID
    assert asked == [pki.gost.responder.raw]
