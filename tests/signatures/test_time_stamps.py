"""Time stamps: which are believed, what time they give, and that no byte of a stamped file can be altered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from signatures.eds import cms, policy, tsp
from signatures.eds.demo_pki import DemoPki
from signatures.eds.errors import Code, EdsError
from signatures.eds.path import TrustStore
from signatures.eds.verify import Status, Verifier
from tests.actors import AT
from tests.signatures.conftest import TEXT
from tests.signatures.gost_vectors import GOST_2004
from tests.signatures.own_tsa import OwnTsa, make_certificate, stamped

RECORDED = Path(__file__).parent / "recorded" / "ncanode" / "tsp"
ISSUED = AT - timedelta(minutes=4)
STAMPED = AT - timedelta(minutes=1)


@pytest.fixture(scope="module")
def tsa(pki: DemoPki) -> OwnTsa:
    """A sound authority under the demo's root."""
    return OwnTsa(make_certificate(pki.authority.issuing, at=AT))


@pytest.fixture(scope="module")
def signed(pki: DemoPki) -> bytes:
    return pki.sign("aigerim", TEXT, at=AT)


def _stamp(tsa: OwnTsa, signed: bytes, at: datetime = STAMPED) -> bytes:
    return stamped(signed, tsa.stamp(cms.parse(signed).signature, at=at))


def test_a_stamped_signature_is_valid_and_judged_at_its_stamp(verifier: Verifier, tsa: OwnTsa, signed: bytes) -> None:
    report = verifier.verify(_stamp(tsa, signed), TEXT, at=AT, issued_at=ISSUED)

    assert report.status is Status.VALID, report
    assert report.judged_at == STAMPED
    assert report.time_stamp is not None
    assert report.time_stamp.info.serial == 77


def test_without_a_stamp_the_time_is_that_of_receipt(verifier: Verifier, signed: bytes) -> None:
    report = verifier.verify(signed, TEXT, at=AT, issued_at=ISSUED)

    assert (report.status, report.judged_at, report.time_stamp) == (Status.VALID, AT, None)


def test_a_certificate_that_ended_between_stamp_and_receipt_was_good(
    pki: DemoPki, verifier: Verifier, tsa: OwnTsa
) -> None:
    """`expired` ended thirty days ago: a signature stamped before counts, whenever it comes."""
    signature = pki.sign("expired", TEXT, at=AT)
    before = AT - timedelta(days=40)

    assert verifier.verify(_stamp(tsa, signature, before), TEXT, at=AT).status is Status.VALID
    assert verifier.verify(_stamp(tsa, signature), TEXT, at=AT).code is Code.EXPIRED
    assert verifier.verify(_stamp(tsa, signature, before), TEXT, at=AT, issued_at=ISSUED).code is (
        Code.TIME_STAMP_OUT_OF_BOUNDS
    )


def test_a_revocation_after_the_stamp_does_not_undo(pki: DemoPki, verifier: Verifier, tsa: OwnTsa) -> None:
    """`revoked` was revoked sixty days ago."""
    signature = pki.sign("revoked", TEXT, at=AT)

    assert verifier.verify(_stamp(tsa, signature, AT - timedelta(days=61)), TEXT, at=AT).status is Status.VALID
    assert verifier.verify(_stamp(tsa, signature, AT - timedelta(days=59)), TEXT, at=AT).code is Code.REVOKED


@pytest.mark.parametrize(
    ("offset", "code"),
    [
        (timedelta(minutes=-9), None),
        (timedelta(minutes=-9, seconds=-1), Code.TIME_STAMP_OUT_OF_BOUNDS),
        (timedelta(minutes=5), None),
        (timedelta(minutes=5, seconds=1), Code.TIME_STAMP_OUT_OF_BOUNDS),
    ],
)
def test_a_stamp_lies_between_the_statements_issue_and_its_receipt(
    verifier: Verifier, tsa: OwnTsa, signed: bytes, offset: timedelta, code: Code | None
) -> None:
    """Five minutes of skew on either side: the statement was issued four minutes before the receipt."""
    assert verifier.verify(_stamp(tsa, signed, AT + offset), TEXT, at=AT, issued_at=ISSUED).code is code


