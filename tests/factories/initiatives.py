"""Petitions and ideas in any state, made without the services under test; every moment is said."""

import hashlib
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import Body, User
from initiatives.limits import IDEA_NORMS, LAW_IN_FORCE, PETITION_NORMS, REQUEST_NORMS
from initiatives.models import (
    Appeal,
    Comment,
    CommentReport,
    Decision,
    DraftDiscussion,
    Initiative,
    InitiativeKind,
    KindDraft,
    KindVersion,
    Milestone,
    Norm,
    PaperContest,
    PaperLine,
    PaperList,
    Refusal,
    Remark,
    Tally,
)
from initiatives.services import wording
from initiatives.services.answering import text_hash
from initiatives.services.voters import session_tags
from initiatives.states import Outcome, PaperVerdict, Process, State, Unit
from initiatives.workflow import clock as deadline_of
from signatures.models import Signature
from signatures.services.sealing import seal

PROBLEM = "Ауылдағы мектеп асханасында балаларға ыстық тамақ берілмейді, ата-аналар бұл туралы бірнеше рет жазған."
PROPOSAL = "Әр мектепте күнделікті ыстық тамақ беріп, ас мәзірін ата-аналар комитетімен бірге апта сайын тексеру керек."
KIND_OF_BODY = {
    "government": "petition-government",
    "central": "petition-central",
    "oblast_akimat": "petition-oblast-akimat",
    "oblast_maslikhat": "petition-oblast-maslikhat",
    "district_akimat": "petition-district-akimat",
    "district_maslikhat": "petition-district-maslikhat",
}


def make_initiative(
    process: str = Process.PETITION, *, body: Body, author: User, state: str, at: datetime, votes: int = 0, **more: Any
) -> Initiative:
    """An initiative that has stood in the state since `at`, with the deadline that the state's clock sets."""
    kind = make_kind(body.kind if process == Process.PETITION else "", process)
    values: dict[str, Any] = {
        "territory": body.territory,
        "language": "kk",
        "title": "Мектеп асханаларындағы тамақты ата-аналармен бірге тексеру",
        "problem": PROBLEM,
        "proposal": PROPOSAL,
        "state": state,
        "state_since": at,
        "created_at": at,
        "updated_at": at,
        "threshold": {Process.PETITION: 50, Process.REQUEST: 10}.get(Process(process)),
        **_moments(state, at),
        **more,
    }
    made = Initiative(kind=kind, kind_version=kind.versions.get(number=1), author=author, body=body, **values)
    made.text_sha256 = made.hash_text() if state != State.DRAFT else ""
    made.state_deadline_at = more.get("state_deadline_at", deadline_of(made))
    made.save()
    Tally.objects.filter(initiative=made).update(votes=votes)
    if state not in (State.DRAFT, State.WITHDRAWN):
        wording.keep(made)
    return made


def make_kind(body_kind: str, process: str = Process.IDEA) -> InitiativeKind:
    """The kind that the migration wrote, or the same anew where another test emptied the tables."""
    slug = KIND_OF_BODY[body_kind] if body_kind else str(process)
    found = InitiativeKind.objects.filter(slug=slug).first()
    if found is not None:
        return found
    process = Process.PETITION if body_kind else process
    names = {f"name_{language}": slug for language in ("kk", "ru", "en")}
    kind = InitiativeKind.objects.create(
        slug=slug, process=process, body_kind=body_kind, summary=slug, requires_eds=bool(body_kind), **names
    )
    version = KindVersion.objects.create(kind=kind, number=1, effective_from=LAW_IN_FORCE, source="test")
    plain = REQUEST_NORMS if process == Process.REQUEST else IDEA_NORMS
    for seed in PETITION_NORMS[body_kind] if body_kind else plain:
        Norm.objects.create(version=version, **asdict(seed))
    return kind


def make_petition(**more: Any) -> Initiative:
    """A petition in a state."""
    return make_initiative(Process.PETITION, **more)


def make_idea(**more: Any) -> Initiative:
    """A public idea in a state."""
    return make_initiative(Process.IDEA, **more)


