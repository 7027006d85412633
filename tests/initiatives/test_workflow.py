"""Every step from every state: those of the table move and leave their trace; all others are refused and leave none."""

from datetime import datetime

import pytest

from accounts.models import Body, User
from initiatives.models import Initiative, Refusal
from initiatives.states import State
from initiatives.workflow import IDEA, PETITION, REQUEST, clock, workflow_of
from portal.audit.log import history
from portal.errors import Conflict, InvalidInput, NotAllowed
from portal.events.models import OutboxEvent
from portal.workflow import Transition, Workflow, perform
from tests.factories.initiatives import make_appeal, make_decision, make_discussion, make_refusal
from tests.initiatives.test_policies import make

pytestmark = pytest.mark.django_db
FLOWS = (PETITION, IDEA, REQUEST)
PAIRS = [(flow, state, step) for flow in FLOWS for state in flow.states for step in flow.transitions]
NAMES = [f"{flow.name}: {step.name} from {state}" for flow, state, step in PAIRS]
STEPS = [(flow, step) for flow in FLOWS for step in flow.transitions]
NAMES_OF_STEPS = [f"{flow.name}: {step.name}" for flow, step in STEPS]
REASON = "Мәтінде нақты ұсыныс көрсетілмеген."
DOERS = {
    "open": "author", "withdraw": "author", "reject": "moderator", "publish": "moderator", "merge": "moderator",
    "reinstate": "moderator", "send": "moderator", "register": "clerk", "decide": "head", "publish_decision": "clerk",
    "carry_out": "clerk", "finish": "clerk", "take_up": "clerk", "answer": "clerk",
}  # fmt: skip
"""Who takes each step; those not named the portal takes by itself."""


def doer(flow: Workflow, step: Transition) -> str:
    """Return who takes the step: a request is sent by its author."""
    return "author" if flow is REQUEST and step.name == "send" else DOERS.get(step.name, "")


@pytest.fixture
def doers(citizen: User, moderator: User, clerk: User, head: User) -> dict[str, User]:
    return {"author": citizen, "moderator": moderator, "clerk": clerk, "head": head}


@pytest.fixture
def target(citizen: User, ministry: Body, at: datetime) -> Initiative:
    return make("idea", State.DISCUSSION, author=citizen, body=ministry, at=at)


def changes(step: Transition, target: Initiative) -> dict[str, object]:
    """Fields without which the database refuses the state."""
    wanted: dict[str, dict[str, object]] = {"reject": {"rejection_reason": REASON}, "merge": {"merged_into": target}}
    return {"text_sha256": "0" * 64, **wanted.get(step.name, {})}


def prepare(initiative: Initiative, step: Transition, by: User, at: datetime) -> None:
    """Let another moderator have acted before, where a step needs that."""
    if step.name == "reject":
        make_refusal(initiative, by=by, at=at)
    elif step.name == "reinstate":
        make_appeal(initiative, at=at)


def stands(initiative: Initiative) -> tuple[object, ...]:
    """Return all that a step could have changed."""
    now = Initiative.objects.get(pk=initiative.pk)
    entries = [entry.action for entry in history(now)]
    return now.state, now.state_since, now.state_deadline_at, now.revision, entries, OutboxEvent.objects.count()


@pytest.mark.parametrize(("flow", "state", "step"), PAIRS, ids=NAMES)
def test_each_step_from_each_state(
    flow: Workflow,
    state: str,
    step: Transition,
    doers: dict[str, User],
    target: Initiative,
    citizen: User,
    ministry: Body,
    second_moderator: User,
    at: datetime,
) -> None:
    initiative = make(flow.name, state, author=citizen, body=ministry, at=at)
    assert workflow_of(initiative) is flow
    by = doers.get(doer(flow, step))
    prepare(initiative, step, second_moderator, at)
    if flow is PETITION and state == State.REGISTERED:
        make_discussion(initiative, by=citizen, at=at, is_summarised=True)  # the head signs what was discussed
    before, events = stands(initiative), OutboxEvent.objects.count()

    def act() -> Initiative:
        return perform(
            flow, step.name, subject=initiative, by=by, at=at, reason=REASON, changes=changes(step, target),
            expected_revision=initiative.revision,
        )  # fmt: skip

    if state not in step.sources:
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "wrong_state"
        assert stands(initiative) == before
        return
    moved = act()
    # The database asks for the second person when the transaction ends.
    Refusal.objects.filter(initiative=initiative).update(confirmed_by=by, confirmed_at=at)
    assert (moved.state, moved.state_since, moved.revision) == (step.target, at, initiative.revision + 1)
    assert moved.state_deadline_at == clock(moved)
    [entry] = history(moved)
    assert (entry.action, entry.data["from"], entry.data["to"]) == (step.name, state, step.target)
    assert OutboxEvent.objects.count() == events + 1
    assert step.emits is not None
    assert OutboxEvent.objects.latest("pk").name == step.emits.name


