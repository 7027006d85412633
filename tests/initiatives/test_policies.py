"""Who may do what in which state: one table. docs/permissions.md is drawn from it (UPDATE_DOCS=1 writes it anew)."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from accounts.models import Body, User
from initiatives import policies
from initiatives.models import Comment, Initiative
from initiatives.states import Process, State
from initiatives.workflow import IDEA, PETITION, REQUEST
from portal.permissions import Actor, Denied, Policy, lookup
from tests.factories.initiatives import make_discussion, make_idea, make_petition, make_request

ACTORS = ("anonymous", "citizen", "author", "moderator", "clerk", "clerk elsewhere", "head", "administrator")
PAGE = Path(settings.BASE_DIR) / "docs" / "permissions.md"
READ = {State.DRAFT: {"author"}, State.MODERATION: {"author", "moderator", "administrator"}}
READ[State.WITHDRAWN] = READ[State.MODERATION]
VOTES = {State.JOINING, State.COLLECTING, State.DISCUSSION}
TALKS = {State.COLLECTING, State.DISCUSSION}
PROMISES = {State.PUBLISHED, State.EXECUTION, State.TAKEN_UP, State.ANSWERED}
BODY = {"clerk", "head"}
OK = "yes"


def expected(policy: str, actor: str, state: str) -> str:
    """Say in one place what the law and the rules of the portal say; the words are the decision's codes."""
    signed_in = actor != "anonymous"
    of_body = OK if actor in BODY else "officials_of_the_body_only"
    may_read = OK if actor in READ.get(State(state), set(ACTORS)) else "not_found"
    judge = {"moderator": OK, "author": "own_initiative"}.get(actor, "moderator_only")
    answers = {
        "may_read": may_read,
        "may_write": OK if signed_in else "sign_in_required",
        "may_edit": _first("" if state == State.DRAFT else "text_frozen", "" if actor == "author" else "author_only"),
        "may_open": OK if actor == "author" else "author_only",
        "may_invite": _first("" if state == State.DRAFT else "text_frozen", "" if actor == "author" else "author_only"),
        "may_leave": "coauthor_only",
        "may_withdraw": OK if actor == "author" else "author_only",
        "may_vote": OK if state in VOTES else "voting_closed",
        "may_comment": _first("" if state in TALKS else "discussion_closed", "" if signed_in else "sign_in_required"),
        "may_follow": _first("" if signed_in else "sign_in_required", "" if may_read == OK else may_read),
        "may_moderate": {"moderator": OK, "author": "own_initiative"}.get(actor, "moderator_only"),
        "may_publish": judge,
        "may_propose_rejection": judge if judge != OK or state in {State.CHECK, State.MODERATION} else "wrong_state",
        "may_confirm_rejection": "nothing_proposed" if judge == OK else judge,
        "may_return_rejection": "nothing_proposed" if judge == OK else judge,
        "may_appeal": _first(
            "" if actor == "author" else "author_only", "" if state == State.REJECTED else "wrong_state"
        ),
        "may_decide_appeal": "no_appeal" if judge == OK else judge,
        "may_propose_removal": judge if judge != OK or state not in {State.DRAFT, State.WITHDRAWN} else "wrong_state",
        "may_confirm_removal": "nothing_proposed" if judge == OK else judge,
        "may_send": {"moderator": OK, "author": "own_initiative"}.get(actor, "moderator_only"),
        "may_send_request": OK if actor == "author" else "author_only",
        "may_handle": of_body,
        "may_decide": {"head": OK, "clerk": "head_only"}.get(actor, "officials_of_the_body_only"),
        "may_draft_answer": _first(
            "" if of_body == OK else of_body, "" if state in {State.REGISTERED, State.DISCUSSION} else "wrong_state"
        ),
        "may_carry_out": of_body,
        "may_review": _first("" if of_body == OK else of_body, "" if state == State.REGISTERED else "wrong_state"),
        "may_keep_milestones": _first("" if of_body == OK else of_body, "" if state in PROMISES else "wrong_state"),
    }
    return answers[policy]


def _first(*denials: str) -> str:
    return next((code for code in denials if code), OK)


POLICIES = (
    "may_read", "may_write", "may_edit", "may_invite", "may_leave", "may_open", "may_withdraw", "may_vote",
    "may_comment", "may_follow", "may_moderate", "may_publish", "may_propose_rejection",
    "may_confirm_rejection", "may_return_rejection", "may_appeal", "may_decide_appeal", "may_propose_removal",
    "may_confirm_removal", "may_send", "may_send_request", "may_handle",
    "may_decide", "may_draft_answer", "may_carry_out", "may_keep_milestones", "may_review",
)  # fmt: skip
CASES = [(flow.name, state) for flow in (PETITION, IDEA, REQUEST) for state in flow.states]


