"""The order of verification on demo keys: what is accepted, and that each refusal has its own code."""

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from cryptography import x509

from signatures.eds import policy, signing
from signatures.eds.demo_people import BY_SLUG
from signatures.eds.demo_pki import DemoPki, DemoSource
from signatures.eds.errors import Code
from signatures.eds.path import Authority, TrustStore
from signatures.eds.policy import OFFICIAL_ACT, PERSONAL_ACT, SIGN_IN, Demand
from signatures.eds.revocation import RevocationChecker, SourceUnreachable
from signatures.eds.verify import Status, Verifier
from tests.actors import AT
from tests.signatures.conftest import TEXT

STEPS = [
    "armour", "structure", "certificates", "algorithms", "content", "attributes", "signing_certificate",
    "signature", "time_stamp", "path", "validity", "usage", "role", "identity", "revocation",
]  # fmt: skip


def test_a_citizens_signature_is_valid_and_every_step_is_in_the_report(pki: DemoPki, verifier: Verifier) -> None:
    report = verifier.verify(pki.sign("aigerim", TEXT, at=AT), TEXT, at=AT)

    assert report.status is Status.VALID
    assert [finding.step for finding in report.findings] == STEPS
    assert report.signing_time == AT


def test_the_signer_is_who_the_certificate_says(pki: DemoPki, verifier: Verifier) -> None:
    signer = verifier.verify(pki.sign("aigerim", TEXT, at=AT), TEXT, at=AT).signer

    aigerim = BY_SLUG["aigerim"]
    assert signer is not None
    assert (signer.iin, signer.birth_date, signer.sex) == (aigerim.iin, aigerim.birth_date, aigerim.sex)
    assert (signer.surname, signer.given_name, signer.patronymic) == ("НҰРЛАНОВА", "Айгерім", "Серікқызы")


def test_neither_iin_nor_name_stands_in_the_report_that_is_stored(pki: DemoPki, verifier: Verifier) -> None:
    for name in ("aigerim", "revoked", "expired", "foreign", "ngo-head"):
        stored = str(verifier.verify(pki.sign(name, TEXT, at=AT), TEXT, at=AT).as_json())
        person = BY_SLUG.get(name, BY_SLUG["yerlan"])
        assert person.iin not in stored
        assert person.surname not in stored


@pytest.mark.parametrize(
    ("name", "demand", "code"),
    [
        ("aigerim", PERSONAL_ACT, None),
        ("two-keys", PERSONAL_ACT, None),
        ("two-keys.second", PERSONAL_ACT, None),
        ("revoked", PERSONAL_ACT, Code.REVOKED),
        ("expired", PERSONAL_ACT, Code.EXPIRED),
        ("auth-only", PERSONAL_ACT, Code.USAGE_NOT_SIGNING),
        ("auth-only", OFFICIAL_ACT, Code.USAGE_NOT_SIGNING),
        ("auth-only", SIGN_IN, None),
        ("foreign", PERSONAL_ACT, Code.UNKNOWN_CA),
        ("ngo-head", PERSONAL_ACT, Code.ROLE_NOT_PERSON),
        ("ngo-head", OFFICIAL_ACT, None),
        ("ministry-head", SIGN_IN, None),
    ],
)
def test_who_may_sign_what(pki: DemoPki, verifier: Verifier, name: str, demand: Demand, code: Code | None) -> None:
    report = verifier.verify(pki.sign(name, TEXT, at=AT), TEXT, at=AT, demand=demand)

    assert report.code is code
    assert (report.status is Status.VALID) is (code is None)


def test_a_heads_signature_names_the_organisation(pki: DemoPki, verifier: Verifier) -> None:
    signer = verifier.verify(pki.sign("ngo-head", TEXT, at=AT), TEXT, at=AT, demand=OFFICIAL_ACT).signer

    organisation = BY_SLUG["ngo-head"].organisation
    assert signer is not None
    assert organisation is not None
    assert (signer.organisation_bin, signer.organisation) == (organisation.bin, organisation.name)


def test_another_text_is_refused(pki: DemoPki, verifier: Verifier) -> None:
    cms = pki.sign("aigerim", TEXT, at=AT)

    assert verifier.verify(cms, TEXT + b" ", at=AT).code is Code.CONTENT_ALTERED
    assert verifier.verify(cms, b"", at=AT).code is Code.CONTENT_ALTERED


def test_attached_content_is_accepted_when_equal_and_refused_when_not(pki: DemoPki, verifier: Verifier) -> None:
    holder = pki.holder("aigerim")
    attached = signing.sign_detached(TEXT, holder.key, holder.raw, at=AT, attached=True)

    assert verifier.verify(attached, TEXT, at=AT).status is Status.VALID
    assert verifier.verify(attached, b"another text", at=AT).code is Code.CONTENT_ALTERED