@pytest.mark.parametrize(("flow", "step"), STEPS, ids=NAMES_OF_STEPS)
def test_nobody_else_takes_the_step(
    flow: Workflow,
    step: Transition,
    other_citizen: User,
    clerk_elsewhere: User,
    administrator: User,
    citizen: User,
    ministry: Body,
    at: datetime,
) -> None:
    initiative = make(flow.name, step.sources[0], author=citizen, body=ministry, at=at)
    before = stands(initiative)
    for stranger in (other_citizen, clerk_elsewhere, administrator):
        with pytest.raises((NotAllowed, Conflict)) as refused:
            perform(flow, step.name, subject=initiative, by=stranger, at=at, reason=REASON)
        assert isinstance(refused.value, NotAllowed) or refused.value.code == "automatic_only"
    assert stands(initiative) == before


@pytest.mark.parametrize(
    ("flow", "step"), [pair for pair in STEPS if pair[1].who is not None], ids=lambda value: getattr(value, "name", "")
)
def test_the_portal_itself_never_takes_a_persons_step(
    flow: Workflow, step: Transition, citizen: User, ministry: Body, at: datetime
) -> None:
    initiative = make(flow.name, step.sources[0], author=citizen, body=ministry, at=at)
    before = stands(initiative)
    with pytest.raises(Conflict):
        perform(flow, step.name, subject=initiative, by=None, at=at, reason=REASON)
    assert stands(initiative) == before


@pytest.mark.parametrize(
    ("flow", "step"), [pair for pair in STEPS if pair[1].needs_reason], ids=lambda value: getattr(value, "name", "")
)
def test_a_step_that_owes_a_reason_is_not_taken_without_one(
    flow: Workflow,
    step: Transition,
    doers: dict[str, User],
    citizen: User,
    second_moderator: User,
    ministry: Body,
    at: datetime,
) -> None:
    initiative = make(flow.name, step.sources[0], author=citizen, body=ministry, at=at)
    prepare(initiative, step, second_moderator, at)
    before = stands(initiative)
    with pytest.raises(InvalidInput) as refused:
        perform(flow, step.name, subject=initiative, by=doers[doer(flow, step)], at=at, reason=" \n")
    assert "reason" in refused.value.fields
    assert stands(initiative) == before


@pytest.mark.parametrize(("flow", "step"), STEPS, ids=NAMES_OF_STEPS)
def test_a_stale_page_moves_nothing(
    flow: Workflow, step: Transition, doers: dict[str, User], citizen: User, ministry: Body, at: datetime
) -> None:
    initiative = make(flow.name, step.sources[0], author=citizen, body=ministry, at=at)
    before, by = stands(initiative), doers.get(doer(flow, step))
    with pytest.raises(Conflict) as refused:
        perform(flow, step.name, subject=initiative, by=by, at=at, reason=REASON, expected_revision=99)
    assert refused.value.code == "stale_page"
    assert stands(initiative) == before


def test_a_refused_petition_is_not_carried_out(
    clerk: User, head: User, citizen: User, ministry: Body, at: datetime
) -> None:
    initiative = make("petition", State.PUBLISHED, author=citizen, body=ministry, at=at)
    make_decision(initiative, by=clerk, at=at, signed_by=head, outcome="refused")
    with pytest.raises(NotAllowed) as refused:
        perform(PETITION, "carry_out", subject=initiative, by=clerk, at=at)
    assert refused.value.code == "refused"


@pytest.mark.parametrize("flow", FLOWS, ids=lambda flow: flow.name)
def test_every_state_can_be_reached_and_every_end_is_an_end(flow: Workflow) -> None:
    reached, waiting = set(), [flow.initial]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += [step.target for step in flow.leaving(state)]
    assert reached == set(flow.states)
    ends = {state for state in flow.states if not flow.leaving(state)}
    assert ends <= {
        State.LAPSED, State.WITHDRAWN, State.REJECTED, State.BELOW_THRESHOLD, State.DONE, State.MERGED, State.TAKEN_UP,
        State.ANSWERED, State.ARCHIVED,
    }  # fmt: skip
