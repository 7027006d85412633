"""Forgeries that fit together: lists, records and witnesses that a careless lone verifier would believe."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from signatures.eds import encoding, issuing, oids
from signatures.eds.demo_certificates import Family, make_responder
from signatures.eds.demo_pki import DemoPki
from signatures.eds.issuing import Holder, ListNumbers, Validity
from signatures.eds.signing_keys import RsaKey
from tests.actors import AT
from tests.signatures.bundle_maker import CODE, Files, LogKeeper, Maker, canonical, entry, pack
from tests.signatures.test_verify_bundle import Ask, _notes, _pins, _wrong, ask, count, maker, vote

__all__ = ["ask", "count", "maker", "vote"]

DAY = Validity(AT - timedelta(days=1), AT + timedelta(days=6))


@pytest.fixture(scope="module")
def stranger() -> RsaKey:
    return RsaKey(rsa.generate_private_key(public_exponent=65537, key_size=2048))


def _with_list(maker: Maker, raw: bytes, **more: bytes) -> bytes:
    files = maker.vote_files()
    del files["revocation/ocsp.der"]
    return pack({**files, "revocation/list.der": raw, **more})


def _namesake(pki: DemoPki, key: RsaKey) -> Holder:
    """A stranger's certificate in the name of the issuing authority, made by the stranger."""
    subject = pki.authority.issuing.parsed.subject_name
    usage = issuing.key_usage(oids.CERTIFICATE_SIGN_BIT, oids.CRL_SIGN_BIT)
    raw = issuing.issue(
        subject=subject, spki=key.spki, issuer=subject, by=key, serial=7, validity=DAY,
        extensions=[issuing.basic_constraints(), usage],
    )  # fmt: skip
    return Holder(raw, key)


def test_a_list_of_somebody_with_the_authoritys_name_hides_no_revocation(
    pki: DemoPki, stranger: RsaKey, ask: Ask
) -> None:
    maker, namesake = Maker(pki, AT, person="revoked"), _namesake(pki, stranger)
    forged = issuing.revocation_list(namesake, {}, validity=DAY, numbers=ListNumbers(9))

    for name in ("certificates/0a.der", "certificates/zz.der"):
        status, told = ask(_with_list(maker, forged, **{name: namesake.raw}), *_pins(maker))
        assert (status, _wrong(told)) == (1, [("revocation", "revocation_forged")])


def test_changes_alone_hide_no_revocation(pki: DemoPki, ask: Ask) -> None:
    maker = Maker(pki, AT, person="revoked")
    changes = pki.authority.delta_list(now=AT)

    told = ask(_with_list(maker, changes))[1]
    assert _wrong(told) == [("revocation", "revocation_missing")]

    whole = pki.authority.revocation_list(now=AT)
    assert _wrong(ask(_with_list(maker, whole, **{"revocation/changes.der": changes}))[1]) == [
        ("revocation", "revoked")
    ]
    good = Maker(pki, AT)
    assert _wrong(ask(_with_list(good, whole, **{"revocation/changes.der": changes}))[1]) == []


def _scoped(pki: DemoPki, *parts: bytes) -> bytes:
    """A list of the real authority that speaks of other certificates only."""
    real = pki.authority.issuing
    point = issuing.extension(oids.ISSUING_POINT, encoding.sequence(*parts), critical=True)
    number = issuing.extension(oids.CRL_NUMBER, encoding.integer(9))
    tbs = encoding.sequence(
        encoding.integer(1), real.key.algorithm, real.parsed.subject_name,
        encoding.time(DAY.not_before), encoding.time(DAY.not_after),
        encoding.explicit(0, encoding.sequence(number, point)),
    )  # fmt: skip
    return issuing.signed(tbs, real.key)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (encoding.element(0x81, b"\xff"), []),
        (encoding.element(0x82, b"\xff"), [("revocation", "revocation_missing")]),
        (encoding.element(0x83, b"\x06\x40"), [("revocation", "revocation_missing")]),
        (encoding.element(0x84, b"\xff"), [("revocation", "revocation_missing")]),
        (encoding.element(0x85, b"\xff"), [("revocation", "revocation_missing")]),
    ],
    ids=["people", "authorities", "some reasons", "indirect", "attributes"],
)
def test_a_list_of_other_certificates_is_no_answer(
    pki: DemoPki, part: bytes, expected: list[tuple[str, str]], ask: Ask
) -> None:
    assert _wrong(ask(_with_list(Maker(pki, AT), _scoped(pki, part)))[1]) == expected


