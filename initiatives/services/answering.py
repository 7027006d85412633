"""The body's side: register, draft, sign with EDS, publish, carry out (arts 90-4 to 90-6)."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.services.identity import is_same_person
from initiatives import events, policies
from initiatives.limits import TEXT_MAX
from initiatives.models import Decision, Initiative, Milestone
from initiatives.services.links import is_secure_link
from initiatives.states import PETITION_OUTCOMES, REQUEST_OUTCOMES, Outcome
from initiatives.workflow import workflow_of
from portal.audit.log import record
from portal.errors import Conflict, InvalidInput, NotAllowed
from portal.events.outbox import publish as announce
from portal.permissions import require
from portal.text import clean, clean_line
from portal.workflow import perform

if TYPE_CHECKING:
    from accounts.models import User
    from portal.errors import Sentence
    from signatures.services.acceptance import Accepted


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the official has drafted."""

    outcome: str
    language: str
    text: str
    appeal_route: str


def register(*, initiative: Initiative, by: "User", number: str, seen_revision: int, at: datetime) -> Initiative:
    """Enter the petition into the body's register; the term of the decision runs from here (art. 90-5(1))."""
    number = clean_line(number, field="number")
    if not number or len(number) > 40:
        raise InvalidInput(fields={"number": _("Give the registration number (at most 40 characters).")})
    return perform(
        workflow_of(initiative),
        "register",
        subject=initiative,
        by=by,
        at=at,
        expected_revision=seen_revision,
        changes={"registered_at": at, "registration_number": number},
        data={"number": number},
    )


@transaction.atomic
def draft(*, initiative: Initiative, by: "User", answer: Answer, seen_revision: int, at: datetime) -> Decision:
    """Save the draft of the decision and return it. `seen_revision` is 0 for a first draft.

    Raises Conflict when a colleague saved another draft meanwhile; a signed decision can no longer change.
    """
    current = Initiative.objects.select_for_update(no_key=True).get(pk=initiative.pk)
    require(policies.may_draft_answer(by, current))
    answer = replace(answer, text=clean(answer.text), appeal_route=clean(answer.appeal_route, field="appeal_route"))
    _complete(answer, outcomes_of(current))
    decision = Decision.objects.filter(initiative=current).first()
    if (decision.revision if decision else 0) != seen_revision:
        raise Conflict(
            _("A colleague saved another draft meanwhile. Copy your text, then load theirs."), code="stale_draft"
        )
    if decision is None:
        decision = Decision(initiative=current, revision=0)
    decision.outcome, decision.language = answer.outcome, answer.language
    decision.text, decision.appeal_route = answer.text, answer.appeal_route
    decision.drafted_by, decision.drafted_at, decision.submitted_at = by, at, None
    decision.revision += 1
    decision.text_sha256 = text_hash(decision)
    decision.save()
    return decision


@transaction.atomic
def submit(*, decision: Decision, by: "User", seen_revision: int, at: datetime) -> Decision:
    """Lay the draft before the head; return it."""
    require(policies.may_draft_answer(by, decision.initiative))
    current = Decision.objects.select_for_update().get(pk=decision.pk)
    if current.revision != seen_revision:
        raise Conflict(code="stale_page")
    current.submitted_at = at
    current.save(update_fields=["submitted_at"])
    record(subject=current, action="submit", actor=by, at=at, data={"revision": current.revision})
    announce(events.AnswerSubmitted(at=at, subject_id=str(current.initiative_id), actor_id=str(by.pk)))
    return current


@transaction.atomic
def sign(*, decision: Decision, by: "User", accepted: "Accepted", seen_revision: int, at: datetime) -> Initiative:
    """Bind the head's EDS to the text and take the step; return the initiative.

    The signature has been verified by `signatures`; here it must be the head's own, over the text as it stands.
    """
    current = Decision.objects.select_for_update().get(pk=decision.pk)
    if current.is_signed or current.revision != seen_revision:
        raise Conflict(code="stale_page")
    if accepted.signature.text_sha256 != current.text_sha256:
        raise Conflict(_("The text was changed after you opened it. Read it again and sign."), code="text_changed")
    require_own_key(accepted, by)
    current.signed_by, current.signed_at, current.signature = by, at, accepted.signature
    # The answer to a request is public once it is signed: it goes to all who asked.
    is_public = current.initiative.is_request
    current.published_at = at if is_public else None
    current.save(update_fields=["signed_by", "signed_at", "signature", "published_at"])
    return perform(
        workflow_of(current.initiative),
        "decide",
        subject=current.initiative,
        by=by,
        at=at,
        changes={"answered_at": at} if is_public else {},
        data={"outcome": current.outcome, "text_sha256": current.text_sha256, "signature": str(accepted.signature.pk)},
    )


def require_own_key(accepted: "Accepted", by: "User") -> None:
    """Raise NotAllowed when the certificate is of another person than the one signed in."""
    if not is_same_person(by, accepted.signer.iin):
        raise NotAllowed(_("This is another person's signature. Sign with your own key."), code="anothers_key")


