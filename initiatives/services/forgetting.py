"""What initiatives keep about a person: handed out on request, cut when the account is erased.

Law on personal data and their protection, art. 24(1). Erasure keeps what belongs to others as well: a vote stays counted
by its nameless evidence, a published text and a comment stay readable and are signed "Deleted account". Drafts, which
nobody else has seen, lose their text.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from initiatives.models import Attachment, Comment, CommentReport, Follow, Initiative, VoteAct
from initiatives.services import drafting, paper_contesting
from initiatives.states import State

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
            "attachments": list(one.attachments.values_list("name", flat=True)),
            "created_at": one.created_at,
            "published_at": one.published_at,
        }
        for one in written.prefetch_related("attachments")
    ]


def export_votes(person: "User") -> list[dict[str, Any]]:
    """Return the person's votes and withdrawals, as far as they were given while signed in."""
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
        }
        for line in paper_contesting.own_lines(person)
    ]


def export_comments(person: "User") -> dict[str, Any]:
    """Return what the person said in discussions, and which comments they reported."""
    said = Comment.objects.filter(author=person).order_by("created_at")
    reported = CommentReport.objects.filter(reporter=person).order_by("created_at")
    return {
        "written": list(said.values("initiative__code", "stance", "text", "created_at", "hidden_at", "hidden_reason")),
        "reported": list(reported.values("comment__initiative__code", "reason", "created_at")),
    }


def export_follows(person: "User") -> list[dict[str, Any]]:
    """Return what the person follows."""
    followed = Follow.objects.filter(user=person).select_related("initiative").order_by("since")
    return [{"initiative": one.initiative.code, "since": one.since} for one in followed]


def erase(person: "User", at: datetime) -> None:
    """Cut the person from their votes, end what they follow, and empty and withdraw their drafts."""
    # The trigger of the append-only table allows this change and no other.
    VoteAct.objects.filter(voter=person).update(voter=None, shown_name="")
    Follow.objects.filter(user=person).delete()
    paper_contesting.forget(person)
    for draft in Initiative.objects.filter(author=person, state=State.DRAFT):
        _empty(draft)
        drafting.withdraw(initiative=draft, by=person, at=at)


def _empty(draft: Initiative) -> None:
    for attachment in Attachment.objects.filter(initiative=draft):
        transaction.on_commit(lambda file=attachment.file: file.delete(save=False))  # type: ignore[misc]
        attachment.delete()
    draft.title = draft.problem = draft.proposal = ""
    draft.save(update_fields=["title", "problem", "proposal"])
