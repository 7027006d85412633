"""Tables of initiatives: kinds and their numbers, the initiative itself, votes and tallies, discussion, decision."""

from initiatives.models.decision import Decision, Milestone
from initiatives.models.discussion import Comment, CommentReport, Follow
from initiatives.models.initiative import Attachment, Initiative, Topic
from initiatives.models.kinds import InitiativeKind, KindVersion, Norm
from initiatives.models.votes import AgeTally, HourTally, PendingTally, Tally, TerritoryTally, UsualPace, VoteAct

__all__ = [
    "AgeTally",
    "Attachment",
    "Comment",
    "CommentReport",
    "Decision",
    "Follow",
    "HourTally",
    "Initiative",
    "InitiativeKind",
    "KindVersion",
    "Milestone",
    "Norm",
    "PendingTally",
    "Tally",
    "TerritoryTally",
    "Topic",
    "UsualPace",
    "VoteAct",
]
