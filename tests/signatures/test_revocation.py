"""Revocation: the national test authority's answers and lists at their time, and what is no answer at all."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as other_ocsp

from signatures.eds import certificate, crl, der, ocsp, policy, signing
from signatures.eds.certificate import Certificate
from signatures.eds.demo_certificates import ADDRESS, Family, make_authority
from signatures.eds.demo_making import new_key
from signatures.eds.demo_people import BY_SLUG
from signatures.eds.demo_pki import DemoPki, DemoSource
from signatures.eds.errors import Code, EdsError
from signatures.eds.issuing import Holder, Validity
from signatures.eds.path import Authority, TrustStore
from signatures.eds.revocation import Answer, Kind, RevocationChecker, SourceUnreachable, State, request_for
from signatures.eds.verify import Status, Verifier
from tests.actors import AT
from tests.signatures.by_cryptography import key_usage, name, private
from tests.signatures.conftest import TEXT
from tests.signatures.gost_vectors import read

OLD = replace(policy.TEST, old_algorithms_allowed=True)


class Given:
    """Answers that lie ready; it keeps what it was asked."""

    def __init__(self, *, ocsp: bytes = b"", lists: Sequence[bytes] = ()) -> None:
        self._ocsp, self._lists = ocsp, lists
        self.asked: list[bytes] = []

    def ocsp(self, authority: Authority, request: bytes, *, now: datetime) -> bytes:
        self.asked.append(request)
        if not self._ocsp:
            raise SourceUnreachable("nothing")
        return self._ocsp

    def crls(self, authority: Authority, *, now: datetime) -> Sequence[bytes]:
        return self._lists


def _authority(name: str) -> Authority:
    return TrustStore([read(f"certs/{name}.der")], old_algorithms_allowed=True).authorities[0]


def _leaf(serial: int, like: str = "certs_individual_valid_sign_2004_rsa") -> Certificate:
    """A real leaf, with the serial that is asked about."""
    return replace(certificate.parse(read(f"certs/{like}.der")), serial=serial)


# --- the national test authority ---


@pytest.mark.parametrize(
    ("answer", "issuer", "serial", "state"),
    [
        ("individual_sign_2004", "ca_nca_rsa_test", "4279390a141f5353a62947b61ed65e81741467d1", State.GOOD),
        ("ceo_sign_2004_revoked", "ca_nca_gost_test", "12e3e7b9966d09eb9cda64251457e815c2a8dded", State.REVOKED),
        ("ceo_2015_revoked", "ca_nca_gost2015_test", "3a90343e720594c55204b19cb9a402422ef0e622", State.REVOKED),
        ("individual_2015", "ca_nca_gost2015_test", "0ff06211dc82beb00253ffa000f1de84abef454f", State.NEVER_ISSUED),
    ],
)
def test_each_recorded_answer_is_believed_at_its_time(answer: str, issuer: str, serial: str, state: State) -> None:
    raw, authority, leaf = read(f"ocsp/ocsp_response_{answer}.bin"), _authority(issuer), _leaf(int(serial, 16))
    given = ocsp.parse(raw).singles[0].this_update

    def at(now: datetime, about: Certificate = leaf, data: bytes = raw) -> Answer:
        return RevocationChecker(Given(ocsp=data), OLD).check(about, authority, at=now, now=now)

    assert at(given).state is state
    assert [(e.kind, e.raw, e.sha256) for e in at(given).evidence] == [(Kind.OCSP, raw, hashlib.sha256(raw).digest())]
    assert at(given + timedelta(minutes=16)).state is State.PENDING
    assert at(given - timedelta(minutes=6)).state is State.PENDING
    assert at(given, _leaf(leaf.serial + 1)).state is State.PENDING


@pytest.mark.parametrize(
    ("name", "issuer", "entries"),
    [("nca_rsa_test", "ca_nca_rsa_test", 126), ("nca_gost_test", "ca_nca_gost_test", 31),
     ("nca_gost2022_test", "ca_nca_gost2015_test", 6)],
)  # fmt: skip
def test_each_recorded_list_says_what_cryptography_reads_in_it(name: str, issuer: str, entries: int) -> None:
    raw, authority = read(f"crl/{name}.crl"), _authority(issuer)
    theirs, ours = x509.load_der_x509_crl(raw), crl.parse(raw)
    now = theirs.last_update_utc + timedelta(days=1)
    checker = RevocationChecker(Given(lists=[raw]), OLD)

    assert len(ours.places) == entries == len(theirs)
    for entry in theirs:
        found = ours.find(entry.serial_number)
        assert found is not None
        assert found.since == entry.revocation_date_utc
        leaf = _leaf(entry.serial_number)
        assert checker.check(leaf, authority, at=now, now=now).state is State.REVOKED
        assert checker.check(leaf, authority, at=found.since - timedelta(seconds=1), now=now).state is State.GOOD
    assert checker.check(_leaf(5), authority, at=now, now=now).state is State.GOOD
    after = theirs.next_update_utc
    assert after is not None
    late = after + timedelta(seconds=1)
    assert checker.check(_leaf(5), authority, at=late, now=late).state is State.PENDING


def test_no_altered_byte_of_a_recorded_list_is_believed() -> None:
    raw, authority = read("crl/nca_gost2022_test.crl"), _authority("ca_nca_gost2015_test")
    now = crl.parse(raw).this_update
    for place in range(len(raw)):
        altered = raw[:place] + bytes([raw[place] ^ 0x15]) + raw[place + 1 :]
        checker = RevocationChecker(Given(lists=[altered]), OLD)
        assert checker.check(_leaf(5), authority, at=now, now=now).state is State.PENDING, place


# --- answers of our own making ---


@pytest.fixture
def leaf(pki: DemoPki) -> Certificate:
    return certificate.parse(pki.holder("aigerim").raw)


@pytest.fixture
def issuing(pki: DemoPki, leaf: Certificate) -> Authority:
    return pki.trust_store().issuer_of(leaf, AT)


def _responder(pki: DemoPki, **changes: Any) -> Holder:
    """A responder's certificate over the demo responder's key, with changed habits."""
    key = private(pki.authority.responder)
    usage = changes.get("usage", x509.oid.ExtendedKeyUsageOID.OCSP_SIGNING)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name("ТЕСТ OCSP"))
        .issuer_name(pki.authority.issuing.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT - timedelta(days=30))
        .not_valid_after(changes.get("until", AT + timedelta(days=30)))
        .add_extension(
            key_usage(signs=changes.get("signs", True), commits=not changes.get("signs", True)), critical=True
        )
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
    )
    if changes.get("nocheck", True):
        nocheck = x509.UnrecognizedExtension(x509.OCSPNoCheck.oid, changes.get("value", b"\x05\x00"))
        builder = builder.add_extension(nocheck, critical=False)
    signer = changes.get("issuer", pki.authority.issuing)
    made = builder.sign(private(signer), hashes.SHA256())
    return Holder(made.public_bytes(Encoding.DER), pki.authority.responder.key)


def _state(pki: DemoPki, leaf: Certificate, issuing: Authority, responder: Holder) -> State:
    authority = replace(pki.authority, responder=responder)
    answer = authority.answer_ocsp(request_for(leaf, issuing), now=AT)
    return RevocationChecker(Given(ocsp=answer), policy.DEMO).check(leaf, issuing, at=AT, now=AT).state


def test_who_may_answer_for_the_authority(pki: DemoPki, leaf: Certificate, issuing: Authority) -> None:
    mail = x509.oid.ExtendedKeyUsageOID.EMAIL_PROTECTION
    believed = (_responder(pki), _responder(pki, value=b""), pki.authority.issuing)
    strangers = (
        _responder(pki, usage=mail),
        _responder(pki, nocheck=False),
        _responder(pki, value=b"\x01\x01\xff"),
        _responder(pki, signs=False),
        _responder(pki, until=AT - timedelta(seconds=1)),
        _responder(pki, issuer=pki.holder("foreign")),
        pki.holder("yerlan"),
    )
    assert [_state(pki, leaf, issuing, one) for one in believed] == [State.GOOD] * 3
    assert [_state(pki, leaf, issuing, one) for one in strangers] == [State.PENDING] * 7


def test_a_responder_that_was_believed_is_not_believed_after_its_end(
    pki: DemoPki, leaf: Certificate, issuing: Authority
) -> None:
    """It is remembered, but not longer than its certificate is valid."""
    short = _responder(pki, until=AT + timedelta(minutes=1))
    authority = replace(pki.authority, responder=short)
    answer = authority.answer_ocsp(request_for(leaf, issuing), now=AT)
    checker = RevocationChecker(Given(ocsp=answer), policy.DEMO)

    assert checker.check(leaf, issuing, at=AT, now=AT).state is State.GOOD
    late = AT + timedelta(minutes=2)
    assert checker.check(leaf, issuing, at=AT, now=late).state is State.PENDING


def _echoing(pki: DemoPki, leaf: Certificate, nonce: bytes) -> bytes:
    """An answer with a nonce, by cryptography."""
    issuer_name, issuer_key = ocsp.issuer_hashes(certificate.parse(pki.authority.issuing.raw))
    responder = pki.authority.responder
    builder = (
        other_ocsp.OCSPResponseBuilder(
            responder_id=(responder.certificate, other_ocsp.OCSPResponderEncoding.HASH), certs=[responder.certificate]
        )
        .add_response_by_hash(
            issuer_name, issuer_key, leaf.serial, hashes.SHA256(), other_ocsp.OCSPCertStatus.GOOD, AT,
            AT + timedelta(minutes=3), None, None,
        )
        .add_extension(x509.OCSPNonce(nonce), critical=False)
    )  # fmt: skip
    return builder.sign(private(responder), hashes.SHA256()).public_bytes(Encoding.DER)


def test_an_answer_with_another_nonce_is_an_answer_to_another_question(
    pki: DemoPki, leaf: Certificate, issuing: Authority
) -> None:
    def state(given: Given) -> State:
        checker = RevocationChecker(given, policy.DEMO, nonces=lambda: b"8 octets")
        return checker.check(leaf, issuing, at=AT, now=AT).state

    without = pki.authority.answer_ocsp(request_for(leaf, issuing), now=AT)
    assert state(Given(ocsp=_echoing(pki, leaf, b"8 octets"))) is State.GOOD
    assert state(Given(ocsp=_echoing(pki, leaf, b"8 octetz"))) is State.PENDING
    assert state(Given(ocsp=without)) is State.GOOD
    given = Given(ocsp=without)
    state(given)
    question = other_ocsp.load_der_ocsp_request(given.asked[0])
    assert question.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"8 octets"
    assert question.serial_number == leaf.serial


def test_an_answer_is_not_believed_after_its_own_end(pki: DemoPki, leaf: Certificate, issuing: Authority) -> None:
    checker = RevocationChecker(Given(ocsp=_echoing(pki, leaf, b"1")), policy.DEMO)

    assert checker.check(leaf, issuing, at=AT, now=AT + timedelta(minutes=8)).state is State.GOOD
    assert checker.check(leaf, issuing, at=AT, now=AT + timedelta(minutes=9)).state is State.PENDING


def _several(pki: DemoPki, answers: Sequence[bytes]) -> bytes:
    """Put the single answers of several responses into one, signed by the demo's responder."""
    parsed = [ocsp.parse(raw) for raw in answers]
    fields = [der.children(one.tbs, der.whole(one.tbs, der.SEQUENCE)) for one in parsed]
    singles = b"".join(der.contents(one.tbs, parts[2]) for one, parts in zip(parsed, fields, strict=True))
    first = [der.raw(parsed[0].tbs, part) for part in fields[0]]
    tbs = signing.element(der.SEQUENCE, *first[:2], signing.element(der.SEQUENCE, singles))
    signature = pki.authority.responder.key.sign(tbs)
    carried = signing.element(0xA0, signing.element(der.SEQUENCE, pki.authority.responder.raw))
    bits = signing.element(der.BIT_STRING, b"\x00", signature)
    basic = signing.element(der.SEQUENCE, tbs, parsed[0].algorithm, bits, carried)
    name = bytes.fromhex("06092b0601050507300101")
    wrapped = signing.element(der.SEQUENCE, name, signing.element(der.OCTET_STRING, basic))
    return signing.element(der.SEQUENCE, b"\x0a\x01\x00", signing.element(0xA0, wrapped))


