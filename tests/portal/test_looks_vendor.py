"""What others wrote stands in static/vendor unchanged, with its version, licence and sums."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "static" / "vendor"
CSS = ROOT / "static" / "css"
PACKAGES = sorted(path.name for path in VENDOR.iterdir() if path.is_dir())
LOOKS = ("govuk-frontend", "golos-text", "htmx")


@pytest.mark.parametrize("package", LOOKS)
def test_every_vendored_file_is_the_one_that_was_reviewed(package: str) -> None:
    folder = VENDOR / package
    lines = [line.split("  ", 1) for line in (folder / "SHA256SUMS").read_text().splitlines()]
    listed = {name: digest for digest, name in lines}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    found.pop("SHA256SUMS")
    assert found == listed


@pytest.mark.parametrize("package", LOOKS)
def test_every_vendored_package_names_its_version_and_licence(package: str) -> None:
    assert re.search(r"\d+\.\d+\.\d+", (VENDOR / package / "VERSION").read_text())
    assert len((VENDOR / package / "LICENCE").read_text()) > 300


def test_neither_the_typeface_nor_the_crest_of_gov_uk_is_ours_to_show() -> None:
    css = (VENDOR / "govuk-frontend" / "govuk-frontend.layered.min.css").read_text(encoding="utf-8")
    assert "GDS" not in css
    assert "crest" not in css
    assert "url(" not in css.replace("url()", "")


def test_every_kazakh_letter_has_a_font_file() -> None:
    faces = re.findall(r'url\("\.\./([^"]+)"\)[^}]*unicode-range: ([^;]+);', (CSS / "base.css").read_text())
    assert faces
    ranges: list[tuple[int, int]] = []
    for path, listed in faces:
        assert (ROOT / "static" / path).is_file(), path
        for part in listed.replace("U+", "").split(","):
            low, _, high = part.strip().partition("-")
            ranges.append((int(low, 16), int(high or low, 16)))
    for letter in "ӘәҒғҚқҢңӨөҰұҮүҺһІі№₸":
        assert any(low <= ord(letter) <= high for low, high in ranges), letter


def test_the_dark_palette_is_the_same_whether_chosen_or_taken_from_the_device() -> None:
    tokens = (CSS / "tokens.css").read_text()
    by_device = re.search(r'not\(\[data-theme="light"\], \[data-sight="low"\]\) \{(.*?)\}', tokens, re.S)
    chosen = re.search(r':root\[data-theme="dark"\]:not\(\[data-sight="low"\]\) \{(.*?)\}', tokens, re.S)
    assert by_device
    assert chosen
    declared = [
        sorted(" ".join(one.split()) for one in block.group(1).split(";") if "--" in one)
        for block in (by_device, chosen)
    ]
    assert declared[0] == declared[1]
    assert len(declared[0]) > 40


def test_colours_stand_in_the_tokens_only() -> None:
    allowed = {"tokens.css", "sight.css", "print.css"}
    for path in CSS.rglob("*.css"):
        if path.name in allowed or path.parent.name not in ("css", "components"):
            continue
        stray = re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text())
        assert not stray, f"{path.name}: {stray}"
