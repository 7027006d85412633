"""Tables of initiatives: kinds and their numbers, the initiative itself, votes and tallies, discussion, decision."""

from initiatives.models.decision import Decision, Milestone
from initiatives.models.discussion import Comment, CommentReport, Follow
from initiatives.models.initiative import Attachment, Initiative, Topic
from initiatives.models.kinds import InitiativeKind, KindVersion, Norm
from initiatives.models.promises import MilestoneDispute, MilestoneEvidence, MilestoneMove, ReceptionHandover
from initiatives.models.review import (
    Commission,
    CommissionMeeting,
    CommissionMember,
    DraftDiscussion,
    Remark,
    SiteVisit,
)
from initiatives.models.votes import AgeTally, HourTally, PendingTally, Tally, TerritoryTally, VoteAct

__all__ = [
    "AgeTally",
    "Attachment",
    "Comment",
    "CommentReport",
    "Commission",
    "CommissionMeeting",
    "CommissionMember",
    "Decision",
    "DraftDiscussion",
    "Follow",
    "HourTally",
    "Initiative",
    "InitiativeKind",
    "KindVersion",
    "Milestone",
    "MilestoneDispute",
    "MilestoneEvidence",
    "MilestoneMove",
    "Norm",
    "PendingTally",
    "ReceptionHandover",
    "Remark",
    "SiteVisit",
    "Tally",
    "TerritoryTally",
    "Topic",
    "VoteAct",
]