def test_a_responder_whose_term_is_over_answers_no_more(pki: DemoPki, ask: Ask) -> None:
    maker, authority = Maker(pki, AT), pki.authority
    before = Validity(AT - timedelta(days=90), AT - timedelta(days=1))
    key = authority.responder.key
    old = make_responder(Family.RSA, key, authority.issuing, b"any", before)
    files = maker.vote_files()
    now, authority.responder = authority.responder, old
    try:
        files["revocation/ocsp.der"] = maker.ocsp()
    finally:
        authority.responder = now

    assert _wrong(ask(pack(files))[1]) == [("revocation", "revocation_forged")]


# --- records behind the head ---


def test_records_behind_the_signed_head_do_not_count(maker: Maker, count: Files, ask: Ask) -> None:
    more = [canonical({**entry(200 + n, AT), "sequence": 8 + n}) + b"\n" for n in range(3)]
    files = {**count, "leaves.ndjson": count["leaves.ndjson"] + b"".join(more)}

    status, told = ask(pack(files, kind="count", petition=CODE, count=9, size=11), *_pins(maker))

    assert (status, ("leaves", "leaves_unsigned") in _wrong(told)) == (1, True)


# --- witnesses that were asked for ---


@pytest.mark.parametrize("kind", ["vote", "count"])
def test_a_witness_who_was_asked_for_is_missed_where_the_archive_was_left_out(
    kind: str, maker: Maker, request: pytest.FixtureRequest, ask: Ask
) -> None:
    files: Files = request.getfixturevalue(kind)
    facts: dict[str, Any] = {"kind": "count", "petition": CODE, "count": 6} if kind == "count" else {}
    raw = pack({name: one for name, one in files.items() if not name.startswith("archive/")}, **facts)

    assert "no_archive" in _notes(ask(raw)[1])
    status, told = ask(raw, "--witness", maker.witness.line)
    assert (status, _wrong(told)) == (1, [("witnesses", "witness_missing")])


def test_a_log_without_a_host_is_no_log(ask: Ask, pki: DemoPki) -> None:
    maker = Maker(pki, AT)
    maker.keeper = LogKeeper(f"/log/{CODE}", maker.keeper.private)

    assert ("head", "head_of_another") in _wrong(ask(pack(maker.vote_files()))[1])


# --- what the list of files says of the whole ---


def test_a_signed_vote_is_not_passed_off_as_erased(vote: Files, ask: Ask) -> None:
    status, told = ask(pack({**vote, "signature.p7s": b"forged"}, erased="yes"))

    assert status == 1
    assert ("erased", "not_erased") in _wrong(told)


def test_a_vote_for_another_petition_than_the_bundle_names_is_refused(vote: Files, ask: Ask) -> None:
    assert _wrong(ask(pack(vote, petition=CODE))[1]) == []
    assert ("leaf", "leaf_out_of_place") in _wrong(ask(pack(vote, petition="another23456"))[1])


def test_a_title_that_looks_like_the_checksum_is_not_taken_for_it(pki: DemoPki, ask: Ask) -> None:
    from tests.signatures.bundle_maker import TEXT

    maker = Maker(pki, AT)
    said = maker.statement.replace(TEXT.encode(), b"00" * 32).replace(b"Trees", TEXT.encode())
    maker.statement, maker.cms = said, pki.sign("aigerim", said, at=AT)

    assert [code for _step, code in _wrong(ask(pack(maker.vote_files()))[1])] == ["statement_other"]


def test_a_head_that_was_kept_is_compared_with_that_of_a_vote(
    maker: Maker, vote: Files, ask: Ask, tmp_path: Any
) -> None:
    kept, leaves = tmp_path / "kept.txt", maker.leaves()

    kept.write_text(maker.keeper.checkpoint(leaves), encoding="utf-8")
    assert _wrong(ask(pack(vote), "--head", str(kept))[1]) == []
    kept.write_text(maker.keeper.checkpoint(leaves[::-1]), encoding="utf-8")
    assert _wrong(ask(pack(vote), "--head", str(kept))[1]) == [("own_heads", "root_other")]
    kept.write_text(maker.keeper.checkpoint(leaves[:3]), encoding="utf-8")
    assert "head_not_compared" in _notes(ask(pack(vote), "--head", str(kept))[1])
