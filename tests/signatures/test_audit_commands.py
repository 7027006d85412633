"""What an auditor is told by `verify_cms` and `verify_certificate`, over files that this project did not make."""

import base64
import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command, execute_from_command_line

from signatures.eds.demo_pki import DemoPki
from tests.actors import AT
from tests.signatures.conftest import TEXT

VECTORS = Path(__file__).parent / "recorded" / "ncanode"
RSA = VECTORS / "cms" / "one_signer_rsa_attached_test123.der"
TWO = VECTORS / "cms" / "two_signers_gost2015+rsa_detached.der"
SIGNED = "2022-09-27T21:29:41Z"
CERTS, LISTS, ANSWERS, STAMPS = (VECTORS / name for name in ("certs", "crl", "ocsp", "tsp"))


def _run(command: str, *words: object) -> tuple[int, dict[str, Any]]:
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command(command, *map(str, words), "--json", stdout=out)
    assert isinstance(end.value.code, int)
    return end.value.code, json.loads(out.getvalue())


def _national(command: str, *words: object) -> tuple[int, dict[str, Any]]:
    return _run(command, *words, "--anchors", CERTS, "--policy", "test")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    path = tmp_path / "content.bin"
    path.write_bytes(b"test123")
    return path


# --- signatures ---


def test_the_rsa_signature_is_good_while_its_certificate_was_valid() -> None:
    code, report = _national("verify_cms", RSA, "--at", "2021-06-01", "--crl", ANSWERS)

    assert (code, report["verdict"]) == (0, "valid")
    [signer] = report["signers"]
    assert (signer["signature"], signer["validity"], signer["revocation"]) == ("valid", "valid", "good")
    assert signer["certificate"]["subject"]["surname"] == "ТЕСТОВ"
    assert signer["certificate"]["iin"] == "123456789011"
    assert signer["certificate"]["iin_possible"] is False
    assert signer["algorithms"] == {"digest": "SHA-256", "signature": "RSA with SHA-256"}
    assert signer["issued_by"]["subject"]["common_name"] == "ҰКО 3.0 (RSA TEST)"
    assert report["content"]["attached"] is True


def test_the_rsa_signature_is_expired_at_its_signing_and_the_checks_behind_are_made_nevertheless() -> None:
    code, report = _national("verify_cms", RSA, "--at", "2022-09-28T14:40:30Z")

    assert (code, report["verdict"], report["code"]) == (1, "invalid", "expired")
    [signer] = report["signers"]
    assert (signer["signature"], signer["path"], signer["validity"]) == ("valid", "valid", "expired")
    steps = {check["step"]: check["result"] for check in signer["checks"]}
    assert (steps["validity"], steps["usage"], steps["role"]) == ("failed", "ok", "ok")


def test_two_signers_are_told_apart_by_their_number(content: Path) -> None:
    words = ("verify_cms", TWO, "--content", content, "--at", SIGNED)

    assert _national(*words)[0] == 1
    code, first = _national(*words, "--signer", 0)
    assert (code, first["chosen"], len(first["signers"])) == (0, [0], 2)
    assert first["signers"][0]["algorithms"]["signature"].startswith("GOST 34.10-2015")
    code, second = _national(*words, "--signer", 1)
    assert (code, second["code"]) == (1, "expired")


def test_the_gost_certificate_was_never_issued_as_its_authority_answers(content: Path) -> None:
    words = ("verify_cms", TWO, "--content", content, "--signer", 0, "--at", SIGNED)

    assert _national(*words, "--crl", LISTS)[0] == 0
    code, report = _national(*words, "--crl", ANSWERS)
    assert (code, report["code"]) == (1, "never_issued")
    assert report["signers"][0]["signature"] == "valid"


def test_a_list_that_was_written_long_before_says_nothing_good(content: Path) -> None:
    code, report = _national(
        "verify_cms", TWO, "--content", content, "--signer", 0, "--at", "2023-06-01", "--crl", LISTS
    )

    assert (code, report["code"]) == (1, "responder_unreachable")
    assert "out_of_date" in {used["reason"] for used in report["signers"][0]["evidence"]}


def test_another_content_is_named_as_the_reason(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"test124")

    code, report = _national("verify_cms", TWO, "--content", other, "--signer", 0, "--at", SIGNED)
    assert (code, report["code"]) == (1, "content_altered")
    assert report["signers"][0]["signature"] == "valid"
    code, report = _national("verify_cms", RSA, "--content", other, "--at", "2021-06-01")
    assert (code, report["code"]) == (1, "content_altered")