def test_of_several_answers_the_one_about_the_certificate_counts_and_the_worst_of_two(
    pki: DemoPki, leaf: Certificate, issuing: Authority
) -> None:
    other = certificate.parse(pki.holder("yerlan").raw)
    revoking = replace(pki.authority, revoked={leaf.serial: AT - timedelta(days=1)})
    good = pki.authority.answer_ocsp(request_for(leaf, issuing), now=AT)
    stale = pki.authority.answer_ocsp(request_for(leaf, issuing), now=AT - timedelta(hours=2))
    bad = revoking.answer_ocsp(request_for(leaf, issuing), now=AT)
    foreign = pki.authority.answer_ocsp(request_for(other, issuing), now=AT)

    def state(*answers: bytes) -> State:
        checker = RevocationChecker(Given(ocsp=_several(pki, answers)), policy.DEMO)
        return checker.check(leaf, issuing, at=AT, now=AT).state

    assert state(foreign, good) is State.GOOD
    assert state(foreign, stale, good) is State.GOOD
    assert state(good, bad) is State.REVOKED
    assert state(foreign, stale) is State.PENDING


# --- lists of our own making ---


def _list(pki: DemoPki, serials: dict[int, tuple[datetime, x509.ReasonFlags]], **changes: Any) -> bytes:
    holder: Holder = changes.get("holder", pki.authority.issuing)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(holder.certificate.subject)
        .last_update(AT - timedelta(hours=2))
        .next_update(changes.get("until", AT + timedelta(days=1)))
        .add_extension(x509.CRLNumber(changes.get("number", 7)), critical=False)
    )
    if "base" in changes:
        builder = builder.add_extension(x509.DeltaCRLIndicator(changes["base"]), critical=True)
    if "point" in changes:
        builder = builder.add_extension(x509.IssuingDistributionPoint(**changes["point"]), critical=True)
    if "unknown" in changes:
        strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
        builder = builder.add_extension(strange, critical=changes["unknown"])
    for serial, (since, reason) in serials.items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        builder = builder.add_revoked_certificate(entry.add_extension(x509.CRLReason(reason), critical=False).build())
    return builder.sign(private(holder), hashes.SHA256()).public_bytes(Encoding.DER)