@transaction.atomic
def publish(
    *, initiative: Initiative, by: "User", statement: str, seen_revision: int, at: datetime, statement_url: str = ""
) -> Initiative:
    """Make the signed decision public, with the first head's statement where there is one (art. 90-6(3))."""
    moved = perform(
        workflow_of(initiative),
        "publish_decision",
        subject=initiative,
        by=by,
        at=at,
        expected_revision=seen_revision,
        changes={"answered_at": at},
    )
    values = {"published_at": at, **_statement(statement, statement_url, at)}
    Decision.objects.filter(initiative=moved).update(**values)
    return moved


def step(*, initiative: Initiative, name: str, by: "User", reason: str, seen_revision: int, at: datetime) -> Initiative:
    """Take one of the body's plain steps (carry_out; an idea: take_up, answer) and return the initiative."""
    if name == "finish":
        raise ValueError("an execution is finished by `finish`, which looks at the promises")
    changes = {"answered_at": at} if name in {"take_up", "answer"} else {}
    return perform(
        workflow_of(initiative),
        name,
        subject=initiative,
        by=by,
        at=at,
        reason=clean(reason, field="reason"),
        expected_revision=seen_revision,
        changes=changes,
    )


@transaction.atomic
def give_statement(*, initiative: Initiative, by: "User", statement: str, url: str, at: datetime) -> Decision:
    """Publish the first head's statement after the decision, in words or as a recording, once; return the decision."""
    current = Decision.objects.select_for_update(of=("self",)).filter(initiative=initiative).first()
    require(policies.may_give_statement(by, initiative))
    assert current is not None  # the policy asked for a published one
    values = _statement(statement, url, at)
    if not values:
        raise InvalidInput(fields={"statement": _("Write the statement, or give a link to its recording.")})
    for field, value in values.items():
        setattr(current, field, value)
    current.save(update_fields=list(values))
    record(subject=current, action="give_statement", actor=by, at=at, data={"url": url.strip()})
    announce(events.StatementGiven(at=at, subject_id=str(initiative.pk), actor_id=str(by.pk)))
    return current


def _statement(statement: str, url: str, at: datetime) -> dict[str, object]:
    """Return the fields of a statement; empty where nothing is said. Raises InvalidInput for a link that is not https."""
    said, link = clean(statement, field="statement")[:TEXT_MAX], url.strip()
    if link and not is_secure_link(link):
        raise InvalidInput(fields={"statement_url": _("Give a whole link that begins with https://.")})
    return {"statement": said, "statement_url": link, "statement_at": at} if said or link else {}


@transaction.atomic
def finish(
    *, initiative: Initiative, by: "User", reason: str, open_reason: str, seen_revision: int, at: datetime
) -> Initiative:
    """Report the decision as carried out and return the petition; a promise still open is owed a reason of its own."""
    still_open = list(
        Milestone.objects.filter(initiative=initiative, done_date__isnull=True).values_list("title", flat=True)
    )
    if still_open and not open_reason.strip():
        sentence = _("Some promises are not reported as kept. Say why the execution ends without them.")
        raise InvalidInput(fields={"open_reason": sentence})
    said = f"{reason.strip()}\n{open_reason.strip()}" if still_open and reason.strip() else reason
    return perform(
        workflow_of(initiative),
        "finish",
        subject=initiative,
        by=by,
        at=at,
        reason=said,
        expected_revision=seen_revision,
        data={"open_milestones": still_open} if still_open else None,
    )


def text_hash(decision: Decision) -> str:
    """Return the SHA-256 (hex) of what the head signs: outcome, text and route of appeal."""
    parts = (decision.initiative.code, decision.outcome, decision.language, decision.text, decision.appeal_route)
    return hashlib.sha256("\n\n".join(part.replace("\r\n", "\n") for part in parts).encode()).hexdigest()


def outcomes_of(initiative: Initiative) -> tuple[Outcome, ...]:
    """Return the outcomes that an answer can have: a petition is decided, a question is answered."""
    return REQUEST_OUTCOMES if initiative.is_request else PETITION_OUTCOMES


def _complete(answer: Answer, outcomes: tuple[Outcome, ...]) -> None:
    fields: dict[str, Sentence] = {}
    if answer.outcome not in outcomes:
        fields["outcome"] = _("Choose the outcome.")
    if answer.language not in ("kk", "ru"):
        fields["language"] = _("Answer in Kazakh or in the language of the petition.")
    if len(answer.text) < 200 or len(answer.text) > 2 * TEXT_MAX:
        fields["text"] = _("Give the reasons: between 200 and 20,000 characters.")
    if not answer.appeal_route:
        fields["appeal_route"] = _("Say where and by when the decision can be appealed (art. 90-6(2)).")
    if fields:
        raise InvalidInput(fields=fields)
