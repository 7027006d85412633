"""The check of attachments for harmful content: nobody but the uploader sees a file before it is found clean."""

import logging
from datetime import datetime

from django.db import transaction

from initiatives import events
from initiatives.models import Attachment
from initiatives.states import Safety
from portal import scanning
from portal.audit.log import record
from portal.events.outbox import publish

logger = logging.getLogger(__name__)

AT_ONCE = 50


def first_safety() -> Safety:
    """Return what a new file is taken for: where the operator has set up no scanner, there is nothing to wait for."""
    return Safety.CLEAN if scanning.configured() is None else Safety.PENDING


def check_pending(*, at: datetime) -> int:
    """Check the files that wait, the oldest first; return how many were settled. While the scanner is away they go on waiting."""
    scanner, settled = scanning.configured(), 0
    for waiting in Attachment.objects.filter(safety=Safety.PENDING).order_by("uploaded_at", "pk")[:AT_ONCE]:
        try:
            finding = scanner(_content(waiting)) if scanner else ""
        except FileNotFoundError:
            finding = "file is missing"
        except scanning.ScannerAway as error:
            logger.warning("attachments wait for the scanner: %s", error)
            return settled
        settled += _settle(waiting, finding, at)
    return settled


def _content(attachment: Attachment) -> bytes:
    with attachment.file.open("rb") as file:
        content: bytes = file.read()
    return content


@transaction.atomic
def _settle(waiting: Attachment, finding: str, at: datetime) -> bool:
    """Write what was found, once: another worker may have come first, or the file may be gone."""
    current = Attachment.objects.select_for_update().filter(pk=waiting.pk, safety=Safety.PENDING).first()
    if current is None:
        return False
    current.checked_at = at
    if not finding:
        current.safety = Safety.CLEAN
        current.save(update_fields=["safety", "checked_at"])
        return True
    storage, name = current.file.storage, current.file.name
    transaction.on_commit(lambda: storage.delete(str(name)))
    current.safety, current.finding, current.file = Safety.REFUSED, finding[:120], ""
    current.save(update_fields=["safety", "finding", "file", "checked_at"])
    record(
        subject=current.initiative,
        action="attachment_refused",
        actor=None,
        at=at,
        data={"sha256": current.sha256, "finding": current.finding},
    )
    publish(events.AttachmentRefused(at=at, subject_id=str(current.initiative_id), attachment_id=str(current.pk)))
    return True