def make_request(**more: Any) -> Initiative:
    """A consolidated request in a state."""
    return make_initiative(Process.REQUEST, **more)


def make_decision(
    initiative: Initiative, *, by: User, at: datetime, signed_by: User | None = None, **more: Any
) -> Decision:
    """A draft of a decision; with `signed_by` a signed one."""
    values: dict[str, Any] = {
        "outcome": Outcome.PARTIAL,
        "language": "kk",
        "text": "Орган петицияны қарап, ұсыныстың бір бөлігін қабылдады. " * 6,
        "appeal_route": "Шешімге жоғары тұрған органға немесе сотқа үш ай ішінде шағым жасауға болады.",
        "drafted_by": by,
        "drafted_at": at,
        **more,
    }
    decision = Decision(initiative=initiative, **values)
    decision.text_sha256 = text_hash(decision)
    if signed_by is not None:
        decision.signed_by, decision.signed_at = signed_by, at
        decision.signature = make_signature(initiative, decision.text_sha256, at)
    decision.save()
    return decision


def make_discussion(
    initiative: Initiative, *, by: User, at: datetime, is_summarised: bool = False, **more: Any
) -> DraftDiscussion:
    """A discussion of the draft decision, open since `at`; with a summary one that is over."""
    values: dict[str, Any] = {
        "text_kk": "Министрлік мектептердегі тамақты тексеру тәртібін бекіту туралы шешім қабылдауды ұсынады. " * 4,
        "place": "Астана, Мәңгілік ел 8, мәжіліс залы",
        "announced_at": at - timedelta(days=7),
        "announced_by": by,
        "starts_at": at,
        "ends_at": at + timedelta(days=5),
        **more,
    }
    if is_summarised:
        summary = {"summary": "Талқылауда үш ескерту айтылды, жобаға мерзім қосылды.", "summary_language": "kk"}
        values |= {"ends_at": at + timedelta(hours=1), "summarised_at": at, "summarised_by": by, **summary, **more}
    return DraftDiscussion.objects.create(initiative=initiative, **values)


def make_remark(discussion: DraftDiscussion, *, author: User, at: datetime, **more: Any) -> Remark:
    """A remark that nobody has decided on."""
    values = {"text": "Жобада мерзім көрсетілмеген, тексеру күнін де жазу керек.", **more}
    return Remark.objects.create(discussion=discussion, author=author, created_at=at, **values)


def make_milestone(initiative: Initiative, *, at: datetime, days: int = 30, **more: Any) -> Milestone:
    """A promise due so many days later."""
    values: dict[str, Any] = {
        "title": "Асхана мәзірін жариялау",
        "due_date": (at + timedelta(days=days)).date(),
        **more,
    }
    return Milestone.objects.create(initiative=initiative, created_at=at, **values)


def make_reported_comment(initiative: Initiative, *, author: User, reporter: User, at: datetime) -> Comment:
    """A comment that a reader reported."""
    comment = Comment.objects.create(initiative=initiative, author=author, text="Бәрің де алдайсыңдар!", created_at=at)
    CommentReport.objects.create(comment=comment, reporter=reporter, reason="It insults people", created_at=at)
    return comment


def make_refusal(initiative: Initiative, *, by: User, at: datetime, **more: Any) -> Refusal:
    """A proposed rejection; with `confirmed_by` a confirmed one."""
    values: dict[str, Any] = {"reason": "Мәтінде нақты ұсыныс көрсетілмеген.", **more}
    if "confirmed_by" in values:
        values.setdefault("confirmed_at", at)
    return Refusal.objects.create(
        initiative=initiative, revision=initiative.revision, proposed_by=by, proposed_at=at, **values
    )


def make_appeal(initiative: Initiative, *, at: datetime, **more: Any) -> Appeal:
    """The author's appeal against a rejection, not decided yet."""
    values: dict[str, Any] = {"text": "Ұсыныс мәтіннің екінші бөлігінде жазылған.", "due_at": at + timedelta(days=14)}
    return Appeal.objects.create(initiative=initiative, filed_at=at, **{**values, **more})


