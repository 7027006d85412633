"""The text that says the same is found: by hand-made pairs, in both languages and across them, with slips."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Body, User
from initiatives.models import Initiative
from initiatives.selectors.twins import TO_JOIN, twins_of_text
from initiatives.services import wording
from initiatives.states import State
from portal import clock
from portal.audit.log import history
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


def test_a_text_that_nobody_has_written_is_shown_nothing(published: dict[str, int], at: datetime) -> None:
    """All in one test: to publish the others takes a hundred times as long as to look."""
    assert {draft["title"]: twins for draft in NOISE if (twins := found(draft, at))} == {}
    assert len(NOISE) >= 10


class TestPages:
    """What a person sees and presses while writing."""

    @pytest.fixture
    def twin(self, other_citizen: User, ministry: Body) -> Initiative:
        return make_petition(
            author=other_citizen, body=ministry, at=clock.now(), state=State.COLLECTING, votes=7,
            title="Ауыл мектебіне жылы дәретхана салу", problem="Балалар аязда далаға шығады.", proposal="Салу.",
        )  # fmt: skip

    @pytest.fixture
    def draft(self, citizen: User, ministry: Body) -> Initiative:
        return make_petition(
            author=citizen, body=ministry, at=clock.now(), state=State.DRAFT,
            title="Мектеп даретханасын жылы ету", problem="", proposal="",
        )  # fmt: skip

    @pytest.fixture
    def browser(self, client: Client, citizen: User) -> Client:
        cache.clear()
        client.force_login(citizen)
        return client

    def test_what_is_typed_is_answered_with_what_there_is(
        self, browser: Client, draft: Initiative, twin: Initiative
    ) -> None:
        typed = {"language": "kk", "title": "Мектепке дәретхана", "problem": "Аязда балалар далаға шығады"}
        page = browser.post(reverse("initiatives:twins", args=[draft.code]), typed).content.decode()
        assert twin.title in page
        assert reverse("initiatives:join_instead", args=[draft.code]) in page
        before = browser.post(reverse("initiatives:look"), typed).content.decode()
        assert reverse("initiatives:vote", args=[twin.code]) in before

    def test_joining_instead_withdraws_the_draft_with_a_note_and_leads_to_the_vote(
        self, browser: Client, draft: Initiative, twin: Initiative
    ) -> None:
        answer = browser.post(reverse("initiatives:join_instead", args=[draft.code]), {"twin": twin.code})
        assert answer.status_code == 302
        assert answer["Location"] == reverse("initiatives:vote", args=[twin.code])
        draft.refresh_from_db()
        assert (draft.state, draft.left_for) == (State.WITHDRAWN, twin)
        assert history(draft).last().data["left_for"] == twin.code  # type: ignore[union-attr]
        note = browser.get(reverse("initiatives:detail", args=[draft.code])).content.decode()
        assert reverse("initiatives:detail", args=[twin.code]) in note

    @pytest.mark.parametrize("state", [State.REJECTED, State.LAPSED, State.BELOW_THRESHOLD])
    def test_what_cannot_be_joined_leaves_the_draft_as_it_was(
        self, browser: Client, draft: Initiative, other_citizen: User, ministry: Body, state: str
    ) -> None:
        gone = make_petition(author=other_citizen, body=ministry, at=clock.now(), state=state)
        answer = browser.post(reverse("initiatives:join_instead", args=[draft.code]), {"twin": gone.code})
        assert answer.status_code == 409
        draft.refresh_from_db()
        assert draft.state == State.DRAFT

    @pytest.mark.parametrize("code", ["", "zzzzzzzzzzzz", "\x00", "'; --"])
    def test_a_code_of_nothing_is_refused(self, browser: Client, draft: Initiative, code: str) -> None:
        answer = browser.post(reverse("initiatives:join_instead", args=[draft.code]), {"twin": code})
        assert answer.status_code == 422

    def test_nobody_withdraws_anothers_draft(
        self, client: Client, draft: Initiative, twin: Initiative, other_citizen: User
    ) -> None:
        client.force_login(other_citizen)
        for name in ("twins", "join_instead", "different"):
            assert (
                client.post(reverse(f"initiatives:{name}", args=[draft.code]), {"twin": twin.code}).status_code == 404
            )

    def test_mine_is_different_is_remembered(self, browser: Client, draft: Initiative, twin: Initiative) -> None:
        page = reverse("initiatives:edit", args=[draft.code]) + "?similar=1"
        assert twin.title in browser.get(page).content.decode()
        browser.post(reverse("initiatives:different", args=[draft.code]), {"twin": twin.code})
        assert twin.title not in browser.get(page).content.decode()

    def test_without_scripts_a_button_saves_and_looks(
        self, browser: Client, draft: Initiative, twin: Initiative
    ) -> None:
        typed = {"language": "kk", "title": twin.title, "revision": draft.revision, "similar": "1"}
        answer = browser.post(reverse("initiatives:edit", args=[draft.code]), typed, follow=True)
        assert twin.title in answer.content.decode()
        draft.refresh_from_db()
        assert draft.title == twin.title

    def test_an_answered_one_says_so(
        self, browser: Client, draft: Initiative, other_citizen: User, ministry: Body
    ) -> None:
        answered = make_petition(
            author=other_citizen, body=ministry, at=clock.now(), state=State.PUBLISHED, title=draft.title
        )
        (twin,) = twins_of_text(title=draft.title, body="", language="kk", at=clock.now())
        assert (twin.initiative, twin.is_answered) == (answered, True)
        went = browser.post(reverse("initiatives:join_instead", args=[draft.code]), {"twin": answered.code})
        assert went["Location"] == reverse("initiatives:detail", args=[answered.code])
        assert answered.follows.filter(user=draft.author).exists()

    def test_drafts_rejected_and_withdrawn_ones_are_not_shown_to_authors(
        self, other_citizen: User, ministry: Body, at: datetime
    ) -> None:
        for state in set(State) - {State.MERGED}:
            make_petition(author=other_citizen, body=ministry, at=at, state=state, title="Мектеп дәретханасы жылы")
        shown = {
            twin.initiative.state for twin in twins_of_text(title="Мектеп дәретханасы", body="", language="kk", at=at)
        }
        assert shown <= TO_JOIN

    def test_strange_text_breaks_nothing(self, browser: Client, draft: Initiative) -> None:
        for text in ("'", "\\", "a & | !", "((", ":*", "=", "'='", "%s {0}", "😀" * 40, "қ" * 149, "<b>'\\'"):
            typed = {"language": "kk", "title": f"{text} мектеп {text}", "problem": text}
            assert browser.post(reverse("initiatives:twins", args=[draft.code]), typed).status_code == 200
            assert browser.get(reverse("initiatives:index"), {"q": text}).status_code == 200
