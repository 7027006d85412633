"""A citizen votes with a GOST key, takes the proof home and checks it there; a sceptic recounts in the browser."""

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

import pytest
from playwright.sync_api import Page, Route, expect

from accounts.models import Body
from initiatives.models import Initiative, VoteAct
from initiatives.states import State
from portal import clock
from signatures.eds.demo_pki import DemoPki
from signatures.services import heads, sequencing
from tests.browser.screens import Screen
from tests.factories.accounts import make_citizen
from tests.factories.initiatives import make_petition
from tests.initiatives.test_vote_forgetting import give_at
from tests.signatures.bundle_maker import sha
from tests.signatures.test_verify_bundle import SCRIPT

pytestmark = pytest.mark.django_db(transaction=True)
SitDown = Callable[..., Screen]
Files = dict[str, bytes]


@pytest.fixture
def petition(small_akimat: Body) -> Initiative:
    author = make_citizen("850312400115", "Айгүл", "Серікова")
    return make_petition(
        body=small_akimat, author=author, state=State.COLLECTING, at=clock.now() - timedelta(days=1), threshold=1000
    )


def test_a_vote_with_a_gost_key_is_proved_at_home(
    sit_down: SitDown, petition: Initiative, fresh_pki: DemoPki, tmp_path: Path
) -> None:
    voter = sit_down("yerlan")
    voter.page.goto(f"{voter.address}/en/petitions/{petition.code}/vote/")
    voter.sign().look().sees("Your vote stands")
    assert VoteAct.objects.get(initiative=petition).signature is not None
    sequencing.run(at=clock.now())
    heads.publish(at=clock.now(), now=True)
    with voter.page.expect_download() as started:
        voter.page.get_by_role("link", name="Download the proof of your vote").click()
    shutil.copy(SCRIPT, tmp_path / "verify_bundle.py")
    started.value.save_as(tmp_path / "vote.zip")

    roots = [one.certificate.sha256.hex() for one in fresh_pki.trust_store().authorities if one.issuer is None]
    status, said = run(tmp_path, "vote.zip", *(word for root in roots for word in ("--pin", root)))
    assert status == 0, said
    assert "EVERYTHING IS RIGHT" in said

    files = read(tmp_path / "vote.zip")
    for number, (spoil, words) in enumerate(TAMPERINGS):
        spoilt = dict(files)
        spoil(spoilt)
        write(tmp_path / f"{number}.zip", spoilt)
        status, said = run(tmp_path, f"{number}.zip")
        assert status == 1, (number, said)
        for sentence in words:
            assert sentence in said, (number, said)


def run(folder: Path, name: str, *arguments: str) -> tuple[int, str]:
    """The lone verifier in a folder where nothing of the portal is."""
    command = [sys.executable, "-I", "verify_bundle.py", name, "--lang", "en", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={"PATH": ""})
    return done.returncode, done.stdout + done.stderr


def read(path: Path) -> Files:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def write(path: Path, files: Files) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, raw in files.items():
            packed.writestr(name, raw)
    path.write_bytes(out.getvalue())


def flipped(name: str, place: int, *, relisted: bool = True) -> Callable[[Files], None]:
    """Change one bit; whoever cheats well writes the list of files anew."""

    def spoil(files: Files) -> None:
        raw = bytearray(files[name])
        raw[place] ^= 1
        before, files[name] = files[name], bytes(raw)
        if relisted:
            relist(files, name, before)

    return spoil


def relettered(name: str, place: int) -> Callable[[Files], None]:
    """Change one letter of base64 for another: what is written stays readable and says something else."""

    def spoil(files: Files) -> None:
        raw = bytearray(files[name])
        raw[place] = ord("B" if raw[place] == ord("A") else "A")
        before, files[name] = files[name], bytes(raw)
        relist(files, name, before)

    return spoil


def replaced(name: str, pattern: bytes, by: bytes) -> Callable[[Files], None]:
    def spoil(files: Files) -> None:
        before, files[name] = files[name], re.sub(pattern, by, files[name], count=1)
        assert files[name] != before
        relist(files, name, before)

    return spoil


def relist(files: Files, name: str, before: bytes) -> None:
    old, new = sha(before).hex().encode(), sha(files[name]).hex().encode()
    files["manifest.json"] = files["manifest.json"].replace(old, new)