def named(policy: str) -> Policy:
    """Return the policy that is registered by that name."""
    found = lookup(f"initiatives.{policy}")
    assert found is not None
    return found


def code(policy: Policy, actor: Actor, subject: object) -> str:
    """Return the decision as the table has it."""
    decision = policy(actor, subject)
    return decision.code if isinstance(decision, Denied) else OK


@pytest.fixture
def actors(
    citizen: User, other_citizen: User, moderator: User, clerk: User, clerk_elsewhere: User, head: User,
    administrator: User,
) -> dict[str, Actor]:  # fmt: skip
    return {
        "anonymous": AnonymousUser(),
        "citizen": other_citizen,
        "author": citizen,
        "moderator": moderator,
        "clerk": clerk,
        "clerk elsewhere": clerk_elsewhere,
        "head": head,
        "administrator": administrator,
    }


def make(process: str, state: str, *, author: User, body: Body, at: datetime) -> Initiative:
    maker = {Process.PETITION: make_petition, Process.REQUEST: make_request}.get(Process(process), make_idea)
    into = {"merged_into": make_idea(state=State.DISCUSSION, author=author, body=body, at=at)}
    more = into if state == State.MERGED else {}
    return maker(state=state, author=author, body=body, at=at, closes_at=None, **more)


@pytest.mark.django_db
@pytest.mark.parametrize(("process", "state"), CASES)
def test_each_policy_answers_as_the_table_says(
    actors: dict[str, Actor],
    citizen: User,
    ministry: Body,
    at: datetime,
    process: str,
    state: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("initiatives.policies.moderating.now", lambda: at)  # a rejection is appealed in time
    initiative = make(process, state, author=citizen, body=ministry, at=at)
    make_discussion(
        initiative, by=citizen, at=at, is_summarised=True
    )  # without it the head is refused: discussion_owed
    table = {(policy, actor): expected(policy, actor, state) for policy in POLICIES for actor in ACTORS}
    answers = {
        (policy, actor): code(named(policy), actors[actor], initiative) for policy in POLICIES for actor in ACTORS
    }
    assert answers == table


@pytest.mark.django_db
def test_a_moderator_does_not_judge_what_they_wrote(moderator: User, second_moderator: User, ministry: Body) -> None:
    at = datetime.fromisoformat("2026-03-02T05:00:00+00:00")
    own = make("petition", State.CHECK, author=moderator, body=ministry, at=at)
    assert code(policies.may_moderate, moderator, own) == "own_initiative"
    assert code(policies.may_moderate, second_moderator, own) == OK
    said = Comment.objects.create(initiative=own, author=moderator, text="Дұрыс.", created_at=at)
    assert code(policies.may_hide_comment, moderator, said) == "own_comment"
    assert code(policies.may_hide_comment, second_moderator, said) == OK


@pytest.mark.django_db
@pytest.mark.parametrize("years", [17, 18])
def test_who_is_too_young_cannot_open_a_petition(citizen: User, ministry: Body, at: datetime, years: int) -> None:
    citizen.birth_date = (datetime.now(at.tzinfo) - timedelta(days=366 * years)).date()
    draft = make("petition", State.DRAFT, author=citizen, body=ministry, at=at)
    assert code(policies.may_open, citizen, draft) == (OK if years == 18 else "too_young")


def page() -> str:
    """Draw the table for readers."""
    lines = ["# Who may do what", "", "Drawn from tests/initiatives/test_policies.py; do not edit.", ""]
    lines += [
        "“yes” or the code of the refusal; where the answer depends on the state, the states are named.",
        "Policies stand in `initiatives/policies/`; each refusal carries a sentence for the person.",
        "`may_decide` is drawn for a draft that was discussed; before, the head is told `discussion_owed`.",
        "",
        f"| policy | {' | '.join(ACTORS)} |",
        f"|-|{'-|' * len(ACTORS)}",
    ]
    states = list(dict.fromkeys(state for _process, state in CASES))
    for policy in POLICIES:
        cells = [_cell({state: expected(policy, actor, state) for state in states}) for actor in ACTORS]
        lines.append(f"| `{policy}` | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(answers: dict[str, str]) -> str:
    codes = list(dict.fromkeys(answers.values()))
    if len(codes) == 1:
        return codes[0]
    rarest = sorted(codes, key=lambda one: list(answers.values()).count(one))
    usual = rarest[-1]
    parts = [f"{one}: {', '.join(state for state in answers if answers[state] == one)}" for one in rarest[:-1]]
    return "; ".join([*parts, f"else {usual}"])


def test_the_page_of_permissions_is_fresh() -> None:
    if os.environ.get("UPDATE_DOCS"):
        PAGE.write_text(page(), "utf-8")
    assert PAGE.read_text("utf-8") == page(), "run this test with UPDATE_DOCS=1"
