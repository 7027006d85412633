"""The vote log for programs: a sceptic who trusts nothing but the published key follows it from the outside."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Body, User
from initiatives.models import Initiative
from initiatives.selectors.counts import exact_count
from initiatives.services import voting
from initiatives.states import State
from signatures.log import leaves, notes, tree
from signatures.services import heads, log_keys, sequencing
from tests.actors import AT
from tests.factories.accounts import make_citizen
from tests.factories.initiatives import make_idea

pytestmark = pytest.mark.django_db
Get = Callable[..., Any]


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


@pytest.fixture
def voters(db: None) -> list[User]:
    return [make_citizen(f"85031240{number:04d}", "Айгүл", "Серікова") for number in range(9)]


@pytest.fixture
def idea(ministry: Body, clerk: User) -> Initiative:
    return make_idea(body=ministry, author=clerk, state=State.DISCUSSION, at=AT - timedelta(days=1))


@pytest.fixture
def get(idea: Initiative, client: Client) -> Get:
    """Ask about the idea's log, or with `archive` about the archive."""

    def ask(path: str = "", *, archive: bool = False, **params: Any) -> Any:
        where = "/api/v1/log/" if archive else f"/api/v1/initiatives/{idea.code}/log/"
        return client.get(f"{where}{path}", params)

    return ask


def fold(hours: int = 0) -> None:
    sequencing.run(at=AT + timedelta(hours=hours))
    heads.publish(at=AT + timedelta(hours=hours))


def test_a_sceptic_recounts_from_the_outside(idea: Initiative, voters: list[User], get: Get) -> None:
    for person in voters:
        voting.cast_signed_in(initiative=idea, by=person, at=AT)
    voting.withdraw_signed_in(initiative=idea, by=voters[0], at=AT)
    fold()
    log = get().json()
    key = notes.Key.from_line(log["keys"][0])
    assert key.name == log["origin"] == f"testserver/log/{idea.code}"
    head = notes.open_checkpoint(log["head"]["checkpoint"], key)
    raw = get("leaves/", start=0, end=head.size).content
    assert tree.root(tree.leaf_hash(line) for line in raw.split(b"\n")[:-1]) == head.root
    entries = [leaves.read_leaf(line)[1] for line in raw.split(b"\n")[:-1]]
    votes = sum(1 if entry.action == "vote" else -1 for entry in entries)
    assert votes == exact_count(idea) == 8
    assert (log["size"], log["waiting"], log["is_final"]) == (10, 0, False)


def test_a_voter_finds_their_vote_by_the_receipt_alone(idea: Initiative, voters: list[User], get: Get) -> None:
    given = voting.cast_signed_in(initiative=idea, by=voters[0], at=AT)
    assert given.receipt is not None
    entry = given.receipt["entry"]["id"]
    assert get(f"receipts/{entry}/").json() == given.receipt
    waiting = get("inclusion/", entry=entry)
    assert (waiting.status_code, waiting.json()["code"]) == (409, "not_in_log_yet")
    for person in voters[1:]:
        voting.cast_signed_in(initiative=idea, by=person, at=AT)
    fold()
    found = get("inclusion/", entry=entry).json()
    proof = found["inclusion"]
    leaf_hash = tree.leaf_hash(found["leaf"].encode())
    assert base64.b64encode(leaf_hash).decode() == proof["leaf_hash"]
    assert leaves.read_leaf(found["leaf"].encode())[1].as_json() == given.receipt["entry"]
    head = notes.open_checkpoint(found["checkpoint"], notes.Key.from_line(get().json()["keys"][0]))
    hashes = [base64.b64decode(one) for one in proof["proof"]]
    tree.verify_inclusion(proof["index"], proof["size"], leaf_hash, hashes, head.root)
    same = {get("inclusion/", leaf_hash=leaf_hash.hex()).content, get("inclusion/", index=0).content}
    assert same == {get("inclusion/", entry=entry).content}


def test_the_archive_holds_each_head_and_only_grows(idea: Initiative, voters: list[User], get: Get) -> None:
    seen: list[notes.Checkpoint] = []
    for hours, person in enumerate(voters[:4]):
        voting.cast_signed_in(initiative=idea, by=person, at=AT)
        fold(hours)
        answer = get(archive=True).json()
        key = notes.Key.from_line(answer["keys"][0])
        seen.append(notes.open_checkpoint(answer["head"]["checkpoint"], key))
    assert key.line == get("keys/", archive=True).json()[0]["archive_line"]
    for old, new in zip(seen, seen[1:], strict=False):  # noqa: RUF007
        proof = get("consistency/", archive=True, old=old.size, new=new.size).json()["proof"]
        tree.verify_consistency(old.size, new.size, [base64.b64decode(one) for one in proof], old.root, new.root)
    archived = [json.loads(line) for line in get("leaves/", archive=True).content.splitlines()]
    assert [one["checkpoint"] for one in archived] == [one["checkpoint"] for one in get("heads/").json()[::-1]]
    found = get("inclusion/", archive=True, index=2, size=4).json()
    tree.verify_inclusion(
        2,
        4,
        tree.leaf_hash(found["leaf"].encode()),
        [base64.b64decode(one) for one in found["inclusion"]["proof"]],
        seen[3].root,
    )
    assert [one["size"] for one in get("heads/", archive=True, below=4).json()] == [3, 2, 1]


