"""What initiatives keep about a person: handed out on request, cut when the account is erased.

Law on personal data and their protection, art. 24(1). Erasure keeps what belongs to others as well: a vote stays counted
by its nameless evidence, a published text and a comment stay readable and are signed "Deleted account". Drafts, which
nobody else has seen, lose their text; one with co-authors becomes the first co-author's.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from initiatives.models import (
    Appeal,
    Attachment,
    CoAuthor,
    Comment,
    CommentContest,
    CommentMark,
    CommentReport,
    Follow,
    Initiative,
    MilestoneDispute,
    Remark,
    SavedSearch,
    VoteAct,
    WaitingAct,
)
from initiatives.services import drafting, paper_contesting, vote_forgetting
from initiatives.states import CoAuthorship, State
from portal.audit.log import record

if TYPE_CHECKING:
    from accounts.models import User


def export_initiatives(person: "User") -> list[dict[str, Any]]:
    """Return what the person wrote, drafts included."""
    written = Initiative.objects.filter(author=person).select_related("kind", "body").order_by("created_at")
    return [
        {
            "code": one.code,
            "kind": str(one.kind),
            "body": str(one.body),
            "state": one.state,
            "language": one.language,
            "title": one.title,
            "problem": one.problem,
            "proposal": one.proposal,
            "parallel_title": one.parallel_title,
            "parallel_problem": one.parallel_problem,
            "parallel_proposal": one.parallel_proposal,
            "attachments": list(one.attachments.values_list("name", flat=True)),
            "created_at": one.created_at,
            "published_at": one.published_at,
        }
        for one in written.prefetch_related("attachments")
    ]


def export_coauthorships(person: "User") -> list[dict[str, Any]]:
    """Return the texts of others that the person wrote with them."""
    rows = CoAuthor.objects.filter(user=person).select_related("initiative").order_by("invited_at")
    return [
        {
            "code": row.initiative.code,
            "title": row.initiative.title,
            "standing": row.standing,
            "since": row.answered_at,
            "ended_at": row.ended_at,
        }
        for row in rows
    ]


def export_votes(person: "User") -> list[dict[str, Any]]:
    """Return the person's votes and withdrawals, as far as the account was there when they were given."""
    acts = VoteAct.objects.filter(voter=person).select_related("initiative", "territory").order_by("at", "pk")
    return [
        {
            "initiative": act.initiative.code,
            "title": act.initiative.title,
            "act": "vote" if act.is_vote else "withdrawal",
            "at": act.at,
            "shown_as": act.shown_name,
            "region": act.territory and act.territory.name,
            "source": act.source,
        }
        for act in acts
    ]


def export_waiting(person: "User") -> list[dict[str, Any]]:
    """Return what waited, or waits, for the certification authority, and what became of it."""
    acts = WaitingAct.objects.filter(voter=person).select_related("initiative").order_by("received_at", "pk")
    return [
        {
            "initiative": act.initiative.code,
            "title": act.initiative.title,
            "act": "vote" if act.gives else "withdrawal",
            "received_at": act.received_at,
            "settled_at": act.settled_at,
            "outcome": act.outcome,
            "reason": act.reason,
        }
        for act in acts
    ]


def export_paper(person: "User") -> list[dict[str, Any]]:
    """Return the paper lists on which the person's IIN stands."""
    return [
        {
            "initiative": line.paper_list.initiative.code,
            "title": line.paper_list.initiative.title,
            "signed_on": line.signed_on,
            "counted_at": line.paper_list.confirmed_at,
            "taken_back": line.taken_back,
            "contested_at": line.contest.contested_at if hasattr(line, "contest") else None,
            "contested_because": line.contest.reason if hasattr(line, "contest") else "",
            "found": line.contest.finding if hasattr(line, "contest") else "",
        }
        for line in paper_contesting.own_lines(person)
    ]


