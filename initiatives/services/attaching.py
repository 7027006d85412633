"""Files that support the text: the type is read from the content, never from the name; images and PDFs are made anew."""

import hashlib
import io
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from initiatives import policies, switches
from initiatives.limits import ATTACHMENT_BYTES_MAX, ATTACHMENTS_MAX
from initiatives.models import Attachment, Initiative
from initiatives.services import checking
from initiatives.services.inspecting import pdf_made_anew
from initiatives.states import Safety
from portal.errors import Conflict, InvalidInput
from portal.permissions import require
from portal.switches import require as require_on

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from accounts.models import User

IMAGES = {
    "JPEG": ("image/jpeg", ".jpg"),
    "MPO": ("image/jpeg", ".jpg"),
    "PNG": ("image/png", ".png"),
    "WEBP": ("image/webp", ".webp"),
}
"""MPO is what many telephones call a JPEG with a second picture inside; the first one is kept."""

TAKEN = ("JPEG", "PNG", "WEBP")
PIXELS_MAX = 40_000_000
"""A picture of more is a bomb, not a photograph."""

BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error, Image.DecompressionBombError)
"""What Pillow's parsers raise on a file that somebody bent: each of them means "no picture", not "our fault"."""

SIDE_MAX = 2400
"""Pixels; enough to read a scanned page on a screen."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A file whose content was looked at, and made anew where it is a picture."""

    name: str
    content_type: str
    content: bytes
    sha256: str
    stored_name: str


def checked(upload: "UploadedFile[Any]") -> Checked:
    """Return the file fit to be kept; raise InvalidInput for one too large, not taken, or not what its name says."""
    if upload.size is None or upload.size > ATTACHMENT_BYTES_MAX:
        raise InvalidInput(fields={"file": _("The file is larger than 5 MB.")})
    content_type, suffix, content = _sound(upload.read(), upload.name or "")
    digest = hashlib.sha256(content).hexdigest()
    name = f"{PurePath(upload.name or 'file').stem[:100]}{suffix}"
    return Checked(name, content_type, content, digest, f"{digest}{suffix}")


def attach(*, initiative: Initiative, by: "User", upload: "UploadedFile[Any]", at: datetime) -> Attachment:
    """Keep a PDF or an image with the draft and return it.

    Raises InvalidInput for a file that is too large, of a type not taken, or not what its name says.
    """
    require_on(switches.ATTACHMENTS)
    require(policies.may_edit(by, initiative))
    file = checked(upload)
    with transaction.atomic():
        current = _locked(initiative, by)
        kept = Attachment.objects.filter(initiative=current)
        if kept.filter(sha256=file.sha256).exists():
            raise Conflict(_("This file is already attached."), code="already_attached")
        if kept.count() >= ATTACHMENTS_MAX:
            raise InvalidInput(fields={"file": _("No more than 5 files can be attached.")})
        safety = checking.first_safety()
        made = Attachment(
            initiative=current,
            name=file.name,
            content_type=file.content_type,
            size=len(file.content),
            sha256=file.sha256,
            uploaded_at=at,
            uploaded_by=by,
            safety=safety,
            checked_at=at if safety == Safety.CLEAN else None,
        )
        made.file.save(file.stored_name, ContentFile(file.content), save=False)
        made.save()
    return made


def detach(*, attachment: Attachment, by: "User") -> None:
    """Remove a file from the draft."""
    with transaction.atomic():
        _locked(attachment.initiative, by)
        if attachment.file:
            storage, name = attachment.file.storage, str(attachment.file.name)
            transaction.on_commit(lambda: storage.delete(name))
        attachment.delete()


def _locked(initiative: Initiative, by: "User") -> Initiative:
    """Return the draft as it now stands, until the end of the transaction: whoever opens it or removes a co-author waits."""
    current = Initiative.objects.select_for_update(no_key=True).get(pk=initiative.pk)
    require(policies.may_edit(by, current))
    return current


def _sound(content: bytes, name: str) -> tuple[str, str, bytes]:
    """Return type, suffix and safe content; raise InvalidInput when the content is not what the name says."""
    said = PurePath(name).suffix.lower()
    if content.startswith(b"%PDF-"):
        if said != ".pdf":
            raise _liar()
        return "application/pdf", ".pdf", pdf_made_anew(content)
    try:
        with Image.open(io.BytesIO(content), formats=TAKEN) as image:
            if image.width * image.height > PIXELS_MAX:
                raise InvalidInput(fields={"file": _("The picture has too many pixels.")})
            format_name = str(image.format)
            content_type, suffix = IMAGES[format_name]
            if said not in {suffix, ".jpeg"} or (said == ".jpeg" and suffix != ".jpg"):
                raise _liar()
            made = _made_anew(image, "JPEG" if suffix == ".jpg" else format_name)
    except BROKEN as error:
        sentence = _("Only PDF, JPEG, PNG and WebP files can be attached, and this is none of them.")
        raise InvalidInput(fields={"file": sentence}) from error
    return content_type, suffix, made


def _made_anew(image: Image.Image, format_name: str) -> bytes:
    """Return the picture and nothing else: comments and places that a camera wrote would tell who took it, and where."""
    image.thumbnail((SIDE_MAX, SIDE_MAX))
    picture = ImageOps.exif_transpose(image).convert("RGB" if format_name == "JPEG" else "RGBA")
    picture.info.clear()
    made = io.BytesIO()
    picture.save(made, format=format_name)
    return made.getvalue()


def _liar() -> InvalidInput:
    return InvalidInput(fields={"file": _("The content of the file is not what its name says.")})