def _point(**changes: Any) -> dict[str, Any]:
    said = {
        "full_name": None, "relative_name": None, "only_contains_user_certs": False, "only_contains_ca_certs": False,
        "only_some_reasons": None, "indirect_crl": False, "only_contains_attribute_certs": False,
    }  # fmt: skip
    return said | changes


def _by_lists(leaf: Certificate, issuing: Authority, *lists: bytes) -> Answer:
    return RevocationChecker(Given(lists=lists), policy.DEMO).check(leaf, issuing, at=AT, now=AT)


HELD = (AT - timedelta(days=1), x509.ReasonFlags.certificate_hold)
COMPROMISED = (AT - timedelta(days=1), x509.ReasonFlags.key_compromise)
RELEASED = (AT - timedelta(hours=3), x509.ReasonFlags.remove_from_crl)


def test_a_list_and_its_changes_are_read_together(pki: DemoPki, leaf: Certificate, issuing: Authority) -> None:
    clean, held = _list(pki, {}), _list(pki, {leaf.serial: HELD})
    revoking = _list(pki, {leaf.serial: COMPROMISED}, base=7, number=9)
    nothing = _list(pki, {}, base=5, number=8)
    releasing = _list(pki, {leaf.serial: RELEASED}, base=7, number=9)

    assert _by_lists(leaf, issuing, clean).state is State.GOOD
    assert _by_lists(leaf, issuing, held).state is State.REVOKED
    assert _by_lists(leaf, issuing, clean, revoking).state is State.REVOKED
    assert _by_lists(leaf, issuing, revoking, clean, nothing).state is State.REVOKED
    assert _by_lists(leaf, issuing, held, nothing).state is State.REVOKED
    answer = _by_lists(leaf, issuing, held, releasing)
    assert (answer.state, [one.kind for one in answer.evidence]) == (State.GOOD, [Kind.LIST, Kind.CHANGES])


