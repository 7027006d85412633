"""The text that says the same is found: by hand-made pairs, in both languages and across them, with slips."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from accounts.models import Body, User
from initiatives.selectors.twins import twins_of_text
from initiatives.services import wording
from initiatives.states import State
from tests.factories.initiatives import make_petition

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent / "twins"


def pairs() -> list[dict[str, Any]]:
    return [pair for file in sorted(HERE.glob("pairs_*.yaml")) for pair in yaml.safe_load(file.read_text("utf-8"))]


def distractors() -> list[dict[str, str]]:
    given = yaml.safe_load((HERE / "distractors.yaml").read_text("utf-8"))
    return [
        {"language": language, "title": title.format(place=place), "problem": problem}
        for language in ("ru", "kk")
        for title, problem in given[language]
        for place in given[f"places_{language}"]
    ]


NOISE: list[dict[str, str]] = yaml.safe_load((HERE / "distractors.yaml").read_text("utf-8"))["noise"]


@pytest.fixture
def published(citizen: User, ministry: Body, at: datetime) -> dict[str, int]:
    """All twins and distractors, published; by title."""
    texts = [pair["twin"] for pair in pairs()] + distractors()
    made = [
        make_petition(author=citizen, body=ministry, at=at, state=State.COLLECTING, proposal="", **text)
        for text in texts
    ]
    wording.count_terms()
    return {one.title: one.pk for one in made}


def found(draft: dict[str, str], at: datetime) -> list[str]:
    twins = twins_of_text(title=draft["title"], body=draft["problem"], language=draft["language"], at=at)
    return [twin.initiative.title for twin in twins]


def test_of_sixty_pairs_nine_in_ten_are_among_the_first_five(
    published: dict[str, int], at: datetime, record_property: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = pairs()
    assert len(wanted) == 60
    assert len(published) >= 260
    places = []
    for pair in wanted:
        titles = found(pair["draft"], at)
        twin = pair["twin"]["title"]
        places.append(titles.index(twin) + 1 if twin in titles else 0)
    missed = [pair["draft"]["title"] for pair, place in zip(wanted, places, strict=True) if not place]
    recall, first = sum(place > 0 for place in places) / 60, sum(place == 1 for place in places) / 60
    record_property("recall@5", recall)
    with capsys.disabled():
        print(f"\nsimilar texts: recall@5 {recall:.3f}, first {first:.3f}, missed: {missed}")
    assert recall >= 0.9, missed


@pytest.mark.parametrize("draft", NOISE, ids=[draft["title"] for draft in NOISE])
def test_a_text_that_nobody_has_written_is_shown_nothing(
    published: dict[str, int], at: datetime, draft: dict[str, str]
) -> None:
    assert found(draft, at) == []
