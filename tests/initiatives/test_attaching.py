"""Files: the type comes from the content, images are made anew, limits hold."""

import io
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Body, User
from initiatives.limits import ATTACHMENT_BYTES_MAX, ATTACHMENTS_MAX
from initiatives.models import Attachment, Initiative
from initiatives.services import attaching
from initiatives.states import State
from portal.errors import Conflict, InvalidInput, NotAllowed
from tests.factories.files import make_pdf
from tests.factories.initiatives import make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def draft(citizen: User, ministry: Body, at: datetime) -> Initiative:
    return make_petition(state=State.DRAFT, author=citizen, body=ministry, at=at)


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 8), **more: Any) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size).save(made, format=kind, **more)
    return made.getvalue()


def attach(draft: Initiative, by: User, name: str, content: bytes, at: datetime) -> Attachment:
    return attaching.attach(initiative=draft, by=by, upload=SimpleUploadedFile(name, content), at=at)


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("хат.pdf", make_pdf(), "application/pdf"),
        ("сурет.png", picture(), "image/png"),
        ("сурет.JPG", picture("JPEG"), "image/jpeg"),
        ("сурет.jpeg", picture("JPEG"), "image/jpeg"),
        ("сурет.webp", picture("WEBP"), "image/webp"),
    ],
)
def test_honest_files_are_kept(
    draft: Initiative, citizen: User, at: datetime, name: str, content: bytes, content_type: str
) -> None:
    made = attach(draft, citizen, name, content, at)
    assert made.content_type == content_type
    assert made.name.startswith(name.split(".")[0])


def test_where_a_photograph_was_taken_is_forgotten(draft: Initiative, citizen: User, at: datetime) -> None:
    exif = Image.Exif()
    exif[0x010E] = "at home, 43.238949 76.889709"
    made = attach(draft, citizen, "сурет.jpg", picture("JPEG", exif=exif), at)
    with made.file.open("rb") as kept:
        assert b"43.238949" not in kept.read()


def test_a_large_picture_is_made_smaller(draft: Initiative, citizen: User, at: datetime) -> None:
    made = attach(draft, citizen, "сурет.png", picture(size=(5000, 100)), at)
    with Image.open(made.file.path) as kept:
        assert max(kept.size) == attaching.SIDE_MAX


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("хат.pdf", picture()),
        ("сурет.png", b"%PDF-1.7"),
        ("сурет.gif", picture("GIF")),
        ("бет.html", b"<html><script>alert(1)</script>"),
        ("сурет.png", picture()[:30]),
        ("хат.pdf", b"%PDF-1.7\n..."),
        ("хат.pdf", make_pdf()[:200]),
        ("хат.pdf", b"%PDF-" + b"0" * ATTACHMENT_BYTES_MAX),
        ("бомба.png", picture(size=(9000, 5000))),
        ("атаусыз", picture()),
    ],
)
def test_liars_giants_and_bombs_are_refused(
    draft: Initiative, citizen: User, at: datetime, name: str, content: bytes
) -> None:
    with pytest.raises(InvalidInput) as refused:
        attach(draft, citizen, name, content, at)
    assert "file" in refused.value.fields
    assert not Attachment.objects.exists()


def test_the_same_file_is_attached_once(draft: Initiative, citizen: User, at: datetime) -> None:
    attach(draft, citizen, "хат.pdf", make_pdf(), at)
    with pytest.raises(Conflict, match="already_attached"):
        attach(draft, citizen, "хат2.pdf", make_pdf(), at)


def test_no_more_than_five(draft: Initiative, citizen: User, at: datetime) -> None:
    for number in range(ATTACHMENTS_MAX):
        attach(draft, citizen, "хат.pdf", make_pdf(200 + number), at)
    with pytest.raises(InvalidInput):
        attach(draft, citizen, "хат.pdf", make_pdf(300), at)
    assert Attachment.objects.count() == ATTACHMENTS_MAX


def test_files_freeze_with_the_text(citizen: User, other_citizen: User, ministry: Body, at: datetime) -> None:
    joining = make_petition(state=State.JOINING, author=citizen, body=ministry, at=at)
    with pytest.raises(NotAllowed, match="text_frozen"):
        attach(joining, citizen, "хат.pdf", b"%PDF-1.7", at)


def test_a_stranger_attaches_and_removes_nothing(
    draft: Initiative, citizen: User, other_citizen: User, at: datetime
) -> None:
    made = attach(draft, citizen, "хат.pdf", make_pdf(), at)
    with pytest.raises(NotAllowed, match="author_only"):
        attach(draft, other_citizen, "хат.pdf", b"%PDF-1.8", at)
    with pytest.raises(NotAllowed, match="author_only"):
        attaching.detach(attachment=made, by=other_citizen)
    attaching.detach(attachment=made, by=citizen)
    assert not Attachment.objects.exists()