@pytest.mark.parametrize("armour", ["pem", "base64"])
def test_other_armours_are_read(armour: str, tmp_path: Path) -> None:
    text = base64.encodebytes(RSA.read_bytes())
    path = tmp_path / "file"
    path.write_bytes(b"-----BEGIN CMS-----\n" + text + b"-----END CMS-----\n" if armour == "pem" else text)

    code, report = _national("verify_cms", path, "--at", "2021-06-01")
    assert (code, report["file"]["armour"]) == (0, armour)


def test_nobody_signed_is_invalid_not_valid(tmp_path: Path) -> None:
    """The hole of other verifiers: a loop over no signers finds nothing wrong."""
    from signatures.eds import signing

    empty = signing.element(
        0x30, bytes.fromhex("06092a864886f70d010702"), signing.element(0xA0, signing.element(
            0x30, b"\x02\x01\x01", signing.element(0x31), signing.element(
                0x30, bytes.fromhex("06092a864886f70d010701"),
                signing.element(0xA0, signing.element(0x04, b"test123")),
            ), signing.element(0x31),
        )),
    )  # fmt: skip
    path = tmp_path / "empty"
    path.write_bytes(empty)

    code, report = _national("verify_cms", path)
    assert (code, report["code"]) == (1, "signer_count")


def test_what_cannot_be_judged_ends_with_two_and_a_sentence(tmp_path: Path) -> None:
    junk = tmp_path / "junk"
    junk.write_bytes(b"\x30\x82\x01")
    cases = {
        "not_readable": (tmp_path / "missing",),
        "not_der": (junk,),
        "content_missing": (TWO,),
        "no_such_signer": (RSA, "--signer", 3),
        "bad_arguments": (RSA, "--at", "yesterday"),
        "not_signed_data": (CERTS / "ca_nca_rsa_test.der",),
    }

    for code, words in cases.items():
        end, report = _national("verify_cms", *words)
        assert (end, report["verdict"], report["code"]) == (2, "unreadable", code), words
    assert _run("verify_cms", RSA, "--anchors", junk)[0] == 2


def test_no_flipped_byte_passes_and_none_crashes(tmp_path: Path) -> None:
    data = RSA.read_bytes()
    path = tmp_path / "flipped"
    passed = []
    for place in range(0, len(data), 11):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1 :])
        if _national("verify_cms", path, "--at", "2021-06-01")[0] == 0:
            passed.append(place)

    assert passed == []


# --- certificates ---


def test_an_expired_certificate_still_shows_the_good_signature_of_its_issuer() -> None:
    path = CERTS / "certs_individual_valid_sign_2004_rsa.der"

    code, report = _national("verify_certificate", path, "--at", "2023-06-01", "--crl", LISTS)
    assert (code, report["code"]) == (1, "expired")
    assert (report["signature"], report["validity"], report["revocation"]) == ("valid", "expired", "unknown")
    code, report = _national("verify_certificate", path, "--at", "2022-06-01", "--crl", LISTS)
    assert (code, report["signature"], report["validity"], report["revocation"]) == (0, "valid", "valid", "good")


def test_a_certificate_of_gost_2004_is_judged() -> None:
    path = CERTS / "certs_ceo_valid_sign_2004_gost.der"
    code, report = _national("verify_certificate", path, "--at", "2022-06-01", "--crl", LISTS)

    assert (code, report["signature"], report["revocation"]) == (0, "valid", "good")
    assert report["certificate"]["bin"] == "123456789021"
    assert report["certificate"]["signature_algorithm"] == "GOST 34.310-2004"


def test_an_altered_certificate_and_a_strangers_are_told_apart(tmp_path: Path, pki: DemoPki) -> None:
    raw = (CERTS / "certs_individual_valid_sign_2004_rsa.der").read_bytes()
    place = raw.index(b"123456789011")
    altered = tmp_path / "altered"
    altered.write_bytes(raw[:place] + b"2" + raw[place + 1 :])
    stranger = tmp_path / "stranger"
    stranger.write_bytes(pki.holder("aigerim").raw)

    assert _national("verify_certificate", altered, "--at", "2022-06-01")[1]["signature"] == "invalid"
    code, report = _national("verify_certificate", stranger, "--at", "2026-11-23")
    assert (code, report["signature"], report["code"]) == (1, "unknown_issuer", "unknown_ca")


def test_lists_and_answers_of_the_authority_can_be_judged_too() -> None:
    for path in LISTS.iterdir():
        code, report = _national("verify_certificate", path, "--at", "2022-08-28")
        assert (code, report["signature"]) == (0, "valid"), path.name
    said = {}
    for path in ANSWERS.iterdir():
        code, report = _national("verify_certificate", path, "--at", "2022-09-02T17:00:00Z")
        assert (code, report["signature"]) == (0, "valid"), path.name
        said[path.name] = report["entries"][0]["state"]
    assert said["ocsp_response_individual_sign_2004.bin"] == "good"
    assert said.get("ocsp_response_individual_2015.bin", "never_issued") == "never_issued"


