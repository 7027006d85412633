"""The texts of the demo world obey the rules that a citizen's own text must obey, and show every state."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from initiatives.limits import COMMENT_MAX, TITLE_MAX
from initiatives.states import OPEN_TO_COMMENTS, ExcludedSubject, Outcome, Stance, State
from portal.translation.detection import KAZAKH_LETTERS, is_written_in

CONTENT = Path(__file__).resolve().parents[2] / "demo" / "content"
KEYS = sorted(path.stem for path in (CONTENT / "petitions").glob("*.yaml"))
VOTERS = 2_000

REQUIRED = {
    "key", "kind", "body", "territory", "topic", "sdg", "language", "title", "problem", "proposal", "state",
    "days_ago_created", "pace",
}  # fmt: skip
OPTIONAL = {
    "author_sex", "merged_into", "share_of_threshold", "votes", "joiners", "rejection", "answer", "statement", "milestones",
    "comments",
}  # fmt: skip
BODY_OF_KIND = {
    "petition-government": "government",
    "petition-central": ("ministry-", "agency-"),
    "petition-oblast-akimat": "akimat-",
    "petition-oblast-maslikhat": "maslikhat-",
    "petition-district-akimat": "akimat-",
    "petition-district-maslikhat": "maslikhat-",
    "idea": ("ministry-", "agency-", "akimat-", "maslikhat-"),
}
IDEA_STATES = {
    State.DRAFT, State.MODERATION, State.REJECTED, State.DISCUSSION, State.TAKEN_UP, State.MERGED, State.ANSWERED,
    State.ARCHIVED,
}  # fmt: skip
PETITION_STATES = set(State) - (IDEA_STATES - {State.DRAFT, State.REJECTED})
WITH_ANSWER = {State.DECIDED, State.PUBLISHED, State.EXECUTION, State.DONE, State.TAKEN_UP, State.ANSWERED}
WITH_STATEMENT = {State.PUBLISHED, State.EXECUTION, State.DONE}
WITH_MILESTONES = {State.EXECUTION, State.DONE, State.TAKEN_UP}
NOT_YET_VOTED = {State.DRAFT, State.JOINING, State.CHECK, State.REJECTED, State.WITHDRAWN, State.LAPSED}


@cache
def load(name: str) -> Any:
    return yaml.safe_load((CONTENT / name).read_text(encoding="utf-8"))


def initiative(key: str) -> dict[str, Any]:
    loaded: dict[str, Any] = load(f"petitions/{key}.yaml")
    return loaded


def everything() -> list[dict[str, Any]]:
    return [initiative(key) for key in KEYS]


def remarks(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for comment in item.get("comments", ()):
        yield comment
        yield from comment.get("replies", ())


def assert_short_text_is_in(language: str, text: str) -> None:
    """Of a sentence only letters tell: statistics need a paragraph."""
    assert any(letter in KAZAKH_LETTERS for letter in text) is (language == "kk"), text


def test_the_world_is_as_large_as_promised() -> None:
    languages = Counter(item["language"] for item in everything())

    assert len(KEYS) >= 44
    assert languages["kk"] >= 24
    assert languages["ru"] >= 20


def test_every_state_is_shown_by_a_petition_or_an_idea() -> None:
    petitions = {item["state"] for item in everything() if item["kind"] != "idea"}
    ideas = {item["state"] for item in everything() if item["kind"] == "idea"}

    assert petitions == PETITION_STATES
    assert ideas == IDEA_STATES


def test_every_kind_of_body_is_addressed() -> None:
    assert {item["kind"] for item in everything()} == set(BODY_OF_KIND)


def test_a_voter_speaks_under_one_initiative_only_and_in_one_language() -> None:
    places: dict[int, set[tuple[str, str]]] = {}
    for item in everything():
        for remark in remarks(item):
            if remark["by"] != "initiator":
                places.setdefault(remark["by"], set()).add((item["key"], remark["language"]))

    assert {voter: said for voter, said in places.items() if len(said) > 1} == {}


def test_no_two_titles_are_the_same() -> None:
    titles = Counter(item["title"].casefold() for item in everything())

    assert [title for title, times in titles.items() if times > 1] == []


@pytest.mark.parametrize("key", KEYS)
def test_its_fields_are_whole_and_known(key: str) -> None:
    item = initiative(key)

    assert item["key"] == key
    assert set(item) >= REQUIRED
    assert set(item) <= REQUIRED | OPTIONAL
    assert item["body"].startswith(BODY_OF_KIND[item["kind"]])
    assert item["topic"] in {topic["slug"] for topic in load("topics.yaml")["topics"]}
    assert item["sdg"] == sorted(set(item["sdg"]))
    assert set(item["sdg"]) <= set(range(1, 18))
    assert item["pace"] in {"steady", "rising", "burst", "slow", "surge"}
    assert item["days_ago_created"] > 0
    assert item.get("author_sex", "female") in {"female", "male"}


@pytest.mark.parametrize("key", KEYS)
def test_its_territory_is_a_code_of_nine_digits(key: str) -> None:
    territory = initiative(key)["territory"]

    assert set(territory) == {"name_en", "kato"}
    assert len(territory["kato"]) == 9
    assert territory["kato"].isdigit()


@pytest.mark.parametrize("key", KEYS)
def test_its_text_has_the_length_and_the_language_it_claims(key: str) -> None:
    item = initiative(key)

    assert 20 <= len(item["title"]) <= TITLE_MAX
    assert 600 <= len(item["problem"]) <= 1_800
    assert 3 <= item["problem"].count("\n\n") + 1 <= 6
    assert 300 <= len(item["proposal"]) <= 900
    assert is_written_in(item["language"], item["problem"])
    assert is_written_in(item["language"], item["proposal"])
    assert_short_text_is_in(item["language"], item["title"])


@pytest.mark.parametrize("key", KEYS)
def test_its_proposals_are_numbered_from_one(key: str) -> None:
    lines = initiative(key)["proposal"].splitlines()

    assert len(lines) >= 3
    assert [line.split(". ")[0] for line in lines] == [str(number) for number in range(1, len(lines) + 1)]


@pytest.mark.parametrize("key", KEYS)
def test_its_support_fits_its_state(key: str) -> None:
    item = initiative(key)
    state = State(item["state"])

    if item["kind"] == "idea":
        assert "share_of_threshold" not in item
        assert (item["votes"] == 0) == (state in {State.DRAFT, State.MODERATION, State.REJECTED})
        return
    assert "votes" not in item
    share = item["share_of_threshold"]
    if state in NOT_YET_VOTED:
        assert share == 0
    elif state in {State.COLLECTING, State.BELOW_THRESHOLD}:
        assert 0 < share < 1
    else:
        assert 1 <= share <= 1.3
    if state in {State.CHECK, State.REJECTED}:
        assert item["joiners"] >= 50
    if state in {State.JOINING, State.LAPSED, State.WITHDRAWN}:
        assert 0 < item["joiners"] < 50


@pytest.mark.parametrize("key", KEYS)
def test_its_comments_read_like_a_polite_debate(key: str) -> None:
    item = initiative(key)

    if item["state"] in OPEN_TO_COMMENTS:
        assert len(list(remarks(item))) >= 3
    if item["state"] in NOT_YET_VOTED:
        assert "comments" not in item
    for remark in remarks(item):
        assert set(remark) <= {"by", "sex", "stance", "language", "text", "replies"}
        assert remark["by"] == "initiator" or 0 <= remark["by"] < VOTERS
        assert remark.get("sex", "female") in {"female", "male"}
        assert remark["stance"] in Stance.values
        assert 20 <= len(remark["text"]) <= COMMENT_MAX
        assert_short_text_is_in(remark["language"], remark["text"])
    for comment in item.get("comments", ()):
        assert all("replies" not in reply for reply in comment.get("replies", ()))


@pytest.mark.parametrize("key", KEYS)
def test_its_answer_is_reasoned_and_names_the_route_of_appeal(key: str) -> None:
    item = initiative(key)

    assert ("answer" in item) == (item["state"] in WITH_ANSWER)
    assert ("statement" in item) == (item["state"] in WITH_STATEMENT)
    if "answer" not in item:
        return
    answer = item["answer"]
    assert set(answer) == {"outcome", "language", "text", "measures", "appeal"}
    assert answer["outcome"] in Outcome.values
    assert answer["language"] in {"kk", item["language"]}
    assert 400 <= len(answer["text"]) <= 1_200
    assert is_written_in(answer["language"], answer["text"])
    assert answer["measures"]
    for sentence in (answer["appeal"], item.get("statement", answer["appeal"])):
        assert_short_text_is_in(answer["language"], sentence)


@pytest.mark.parametrize("key", KEYS)
def test_its_milestones_agree_with_the_calendar(key: str) -> None:
    item = initiative(key)

    assert ("milestones" in item) == (item["state"] in WITH_MILESTONES)
    for milestone in item.get("milestones", ()):
        assert set(milestone) == {"title", "due_in_days", "status", "evidence"}
        is_past = milestone["due_in_days"] < 0
        assert is_past == (milestone["status"] in {"done", "late"})
        assert milestone["status"] in {"promised", "done", "late"}
        assert milestone["due_in_days"] > -item["days_ago_created"]
        assert milestone["evidence"] or not is_past
        assert_short_text_is_in(item["language"], milestone["title"] + milestone["evidence"])
    if item["state"] == State.DONE:
        assert {milestone["status"] for milestone in item["milestones"]} == {"done"}


@pytest.mark.parametrize("key", KEYS)
def test_a_rejection_names_its_ground_and_its_reasons(key: str) -> None:
    item = initiative(key)

    assert ("rejection" in item) == (item["state"] == State.REJECTED)
    if "rejection" not in item:
        return
    rejection = item["rejection"]
    assert rejection["language"] == item["language"]
    assert is_written_in(rejection["language"], rejection["reasons"])
    if item["kind"] == "idea":
        grounds = {reply["ground"] for reply in load("staff_replies.yaml")["place_rules"]}
        assert rejection["code"] is None
        assert rejection["ground"] in grounds
    else:
        assert rejection["code"] in ExcludedSubject.values


@pytest.mark.parametrize("key", KEYS)
def test_a_merged_idea_went_into_one_that_is_open(key: str) -> None:
    item = initiative(key)

    assert ("merged_into" in item) == (item["state"] == State.MERGED)
    if "merged_into" in item:
        assert initiative(item["merged_into"])["kind"] == "idea"
        assert initiative(item["merged_into"])["state"] == State.DISCUSSION


def test_the_names_are_enough_and_their_endings_fit() -> None:
    people = load("people.yaml")

    given = [name for style in ("kk", "ru") for sex in ("female", "male") for name in people[style][f"{sex}_given"]]
    assert len(given) == 120
    assert len(set(given)) == 120
    assert all(len(people[style]["surnames"]) == 30 for style in ("kk", "ru"))
    for pair in people["kk"]["patronymics"]:
        assert pair["female"].removesuffix("қызы") == pair["male"].removesuffix("ұлы")
        assert pair["female"] != pair["male"]
    for pair in people["ru"]["patronymics"]:
        assert pair["female"].removesuffix("на") == pair["male"].removesuffix("ич")
    for pair in people["kk"]["surnames"] + people["ru"]["surnames"]:
        assert pair["female"] in {pair["male"], pair["male"] + "а"}


def test_every_excluded_subject_has_a_canned_reason_in_both_languages() -> None:
    replies = load("staff_replies.yaml")

    assert [reply["code"] for reply in replies["excluded_subjects"]] == list(ExcludedSubject.values)
    for reply in [reply for group in replies.values() for reply in group]:
        assert_short_text_is_in("kk", reply["kk"])
        assert_short_text_is_in("ru", reply["ru"])


def test_every_topic_is_named_in_three_languages_and_used() -> None:
    topics = load("topics.yaml")["topics"]

    assert all(topic["name_kk"] and topic["name_ru"] and topic["name_en"] for topic in topics)
    assert {topic["slug"] for topic in topics} == {item["topic"] for item in everything()}
