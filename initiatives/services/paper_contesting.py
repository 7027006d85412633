"""A person whose IIN stands on a list says that they did not sign: the vote goes at once, and a moderator looks at the list.

Nobody brings that vote back: whoever did mean to support the petition votes electronically.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from initiatives import policies
from initiatives.models import Initiative, PaperContest, PaperLine
from initiatives.services import voters
from initiatives.services.paper_lists import NOTE_MAX
from initiatives.services.paper_standing import enter, lock_people, standing_of, tags_of, take_back
from initiatives.services.voting import still_takes_votes
from initiatives.states import PaperVerdict
from portal.audit.log import record
from portal.errors import Conflict, InvalidInput, NotVisible
from portal.permissions import require
from portal.text import clean

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User


def own_lines(person: "User") -> list[PaperLine]:
    """Return the counted lines in which this person's IIN stands, the latest first; of who is not known, none."""
    found = _lines_of(person).filter(verdict=PaperVerdict.COUNTED, paper_list__confirmed_at__isnull=False)
    return list(
        found.select_related("paper_list__initiative", "paper_list__initiative__kind", "contest").order_by("-pk")
    )


def _lines_of(person: "User") -> "QuerySet[PaperLine]":
    """Return every line in which the person's IIN stands, whatever was found of it."""
    if not person.identity_tag:
        return PaperLine.objects.none()
    with_lists = Initiative.objects.filter(paper_lists__isnull=False).distinct().only("pk", "code")
    tags = [tag for one in with_lists for tag in voters.session_tags(one, person.identity_tag)]
    return PaperLine.objects.filter(person_tags__overlap=tags) if tags else PaperLine.objects.none()


def get_own_line(person: "User", number: int) -> PaperLine:
    """Return one of the person's own lines; NotVisible for any other."""
    line = next((one for one in own_lines(person) if one.pk == number), None)
    if line is None:
        raise NotVisible
    return line


def forget(person: "User") -> None:
    """Cut the person from their lines: the votes stay, nameless as they came."""
    _lines_of(person).update(person_tags=[])
    PaperContest.objects.filter(contested_by=person).update(contested_by=None, reason="")


@transaction.atomic
def contest(*, line: PaperLine, reason: str, by: "User", at: datetime) -> PaperContest:
    """Say that one did not sign. Raises NotVisible for another's line, Conflict when it was contested already."""
    require(policies.may_contest_paper(by, line))
    initiative = line.paper_list.initiative
    own = set(voters.session_tags(initiative, by.identity_tag or ""))
    if not own.intersection(bytes(tag) for tag in line.person_tags) or line.verdict != PaperVerdict.COUNTED:
        raise NotVisible
    reason = clean(reason, field="reason")
    if len(reason) > NOTE_MAX:
        raise InvalidInput(fields={"reason": _("Say it in at most 500 characters.")})
    initiative = enter(initiative)
    lock_people(initiative, [line])
    act = standing_of(initiative, tags_of(line)).act_of(tags_of(line))
    if act is not None and act.is_vote and act.sequence == line.sequence and still_takes_votes(initiative, at):
        take_back([act], at=at)
        PaperLine.objects.filter(pk=line.pk).update(taken_back=True)
    try:
        with transaction.atomic():
            made = PaperContest.objects.create(line=line, contested_by=by, reason=reason.strip(), contested_at=at)
    except IntegrityError as error:
        raise Conflict(_("You have contested this already."), code="already_contested") from error
    record(subject=made, action="contested", actor=by, at=at)
    return made


@transaction.atomic
def settle(*, contest: PaperContest, finding: str, by: "User", at: datetime) -> PaperContest:
    """Say what was found about the list; the person reads it. The vote stays taken back."""
    current = PaperContest.objects.select_for_update(of=("self",)).get(pk=contest.pk)
    require(policies.may_moderate(by, current.line.paper_list.initiative))
    if current.settled_at is not None:
        raise Conflict(_("Somebody has settled this already."), code="already_settled")
    finding = clean(finding, field="finding")
    if not finding.strip() or len(finding) > NOTE_MAX:
        raise InvalidInput(fields={"finding": _("Say in at most 500 characters what you found.")})
    current.settled_by, current.settled_at, current.finding = by, at, finding.strip()
    current.save(update_fields=["settled_by", "settled_at", "finding"])
    record(subject=current, action="settled", actor=by, at=at, data={"finding": finding.strip()})
    return current