def test_pem_and_base64_are_taken_off(pki: DemoPki, verifier: Verifier) -> None:
    cms = pki.sign("aigerim", TEXT, at=AT)

    for armoured in (signing.to_pem(cms).encode(), base64.b64encode(cms), base64.encodebytes(cms)):
        assert verifier.verify(armoured, TEXT, at=AT).status is Status.VALID


def test_half_a_file_is_refused_wherever_it_is_cut(pki: DemoPki, verifier: Verifier) -> None:
    cms = pki.sign("aigerim", TEXT, at=AT)

    codes = {verifier.verify(cms[:length], TEXT, at=AT).code for length in range(0, len(cms), 7)}
    assert codes == {Code.NOT_DER}


def test_bytes_behind_the_end_are_refused(pki: DemoPki, verifier: Verifier) -> None:
    assert verifier.verify(pki.sign("aigerim", TEXT, at=AT) + b"\x00", TEXT, at=AT).code is Code.NOT_DER


def test_a_file_too_large_is_refused_unread(verifier: Verifier) -> None:
    assert verifier.verify(b"\x30" * (256 * 1024 + 1), TEXT, at=AT).code is Code.TOO_LARGE


def test_every_altered_byte_is_refused(pki: DemoPki, verifier: Verifier) -> None:
    """Three alterations of each byte: all its bits, its lowest bit, its highest bit. None verifies, none crashes."""
    cms = pki.sign("aigerim", TEXT, at=AT)
    for mask in (0xFF, 0x01, 0x80):
        for place in range(len(cms)):
            altered = bytearray(cms)
            altered[place] ^= mask
            report = verifier.verify(bytes(altered), TEXT, at=AT)
            assert report.status is Status.INVALID, (place, mask)
            assert report.code is not None


def _with_signers(cms: bytes, signer_infos: Sequence[bytes]) -> bytes:
    """Put other SignerInfos into a CMS of this project's own making."""
    from signatures.eds import der

    outer = der.children(cms, der.whole(cms, der.SEQUENCE))
    inner = der.expect(cms, outer[1].body, outer[1].end, der.SEQUENCE)
    parts = [der.raw(cms, part) for part in der.children(cms, inner)[:-1]]
    signed = signing.element(der.SEQUENCE, *parts, signing.element(der.SET, *signer_infos))
    return signing.element(der.SEQUENCE, der.raw(cms, outer[0]), signing.element(0xA0, signed))


def _signer_info(cms: bytes) -> bytes:
    from signatures.eds import der

    outer = der.children(cms, der.whole(cms, der.SEQUENCE))
    inner = der.expect(cms, outer[1].body, outer[1].end, der.SEQUENCE)
    return der.contents(cms, der.children(cms, inner)[-1])


@pytest.mark.parametrize("count", [0, 2])
def test_there_must_be_exactly_one_signer(pki: DemoPki, verifier: Verifier, count: int) -> None:
    cms = pki.sign("aigerim", TEXT, at=AT)
    info = _signer_info(cms)
    assert _with_signers(cms, [info]) == cms

    assert verifier.verify(_with_signers(cms, [info] * count), TEXT, at=AT).code is Code.SIGNER_COUNT


def test_another_persons_certificate_cannot_be_put_in(pki: DemoPki, verifier: Verifier) -> None:
    mine, other = pki.holder("aigerim"), pki.holder("yerlan")
    cms = signing.sign_detached(TEXT, mine.key, other.raw, at=AT)
    assert verifier.verify(cms, TEXT, at=AT).code is Code.SIGNATURE_WRONG

    swapped = pki.sign("aigerim", TEXT, at=AT).replace(mine.raw, other.raw)
    assert verifier.verify(swapped, TEXT, at=AT).status is Status.INVALID


def test_a_signature_before_or_after_the_certificates_time_is_refused(pki: DemoPki, verifier: Verifier) -> None:
    cms = pki.sign("aigerim", TEXT, at=AT)

    assert verifier.verify(cms, TEXT, at=AT - timedelta(days=800)).code is Code.NOT_YET_VALID
    assert verifier.verify(cms, TEXT, at=AT + timedelta(days=1200)).code is Code.EXPIRED
    assert verifier.verify(cms, TEXT, at=AT + timedelta(days=9000)).code is Code.CA_NOT_VALID


def test_a_certificate_revoked_after_the_receipt_was_still_good_at_it(pki: DemoPki, verifier: Verifier) -> None:
    cms = pki.sign("revoked", TEXT, at=AT)
    before = AT - timedelta(days=61)

    assert verifier.verify(cms, TEXT, at=before, now=AT).status is Status.VALID
    assert verifier.verify(cms, TEXT, at=AT).code is Code.REVOKED