def test_what_cannot_change_may_be_kept_for_ever(
    idea: Initiative, voters: list[User], get: Get, client: Client
) -> None:
    for person in voters:
        voting.cast_signed_in(initiative=idea, by=person, at=AT)
    fold()
    whole = get("leaves/", start=2, end=7)
    assert whole.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert whole.headers["Content-Type"] == "application/x-ndjson"
    assert whole.headers["Access-Control-Allow-Origin"] == "*"
    assert len(whole.content.splitlines()) == 5
    again = client.get(
        f"/api/v1/initiatives/{idea.code}/log/leaves/?start=2&end=7", headers={"If-None-Match": whole["ETag"]}
    )
    assert again.status_code == 304
    assert "max-age=5" in get("leaves/").headers["Cache-Control"]


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("leaves/", {"start": -1}, 422),
        ("leaves/", {"start": 3, "end": 2}, 422),
        ("leaves/", {"start": 0, "end": 4}, 422),
        ("leaves/", {"start": "٣"}, 422),
        ("leaves/", {"start": "9" * 30}, 422),
        ("leaves/", {"end": "x"}, 422),
        ("inclusion/", {}, 422),
        ("inclusion/", {"entry": "0f" * 16}, 404),
        ("inclusion/", {"entry": "zz"}, 422),
        ("inclusion/", {"entry": "0F" * 16}, 422),
        ("inclusion/", {"leaf_hash": "00" * 31}, 422),
        ("inclusion/", {"leaf_hash": "00" * 32}, 404),
        ("inclusion/", {"index": 3}, 422),
        ("inclusion/", {"index": 0, "size": 4}, 422),
        ("inclusion/", {"index": 2, "size": 2}, 422),
        ("inclusion/", {"index": 0, "size": 0}, 422),
        ("inclusion/", {"index": 0, "entry": "0f" * 16}, 422),
        ("consistency/", {}, 422),
        ("consistency/", {"old": 0}, 422),
        ("consistency/", {"old": 3, "new": 2}, 422),
        ("consistency/", {"old": 1, "new": 4}, 422),
        ("heads/", {"below": 0}, 422),
        (f"receipts/{'0f' * 16}/", {}, 404),
        ("receipts/none/", {}, 404),
    ],
)
def test_nonsense_is_refused_as_a_problem(
    idea: Initiative, voters: list[User], get: Get, path: str, params: dict[str, Any], status: int
) -> None:
    for person in voters[:3]:
        voting.cast_signed_in(initiative=idea, by=person, at=AT)
    fold()
    answer = get(path, **params)
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_log_without_votes_is_empty_and_a_draft_has_none(
    idea: Initiative, get: Get, client: Client, ministry: Body, citizen: User
) -> None:
    assert get().json() == {
        "origin": f"testserver/log/{idea.code}",
        "size": 0,
        "waiting": 0,
        "is_final": False,
        "head": None,
        "keys": [log_keys.published()[0].named(f"testserver/log/{idea.code}").line],
    }
    assert get("leaves/").status_code == 200
    assert get("leaves/").content == b""
    assert get("heads/").json() == []
    assert get("consistency/", old=1, new=1).status_code == 404
    draft = make_idea(body=ministry, author=citizen, state=State.DRAFT, at=AT)
    assert client.get(f"/api/v1/initiatives/{draft.code}/log/").status_code == 404
    client.force_login(citizen)
    assert client.get(f"/api/v1/initiatives/{draft.code}/log/").status_code == 404


def test_an_entry_of_another_petition_is_not_found_here(
    idea: Initiative, voters: list[User], get: Get, ministry: Body, clerk: User
) -> None:
    other = make_idea(body=ministry, author=clerk, state=State.DISCUSSION, at=AT - timedelta(days=1))
    given = voting.cast_signed_in(initiative=other, by=voters[0], at=AT)
    voting.cast_signed_in(initiative=idea, by=voters[0], at=AT)
    fold()
    assert given.receipt is not None
    assert get(f"receipts/{given.receipt['entry']['id']}/").status_code == 404
    assert get("inclusion/", entry=given.receipt["entry"]["id"]).status_code == 404
