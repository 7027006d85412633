"""Writing: what is kept, what freezes, what is refused without a trace."""

from datetime import datetime, timedelta

import pytest

from accounts.models import Body, User
from initiatives.limits import DRAFTS_PER_PERSON, TEXT_MAX, TITLE_MAX
from initiatives.models import Initiative, InitiativeKind, Topic
from initiatives.services import drafting
from initiatives.services.drafting import Draft
from initiatives.states import State
from portal.errors import Conflict, InvalidInput, NotAllowed, TooMany, Unavailable
from tests.factories.initiatives import PROBLEM, PROPOSAL, make_petition

pytestmark = pytest.mark.django_db
TITLE = "Мектеп асханасын жылы тамақпен қамту"


@pytest.fixture
def kind() -> InitiativeKind:
    return InitiativeKind.objects.get(slug="petition-central")


@pytest.fixture
def draft(kind: InitiativeKind, ministry: Body, citizen: User, at: datetime) -> Initiative:
    return drafting.begin(kind=kind, body=ministry, by=citizen, draft=Draft(language="kk"), at=at)


def whole(**more: object) -> Draft:
    values = {
        "language": "kk",
        "title": TITLE,
        "problem": PROBLEM,
        "proposal": PROPOSAL,
        "topic": Topic.objects.first(),
    }
    return Draft(**{**values, **more})  # type: ignore[arg-type]


def open_it(draft: Initiative, by: User, at: datetime, *, seen: int | None = None) -> Initiative:
    seen_revision = draft.revision if seen is None else seen
    return drafting.open_to_joiners(initiative=draft, by=by, seen_revision=seen_revision, at=at)


def test_a_draft_begins_empty_with_the_numbers_in_force(draft: Initiative, ministry: Body) -> None:
    assert (draft.state, draft.title, draft.revision) == (State.DRAFT, "", 1)
    assert (draft.kind_version.number, draft.territory) == (1, ministry.territory)


def test_a_kind_is_addressed_to_its_kind_of_body(
    kind: InitiativeKind, akimat: Body, citizen: User, at: datetime
) -> None:
    with pytest.raises(InvalidInput) as refused:
        drafting.begin(kind=kind, body=akimat, by=citizen, draft=Draft(language="kk"), at=at)
    assert "body" in refused.value.fields
    assert not Initiative.objects.exists()


def test_a_kind_that_is_not_in_force_yet_cannot_be_written(kind: InitiativeKind, ministry: Body, citizen: User) -> None:
    early = datetime.fromisoformat("2024-01-01T05:00:00+00:00")
    with pytest.raises(Unavailable, match="kind_not_in_force"):
        drafting.begin(kind=kind, body=ministry, by=citizen, draft=Draft(language="kk"), at=early)


def test_the_eleventh_draft_is_refused(draft: Initiative, citizen: User, at: datetime) -> None:
    for _number in range(DRAFTS_PER_PERSON - 1):
        drafting.begin(kind=draft.kind, body=draft.body, by=citizen, draft=Draft(language="kk"), at=at)
    with pytest.raises(TooMany, match="many_drafts"):
        drafting.begin(kind=draft.kind, body=draft.body, by=citizen, draft=Draft(language="kk"), at=at)
    assert Initiative.objects.count() == DRAFTS_PER_PERSON


def test_what_was_typed_is_kept_without_the_blanks_around_it(draft: Initiative, citizen: User, at: datetime) -> None:
    saved = drafting.save(initiative=draft, by=citizen, draft=whole(title=f"  {TITLE}\n"), seen_revision=1, at=at)
    assert (saved.title, saved.problem, saved.revision) == (TITLE, PROBLEM, 2)


