"""Which key the stand-in of NCALayer signs with, and what it does about a time stamp; judged by the portal's own verifier."""

import json
from typing import Any

import pytest

from demo.ncalayer.control import Choice
from demo.ncalayer.desk import Mode
from demo.ncalayer.keys import KeyRing
from demo.ncalayer.protocol import answer
from demo.ncalayer.signing import demo_ring, make_cms
from portal import clock
from signatures.eds import cms, policy
from signatures.eds.demo_certificates import Family
from signatures.eds.demo_pki import DemoPki, DemoSource
from signatures.eds.errors import Code
from signatures.eds.revocation import RevocationChecker
from signatures.eds.verify import Report, Status, Verifier
from tests.signatures.demo_ring import STATEMENT, sign_request


@pytest.fixture(scope="module")
def ring(pki_of_today: DemoPki) -> KeyRing:
    return demo_ring(pki_of_today.directory)


@pytest.fixture
def choice(ring: KeyRing) -> Choice:
    return Choice(ring, person="aigerim")


def signed(choice: Choice, **params: Any) -> bytes:
    [pem] = json.loads(answer(sign_request(**params), choice.desk(make_cms)))["body"]["result"]
    return cms.unarmour(pem.encode())


def judged(pki: DemoPki, signature: bytes) -> Report:
    verifier = Verifier(pki.trust_store(), RevocationChecker(DemoSource(pki), policy.DEMO), policy.DEMO)
    return verifier.verify(signature, STATEMENT, at=clock.now())


def family(pki: DemoPki, signature: bytes) -> Family:
    issuer = cms.parse(signature).signer_certificate.issuer
    return next(one for one, authority in pki.authorities.items() if authority.issuing.parsed.subject_name == issuer)


def test_a_gost_key_signs_unless_the_other_is_chosen(choice: Choice, pki_of_today: DemoPki) -> None:
    assert family(pki_of_today, signed(choice)) is Family.GOST
    assert choice.prefer("rsa")
    assert family(pki_of_today, signed(choice)) is Family.RSA
    assert not choice.prefer("dsa")
    assert choice.as_json()["key"] == "rsa"
    for _kind in ("rsa", "gost"):
        assert choice.prefer(_kind)
        assert judged(pki_of_today, signed(choice)).status is Status.VALID


def test_who_has_one_key_signs_with_it_whatever_is_chosen(choice: Choice, pki_of_today: DemoPki) -> None:
    for person, expected in (("two-keys", Family.RSA), ("two-keys.second", Family.GOST)):
        assert choice.select(person)
        for kind in ("rsa", "gost"):
            choice.prefer(kind)
            assert family(pki_of_today, signed(choice)) is expected


@pytest.mark.parametrize("kind", ["rsa", "gost"])
def test_a_time_stamp_comes_when_the_page_asks_for_one(choice: Choice, pki_of_today: DemoPki, kind: str) -> None:
    choice.prefer(kind)
    for profile, expected in (({}, True), (None, False)):
        report = judged(pki_of_today, signed(choice, tsaProfile=profile))
        assert report.status is Status.VALID, report
        assert (report.time_stamp is not None) is expected
    assert judged(pki_of_today, signed(choice)).time_stamp is None


@pytest.mark.parametrize("kind", ["rsa", "gost"])
@pytest.mark.parametrize(
    ("mode", "code"),
    [
        (Mode.NO_STAMP, None),
        (Mode.FOREIGN_STAMP, Code.TIME_STAMP_NOT_TRUSTED),
        (Mode.BAD_STAMP, Code.TIME_STAMP_WRONG),
        (Mode.TAMPERED, Code.SIGNATURE_WRONG),
    ],
)
def test_told_to_do_wrong_it_is_found_out(
    choice: Choice, pki_of_today: DemoPki, kind: str, mode: Mode, code: Code | None
) -> None:
    choice.prefer(kind)
    choice.behave(mode.value)
    report = judged(pki_of_today, signed(choice, tsaProfile={}))
    assert report.code is code
    assert report.time_stamp is None or mode is Mode.TAMPERED


def test_another_persons_key_is_of_the_chosen_kind(choice: Choice, pki_of_today: DemoPki) -> None:
    choice.behave(Mode.WRONG_CERT.value)
    for kind in Family:
        choice.prefer(kind.value)
        assert family(pki_of_today, signed(choice)) is kind


def test_every_person_is_offered_once(ring: KeyRing) -> None:
    ids = [person.id for person in ring.people]
    assert len(ids) == len(set(ids))
    assert ids.index("two-keys.second") == ids.index("two-keys") + 1
    assert {"foreign", "aigerim", "revoked"} <= set(ids)