def test_a_certificate_that_was_never_issued_is_refused(pki: DemoPki, verifier: Verifier) -> None:
    holder = pki.holder("aigerim")
    forged = pki.authority.issue(
        BY_SLUG["aigerim"],
        holder.key,
        not_before=AT - timedelta(days=1),
        not_after=AT + timedelta(days=1),
        serial=x509.random_serial_number(),
    )
    cms = signing.sign_detached(TEXT, holder.key, forged.raw, at=AT)

    assert verifier.verify(cms, TEXT, at=AT).code is Code.NEVER_ISSUED


class Silence:
    """A source that answers nothing, or only by its list."""

    def __init__(self, pki: DemoPki, *, lists: bool, forged: bytes = b"") -> None:
        self._pki, self._lists, self._forged = pki, lists, forged

    def ocsp(self, authority: Authority, request: bytes, *, now: datetime) -> bytes:
        if not self._forged:
            raise SourceUnreachable("silent")
        return self._forged

    def crls(self, authority: Authority, *, now: datetime) -> Sequence[bytes]:
        return [self._pki.authority.revocation_list(now=now)] if self._lists else []


def _verifier(pki: DemoPki, source: Silence) -> Verifier:
    return Verifier(pki.trust_store(), RevocationChecker(source, policy.DEMO), policy.DEMO)


def test_without_an_answer_about_revocation_a_signature_is_pending(pki: DemoPki) -> None:
    report = _verifier(pki, Silence(pki, lists=False)).verify(pki.sign("aigerim", TEXT, at=AT), TEXT, at=AT)

    assert (report.status, report.code) == (Status.PENDING, Code.RESPONDER_UNREACHABLE)
    assert report.signer is not None


@pytest.mark.parametrize(("name", "status"), [("aigerim", Status.VALID), ("revoked", Status.INVALID)])
def test_the_revocation_list_answers_when_the_responder_is_silent(pki: DemoPki, name: str, status: Status) -> None:
    report = _verifier(pki, Silence(pki, lists=True)).verify(pki.sign(name, TEXT, at=AT), TEXT, at=AT)

    assert report.status is status


def test_a_stale_a_foreign_and_a_broken_answer_are_no_answers(pki: DemoPki) -> None:
    from signatures.eds import certificate, revocation

    holder = pki.holder("aigerim")
    leaf = certificate.parse(holder.raw)
    authority = pki.trust_store().issuer_of(leaf, AT)
    request = revocation.request_for(leaf, authority)
    other = revocation.request_for(certificate.parse(pki.holder("yerlan").raw), authority)
    stale = pki.authority.answer_ocsp(request, now=AT - timedelta(hours=1))
    about_another = pki.authority.answer_ocsp(other, now=AT)
    fresh = pki.authority.answer_ocsp(request, now=AT)
    cms = pki.sign("aigerim", TEXT, at=AT)

    good = _verifier(pki, Silence(pki, lists=False, forged=fresh)).verify(cms, TEXT, at=AT)
    assert good.status is Status.VALID
    for answer in (stale, about_another, fresh[:-5], fresh[:60], b"\x30\x03\x0a\x01\x06", b"nonsense"):
        report = _verifier(pki, Silence(pki, lists=False, forged=answer)).verify(cms, TEXT, at=AT)
        assert report.status is Status.PENDING


def test_an_answer_with_any_byte_altered_never_says_good(pki: DemoPki) -> None:
    """Outside the signed part lie only the wrapping and the responder's certificate, which the authority signed."""
    from signatures.eds import certificate, revocation

    leaf = certificate.parse(pki.holder("revoked").raw)
    authority = pki.trust_store().issuer_of(leaf, AT)
    answer = pki.authority.answer_ocsp(revocation.request_for(leaf, authority), now=AT)
    cms = pki.sign("revoked", TEXT, at=AT)
    for place in range(len(answer)):
        altered = bytearray(answer)
        altered[place] ^= 0xFF
        report = _verifier(pki, Silence(pki, lists=False, forged=bytes(altered))).verify(cms, TEXT, at=AT)
        assert report.status is not Status.VALID, place


def test_an_empty_trust_store_trusts_nobody(pki: DemoPki) -> None:
    nobody = Verifier(TrustStore([]), RevocationChecker(DemoSource(pki), policy.DEMO), policy.DEMO)

    assert nobody.verify(pki.sign("aigerim", TEXT, at=AT), TEXT, at=AT).code is Code.UNKNOWN_CA