def taken_away(files: Files) -> None:
    del files["receipt.json"]


def put_in(files: Files) -> None:
    files["one-more.txt"] = b"?"


TAMPERINGS = [
    (replaced("statement.txt", rb"\[support\]", b"[against]"), ["another text was signed"]),
    (flipped("signature.p7s", -5), ["signature does not fit", "not the signature that was recorded"]),
    (flipped("certificates/authority-1.der", -5), ["Nobody can be shown to have issued"]),
    (flipped("revocation/ocsp-1.der", -5), ["the answer is not signed by the authority, or was changed"]),
    (replaced("commitment.json", rb'"salt":"..', b'"salt":"00'), ["Salt and data do not fit"]),
    (replaced("receipt.json", rb'"action":"vote"', b'"action":"veto"'), ["The receipt is not signed"]),
    (replaced("leaf.json", rb'"revision":1', b'"revision":2'), ["the log does not hold this record"]),
    (replaced("inclusion.json", rb'"index":0', b'"index":1'), ["the proof is about another place"]),
    (relettered("checkpoint.txt", -9), ["the signature of the head is wrong"]),
    (replaced("archive/leaf.json", rb'"time":"2', b'"time":"3'), ["the proof does not lead to the log's root"]),
    (flipped("report.json", 5, relisted=False), ["A file was changed: report.json"]),
    (taken_away, ["A file is missing: receipt.json"]),
    (put_in, ["A file that the list does not name: one-more.txt"]),
]


def test_a_sceptic_recounts_in_the_browser(sit_down: SitDown, petition: Initiative, fresh_pki: DemoPki) -> None:
    for person in ("marina", "sergey.gost", "olga"):
        give_at(fresh_pki, person, petition, clock.now())
    sequencing.run(at=clock.now())
    sceptic = sit_down(width=360)
    page = sceptic.visit(f"petitions/{petition.code}/verify/").page
    receipt = page.request.get(f"{sceptic.address}/api/v1/initiatives/{petition.code}/log/receipts/{entry(petition)}/")

    page.get_by_label("Your receipt").fill(receipt.text())
    page.get_by_label("Remember this head").check()
    recount(page)
    outcome(page, "success", "The records give 3 votes in force", "signed by the portal's published key", "record 1 of")
    sceptic.look()

    # The portal forgets a vote and signs a shorter log, or rewrites the past: the head that this browser kept shows it.
    for size, words in ((9, "The log was longer before"), (2, "the past was rewritten")):
        kept = json.dumps([{"size": size, "root": "x"}])
        page.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [f"log-heads-{petition.code}", kept])
        page.reload()
        recount(page)
        outcome(page, "danger", words)


def test_a_changed_leaf_is_named_and_a_broken_download_is_not_called_a_lie(
    sit_down: SitDown, petition: Initiative, fresh_pki: DemoPki
) -> None:
    for person in ("marina", "olga"):
        give_at(fresh_pki, person, petition, clock.now())
    sequencing.run(at=clock.now())

    def meddle(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('"source":"eds"', '"source":"paper"', 1))

    liars: list[tuple[Callable[[Route], None], str, str]] = [
        (meddle, "danger", "The records do not give the root that the portal signed for 2 records"),
        (lambda route: route.fulfill(body=""), "danger", "The portal signed 2 records but gave out only 0"),
        (lambda route: route.fulfill(status=403), "warning", "This says nothing about the count"),
    ]
    for lie, tone, words in liars:
        # A browser of its own each time: leaves never change, so the one before keeps them.
        page = sit_down(width=1280).page
        page.context.route("**/log/leaves/**", lie)
        page.goto(f"{sit_down().address}/en/petitions/{petition.code}/verify/")
        recount(page)
        outcome(page, tone, words)


def entry(petition: Initiative) -> str:
    act = VoteAct.objects.filter(initiative=petition).order_by("pk")[1]
    assert act.entry is not None
    return act.entry.hex


def recount(page: Page) -> None:
    page.get_by_role("button", name="Recount now").click()


def outcome(page: Page, tone: str, *words: str) -> None:
    box = page.locator(f"#count-result [data-outcome={tone}]")
    for sentence in words:
        expect(box).to_contain_text(sentence)