def test_changes_that_leave_a_gap_are_not_believed(pki: DemoPki, leaf: Certificate, issuing: Authority) -> None:
    clean = _list(pki, {})

    assert _by_lists(leaf, issuing, clean, _list(pki, {}, base=8, number=9)).state is State.PENDING
    assert _by_lists(leaf, issuing, _list(pki, {}, base=6, number=9)).state is State.PENDING
    past = _list(pki, {}, base=7, number=9, until=AT - timedelta(hours=1))
    assert _by_lists(leaf, issuing, clean, past).state is State.PENDING
    older = _list(pki, {leaf.serial: COMPROMISED}, base=3, number=6)
    assert _by_lists(leaf, issuing, clean, older).state is State.GOOD  # the whole list is later than these changes
    assert _by_lists(leaf, issuing, _list(pki, {leaf.serial: RELEASED})).state is State.PENDING


def test_a_list_about_others_says_nothing_of_this_certificate(
    pki: DemoPki, leaf: Certificate, issuing: Authority
) -> None:
    here = [x509.UniformResourceIdentifier(f"{ADDRESS}/ca.crl")]
    elsewhere = [x509.UniformResourceIdentifier("http://localhost:8000/other.crl")]
    covering = (_point(only_contains_user_certs=True), _point(full_name=here))
    others = (
        _point(only_contains_ca_certs=True),
        _point(indirect_crl=True),
        _point(only_contains_attribute_certs=True),
        _point(only_some_reasons=frozenset({x509.ReasonFlags.key_compromise})),
        _point(full_name=elsewhere),
    )
    assert [_by_lists(leaf, issuing, _list(pki, {}, point=one)).state for one in covering] == [State.GOOD] * 2
    assert [_by_lists(leaf, issuing, _list(pki, {}, point=one)).state for one in others] == [State.PENDING] * 5
    assert _by_lists(leaf, issuing, _list(pki, {}, unknown=False)).state is State.GOOD
    assert _by_lists(leaf, issuing, _list(pki, {}, unknown=True)).state is State.PENDING
    assert _by_lists(leaf, issuing, _list(pki, {}, holder=pki.holder("foreign"))).state is State.PENDING