def test_the_habits_that_the_standards_allow(pki: DemoPki, verifier: Verifier, tsa: OwnTsa, signed: bytes) -> None:
    exact: dict[str, Any] = {"accuracy": {"seconds": 1, "millis": 500, "micros": 7}, "ordering": True, "nonce": 2**63}
    for habit in (
        tsa.but(ess="v1"),
        tsa.but(imprint="sha512"),
        tsa.but(extra=exact),
        tsa.but(extra={"accuracy": {"millis": 1}}),
        tsa.but(embedded=(pki.authority.issuing.raw,)),
    ):
        assert verifier.verify(_stamp(habit, signed), TEXT, at=AT).status is Status.VALID, habit
    fraction = _stamp(tsa, signed, STAMPED.replace(microsecond=250_000))
    assert verifier.verify(fraction, TEXT, at=AT).judged_at == STAMPED.replace(microsecond=250_000)


def test_a_bad_stamp_refuses_the_signature(pki: DemoPki, verifier: Verifier, tsa: OwnTsa, signed: bytes) -> None:
    issuing = pki.authority.issuing
    mail = (ExtendedKeyUsageOID.EMAIL_PROTECTION,)
    both = (ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.EMAIL_PROTECTION)
    stranger = pki.holder("foreign")
    expected = {
        Code.TIME_STAMP_WRONG: [
            stamped(signed, tsa.stamp(b"another signature", at=STAMPED)),
            _stamp(tsa.but(ess="none"), signed),
            _stamp(tsa.but(content_type="data"), signed),
            _stamp(tsa.but(embedded=(stranger.raw,)), signed),
            stamped(signed, signed),
        ],
        Code.TIME_STAMP_NOT_TRUSTED: [
            _stamp(tsa.but(policy="1.2.3.4"), signed),
            _stamp(tsa.but(imprint="sha1"), signed),
            _stamp(tsa.but(extra={"accuracy": {"seconds": 301}}), signed),
            _stamp(OwnTsa(make_certificate(issuing, at=AT, purposes=mail)), signed),
            _stamp(OwnTsa(make_certificate(issuing, at=AT, purposes=both)), signed),
            _stamp(OwnTsa(make_certificate(issuing, at=AT, critical=False)), signed),
            _stamp(OwnTsa(make_certificate(issuing, at=AT, until=STAMPED - timedelta(seconds=1))), signed),
            _stamp(OwnTsa(make_certificate(stranger, at=AT)), signed),
        ],
    }
    for code, files in expected.items():
        for number, data in enumerate(files):
            report = verifier.verify(data, TEXT, at=AT)
            assert (report.code, report.findings[-1].step) == (code, "time_stamp"), number


def test_a_certificate_of_a_person_is_no_time_stamp_authority(pki: DemoPki, verifier: Verifier, signed: bytes) -> None:
    person = OwnTsa(pki.holder("aigerim").raw)

    assert verifier.verify(_stamp(person, signed), TEXT, at=AT).status is Status.INVALID


def test_other_unsigned_attributes_are_refused(verifier: Verifier, tsa: OwnTsa, signed: bytes) -> None:
    token = tsa.stamp(cms.parse(signed).signature, at=STAMPED)
    for data in (
        stamped(signed, token, attribute="1.2.840.113549.1.9.16.2.24"),
        stamped(signed, token, times=2),
        stamped(signed, token, times=0),
        stamped(signed, stamped(token, token)),
    ):
        assert verifier.verify(data, TEXT, at=AT).code in (Code.UNSUPPORTED_PART, Code.TIME_STAMP_WRONG)


def test_every_altered_byte_of_a_stamped_file_is_refused(verifier: Verifier, tsa: OwnTsa, signed: bytes) -> None:
    data = _stamp(tsa, signed)
    for mask in (0xFF, 0x01, 0x80):
        for place in range(len(data)):
            altered = bytearray(data)
            altered[place] ^= mask
            report = verifier.verify(bytes(altered), TEXT, at=AT)
            assert report.status is Status.INVALID, (place, mask)
            assert report.code is not None


def test_a_token_cut_anywhere_is_refused(pki: DemoPki, tsa: OwnTsa) -> None:
    token = tsa.stamp(b"bytes", at=STAMPED)
    store = pki.trust_store()
    for length in range(0, len(token), 5):
        with pytest.raises(EdsError) as refused:
            tsp.verify(token[:length], b"bytes", store=store, policy=policy.DEMO)
        assert refused.value.code is Code.TIME_STAMP_WRONG
    assert tsp.verify(token, b"bytes", store=store, policy=policy.DEMO).gen_time == STAMPED


