"""Attacks by files: bent, doubled, swollen or talkative pictures, and names that want to be more than names."""

import io
import random
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image, PngImagePlugin

from accounts.models import Body, User
from initiatives.models import Attachment, Initiative
from initiatives.services import attaching
from initiatives.states import State
from portal.errors import InvalidInput
from tests.actors import AT
from tests.factories.initiatives import make_initiative

pytestmark = pytest.mark.django_db
SECRET = b"taken at home by Aigul"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def draft(citizen: User, ministry: Body) -> Initiative:
    return make_initiative(body=ministry, author=citizen, state=State.DRAFT, at=AT)


def picture(kind: str, **more: Any) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(made, kind, **more)
    return made.getvalue()


def attach(draft: Initiative, content: bytes, name: str) -> Attachment:
    return attaching.attach(initiative=draft, by=draft.author, upload=SimpleUploadedFile(name, content), at=AT)


def test_a_telephones_doubled_jpeg_is_taken_as_one_picture(draft: Initiative) -> None:
    doubled = picture("MPO", save_all=True, append_images=[Image.new("RGB", (40, 20), "blue")])
    kept = attach(draft, doubled, "photo.jpg")
    assert kept.content_type == "image/jpeg"
    with Image.open(kept.file.path) as seen:
        assert seen.format == "JPEG"


def test_a_kept_picture_says_nothing_about_who_took_it(draft: Initiative) -> None:
    notes = Image.Exif()
    notes[0x010E] = SECRET.decode()
    kept = attach(draft, picture("JPEG", comment=SECRET, exif=notes), "photo.jpg")
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", SECRET.decode())
    also = attach(draft, picture("PNG", pnginfo=words), "scan.png")
    for one in (kept, also):
        assert SECRET not in Path(one.file.path).read_bytes()


def test_a_picture_swollen_with_text_is_refused(draft: Initiative) -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("bomb", "x" * 20_000_000, zip=True)
    with pytest.raises(InvalidInput):
        attach(draft, picture("PNG", pnginfo=words), "small.png")


@pytest.mark.filterwarnings("ignore")
def test_no_bent_picture_is_a_fault_of_ours(draft: Initiative) -> None:
    chance = random.Random(2026)
    whole = [("a.jpg", picture("JPEG")), ("a.png", picture("PNG")), ("a.webp", picture("WEBP"))]
    for _number in range(600):
        name, content = chance.choice(whole)
        bent = bytearray(content)
        for _place in range(chance.randint(1, 4)):
            bent[chance.randrange(12, len(bent))] = chance.randrange(256)
        try:
            attaching._sound(bytes(bent[: chance.randint(12, len(bent))]), name)
        except InvalidInput:
            continue


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("page.html", b"%PDF-1.7 <script>alert(1)</script>"),
        ("photo.pdf", b"<html><script>alert(1)</script>"),
        ("photo.jpg", b"GIF89a" + bytes(40)),
        ("archive.png", b"PK\x03\x04" + bytes(400)),
    ],
)
def test_what_is_not_what_it_says_is_refused(draft: Initiative, name: str, content: bytes) -> None:
    with pytest.raises(InvalidInput):
        attach(draft, content, name)
    assert not Attachment.objects.exists()


def test_a_file_is_only_ever_a_download_under_a_tame_name(draft: Initiative, client: Client, settings: Any) -> None:
    """A PDF may hold scripts, and its name may hold a path or a header: neither comes to life on our origin."""
    kept = attach(draft, b"%PDF-1.7\n<script>alert(document.domain)</script>", '../../etc/x\r\nSet-Cookie: a="b.pdf')
    client.force_login(draft.author)
    answer = client.get(reverse("initiatives:attachment", args=[draft.code, kept.pk]))
    answer.close()
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/pdf"
    assert not answer.cookies.get("a")
    assert "/" not in kept.name
    assert Path(kept.file.path).is_relative_to(settings.MEDIA_ROOT)
    assert Path(kept.file.path).name == f"{kept.sha256}.pdf"
