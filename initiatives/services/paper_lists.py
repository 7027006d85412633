"""A paper list on its way: brought and judged line by line, entered by a second moderator, taken back by two.

What is written before the second moderator agrees is the verdict on each line and keyed codes of the people: no vote.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.services.identity import all_tags
from initiatives import policies, switches
from initiatives.limits import PAPER_SCAN_BYTES_MAX
from initiatives.models import Initiative, PaperLine, PaperList
from initiatives.services import voters
from initiatives.services.paper_parsing import Row, parse
from initiatives.services.paper_standing import Standing, standing_of
from initiatives.services.voting import age_band
from initiatives.states import PaperVerdict
from portal.audit.log import record
from portal.clock import local_date
from portal.errors import Conflict, InvalidInput
from portal.permissions import require
from portal.switches import require as require_on
from portal.text import clean, clean_line
from signatures.eds.iin import Person, parse_iin
from signatures.services import sealing
from signatures.services.tags import signer_tags

if TYPE_CHECKING:
    from accounts.models import User

NOTE_MAX = 500


def bring(
    *, initiative: Initiative, content: bytes, scan: bytes, sheets_from: str, by: "User", at: datetime
) -> PaperList:
    """Judge the list line by line and keep the verdicts; nothing is counted yet. The content is forgotten.

    Raises InvalidInput for what is no list or no PDF, Conflict for a list that was brought already.
    """
    require(policies.enters_paper(by, initiative, at))
    require_on(switches.PAPER)
    if len(scan) > PAPER_SCAN_BYTES_MAX or not scan.startswith(b"%PDF-"):
        raise InvalidInput(fields={"scan": _("Give the scan of the sheets as a PDF of at most 8 MB.")})
    rows = parse(content)
    made = PaperList(
        initiative=initiative,
        file_code=salted_hmac("initiatives.paper_list", content.hex(), algorithm="sha256").hexdigest(),
        scan_sha256=hashlib.sha256(scan).hexdigest(),
        sheets_from=clean_line(sheets_from, field="sheets_from")[:200],
        uploaded_by=by,
        uploaded_at=at,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            PaperLine.objects.bulk_create(_judged(made, rows, at), batch_size=1000)
            record(subject=made, action="brought", actor=by, at=at, data={"lines": len(rows)})
            made.scan.save(f"{made.pk}.sealed", ContentFile(sealing.seal(scan)))
    except IntegrityError as error:
        raise Conflict(_("This list was brought already."), code="same_list") from error
    return made


def confirm(*, paper: PaperList, by: "User", at: datetime) -> PaperList:
    """Agree that the list is entered; the votes come in chunks (`paper_entering`). By a second moderator."""
    with transaction.atomic():
        current = _locked(paper)
        require(policies.confirms_paper(by, current, at))
        if not current.waits:
            raise Conflict(_("Somebody has decided about this list already."), code="already_decided")
        current.confirmed_by, current.confirmed_at = by, at
        current.save(update_fields=["confirmed_by", "confirmed_at"])
        record(subject=current, action="confirmed", actor=by, at=at)
    return current


def discard(*, paper: PaperList, by: "User", at: datetime) -> PaperList:
    """Set a list aside that was not entered; its codes are deleted. By whoever brought it, or another moderator."""
    with transaction.atomic():
        current = _locked(paper)
        require(policies.may_moderate(by, current.initiative))
        if not current.waits:
            raise Conflict(_("Somebody has decided about this list already."), code="already_decided")
        current.discarded_at = at
        current.save(update_fields=["discarded_at"])
        current.lines.update(signer_tags=[], person_tags=[])
        record(subject=current, action="discarded", actor=by, at=at)
    return current


def ask_recall(*, paper: PaperList, reason: str, by: "User", at: datetime) -> PaperList:
    """Ask that the whole list be taken back. The reason is public once another moderator agrees."""
    with transaction.atomic():
        current = _locked(paper)
        require(policies.recalls_paper(by, current, at))
        if current.entered_at is None or current.recall_asked_at is not None:
            raise Conflict(_("This list cannot be taken back now."), code="cannot_recall")
        reason = clean(reason, field="reason")
        if not reason.strip() or len(reason) > NOTE_MAX:
            raise InvalidInput(fields={"reason": _("Say in at most 500 characters what is wrong with the list.")})
        current.recall_asked_by, current.recall_asked_at, current.recall_reason = by, at, reason.strip()
        current.save(update_fields=["recall_asked_by", "recall_asked_at", "recall_reason"])
        record(subject=current, action="recall_asked", actor=by, at=at, data={"reason": reason.strip()})
    return current


def recall(*, paper: PaperList, by: "User", at: datetime) -> PaperList:
    """Agree that the list is taken back; its votes go in chunks (`paper_entering`). By a second moderator."""
    with transaction.atomic():
        current = _locked(paper)
        require(policies.recalls_paper(by, current, at))
        if current.recall_asked_at is None or current.recalled_at is not None:
            raise Conflict(_("This list cannot be taken back now."), code="cannot_recall")
        current.recalled_by, current.recalled_at = by, at
        current.save(update_fields=["recalled_by", "recalled_at"])
        record(subject=current, action="recalled", actor=by, at=at)
    return current


def scan_of(paper: PaperList) -> bytes:
    """Return the scan of the sheets, opened."""
    with paper.scan.open("rb") as sealed:
        return sealing.unseal(sealed.read())


def _locked(paper: PaperList) -> PaperList:
    return PaperList.objects.select_for_update(of=("self",)).select_related("initiative__kind").get(pk=paper.pk)


def _judged(paper: PaperList, rows: list[Row], at: datetime) -> Iterator[PaperLine]:
    initiative = paper.initiative
    people = [(row, parse_iin(row.iin)) for row in rows]
    tags = {row.number: _signer_tags(initiative, row.iin) for row, person in people if person is not None}
    standing = standing_of(initiative, {tag for own in tags.values() for tag in own})
    seen: set[bytes] = set()
    for row, person in people:
        line = PaperLine(paper_list=paper, number=row.number, signed_on=row.signed_on)
        if person is not None:
            line.signer_tags = list(tags[row.number])
            line.person_tags = _person_tags(initiative, row.iin)
            line.age_band = age_band(person.birth_date, row.signed_on or local_date(at))
        line.verdict = _verdict(initiative, row, person, tags.get(row.number, ()), standing, seen, at)
        yield line


def _verdict(
    initiative: Initiative,
    row: Row,
    person: Person | None,
    tags: tuple[bytes, ...],
    standing: Standing,
    seen: set[bytes],
    at: datetime,
) -> PaperVerdict:
    if not row.iin or row.signed_on is None:
        return PaperVerdict.UNREADABLE
    if person is None:
        return PaperVerdict.BAD_IIN
    if tags[0] in seen:
        return PaperVerdict.REPEATED
    seen.add(tags[0])
    # Votes are given in the term of the stage that the petition is in: joiners join, voters vote.
    if not local_date(initiative.state_since) <= row.signed_on <= local_date(at):
        return PaperVerdict.BAD_DATE
    if not policies.old_enough(initiative, person.birth_date, row.signed_on):
        return PaperVerdict.TOO_YOUNG
    return standing.verdict(tags, row.signed_on)


def _signer_tags(initiative: Initiative, iin: str) -> tuple[bytes, ...]:
    return tuple(voters.tag_bytes(tag) for tag in signer_tags(subject=initiative.signing_subject, iin=iin))


def _person_tags(initiative: Initiative, iin: str) -> list[bytes]:
    return [tag for identity in all_tags(iin) for tag in voters.session_tags(initiative, identity)]
