"""The lives of a petition, of a public idea and of a consolidated request, as tables.

Petition: Administrative Procedural and Process-Related Code, arts 90-2 to 90-6. Idea: the portal's own rules.
Request: joining by the portal's rules, registration and answer by arts 64, 76, 87 and 89 of the same code.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from initiatives import events, policies
from initiatives.models import Initiative
from initiatives.policies import moderating
from initiatives.states import NormCode, Process, State
from portal.workflow import Transition, Workflow, register

CLOCK_OF_STATE = {
    State.JOINING: NormCode.JOINING_PERIOD,
    State.CHECK: NormCode.CHECK_PERIOD,
    State.COLLECTING: NormCode.COLLECTION_PERIOD,
    State.THRESHOLD_REACHED: NormCode.SENDING_PERIOD,
    State.SENT: NormCode.REGISTRATION_PERIOD,
    State.REGISTERED: NormCode.ANSWER_PERIOD,
    State.DECIDED: NormCode.PUBLICATION_PERIOD,
    State.MODERATION: NormCode.MODERATION_PERIOD,
    State.DISCUSSION: NormCode.DISCUSSION_PERIOD,
}
"""Which number of the law each state's clock runs by."""


def clock(initiative: Initiative) -> datetime | None:
    """Return the last moment of the state's term, counted from its beginning; None where the state has no clock."""
    code = CLOCK_OF_STATE.get(State(initiative.state))
    norm = initiative.kind_version.norm(code) if code else None
    if norm is None:
        return None
    return norm.term_after(initiative.state_since).due_at


PETITION = register(
    Workflow(
        name="petition",
        initial=State.DRAFT,
        deadline=clock,
        transitions=(
            Transition(
                "open",
                (State.DRAFT,),
                State.JOINING,
                _("Open to the first joiners"),
                who=policies.may_open,
                emits=events.JoiningOpened,
                source_of_law="90-2(4)",
            ),
            Transition(
                "withdraw",
                (State.DRAFT, State.JOINING),
                State.WITHDRAWN,
                _("Withdraw"),
                who=policies.may_withdraw,
                emits=events.Withdrawn,
            ),
            Transition(
                "lapse",
                (State.JOINING,),
                State.LAPSED,
                _("Close for want of joiners"),
                emits=events.Lapsed,
                at_deadline=True,
                source_of_law="90-2(4)",
            ),
            Transition(
                "submit",
                (State.JOINING,),
                State.CHECK,
                _("Hand over for the check"),
                emits=events.SubmittedForCheck,
                source_of_law="90-2(4), 90-2(5)",
            ),
            Transition(
                "reject",
                (State.CHECK,),
                State.REJECTED,
                _("Reject"),
                who=moderating.may_confirm_rejection,
                emits=events.Rejected,
                needs_reason=True,
                source_of_law="90-2(3), 90-2(6)",
            ),
            Transition(
                "publish",
                (State.CHECK,),
                State.COLLECTING,
                _("Publish"),
                who=moderating.may_publish,
                emits=events.Published,
                source_of_law="90-2(7)",
            ),
            Transition(
                "reinstate",
                (State.REJECTED,),
                State.COLLECTING,
                _("Publish upon appeal"),
                who=moderating.may_decide_appeal,
                emits=events.Published,
                needs_reason=True,
            ),
            Transition(
                "fall_below",
                (State.COLLECTING,),
                State.BELOW_THRESHOLD,
                _("Close below the threshold"),
                emits=events.FellBelowThreshold,
                at_deadline=True,
                source_of_law="90-3(5)",
            ),
            Transition(
                "reach_threshold",
                (State.COLLECTING,),
                State.THRESHOLD_REACHED,
                _("Reach the threshold"),
                emits=events.ThresholdReached,
                source_of_law="90-3(4)",
            ),
            Transition(
                "send",
                (State.THRESHOLD_REACHED,),
                State.SENT,
                _("Send to the body"),
                who=policies.may_send,
                emits=events.SentToBody,
                source_of_law="90-4",
            ),
            Transition(
                "register",
                (State.SENT,),
                State.REGISTERED,
                _("Register"),
                who=policies.may_handle,
                emits=events.Registered,
                source_of_law="64(2), 90-4",
            ),
            Transition(
                "decide",
                (State.REGISTERED,),
                State.DECIDED,
                _("Sign the decision"),
                who=policies.may_decide,
                emits=events.Decided,
                source_of_law="90-5, 90-6(1)",
            ),
            Transition(
                "publish_decision",
                (State.DECIDED,),
                State.PUBLISHED,
                _("Publish the decision"),
                who=policies.may_handle,
                emits=events.DecisionPublished,
                source_of_law="90-6(3)",
            ),
            Transition(
                "carry_out",
                (State.PUBLISHED,),
                State.EXECUTION,
                _("Begin to carry out"),
                who=policies.may_carry_out,
                emits=events.ExecutionStarted,
            ),
            Transition(
                "finish",
                (State.EXECUTION,),
                State.DONE,
                _("Report as done"),
                who=policies.may_carry_out,
                emits=events.Finished,
                needs_reason=True,
            ),
        ),
    )
)