@pytest.mark.parametrize(
    ("field", "text"),
    [("title", "ә" * (TITLE_MAX + 1)), ("problem", "ә" * (TEXT_MAX + 1)), ("proposal", "ә" * (TEXT_MAX + 1))],
)
def test_a_text_over_its_limit_is_refused_not_cut(
    draft: Initiative, citizen: User, at: datetime, field: str, text: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        drafting.save(initiative=draft, by=citizen, draft=whole(**{field: text}), seen_revision=1, at=at)
    assert set(refused.value.fields) == {field}
    draft.refresh_from_db()
    assert (getattr(draft, field), draft.revision) == ("", 1)


def test_a_text_at_its_limit_is_kept(draft: Initiative, citizen: User, at: datetime) -> None:
    saved = drafting.save(initiative=draft, by=citizen, draft=whole(problem="ә" * TEXT_MAX), seen_revision=1, at=at)
    assert len(saved.problem) == TEXT_MAX


def test_a_character_that_cannot_be_stored_is_named(draft: Initiative, citizen: User, at: datetime) -> None:
    with pytest.raises(InvalidInput):
        drafting.save(initiative=draft, by=citizen, draft=whole(problem="a\x00b"), seen_revision=1, at=at)


def test_a_draft_saved_elsewhere_is_not_overwritten(draft: Initiative, citizen: User, at: datetime) -> None:
    drafting.save(initiative=draft, by=citizen, draft=whole(), seen_revision=1, at=at)
    with pytest.raises(Conflict, match="stale_draft"):
        drafting.save(initiative=draft, by=citizen, draft=whole(title="Басқа"), seen_revision=1, at=at)
    draft.refresh_from_db()
    assert draft.title == TITLE


def test_only_the_author_saves(draft: Initiative, other_citizen: User, at: datetime) -> None:
    with pytest.raises(NotAllowed, match="author_only"):
        drafting.save(initiative=draft, by=other_citizen, draft=whole(), seen_revision=1, at=at)


def test_opening_freezes_the_text_and_the_threshold(draft: Initiative, citizen: User, at: datetime) -> None:
    saved = drafting.save(initiative=draft, by=citizen, draft=whole(), seen_revision=1, at=at)
    opened = open_it(saved, citizen, at)
    assert (opened.state, opened.opened_at, opened.threshold) == (State.JOINING, at, 50_000)
    assert opened.text_sha256 == opened.hash_text()
    assert opened.threshold_basis["article"] == "APPC 90-3(4)"
    with pytest.raises(NotAllowed, match="text_frozen"):
        drafting.save(initiative=opened, by=citizen, draft=whole(title="Басқа"), seen_revision=3, at=at)


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"title": "Қысқа"}, "title"),
        ({"problem": "Қысқа."}, "problem"),
        ({"proposal": ""}, "proposal"),
        ({"topic": None}, "topic"),
        ({"language": "en"}, "language"),
        ({"problem": "The school canteen of our village has served no hot food for two whole winters. " * 2}, "problem"),
        ({"language": "ru", "problem": "Das Essen in der Schule ist seit zwei Wintern kalt, und niemand hilft. " * 2},
         "problem"),
    ],
)  # fmt: skip
def test_an_unfinished_text_is_not_opened(
    draft: Initiative, citizen: User, at: datetime, changed: dict[str, object], missing: str
) -> None:
    saved = drafting.save(initiative=draft, by=citizen, draft=whole(**changed), seen_revision=1, at=at)
    with pytest.raises(InvalidInput) as refused:
        open_it(saved, citizen, at)
    assert missing in refused.value.fields
    saved.refresh_from_db()
    assert (saved.state, saved.text_sha256) == (State.DRAFT, "")


def test_a_text_changed_in_another_window_is_not_opened(draft: Initiative, citizen: User, at: datetime) -> None:
    saved = drafting.save(initiative=draft, by=citizen, draft=whole(), seen_revision=1, at=at)
    with pytest.raises(Conflict, match="stale_page"):
        open_it(saved, citizen, at, seen=1)


def test_withdrawing_leaves_the_frozen_text_for_the_record(citizen: User, ministry: Body, at: datetime) -> None:
    joining = make_petition(state=State.JOINING, author=citizen, body=ministry, at=at)
    gone = drafting.withdraw(initiative=joining, by=citizen, at=at + timedelta(days=1))
    assert (gone.state, gone.text_sha256) == (State.WITHDRAWN, joining.text_sha256)