def test_a_stamp_over_a_digest_is_read_with_that_very_algorithm(pki: DemoPki, tsa: OwnTsa) -> None:
    import hashlib

    store, sha256 = pki.trust_store(), bytes.fromhex("300d06096086480165030402010500")
    good = tsp.Imprint(sha256, hashlib.sha256(b"head").digest())
    token = tsp.token_of(tsa.answer(tsp.request(good, nonce=2**64 - 3), at=AT))

    assert tsp.verify_imprint(token, good, store=store, policy=policy.DEMO).info.nonce == 2**64 - 3
    for other in (tsp.Imprint(sha256, hashlib.sha256(b"tail").digest()), tsp.Imprint(b"", good.value)):
        with pytest.raises(EdsError):
            tsp.verify_imprint(token, other, store=store, policy=policy.DEMO)


def test_a_refusal_of_the_authority_holds_no_token() -> None:
    for answer in ("30053003020102", "3003300102", "30053003020100", "3000", "02"):
        with pytest.raises(EdsError):
            tsp.token_of(bytes.fromhex(answer))


def test_pyhanko_and_rfc3161_client_read_what_we_read(pki: DemoPki, tsa: OwnTsa) -> None:
    """Two foreign readers agree about the same token."""
    import rfc3161_client
    from asn1crypto import cms as asn1_cms

    answer = tsa.answer(
        tsp.request(tsp.Imprint(bytes.fromhex("300d06096086480165030402010500"), bytes(32)), nonce=5), at=AT
    )
    ours = tsp.parse_info(cms.parse(tsp.token_of(answer), "1.2.840.113549.1.9.16.1.4").content or b"")
    theirs = rfc3161_client.decode_timestamp_response(answer).tst_info
    native = asn1_cms.ContentInfo.load(tsp.token_of(answer))["content"]["encap_content_info"]["content"].parsed.native

    assert (ours.serial, ours.nonce, ours.gen_time) == (theirs.serial_number, theirs.nonce, theirs.gen_time)
    assert (native["policy"], native["gen_time"]) == (ours.policy, AT.astimezone(UTC))


def test_the_national_authoritys_token_is_sliced(pki: DemoPki) -> None:
    """Over SHA-1 of CAFEBABE, with the algorithms of 2004: old evidence, refused for what comes today."""
    token = (RECORDED / "tsp_token.bin").read_bytes()
    assert tsp.token_of((RECORDED / "tsp_response.bin").read_bytes()) == token

    info = tsp.parse_info(token[61:158])
    assert (info.policy, info.nonce) == ("1.2.398.3.3.2.6.1", 1663507112663)
    assert info.gen_time == datetime(2022, 9, 18, 13, 20, 14, tzinfo=UTC)
    for store in (pki.trust_store(), TrustStore([GOST_2004.raw], old_algorithms_allowed=True)):
        with pytest.raises(EdsError) as refused:
            tsp.verify(token, bytes.fromhex("cafebabe"), store=store, policy=policy.PRODUCTION)
        assert refused.value.code is Code.TIME_STAMP_NOT_TRUSTED


OLD = replace(policy.TEST, old_algorithms_allowed=True)


def test_the_national_authoritys_token_holds_as_old_evidence() -> None:
    token = (RECORDED / "tsp_token.bin").read_bytes()
    store = TrustStore([GOST_2004.raw], old_algorithms_allowed=True)

    stamp = tsp.verify(token, bytes.fromhex("cafebabe"), store=store, policy=OLD)
    assert stamp.gen_time == datetime(2022, 9, 18, 13, 20, 14, tzinfo=UTC)
    with pytest.raises(EdsError) as refused:
        tsp.verify(token, bytes.fromhex("cafebabf"), store=store, policy=OLD)
    assert refused.value.code is Code.TIME_STAMP_WRONG


def test_every_altered_byte_of_the_national_token_is_refused() -> None:
    token = (RECORDED / "tsp_token.bin").read_bytes()
    store = TrustStore([GOST_2004.raw], old_algorithms_allowed=True)
    for place in range(len(token)):
        altered = bytearray(token)
        altered[place] ^= 0x41
        with pytest.raises(EdsError):
            tsp.verify(bytes(altered), bytes.fromhex("cafebabe"), store=store, policy=OLD)
