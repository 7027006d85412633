"""The scanner: a real conversation with a small daemon that speaks ClamAV's INSTREAM, and what follows from its word."""

import io
import socketserver
import struct
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import FileResponse
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import Body, User
from initiatives import events
from initiatives.models import Attachment, Initiative
from initiatives.notifications import tell_of_file
from initiatives.services import attaching, checking, coauthoring
from initiatives.states import Safety, State
from portal import scanning
from portal.events.models import OutboxEvent
from portal.notifications.models import Notification
from tests.factories.files import make_pdf
from tests.factories.initiatives import make_petition

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Daemon(socketserver.StreamRequestHandler):
    """What clamd does with INSTREAM, and the ways in which it fails."""

    def handle(self) -> None:
        command = self.rfile.read(10)
        content = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        mood = getattr(self.server, "mood", "")
        if mood == "silent":
            return
        if mood == "full" or command != b"zINSTREAM\0":
            self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
            return
        found = EICAR in content or b"harmful" in content
        self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if found else b"stream: OK\0")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    mood = ""


class LocalServer(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    mood = ""


@pytest.fixture
def daemon(settings: Any, tmp_path: Path) -> Iterator[Server]:
    settings.MEDIA_ROOT = tmp_path / "media"
    with Server(("127.0.0.1", 0), Daemon) as server:
        settings.ATTACHMENT_SCANNER = "portal.scanning.clamd"
        settings.CLAMD_ADDRESS = f"tcp://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def draft(citizen: User, ministry: Body, at: datetime) -> Initiative:
    return make_petition(state=State.DRAFT, author=citizen, body=ministry, at=at)


def attach(
    draft: Initiative, by: User, at: datetime, content: bytes | None = None, name: str = "хат.pdf"
) -> Attachment:
    upload = SimpleUploadedFile(name, content or make_pdf())
    return attaching.attach(initiative=draft, by=by, upload=upload, at=at)


def infect(attachment: Attachment) -> None:
    """Put the test string into the kept file, as if it had slipped through the parsers."""
    with Path(attachment.file.path).open("ab") as file:
        file.write(EICAR)


def get(attachment: Attachment, user: User | None) -> int:
    client = Client()
    if user is not None:
        client.force_login(user, backend=BACKEND)
    answer = client.get(reverse("initiatives:attachment", args=[attachment.initiative.code, attachment.pk]))
    if isinstance(answer, FileResponse):
        answer.getvalue()  # read to its end and closed, as a server does
    return answer.status_code


def test_the_daemon_is_asked_in_its_own_words(daemon: Server) -> None:
    assert scanning.clamd(b"harmless" * 50_000) == ""
    assert scanning.clamd(b"x" * 200_000 + EICAR) == "Eicar-Test-Signature"
    assert scanning.clamd(b"") == ""


def test_the_daemon_is_reached_by_a_unix_socket_too(settings: Any, tmp_path: Path) -> None:
    path = tmp_path / "clamd.ctl"
    with LocalServer(str(path), Daemon) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        settings.CLAMD_ADDRESS = f"unix://{path}"
        assert scanning.clamd(EICAR) == "Eicar-Test-Signature"
        server.shutdown()
        thread.join()
    settings.CLAMD_ADDRESS = f"unix://{path}.gone"
    with pytest.raises(scanning.ScannerAway):
        scanning.clamd(b"x")


@pytest.mark.parametrize("mood", ["silent", "full"])
def test_an_answer_that_says_neither_yes_nor_no_is_no_answer(daemon: Server, mood: str) -> None:
    daemon.mood = mood
    with pytest.raises(scanning.ScannerAway):
        scanning.clamd(b"x")


def test_until_it_is_clean_only_the_uploader_sees_it(
    daemon: Server, draft: Initiative, citizen: User, other_citizen: User, moderator: User, at: datetime
) -> None:
    _row, secret = coauthoring.invite(initiative=draft, by=citizen, at=at)
    coauthoring.accept(secret=secret, by=other_citizen, at=at)
    made = attach(draft, other_citizen, at)
    assert made.safety == Safety.PENDING
    assert [get(made, user) for user in (other_citizen, citizen)] == [200, 404]
    # It may be opened meanwhile; the file follows when it is clean.
    Initiative.objects.filter(pk=draft.pk).update(state=State.COLLECTING, text_sha256="0" * 64)
    page = reverse("initiatives:detail", args=[draft.code])
    assert [get(made, user) for user in (None, moderator, citizen, other_citizen)] == [404, 404, 404, 200]
    assert made.name not in Client().get(page).content.decode()
    assert checking.check_pending(at=at) == 1
    assert [get(made, user) for user in (None, moderator, citizen, other_citizen)] == [200] * 4
    assert made.name in Client().get(page).content.decode()
    assert checking.check_pending(at=at) == 0


def test_what_is_harmful_is_deleted_and_leaves_its_line(
    daemon: Server, draft: Initiative, citizen: User, at: datetime,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    made = attach(draft, citizen, at)
    infect(made)
    kept = made.file.name
    with django_capture_on_commit_callbacks(execute=True):
        assert checking.check_pending(at=at) == 1
    made.refresh_from_db()
    assert (made.safety, made.finding, made.file.name, made.checked_at) == (
        Safety.REFUSED,
        "Eicar-Test-Signature",
        "",
        at,
    )
    assert not default_storage.exists(str(kept))
    assert get(made, citizen) == 404
    client = Client()
    client.force_login(citizen, backend=BACKEND)
    editor = client.get(f"/en/petitions/{draft.code}/edit/").content.decode()
    assert "removed, because the check found harmful content" in editor
    [said] = OutboxEvent.objects.filter(name="initiatives.attachment_refused")
    tell_of_file(events.AttachmentRefused(at=at, subject_id=str(draft.pk), attachment_id=said.payload["attachment_id"]))
    told = Notification.objects.get()
    assert (told.recipient, told.template) == (citizen, "initiatives/attachment_refused")
    client.post(reverse("initiatives:detach", args=[draft.code, made.pk]))
    assert not Attachment.objects.exists()


def test_while_the_scanner_is_away_files_wait(daemon: Server, draft: Initiative, citizen: User, at: datetime) -> None:
    made = attach(draft, citizen, at)
    daemon.mood = "silent"
    assert checking.check_pending(at=at) == 0
    made.refresh_from_db()
    assert (made.safety, made.checked_at) == (Safety.PENDING, None)
    assert get(made, None) == 404
    daemon.mood = ""
    assert checking.check_pending(at=at) == 1


def test_a_file_that_was_lost_is_never_taken_for_clean(
    daemon: Server, draft: Initiative, citizen: User, at: datetime
) -> None:
    made = attach(draft, citizen, at)
    default_storage.delete(str(made.file.name))
    assert checking.check_pending(at=at) == 1
    made.refresh_from_db()
    assert made.safety == Safety.REFUSED


def test_a_file_removed_during_its_check_stays_removed(
    daemon: Server, draft: Initiative, citizen: User, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = attach(draft, citizen, at)

    def slow(content: bytes) -> str:
        Attachment.objects.filter(pk=made.pk).delete()
        return "late"

    monkeypatch.setattr(scanning, "configured", lambda: slow)
    assert checking.check_pending(at=at) == 0
    assert not Attachment.objects.exists()


def test_without_a_scanner_nothing_waits(
    settings: Any, tmp_path: Path, draft: Initiative, citizen: User, at: datetime
) -> None:
    settings.MEDIA_ROOT = tmp_path
    image = io.BytesIO()
    Image.new("RGB", (4, 4)).save(image, "PNG")
    assert attach(draft, citizen, at, image.getvalue(), "a.png").safety == Safety.CLEAN