def test_one_of_a_hundred_thousand_entries_is_found_at_once(
    pki: DemoPki, issuing: Authority, leaf: Certificate
) -> None:
    """Entries are written here, because cryptography's builder would take minutes; it reads them, too."""
    small = crl.parse(_list(pki, {}))
    fields = [der.raw(small.tbs, part) for part in der.children(small.tbs, der.whole(small.tbs, der.SEQUENCE))]
    date = signing.element(der.UTC_TIME, b"260101000000Z")
    serials = [leaf.serial - 50_000 + number for number in range(100_000)]
    entries = b"".join(
        signing.element(der.SEQUENCE, signing.element(der.INTEGER, one.to_bytes(20, "big")), date) for one in serials
    )
    tbs = signing.element(der.SEQUENCE, *fields[:-1], signing.element(der.SEQUENCE, entries), fields[-1])
    signature = pki.authority.issuing.key.sign(tbs)
    raw = signing.element(der.SEQUENCE, tbs, small.algorithm, signing.element(der.BIT_STRING, b"\x00", signature))
    assert len(x509.load_der_x509_crl(raw)) == 100_000
    checker = RevocationChecker(Given(lists=[raw]), policy.DEMO)

    assert checker.check(leaf, issuing, at=AT, now=AT).state is State.REVOKED
    began = time.perf_counter()
    for number in range(1000):
        beyond = replace(leaf, serial=leaf.serial + 50_000 + number)
        assert checker.check(beyond, issuing, at=AT, now=AT).state is State.GOOD
    assert time.perf_counter() - began < 0.5, "a lookup must not go through the list"


