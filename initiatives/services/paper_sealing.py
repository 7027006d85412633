"""Scans of paper lists, sealed anew under the encryption key in use."""

from django.core.files.base import ContentFile
from django.db import transaction

from initiatives.models import PaperList
from signatures.services import sealing


def reseal_scans() -> int:
    """Seal anew each scan that an older key sealed; return how many. The old file goes when the new one is in its place."""
    done = 0
    for pk in PaperList.objects.exclude(scan="").order_by("pk").values_list("pk", flat=True):
        done += _reseal(pk)
    return done


def needing_older_keys() -> int:
    """Return how many scans an older key sealed."""
    return sum(not _head(paper).startswith(sealing.newest_prefix()) for paper in PaperList.objects.exclude(scan=""))


def _head(paper: PaperList) -> bytes:
    with paper.scan.open("rb") as file:
        head: bytes = file.read(sealing.NAMED)
    return head


def _reseal(pk: int) -> bool:
    with transaction.atomic():
        paper = PaperList.objects.select_for_update().get(pk=pk)
        if _head(paper).startswith(sealing.newest_prefix()):
            return False
        with paper.scan.open("rb") as file:
            plain = sealing.unseal(file.read())
        old, storage = str(paper.scan.name), paper.scan.storage
        paper.scan.save(f"{paper.pk}.sealed", ContentFile(sealing.seal(plain)))
        transaction.on_commit(lambda: storage.delete(old))
    return True