def export_comments(person: "User") -> dict[str, Any]:
    """Return what the person said in discussions and against hidings, with what they agreed, and what they reported."""
    said = Comment.objects.filter(author=person).order_by("created_at")
    reported = CommentReport.objects.filter(reporter=person).order_by("created_at")
    contested = CommentContest.objects.filter(comment__author=person).order_by("filed_at")
    agreed = CommentMark.objects.filter(user=person).order_by("at")
    return {
        "contested": list(contested.values("comment__initiative__code", "text", "filed_at", "outcome", "reason")),
        "agreed": list(agreed.values("comment__initiative__code", "comment_id", "at")),
        "written": list(said.values("initiative__code", "stance", "text", "created_at", "hidden_at", "hidden_reason")),
        "reported": list(reported.values("comment__initiative__code", "category", "reason", "created_at")),
    }


def export_appeals(person: "User") -> list[dict[str, Any]]:
    """Return the person's appeals against rejections, and what was decided."""
    filed = Appeal.objects.filter(initiative__author=person).order_by("filed_at")
    return [
        dict(row)
        for row in filed.values("initiative__code", "text", "filed_at", "due_at", "outcome", "reason", "decided_at")
    ]


def export_remarks(person: "User") -> dict[str, Any]:
    """Return what the person said to draft decisions, and of which promises that they were not kept."""
    remarks = Remark.objects.filter(author=person).order_by("created_at")
    disputes = MilestoneDispute.objects.filter(author=person).order_by("created_at")
    return {
        "remarks": list(remarks.values("discussion__initiative__code", "text", "created_at", "verdict", "reason")),
        "disputes": list(disputes.values("milestone__initiative__code", "text", "created_at", "answer")),
    }


def export_follows(person: "User") -> list[dict[str, Any]]:
    """Return what the person follows."""
    followed = Follow.objects.filter(user=person).select_related("initiative").order_by("since")
    return [{"initiative": one.initiative.code, "since": one.since} for one in followed]


def export_searches(person: "User") -> list[dict[str, Any]]:
    """Return the searches that the person keeps."""
    kept = SavedSearch.objects.filter(owner=person).values("name", "query", "frequency", "created_at")
    return [dict(one) for one in kept]


def erase(person: "User", at: datetime) -> None:
    """Cut the person from their votes, end what they follow, and empty and withdraw their drafts."""
    vote_forgetting.forget_votes(person, at=at)
    # The trigger of the append-only table allows this change and no other.
    VoteAct.objects.filter(voter=person).update(voter=None, shown_name="")
    WaitingAct.objects.filter(voter=person).update(voter=None, shown_name="")
    Follow.objects.filter(user=person).delete()
    CommentMark.objects.filter(user=person).delete()
    CoAuthor.objects.filter(user=person, initiative__state=State.DRAFT).delete()
    paper_contesting.forget(person)
    SavedSearch.objects.filter(owner=person).delete()
    for draft in Initiative.objects.filter(author=person, state=State.DRAFT):
        if _hand_over(draft, at):
            continue
        _empty(draft)
        drafting.withdraw(initiative=draft, by=person, at=at)


def _hand_over(draft: Initiative, at: datetime) -> bool:
    """Make who co-wrote the draft longest its author: the words are theirs, too. Return whether there is somebody."""
    heirs = CoAuthor.objects.filter(initiative=draft, standing=CoAuthorship.ACCEPTED, user__is_active=True)
    heir = heirs.select_related("user").order_by("answered_at", "pk").first()
    if heir is None or heir.user is None:
        return False
    draft.author = heir.user
    draft.save(update_fields=["author"])
    CoAuthor.objects.filter(initiative=draft, standing=CoAuthorship.INVITED).update(
        standing=CoAuthorship.REMOVED, ended_at=at
    )
    heir.delete()
    record(subject=draft, action="handed_over", actor=None, at=at)
    return True


def _empty(draft: Initiative) -> None:
    for attachment in Attachment.objects.filter(initiative=draft):
        transaction.on_commit(lambda file=attachment.file: file.delete(save=False))  # type: ignore[misc]
        attachment.delete()
    for name in drafting.TEXTS:
        setattr(draft, name, "")
    draft.save(update_fields=drafting.TEXTS)