# --- authorities ---


@pytest.fixture(scope="module")
def two_levels() -> tuple[Holder, Holder]:
    """A root whose key is at hand, and an issuing authority below it."""
    span = Validity(AT - timedelta(days=900), AT + timedelta(days=900))
    root = make_authority("ТЕСТ ROOT", new_key(Family.RSA), None, span)
    return root, make_authority("ТЕСТ CA", new_key(Family.RSA), root, span)


@pytest.mark.parametrize(
    ("revoked", "root_list", "code"),
    [
        (None, True, None),
        (AT - timedelta(days=2), True, Code.CA_REVOKED),
        (AT + timedelta(hours=1), True, None),
        (None, False, Code.RESPONDER_UNREACHABLE),
    ],
)
def test_the_roots_list_speaks_of_the_issuing_authority(
    pki: DemoPki, two_levels: tuple[Holder, Holder], revoked: datetime | None, root_list: bool, code: Code | None
) -> None:
    root, issuing = two_levels
    authority = replace(pki.authority, issuing=issuing, responder=issuing, revoked={})
    key = pki.holder("aigerim").key
    made = authority.issue(BY_SLUG["aigerim"], key, not_before=AT - timedelta(days=1), not_after=AT + timedelta(days=1))
    serials = {} if revoked is None else {issuing.certificate.serial_number: (revoked, x509.ReasonFlags.ca_compromise)}
    lists = {issuing.raw: [_list(pki, {}, holder=issuing)], root.raw: [_list(pki, serials, holder=root)] * root_list}

    class ByAuthority(Given):
        def crls(self, authority: Authority, *, now: datetime) -> Sequence[bytes]:
            return lists[authority.certificate.raw]

    checker = RevocationChecker(ByAuthority(), policy.DEMO, check_authorities=True)
    verifier = Verifier(TrustStore([root.raw], [issuing.raw]), checker, policy.DEMO)
    cms = signing.sign_detached(TEXT, key, made.raw, at=AT)
    report = verifier.verify(cms, TEXT, at=AT)

    assert report.code is code
    assert report.findings[-1].step == "authorities"
    if code is None:
        kinds = [one.kind for one in report.evidence]
        assert kinds == [Kind.AUTHORITY, Kind.AUTHORITY, Kind.LIST, Kind.LIST]
    assert report.status is {None: Status.VALID, Code.CA_REVOKED: Status.INVALID}.get(code, Status.PENDING)


def test_what_is_no_list_and_no_answer_at_all(pki: DemoPki, leaf: Certificate, issuing: Authority) -> None:
    answer = pki.authority.answer_ocsp(request_for(leaf, issuing), now=AT)
    lists = pki.authority.revocation_list(now=AT)
    for cut in range(0, len(answer), 9):
        with pytest.raises(EdsError):
            ocsp.parse(answer[:cut])
    for cut in range(0, len(lists), 9):
        with pytest.raises(EdsError):
            crl.parse(lists[:cut])
    assert RevocationChecker(DemoSource(pki), policy.DEMO).check(leaf, issuing, at=AT, now=AT).state is State.GOOD
    assert datetime(1970, 1, 1, tzinfo=UTC) == ocsp.NEVER_ISSUED_SINCE
