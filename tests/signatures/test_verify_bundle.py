"""The lone verifier: it accepts what is right, and names what is wrong, whoever spoilt it."""

import base64
import importlib.util
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import gostcrypto
import pytest

from signatures.eds.demo_pki import DemoPki
from tests.actors import AT
from tests.signatures.bundle_maker import CODE, Files, LogKeeper, Maker, canonical, pack, statement

SCRIPT = Path(__file__).parents[2] / "signatures" / "log" / "verify_bundle.py"
VECTORS = Path(__file__).parent / "recorded"


def _load() -> ModuleType:
    """The file by itself, as a stranger would run it: no package around it."""
    spec = importlib.util.spec_from_file_location("lone_verifier", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


lone = _load()


@pytest.fixture(scope="module")
def maker(pki: DemoPki) -> Maker:
    return Maker(pki, AT)


@pytest.fixture(scope="module")
def vote(maker: Maker) -> Files:
    return maker.vote_files()


@pytest.fixture(scope="module")
def count(maker: Maker) -> Files:
    return maker.count_files()


Ask = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run the command on a bundle; return its exit status and its JSON."""

    def run(raw: bytes, *arguments: str) -> tuple[int, dict[str, Any]]:
        path = tmp_path / "bundle.zip"
        path.write_bytes(raw)
        status = lone.main([str(path), "--json", "--lang", "en", *arguments])
        return status, json.loads(capsys.readouterr().out)

    return run


def _wrong(told: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["step"], one["code"]) for one in told["checks"] if one["result"] == "wrong"]


def _notes(told: dict[str, Any]) -> set[str]:
    return {one["code"] for one in told["checks"] if one["result"] == "note"}


def _pins(maker: Maker) -> list[str]:
    roots = [one for one in maker.pki.trust_store().authorities if one.issuer is None]
    pins = [word for one in roots for word in ("--pin", one.certificate.sha256.hex())]
    return [*pins, "--key", maker.keeper.line, "--witness", maker.witness.line]


# --- a right bundle of a vote ---


def test_a_right_bundle_is_right_and_nothing_is_left_to_believe(maker: Maker, vote: Files, ask: Ask) -> None:
    status, told = ask(pack(vote), *_pins(maker))

    assert (status, told["verdict"], _wrong(told)) == (0, "valid", [])
    assert _notes(told) == {"no_signature_stamp"}
    assert told["facts"]["leaf"] == maker.place
    assert told["facts"]["signer"].startswith("НҰРЛАНОВА")


def test_a_vote_with_a_gost_key_and_a_stamp_of_its_own_is_right(pki: DemoPki, ask: Ask) -> None:
    maker = Maker(pki, AT, person="aigerim.gost")
    maker.cms = pki.sign("aigerim.gost", maker.statement, at=AT, stamped=AT - timedelta(minutes=1))

    files = maker.vote_files()
    status, told = ask(pack(files), *_pins(maker))
    assert (status, _wrong(told), _notes(told)) == (0, [], set())
    assert told["facts"]["signed_at"] == "2026-03-02T04:59:00Z"

    files["statement.txt"] = files["statement.txt"].replace(b"Trees", b"Stone")
    assert _wrong(ask(pack(files))[1]) == [("signature", "content_altered")]
    maker.cms = pki.sign("aigerim.gost", maker.statement, at=AT, stamped=AT - timedelta(hours=1))
    assert _wrong(ask(pack(maker.vote_files()))[1]) == [("signature_time", "stamp_out_of_time")]


def test_without_pins_it_says_what_came_with_the_bundle(vote: Files, ask: Ask) -> None:
    status, told = ask(pack(vote))

    assert status == 0
    assert _notes(told) == {"no_signature_stamp", "key_from_bundle", "anchor_from_bundle", "witnesses_unknown"}


def test_the_file_works_alone_in_an_empty_folder(maker: Maker, vote: Files, tmp_path: Path) -> None:
    shutil.copy(SCRIPT, tmp_path)
    (tmp_path / "vote.zip").write_bytes(pack(vote))
    command = [sys.executable, "-I", "verify_bundle.py", "vote.zip", "--lang", "ru", *_pins(maker)]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, env={"PATH": ""})

    assert done.returncode == 0, done.stdout + done.stderr
    assert "ВСЁ ВЕРНО" in done.stdout


def test_an_unpacked_folder_is_as_good(maker: Maker, vote: Files, tmp_path: Path) -> None:
    zipfile.ZipFile(io.BytesIO(pack(vote))).extractall(tmp_path / "unpacked")

    assert lone.main([str(tmp_path / "unpacked"), "--json"]) == 0


def test_the_file_imports_nothing_of_the_portal() -> None:
    text = SCRIPT.read_text(encoding="utf-8")

    roots = {line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert roots - set(sys.stdlib_module_names) == {"cryptography"}


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_each_sentence_is_there_in_three_languages(language: str) -> None:
    for table in (lone.SENTENCES, lone.STEPS, lone.VERDICTS, lone.MARKS, lone.FACTS, lone.LIMITS):
        for code, words in table.items():
            assert len(words) == 3, code
            assert words[lone.LANGUAGES.index(language)].strip(), code
    raised = set(re.findall(r'(?:Problem|Unreadable)\("([a-z_]+)"', SCRIPT.read_text(encoding="utf-8")))
    assert raised <= set(lone.SENTENCES)
    assert all(len(set(map(_gaps, words))) == 1 for words in lone.SENTENCES.values())


def _gaps(sentence: str) -> frozenset[str]:
    return frozenset(re.findall(r"\{(\w+)\}", sentence))


# --- a vote that was meddled with ---


def _flip(raw: bytes, place: int) -> bytes:
    place %= len(raw)
    return raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]


def _json(files: Files, name: str, **changes: Any) -> None:
    files[name] = canonical({**json.loads(files[name]), **changes})


def _statement(files: Files, _maker: Maker) -> None:
    files["statement.txt"] = files["statement.txt"].replace(b"Trees", b"Stone")


def _other_petition(files: Files, maker: Maker) -> None:
    """Signed by the very person, but about another petition."""
    files["statement.txt"] = statement(maker.at, "zzzzzzzz2345")
    files["signature.p7s"] = maker.pki.sign(maker.person, files["statement.txt"], at=maker.at)


def _cms(files: Files, _maker: Maker) -> None:
    files["signature.p7s"] = _flip(files["signature.p7s"], -9)


def _certificate(files: Files, _maker: Maker) -> None:
    del files["certificates/issuer.der"]


def _certificate_byte(files: Files, _maker: Maker) -> None:
    files["certificates/issuer.der"] = _flip(files["certificates/issuer.der"], -9)


def _ocsp(files: Files, _maker: Maker) -> None:
    place = files["revocation/ocsp.der"].index(b"\x80\x00\x18")  # good, then thisUpdate
    files["revocation/ocsp.der"] = _flip(files["revocation/ocsp.der"], place + 10)


def _ocsp_of_another(files: Files, maker: Maker) -> None:
    files["revocation/ocsp.der"] = Maker(maker.pki, maker.at, person="yerlan").ocsp()


def _salt(files: Files, _maker: Maker) -> None:
    _json(files, "commitment.json", salt="52" * 32)


def _receipt(files: Files, _maker: Maker) -> None:
    receipt = json.loads(files["receipt.json"])
    _json(files, "receipt.json", entry={**receipt["entry"], "time": "2026-03-02T05:00:09Z"})


def _leaf(files: Files, _maker: Maker) -> None:
    _json(files, "leaf.json", revision=2)


def _proof(files: Files, _maker: Maker) -> None:
    proof = json.loads(files["inclusion.json"])
    _json(files, "inclusion.json", proof=["A" * 43 + "=", *proof["proof"][1:]])


def _head(files: Files, maker: Maker) -> None:
    files["checkpoint.txt"] = files["checkpoint.txt"].replace(b"\n8\n", b"\n9\n")


def _another_key(files: Files, _maker: Maker) -> None:
    stranger = LogKeeper("halyq.test/log/" + CODE)
    files["log-key.txt"] = f"{stranger.line}\n".encode()


def _archive(files: Files, maker: Maker) -> None:
    other = LogKeeper(maker.keeper.origin, maker.keeper.private).checkpoint([b"x"])
    _json(files, "archive/leaf.json", checkpoint=other)


def _archive_head(files: Files, _maker: Maker) -> None:
    files["archive/checkpoint.txt"] = files["archive/checkpoint.txt"].replace(b"\n3\n", b"\n4\n")


def _stamp(files: Files, maker: Maker) -> None:
    files["archive/timestamp.der"] = maker.tsa.stamp(b"something else", maker.at)


def _stamp_byte(files: Files, _maker: Maker) -> None:
    files["archive/timestamp.der"] = _flip(files["archive/timestamp.der"], -9)


TAMPERINGS = [
    (_statement, {("signature", "content_altered")}),
    (_other_petition, {("statement", "statement_other"), ("commitment", "commitment_other_signature")}),
    (_cms, {("signature", "signature_wrong"), ("commitment", "commitment_other_signature")}),
    (_certificate, {("path", "path_broken"), ("head_time", "path_broken")}),
    (_certificate_byte, {("path", "path_broken"), ("head_time", "path_broken")}),
    (_ocsp, {("revocation", "revocation_forged")}),
    (_ocsp_of_another, {("revocation", "revocation_missing")}),
    (_salt, {("commitment", "commitment_wrong")}),
    (_receipt, {("receipt", "receipt_forged")}),
    (_leaf, {("inclusion", "proof_wrong"), ("receipt", "receipt_other_vote"), ("statement", "statement_other")}),
    (_proof, {("inclusion", "proof_wrong")}),
    (_head, {("head", "head_signature"), ("archive", "archive_other_head")}),
    (_another_key, {("head", "head_unsigned"), ("receipt", "receipt_forged"), ("archive", "head_unsigned")}),
    (_archive, {("archive", "archive_other_head")}),
    (_archive_head, {("archive", "head_signature"), ("head_time", "stamp_other")}),
    (_stamp, {("head_time", "stamp_other")}),
    (_stamp_byte, {("head_time", "signature_wrong")}),
]


@pytest.mark.parametrize(("spoil", "expected"), TAMPERINGS, ids=lambda one: getattr(one, "__name__", ""))
def test_a_portal_that_cheats_is_named(
    spoil: Callable[[Files, Maker], None], expected: set[tuple[str, str]], maker: Maker, vote: Files, ask: Ask
) -> None:
    """The list of hashes is made after the change: only the mathematics can tell."""
    files = dict(vote)
    spoil(files, maker)

    status, told = ask(pack(files))

    assert status == 1
    assert set(_wrong(told)) == expected


@pytest.mark.parametrize("spoil", [one for one, _expected in TAMPERINGS], ids=lambda one: one.__name__)
def test_meddling_with_the_download_is_named(
    spoil: Callable[[Files, Maker], None], maker: Maker, vote: Files, ask: Ask
) -> None:
    status, told = ask(pack(dict(vote), spoil_late=lambda files: spoil(files, maker)))

    assert status == 1
    assert {code for step, code in _wrong(told) if step == "files"} <= {"file_altered", "file_missing"}
    assert ("files") in {step for step, _code in _wrong(told)}


def test_a_file_too_many_and_a_file_too_few_are_named(vote: Files, ask: Ask) -> None:
    status, told = ask(pack(vote, spoil_late=lambda files: files.update({"more.txt": b"x"})))
    assert (status, told["checks"][1]["values"]) == (1, {"name": "more.txt"})
    assert ("files", "file_extra") in _wrong(told)

    files = {name: raw for name, raw in vote.items() if name != "receipt.json"}
    status, told = ask(pack(files))
    assert status == 1
    assert ("files", "file_missing") in _wrong(told)


def test_every_byte_of_the_signature_file_counts(maker: Maker, vote: Files) -> None:
    """Whatever byte is changed, something is found; nothing crashes."""
    raw = vote["signature.p7s"]
    for place in range(0, len(raw), 7):
        files = {**vote, "signature.p7s": _flip(raw, place)}
        report = _report(files)
        assert not report.is_valid, place


def _report(files: Files, tmp: list[Path] = []) -> Any:  # noqa: B006 - one folder for all
    import tempfile

    if not tmp:
        tmp.append(Path(tempfile.mkdtemp()))
    path = tmp[0] / "bundle.zip"
    path.write_bytes(pack(files))
    return lone.verify(path, lone.Options())


# --- what the user knows apart from the bundle ---


def test_a_pinned_key_or_root_of_another_is_refused(maker: Maker, vote: Files, ask: Ask) -> None:
    status, told = ask(pack(vote), "--pin", "00" * 32)
    assert (status, ("path", "path_not_anchored") in _wrong(told)) == (1, True)

    stranger = base64.b64encode(LogKeeper("x").public).decode()
    status, told = ask(pack(vote), "--key", stranger)
    assert set(_wrong(told)) == {
        ("head", "key_not_pinned"),
        ("archive", "key_not_pinned"),
        ("receipt", "receipt_forged"),
    }

    status, told = ask(pack(vote), "--witness", LogKeeper("witness.test", kind=4).line)
    assert _wrong(told) == [("witnesses", "witness_missing")]


def test_anchors_of_the_user_count_alone(maker: Maker, vote: Files, ask: Ask, tmp_path: Path) -> None:
    folder = tmp_path / "anchors"
    folder.mkdir()
    (folder / "root.der").write_bytes(vote["certificates/root.der"])

    status, told = ask(pack({n: r for n, r in vote.items() if n != "certificates/root.der"}), "--anchors", str(folder))

    assert (status, _wrong(told)) == (0, [])
    assert "anchor_from_bundle" not in _notes(told)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("expired", ("validity", "not_valid_then")),
        ("revoked", ("revocation", "revoked")),
        ("auth-only", ("usage", "not_for_signing")),
        ("ministry-head", ("usage", "not_for_signing")),
    ],
)
def test_a_bad_certificate_is_named(pki: DemoPki, person: str, expected: tuple[str, str], ask: Ask) -> None:
    status, told = ask(pack(Maker(pki, AT, person=person).vote_files()))

    assert status == 1
    assert expected in _wrong(told)


def test_the_revocation_list_is_enough_and_must_not_be_forged(pki: DemoPki, ask: Ask) -> None:
    for person, expected in (("aigerim", []), ("revoked", [("revocation", "revoked")])):
        maker = Maker(pki, AT, person=person)
        files = maker.vote_files()
        del files["revocation/ocsp.der"]
        files["revocation/list.der"] = pki.authority.revocation_list(now=AT)
        assert _wrong(ask(pack(files))[1]) == expected
        files["revocation/list.der"] = _flip(files["revocation/list.der"], -3)
        assert _wrong(ask(pack(files))[1]) == [("revocation", "revocation_forged")]


def test_a_stamp_of_a_certificate_that_may_not_stamp_is_refused(maker: Maker, vote: Files, ask: Ask) -> None:
    from tests.signatures.bundle_maker import StampAuthority

    note = vote["archive/checkpoint.txt"].rpartition(b"\n\n")[0] + b"\n"
    stranger = StampAuthority(maker.pki.authority.issuing, AT, is_stamper=False)

    files = {**vote, "archive/timestamp.der": stranger.stamp(note, AT)}

    assert _wrong(ask(pack(files))[1]) == [("head_time", "stamp_not_authority")]


# --- after an erasure ---


def test_an_erased_vote_is_still_in_its_place(vote: Files, ask: Ask) -> None:
    kept = ("leaf.json", "inclusion.json", "checkpoint.txt", "log-key.txt")
    files = {name: raw for name, raw in vote.items() if name in kept or name.startswith(("archive/", "certificates/"))}

    status, told = ask(pack(files, erased="2026-04-01"))

    assert (status, _wrong(told)) == (0, [])
    assert "was_erased" in _notes(told)


# --- the bundle of a count ---


def test_a_right_count_is_right(maker: Maker, count: Files, ask: Ask, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text(maker.keeper.checkpoint(maker.leaves()[:4]), encoding="utf-8")

    status, told = ask(pack(count, kind="count", petition=CODE, count=6), "--head", str(kept), *_pins(maker))

    assert (status, _wrong(told)) == (0, [])
    assert {name: told["facts"][name] for name in ("leaves", "votes", "withdrawn", "count")} == {
        "leaves": 8, "votes": 7, "withdrawn": 1, "count": 6,
    }  # fmt: skip
    assert told["facts"]["sources"] == {"eds": 6}


def _count_with(maker: Maker, leaves: list[bytes], files: Files, **facts: Any) -> bytes:
    """A portal that signs whatever it likes: head and all are made for these leaves."""
    made = {
        **files,
        "leaves.ndjson": b"".join(leaf + b"\n" for leaf in leaves),
        "checkpoint.txt": maker.keeper.checkpoint(leaves).encode(),
        "heads.ndjson": b"",
    }
    made = {name: raw for name, raw in made.items() if not name.startswith("archive/")}
    return pack(made, **{"kind": "count", "petition": CODE, "count": 6, **facts})


def _numbered(entries: list[dict[str, Any]]) -> list[bytes]:
    return [canonical({**one, "sequence": number}) for number, one in enumerate(entries)]


def test_a_changed_leaf_an_older_head_and_a_wrong_number_are_named(maker: Maker, count: Files, ask: Ask) -> None:
    lines = count["leaves.ndjson"].splitlines(keepends=True)
    lines[3] = lines[3].replace(b'"eds"', b'"paper"')
    told = ask(pack({**count, "leaves.ndjson": b"".join(lines)}, kind="count", petition=CODE, count=6))[1]
    assert _wrong(told) == [("leaves", "root_other")]

    told = ask(pack({**count, "leaves.ndjson": b"".join(lines[:6])}, kind="count", petition=CODE, count=6))[1]
    assert set(_wrong(told)) == {("leaves", "root_other"), ("leaves", "leaves_missing")}

    assert _wrong(ask(pack(count, kind="count", petition=CODE, count=7))[1]) == [("count", "count_other")]


def test_a_rewritten_past_is_named_by_a_head_that_was_kept(
    maker: Maker, count: Files, ask: Ask, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text(maker.keeper.checkpoint(maker.leaves()[:4]), encoding="utf-8")
    entries = maker.entries()
    entries[2]["commitment"] = "00" * 32

    raw = _count_with(maker, _numbered(entries), count)

    assert _wrong(ask(raw)[1]) == []
    assert _wrong(ask(raw, "--head", str(kept))[1]) == [("leaves", "root_other")]


def test_the_rules_of_the_count_are_kept(maker: Maker, count: Files, ask: Ask) -> None:
    good = maker.entries()

    def said(entries: list[dict[str, Any]], number: int = 6) -> set[str]:
        told = ask(_count_with(maker, _numbered(entries), count, count=number))[1]
        return {code for _step, code in _wrong(told)}

    assert said(good) == set()
    assert said([*good, {**good[-1], "id": "f" * 32}]) == {"cancels_wrong"}  # taken back twice
    assert said([*good, {**good[-1], "id": "f" * 32, "cancels": "e" * 32}]) == {"cancels_wrong"}  # a vote never given
    assert said([*good, good[1]]) == {"leaf_twice"}
    assert said([*good, {**good[1], "id": "f" * 32, "cancels": good[2]["id"]}]) == {"cancels_wrong"}
    assert said([*good, {**good[1], "id": "f" * 32, "petition": "another23456"}]) == {"leaf_out_of_place"}
    assert said([*good, {**good[1], "id": "f" * 32, "more": "x"}]) == {"leaf_malformed"}
    assert said([], 0) == set()


# --- files that want to do harm ---


def test_names_that_reach_outside_and_bombs_are_not_opened(ask: Ask) -> None:
    def zipped(**files: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, raw in files.items():
                packed.writestr(name, raw)
        return out.getvalue()

    manifest = canonical({"v": 1, "kind": "count", "files": {}})
    for name in ("../evil.txt", "/etc/passwd", "a\\..\\b", "a/../../b", "C:evil"):
        status, told = ask(zipped(**{"manifest.json": manifest, name: b"x"}))
        assert (status, told["checks"][0]["code"]) == (2, "strange_name"), name
    status, told = ask(zipped(**{"manifest.json": manifest, "leaves.ndjson": bytes(8_000_000)}))
    assert (status, told["checks"][0]["code"]) == (2, "too_large")
    for raw, code in ((b"no zip", "not_a_zip"), (zipped(a=b""), "no_manifest"), (b"", "not_a_zip")):
        status, told = ask(raw)
        assert (status, told["checks"][0]["code"]) == (2, code)


def test_a_missing_file_of_the_command_is_unreadable(capsys: pytest.CaptureFixture[str]) -> None:
    assert lone.main(["/nowhere/at-all.zip", "--lang", "kk"]) == 2
    assert "ТЕКСЕРУ МҮМКІН ЕМЕС" in capsys.readouterr().out


# --- the mathematics, against strangers ---


@pytest.mark.parametrize("size", [1, 63, 64, 65, 200])
def test_streebog_is_what_another_implementation_says(size: int) -> None:
    message = bytes(range(256))[:size]

    assert lone.streebog512(message) == bytes(gostcrypto.gosthash.new("streebog512", data=bytearray(message)).digest())


def test_streebog_of_the_standard() -> None:
    """RFC 6986, 10.1.1: M1, written there from the last byte to the first."""
    message = b"012345678901234567890123456789012345678901234567890123456789012"

    assert lone.streebog512(message).hex() == (
        "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa"
        "00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48"
    )


def test_gost_of_the_national_test_authority_is_verified() -> None:
    """An authority's certificate and its revocation list: the key that signed the list is in the certificate."""
    authority = lone.Certificate((VECTORS / "ncanode" / "certs" / "ca_nca_gost2015_test.der").read_bytes())
    raw = (VECTORS / "ncanode" / "crl" / "nca_gost2022_test.crl").read_bytes()
    tbs, algorithm, signature = lone.der(raw).inside()
    oid = algorithm.inside()[0].oid()

    assert oid == lone.GOST_SIGNATURE
    assert authority.signed(oid, signature.bits(), tbs.raw)
    assert not authority.signed(oid, signature.bits(), _flip(tbs.raw, 50))
    assert not authority.signed(oid, _flip(signature.bits(), 3), tbs.raw)


def test_time_passes_fast_enough_for_a_vote(maker: Maker, vote: Files) -> None:
    """A whole RSA bundle takes far below a second."""
    from time import perf_counter

    start = perf_counter()
    _report(vote)
    assert perf_counter() - start < timedelta(seconds=2).total_seconds()