def make_signature(initiative: Initiative, text_sha256: str, at: datetime) -> Signature:
    """The head's signature over that text, as if it had been verified."""
    digest = hashlib.sha256(f"{initiative.code}{text_sha256}".encode()).hexdigest()
    return Signature.objects.create(
        purpose="sign_document",
        subject=f"decision:{initiative.code}",
        revision=1,
        text_sha256=text_sha256,
        statement="",
        nonce=digest[:32],
        cms=b"",
        cms_sha256=digest,
        certificate_sha256=digest,
        serial="1",
        status="valid",
        trust_domain="test",
        report={},
        received_at=at,
    )


def make_paper_list(initiative: Initiative, *, of: User, by: User, second: User, at: datetime) -> dict[str, int]:
    """An entered list with a counted line of that person and a faulty one; the counted line is contested by nobody yet.

    Returns the numbers of the list, the line, and a contested line of another list.
    """
    paper = PaperList(
        initiative=initiative, file_code="0" * 64, scan_sha256="0" * 64, sheets_from="Екі парақ", uploaded_by=by,
        uploaded_at=at, confirmed_by=second, confirmed_at=at, entered_at=at,
    )  # fmt: skip
    paper.scan.save(f"{initiative.code}.sealed", ContentFile(seal(b"%PDF-1.7\n")), save=False)
    paper.save()
    own = list(session_tags(initiative, of.identity_tag or ""))
    counted = {"paper_list": paper, "signed_on": at.date(), "verdict": PaperVerdict.COUNTED, "sequence": 1}
    line = PaperLine.objects.create(number=1, signer_tags=[b"\x01" * 33], person_tags=own, **counted)
    PaperLine.objects.create(paper_list=paper, number=2, verdict=PaperVerdict.BAD_IIN)
    other = PaperLine.objects.create(number=3, signer_tags=[b"\x02" * 33], person_tags=[b"\x02" * 33], **counted)
    contest = PaperContest.objects.create(line=other, reason="Мен қол қойған жоқпын.", contested_at=at)
    return {"paper": paper.pk, "line": line.pk, "contest": contest.pk}


def make_kind_draft(slug: str, *, at: datetime) -> KindDraft:
    """A draft of the kind's next version that asks for twice the votes."""
    kind = InitiativeKind.objects.get(slug=slug)
    norms = {
        norm.code: {
            "number": f"{(norm.number * (2 if norm.unit == Unit.VOTES else 1)).normalize():f}", "unit": norm.unit,
            "start_event": norm.start_event, "article": norm.article, "is_verified": norm.is_verified,
        }
        for norm in kind.versions.get(number=1).norms.all()
    }  # fmt: skip
    first = (at + timedelta(days=90)).date()
    return KindDraft.objects.create(kind=kind, effective_from=first, source="test", norms=norms, saved_at=at)


def _moments(state: str, at: datetime) -> dict[str, Any]:
    """Say what must have happened before, all at the same moment."""
    opened = {"opened_at": at}
    published = opened | {"published_at": at, "closes_at": at + timedelta(days=180)}
    reached = published | {"threshold_reached_at": at}
    registered = reached | {"registered_at": at, "registration_number": "ҚР-12/345"}
    answered = registered | {"answered_at": at}
    moments: dict[State, dict[str, Any]] = {
        State.JOINING: opened,
        State.CHECK: opened,
        State.MODERATION: opened,
        State.REJECTED: opened | {"rejection_reason": "Мәтінде нақты ұсыныс көрсетілмеген."},
        State.COLLECTING: published,
        State.DISCUSSION: published,
        State.THRESHOLD_REACHED: reached,
        State.SENT: reached,
        State.REGISTERED: registered,
        State.DECIDED: registered,
        State.PUBLISHED: answered,
        State.EXECUTION: answered,
        State.DONE: answered,
        State.TAKEN_UP: published | {"answered_at": at},
        State.ANSWERED: published | {"answered_at": at},
    }
    return moments.get(State(state), {})
