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


@dataclass(frozen=True, kw_only=True)
class QuestionAsked(InitiativeEvent):
    name: ClassVar[str] = "initiatives.question_asked"
    comment_id: str = ""


@dataclass(frozen=True, kw_only=True)
class ReviewEvent(InitiativeEvent):
    """Something that happened after the threshold. `about` are its own words, `happens_at` an ISO moment that it names.

    `person_id` is the one person it concerns where it does not concern all; `part` tells two of one moment apart.
    """

    name: ClassVar[str] = "initiatives.review_event"
    about: str = ""
    happens_at: str = ""
    person_id: str = ""
    part: str = ""


@dataclass(frozen=True, kw_only=True)
class DraftDiscussionAnnounced(ReviewEvent):
    name: ClassVar[str] = "initiatives.draft_discussion_announced"


@dataclass(frozen=True, kw_only=True)
class DraftDiscussionCancelled(ReviewEvent):
    name: ClassVar[str] = "initiatives.draft_discussion_cancelled"


@dataclass(frozen=True, kw_only=True)
class RemarkDecided(ReviewEvent):
    name: ClassVar[str] = "initiatives.remark_decided"


@dataclass(frozen=True, kw_only=True)
class RemarkHidden(ReviewEvent):
    name: ClassVar[str] = "initiatives.remark_hidden"


@dataclass(frozen=True, kw_only=True)
class DraftDiscussionSummarised(ReviewEvent):
    name: ClassVar[str] = "initiatives.draft_discussion_summarised"


@dataclass(frozen=True, kw_only=True)
class CommissionFormed(ReviewEvent):
    name: ClassVar[str] = "initiatives.commission_formed"


@dataclass(frozen=True, kw_only=True)
class SeatAnswered(ReviewEvent):
    name: ClassVar[str] = "initiatives.seat_answered"


@dataclass(frozen=True, kw_only=True)
class MeetingCalled(ReviewEvent):
    name: ClassVar[str] = "initiatives.meeting_called"


@dataclass(frozen=True, kw_only=True)
class MinutesPublished(ReviewEvent):
    name: ClassVar[str] = "initiatives.minutes_published"


@dataclass(frozen=True, kw_only=True)
class VisitAnnounced(ReviewEvent):
    name: ClassVar[str] = "initiatives.visit_announced"


@dataclass(frozen=True, kw_only=True)
class VisitReported(ReviewEvent):
    name: ClassVar[str] = "initiatives.visit_reported"


@dataclass(frozen=True, kw_only=True)
class StatementGiven(ReviewEvent):
    name: ClassVar[str] = "initiatives.statement_given"


@dataclass(frozen=True, kw_only=True)
class MilestonePromised(ReviewEvent):
    name: ClassVar[str] = "initiatives.milestone_promised"


@dataclass(frozen=True, kw_only=True)
class MilestoneMoved(ReviewEvent):
    name: ClassVar[str] = "initiatives.milestone_moved"


@dataclass(frozen=True, kw_only=True)
class MilestoneDisputed(ReviewEvent):
    name: ClassVar[str] = "initiatives.milestone_disputed"


@dataclass(frozen=True, kw_only=True)
class DisputeAnswered(ReviewEvent):
    name: ClassVar[str] = "initiatives.dispute_answered"


@dataclass(frozen=True, kw_only=True)
class HandoverDue(ReviewEvent):
    """A petition below the threshold is to become an ordinary appeal: the reception's journey listens for this."""

    name: ClassVar[str] = "initiatives.handover_due"


@dataclass(frozen=True, kw_only=True)
class RefusalProposed(InitiativeEvent):
    """A moderator proposes to reject it; a second one is needed."""

    name: ClassVar[str] = "initiatives.refusal_proposed"


@dataclass(frozen=True, kw_only=True)
class AppealFiled(InitiativeEvent):
    name: ClassVar[str] = "initiatives.appeal_filed"


@dataclass(frozen=True, kw_only=True)
class AppealDecided(InitiativeEvent):
    name: ClassVar[str] = "initiatives.appeal_decided"
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class TextRemoved(InitiativeEvent):
    name: ClassVar[str] = "initiatives.text_removed"


@dataclass(frozen=True, kw_only=True)
class ReportsSettled(InitiativeEvent):
    """The moderators decided about a reported comment."""

    name: ClassVar[str] = "initiatives.reports_settled"
    comment_id: str = ""
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class HidingContested(InitiativeEvent):
    name: ClassVar[str] = "initiatives.hiding_contested"
    comment_id: str = ""


@dataclass(frozen=True, kw_only=True)
class ContestDecided(InitiativeEvent):
    name: ClassVar[str] = "initiatives.contest_decided"
    comment_id: str = ""
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class WaitingSettled(InitiativeEvent):
    """It is known what became of a vote, or of its withdrawal, that waited for the certification authority."""

    name: ClassVar[str] = "initiatives.waiting_settled"
    waiting_id: str = ""
    outcome: str = ""