IDEA = register(
    Workflow(
        name="idea",
        initial=State.DRAFT,
        deadline=clock,
        transitions=(
            Transition(
                "open",
                (State.DRAFT,),
                State.MODERATION,
                _("Hand over to the moderators"),
                who=policies.may_open,
                emits=events.SubmittedForCheck,
            ),
            Transition(
                "withdraw",
                (State.DRAFT, State.MODERATION),
                State.WITHDRAWN,
                _("Withdraw"),
                who=policies.may_withdraw,
                emits=events.Withdrawn,
            ),
            Transition(
                "reject",
                (State.MODERATION,),
                State.REJECTED,
                _("Reject"),
                who=moderating.may_confirm_rejection,
                emits=events.Rejected,
                needs_reason=True,
            ),
            Transition(
                "publish",
                (State.MODERATION,),
                State.DISCUSSION,
                _("Publish"),
                who=moderating.may_publish,
                emits=events.Published,
            ),
            Transition(
                "reinstate",
                (State.REJECTED,),
                State.DISCUSSION,
                _("Publish upon appeal"),
                who=moderating.may_decide_appeal,
                emits=events.Published,
                needs_reason=True,
            ),
            Transition(
                "merge",
                (State.DISCUSSION,),
                State.MERGED,
                _("Merge into another"),
                who=policies.may_moderate,
                emits=events.Merged,
                needs_reason=True,
            ),
            Transition(
                "take_up",
                (State.DISCUSSION,),
                State.TAKEN_UP,
                _("Take up"),
                who=policies.may_handle,
                emits=events.TakenUp,
                needs_reason=True,
            ),
            Transition(
                "answer",
                (State.DISCUSSION,),
                State.ANSWERED,
                _("Answer"),
                who=policies.may_handle,
                emits=events.Answered,
                needs_reason=True,
            ),
            Transition(
                "archive",
                (State.DISCUSSION,),
                State.ARCHIVED,
                _("Archive"),
                emits=events.Archived,
                at_deadline=True,
            ),
        ),
    )
)


REQUEST = register(
    Workflow(
        name="request",
        initial=State.DRAFT,
        deadline=clock,
        transitions=(
            Transition(
                "open", (State.DRAFT,), State.MODERATION, _("Hand over to the moderators"),
                who=policies.may_open, emits=events.SubmittedForCheck,
            ),
            Transition(
                "withdraw", (State.DRAFT, State.MODERATION), State.WITHDRAWN, _("Withdraw"),
                who=policies.may_withdraw, emits=events.Withdrawn,
            ),
            Transition(
                "reject", (State.MODERATION,), State.REJECTED, _("Reject"),
                who=moderating.may_confirm_rejection, emits=events.Rejected, needs_reason=True,
            ),
            Transition(
                "publish", (State.MODERATION,), State.COLLECTING, _("Publish"),
                who=moderating.may_publish, emits=events.Published,
            ),
            Transition(
                "reinstate", (State.REJECTED,), State.COLLECTING, _("Publish upon appeal"),
                who=moderating.may_decide_appeal, emits=events.Published, needs_reason=True,
            ),
            Transition(
                "send", (State.COLLECTING,), State.SENT, _("Send to the body"),
                who=policies.may_send_request, emits=events.SentToBody,
            ),
            Transition("send_at_end", (State.COLLECTING,), State.SENT, _("Send at the end"), emits=events.SentToBody),
            Transition(
                "fall_below", (State.COLLECTING,), State.BELOW_THRESHOLD, _("Close for want of joiners"),
                emits=events.FellBelowThreshold, at_deadline=True,
            ),
            Transition(
                "register", (State.SENT,), State.REGISTERED, _("Register"),
                who=policies.may_handle, emits=events.Registered, source_of_law="64(2)",
            ),
            Transition(
                "decide", (State.REGISTERED,), State.ANSWERED, _("Sign the answer"),
                who=policies.may_decide, emits=events.RequestAnswered, source_of_law="76(1), 87, 89",
            ),
        ),
    )
)  # fmt: skip

FLOWS = {Process.PETITION: PETITION, Process.IDEA: IDEA, Process.REQUEST: REQUEST}


def workflow_of(initiative: Initiative) -> Workflow:
    """Return the table that the initiative lives by."""
    return FLOWS[Process(initiative.kind.process)]