def test_a_time_stamp_is_judged_with_what_was_stamped(tmp_path: Path) -> None:
    stamped = tmp_path / "stamped"
    for path in sorted(STAMPS.iterdir()):
        stamped.write_bytes(bytes.fromhex("CAFEBABE"))
        code, report = _national("verify_cms", path, "--content", stamped)
        assert (code, report["at"], report["at_from"]) == (0, "2022-09-18T13:20:14Z", "time_stamp")
        assert report["time_stamp"]["policy"] == "1.2.398.3.3.2.6.1"
        assert report["time_stamp"]["nonce"] == "1663507112663"
        stamped.write_bytes(bytes.fromhex("CAFEBABF"))
        assert _national("verify_cms", path, "--content", stamped)[1]["code"] == "time_stamp_wrong"


# --- whom to trust ---


def test_roots_and_intermediates_are_sorted_and_pins_narrow_trust(pki: DemoPki, tmp_path: Path) -> None:
    folder = tmp_path / "anchors"
    folder.mkdir()
    for name in ("root.pem", "issuing.pem"):
        shutil.copy(pki.directory / name, folder / name)
    cms, content = tmp_path / "cms", tmp_path / "text"
    cms.write_bytes(pki.sign("aigerim", TEXT, at=AT))
    content.write_bytes(TEXT)
    words = ("verify_cms", cms, "--content", content, "--anchors", folder, "--policy", "demo", "--at", AT.isoformat())

    code, report = _run(*words)
    assert code == 0
    assert [anchor["role"] for anchor in report["anchors"]] == ["root", "intermediate"]
    code, report = _run(*words, "--pin", "00" * 32)
    assert (code, report["code"], report["anchors"]) == (1, "unknown_ca", [])
    assert {left["reason"] for left in report["ignored"]} == {"leads to no anchor"}


def test_the_portals_own_store_serves_when_no_folder_is_given(pki: DemoPki, tmp_path: Path, settings: Any) -> None:
    settings.DEMO_PKI_DIR = settings.TRUST_ANCHORS_DIR = pki.directory
    content = tmp_path / "text"
    content.write_bytes(TEXT)

    def judge(name: str) -> tuple[int, dict[str, Any]]:
        path = tmp_path / name
        path.write_bytes(pki.sign(name, TEXT, at=AT))
        later = pki.made_at + timedelta(minutes=1)
        return _run("verify_cms", path, "--content", content, "--policy", "demo", "--at", later.isoformat())

    code, report = judge("aigerim")
    assert (code, report["anchors_from"], report["signers"][0]["revocation"]) == (0, "portal", "good")
    assert judge("revoked")[1]["code"] == "revoked"
    assert judge("auth-only")[1]["code"] == "usage_not_signing"


def test_production_wants_to_hear_of_revocation_and_others_say_that_nobody_looked(pki: DemoPki, tmp_path: Path) -> None:
    cms, content = tmp_path / "cms", tmp_path / "text"
    cms.write_bytes(pki.sign("aigerim", TEXT, at=AT))
    content.write_bytes(TEXT)
    words = ("verify_cms", cms, "--content", content, "--anchors", pki.directory, "--at", AT.isoformat(), "--policy")

    assert _run(*words, "demo")[1]["signers"][0]["revocation"] == "not_checked"
    code, report = _run(*words, "production")
    assert (code, report["code"]) == (1, "responder_unreachable")


# --- the program itself ---


def test_it_speaks_three_languages() -> None:
    said = {}
    for language in ("kk", "ru", "en"):
        out = StringIO()
        with pytest.raises(SystemExit):
            call_command(
                "verify_cms", str(RSA), "--anchors", str(CERTS), "--policy", "test", "--at", "2022-09-28",
                "--language", language, stdout=out,
            )  # fmt: skip
        said[language] = out.getvalue()

    assert said["en"].startswith("INVALID")
    assert "[NO] The certificate was valid at that time: Your certificate has expired." in said["en"]
    assert all("ТЕСТОВ ТЕСТ" in text and "2022-01-18" in text for text in said.values())


def test_it_runs_without_a_database() -> None:
    environment = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    environment["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    words = ["verify_certificate", str(CERTS / "certs_individual_valid_sign_2004_rsa.der")]
    words += ["--anchors", str(CERTS), "--at", "2022-06-01", "--policy", "test", "--language", "en"]
    command = [sys.executable, "manage.py", *words]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("VALID")


def test_arguments_that_make_no_sense_end_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        execute_from_command_line(["manage.py", "verify_cms", str(RSA), "--policy", "mine"])

    assert end.value.code == 2
    assert "--policy" in capsys.readouterr().err
