"""Tables of initiatives: kinds and their numbers, the initiative itself, votes and tallies, discussion, decision."""

from initiatives.models.attachment import Attachment
from initiatives.models.coauthor import CoAuthor
from initiatives.models.decision import Decision, Milestone
from initiatives.models.discussion import Comment, CommentContest, CommentEdit, CommentMark, CommentReport, Follow
from initiatives.models.initiative import Initiative, Topic
from initiatives.models.kinds import InitiativeKind, KindDraft, KindVersion, Norm
from initiatives.models.moderation import (
    Appeal,
    ModerationLock,
    ModerationLogEntry,
    ModerationTask,
    Refusal,
    RejectionReason,
    Removal,
    RemovedText,
)
from initiatives.models.paper import PaperContest, PaperLine, PaperList
from initiatives.models.promises import MilestoneDispute, MilestoneEvidence, MilestoneMove, ReceptionHandover
from initiatives.models.review import (
    Commission,
    CommissionMeeting,
    CommissionMember,
    DraftDiscussion,
    Remark,
    SiteVisit,
)
from initiatives.models.rotation import PepperFloor
from initiatives.models.searches import SavedSearch
from initiatives.models.votes import AgeTally, HourTally, PendingTally, Tally, TerritoryTally, UsualPace, VoteAct
from initiatives.models.waiting import WaitingAct
from initiatives.models.wording import Term, Wording

__all__ = [
    "AgeTally",
    "Appeal",
    "Attachment",
    "CoAuthor",
    "Comment",
    "CommentContest",
    "CommentEdit",
    "CommentMark",
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
    "KindDraft",
    "KindVersion",
    "Milestone",
    "MilestoneDispute",
    "MilestoneEvidence",
    "MilestoneMove",
    "ModerationLock",
    "ModerationLogEntry",
    "ModerationTask",
    "Norm",
    "PaperContest",
    "PaperLine",
    "PaperList",
    "PendingTally",
    "PepperFloor",
    "ReceptionHandover",
    "Refusal",
    "RejectionReason",
    "Remark",
    "Removal",
    "RemovedText",
    "SavedSearch",
    "SiteVisit",
    "Tally",
    "Term",
    "TerritoryTally",
    "Topic",
    "UsualPace",
    "VoteAct",
    "WaitingAct",
    "Wording",
]
