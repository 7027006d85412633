"""Tables of initiatives: kinds and their numbers, the initiative itself, votes and tallies, discussion, decision."""

from initiatives.models.decision import Decision, Milestone
from initiatives.models.discussion import Comment, CommentContest, CommentEdit, CommentMark, CommentReport, Follow
from initiatives.models.initiative import Attachment, Initiative, Topic
from initiatives.models.kinds import InitiativeKind, KindVersion, Norm
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
from initiatives.models.votes import AgeTally, HourTally, PendingTally, Tally, TerritoryTally, VoteAct

__all__ = [
    "AgeTally",
    "Appeal",
    "Attachment",
    "Comment",
    "CommentContest",
    "CommentEdit",
    "CommentMark",
    "CommentReport",
    "Decision",
    "Follow",
    "HourTally",
    "Initiative",
    "InitiativeKind",
    "KindVersion",
    "Milestone",
    "ModerationLock",
    "ModerationLogEntry",
    "ModerationTask",
    "Norm",
    "PendingTally",
    "Refusal",
    "RejectionReason",
    "Removal",
    "RemovedText",
    "Tally",
    "TerritoryTally",
    "Topic",
    "VoteAct",
]
