"""What has happened to an initiative: past tense, frozen, published through the outbox."""

from dataclasses import dataclass
from typing import ClassVar

from portal.workflow.definitions import SubjectEvent


@dataclass(frozen=True, kw_only=True)
class InitiativeEvent(SubjectEvent):
    """`subject_id` is the initiative's primary key."""

    name: ClassVar[str] = "initiatives.event"


@dataclass(frozen=True, kw_only=True)
class JoiningOpened(InitiativeEvent):
    name: ClassVar[str] = "initiatives.joining_opened"


@dataclass(frozen=True, kw_only=True)
class SubmittedForCheck(InitiativeEvent):
    name: ClassVar[str] = "initiatives.submitted_for_check"


@dataclass(frozen=True, kw_only=True)
class Rejected(InitiativeEvent):
    name: ClassVar[str] = "initiatives.rejected"


@dataclass(frozen=True, kw_only=True)
class Published(InitiativeEvent):
    name: ClassVar[str] = "initiatives.published"


@dataclass(frozen=True, kw_only=True)
class HalfwayReached(InitiativeEvent):
    name: ClassVar[str] = "initiatives.halfway_reached"


@dataclass(frozen=True, kw_only=True)
class ThresholdReached(InitiativeEvent):
    name: ClassVar[str] = "initiatives.threshold_reached"


@dataclass(frozen=True, kw_only=True)
class SentToBody(InitiativeEvent):
    name: ClassVar[str] = "initiatives.sent_to_body"


@dataclass(frozen=True, kw_only=True)
class Registered(InitiativeEvent):
    name: ClassVar[str] = "initiatives.registered"


@dataclass(frozen=True, kw_only=True)
class AnswerSubmitted(InitiativeEvent):
    """The clerk's draft awaits the head's signature."""

    name: ClassVar[str] = "initiatives.answer_submitted"


@dataclass(frozen=True, kw_only=True)
class Decided(InitiativeEvent):
    name: ClassVar[str] = "initiatives.decided"


@dataclass(frozen=True, kw_only=True)
class DecisionPublished(InitiativeEvent):
    name: ClassVar[str] = "initiatives.decision_published"


@dataclass(frozen=True, kw_only=True)
class ExecutionStarted(InitiativeEvent):
    name: ClassVar[str] = "initiatives.execution_started"


@dataclass(frozen=True, kw_only=True)
class Finished(InitiativeEvent):
    name: ClassVar[str] = "initiatives.finished"


@dataclass(frozen=True, kw_only=True)
class MilestoneDone(InitiativeEvent):
    name: ClassVar[str] = "initiatives.milestone_done"
    milestone: str = ""


@dataclass(frozen=True, kw_only=True)
class FellBelowThreshold(InitiativeEvent):
    name: ClassVar[str] = "initiatives.fell_below_threshold"


@dataclass(frozen=True, kw_only=True)
class Lapsed(InitiativeEvent):
    name: ClassVar[str] = "initiatives.lapsed"


@dataclass(frozen=True, kw_only=True)
class Withdrawn(InitiativeEvent):
    name: ClassVar[str] = "initiatives.withdrawn"


@dataclass(frozen=True, kw_only=True)
class Merged(InitiativeEvent):
    name: ClassVar[str] = "initiatives.merged"


@dataclass(frozen=True, kw_only=True)
class TakenUp(InitiativeEvent):
    name: ClassVar[str] = "initiatives.taken_up"


@dataclass(frozen=True, kw_only=True)
class Answered(InitiativeEvent):
    name: ClassVar[str] = "initiatives.answered"


@dataclass(frozen=True, kw_only=True)
class Archived(InitiativeEvent):
    name: ClassVar[str] = "initiatives.archived"


@dataclass(frozen=True, kw_only=True)
class EnoughJoined(InitiativeEvent):
    """A request has gathered those it needs: its author may send it."""

    name: ClassVar[str] = "initiatives.enough_joined"


@dataclass(frozen=True, kw_only=True)
class RequestAnswered(InitiativeEvent):
    """One answer, for all who joined."""

    name: ClassVar[str] = "initiatives.request_answered"


@dataclass(frozen=True, kw_only=True)
class AttachmentRefused(InitiativeEvent):
    """Something harmful was found in a file; it is deleted."""

    name: ClassVar[str] = "initiatives.attachment_refused"
    attachment_id: str = ""


@dataclass(frozen=True, kw_only=True)
class CoAuthorsChanged(InitiativeEvent):
    """Someone took up, declined or ended writing together; the row of the co-author says which."""

    name: ClassVar[str] = "initiatives.coauthors_changed"
    coauthor_id: str = ""
    standing: str = ""


@dataclass(frozen=True, kw_only=True)
class CommentHidden(InitiativeEvent):
    name: ClassVar[str] = "initiatives.comment_hidden"
    comment_id: str = ""


@dataclass(frozen=True, kw_only=True)
class CommentReplied(InitiativeEvent):
    name: ClassVar[str] = "initiatives.comment_replied"
    comment_id: str = ""
