"""One text in two languages: written, frozen, signed, found and read."""

import hashlib
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import Body, User
from initiatives.events import Published
from initiatives.limits import TEXT_MAX, TITLE_MAX
from initiatives.models import Initiative, Topic
from initiatives.notifications import facts_of
from initiatives.selectors.cards import card
from initiatives.selectors.lists import ListFilter, list_page
from initiatives.selectors.sharing import card_facts, poster_facts
from initiatives.services import drafting, signing
from initiatives.services.drafting import Draft
from initiatives.states import State
from portal.errors import InvalidInput
from signatures.states import Purpose
from tests.factories.initiatives import PROBLEM, PROPOSAL, make_petition

pytestmark = pytest.mark.django_db
TITLE = "Мектеп асханасын жылы тамақпен қамту"
RU_TITLE = "Обеспечить школьные столовые горячим питанием"
RU_PROBLEM = (
    "В сельской школе детям не дают горячего питания, родители уже несколько раз писали об этом, ответа не было."
)
RU_PROPOSAL = "Кормить детей горячим каждый день и каждую неделю проверять меню вместе с родительским комитетом школы."
RUSSIAN = {"parallel_title": RU_TITLE, "parallel_problem": RU_PROBLEM, "parallel_proposal": RU_PROPOSAL}


@pytest.fixture
def draft(citizen: User, ministry: Body, at: datetime) -> Initiative:
    return make_petition(
        state=State.DRAFT, author=citizen, body=ministry, at=at, title=TITLE, topic=Topic.objects.first()
    )


@pytest.fixture
def both(citizen: User, ministry: Body, at: datetime) -> Initiative:
    """A petition that collects votes in both languages."""
    return make_petition(
        state=State.COLLECTING, author=citizen, body=ministry, at=at, title=TITLE, published_at=at, **RUSSIAN
    )


def words(**more: Any) -> Draft:
    values = {"language": "kk", "title": TITLE, "problem": PROBLEM, "proposal": PROPOSAL, **RUSSIAN}
    return Draft(**{**values, "topic": Topic.objects.first(), **more})


def test_the_form_of_one_text_is_what_was_signed_before_there_were_two(draft: Initiative) -> None:
    """A known answer: were it another, every signature over a text in one language would stop to fit it."""
    draft.body.slug, draft.territory_id = "test-ministry", "000000000"
    draft.title, draft.problem, draft.proposal = "Тақырып", "Мәселе\r\nекі жол ", "Ұсыныс"
    by_hand = (
        "language: kk\naddressee: test-ministry\nterritory: 000000000\ntitle: Тақырып\n\nМәселе\nекі жол\n\nҰсыныс\n"
    )
    assert draft.canonical_text == by_hand
    assert draft.hash_text() == hashlib.sha256(by_hand.encode()).hexdigest()
    assert draft.hash_text() == "ac3d66d84def2303af7b3f6921ea76c8463c147276451edd8dbd31153ef61465"


def test_the_form_of_two_texts_holds_both_and_their_sizes(draft: Initiative) -> None:
    draft.body.slug, draft.territory_id = "test-ministry", "000000000"
    draft.title, draft.problem, draft.proposal = "Тақырып", "Мәселе", "Ұсыныс"
    draft.parallel_title, draft.parallel_problem, draft.parallel_proposal = "Тема", "Беда", "Дело"
    kk = "language: kk\naddressee: test-ministry\nterritory: 000000000\ntitle: Тақырып\n\nМәселе\n\nҰсыныс\n"
    ru = "language: ru\naddressee: test-ministry\nterritory: 000000000\ntitle: Тема\n\nБеда\n\nДело\n"
    by_hand = f"texts: kk {len(kk.encode())}, ru {len(ru.encode())}\n{kk}\n{ru}"
    assert draft.canonical_text == by_hand
    assert draft.hash_text() == "fab1ca30f6f5bcb5c75638f6829dd1d608c33e465313037fbb6697b182a1b115"


def test_one_text_cannot_pass_for_two(draft: Initiative) -> None:
    draft.parallel_title, draft.parallel_problem, draft.parallel_proposal = RU_TITLE, RU_PROBLEM, RU_PROPOSAL
    two = draft.hash_text()
    form = draft.canonical_text
    draft.proposal = form.split(PROBLEM, 1)[1].strip()
    draft.parallel_title = draft.parallel_problem = draft.parallel_proposal = ""
    assert draft.hash_text() != two
    assert draft.canonical_text.startswith("language: ")


@pytest.mark.parametrize("name", list(RUSSIAN))
def test_each_part_of_the_second_text_is_signed_too(draft: Initiative, name: str) -> None:
    for field, text in RUSSIAN.items():
        setattr(draft, field, text)
    before = draft.hash_text()
    setattr(draft, name, f"{RUSSIAN[name]}!")
    assert draft.hash_text() != before


@pytest.mark.parametrize("missing", list(RUSSIAN))
def test_a_second_text_is_whole_or_not_at_all(draft: Initiative, citizen: User, at: datetime, missing: str) -> None:
    saved = drafting.save(initiative=draft, by=citizen, draft=words(**{missing: ""}), seen_revision=1, at=at)
    with pytest.raises(InvalidInput) as refused:
        drafting.open_to_joiners(initiative=saved, by=citizen, seen_revision=2, at=at)
    assert set(refused.value.fields) == {missing}


@pytest.mark.parametrize("name", ["parallel_problem", "parallel_proposal"])
def test_the_second_text_is_in_the_second_language(draft: Initiative, citizen: User, at: datetime, name: str) -> None:
    saved = drafting.save(initiative=draft, by=citizen, draft=words(**{name: PROBLEM}), seen_revision=1, at=at)
    assert set(drafting.incomplete(saved)) == {name}


def test_a_russian_original_has_a_kazakh_second_text(draft: Initiative, citizen: User, at: datetime) -> None:
    turned = words(
        language="ru", title=RU_TITLE, problem=RU_PROBLEM, proposal=RU_PROPOSAL,
        parallel_title=TITLE, parallel_problem=PROBLEM, parallel_proposal=PROPOSAL,
    )  # fmt: skip
    saved = drafting.save(initiative=draft, by=citizen, draft=turned, seen_revision=1, at=at)
    assert drafting.incomplete(saved) == {}
    assert (saved.parallel_language, saved.title_in("kk"), saved.title_in("en")) == ("kk", TITLE, RU_TITLE)


@pytest.mark.parametrize(
    ("name", "limit"),
    [("parallel_title", TITLE_MAX), ("parallel_problem", TEXT_MAX), ("parallel_proposal", TEXT_MAX)],
)
def test_the_second_text_has_the_limits_of_the_first(
    draft: Initiative, citizen: User, at: datetime, name: str, limit: int
) -> None:
    with pytest.raises(InvalidInput) as refused:
        drafting.save(initiative=draft, by=citizen, draft=words(**{name: "я" * (limit + 1)}), seen_revision=1, at=at)
    assert set(refused.value.fields) == {name}


def test_the_database_keeps_no_half_of_a_second_text(both: Initiative) -> None:
    with pytest.raises(IntegrityError, match="parallel_text_is_whole"), transaction.atomic():
        Initiative.objects.filter(pk=both.pk).update(parallel_proposal="")


def test_opening_freezes_both(draft: Initiative, citizen: User, at: datetime) -> None:
    saved = drafting.save(initiative=draft, by=citizen, draft=words(), seen_revision=1, at=at)
    opened = drafting.open_to_joiners(initiative=saved, by=citizen, seen_revision=2, at=at)
    assert opened.text_sha256 == hashlib.sha256(opened.canonical_text.encode()).hexdigest()
    assert RU_PROPOSAL in opened.canonical_text


def test_the_statement_names_both_titles_in_either_language(both: Initiative, at: datetime) -> None:
    for language in ("kk", "ru", "en"):
        text = signing.statement(initiative=both, purpose=Purpose.VOTE, language=language, at=at).text
        assert text.index(TITLE) < text.index(RU_TITLE)
        assert both.text_sha256 in text


@pytest.mark.parametrize(
    ("reader", "title", "language"), [("kk", TITLE, "kk"), ("ru", RU_TITLE, "ru"), ("en", TITLE, "kk")]
)
def test_each_reader_is_shown_their_language(
    both: Initiative, client: Client, at: datetime, reader: str, title: str, language: str
) -> None:
    with translation.override(reader):
        made = card(both, order="", at=at)
        assert (made.title, made.language) == (title, language)
        page = client.get(reverse("initiatives:detail", args=[both.code])).content.decode()
        assert f'<h1 lang="{language}">{title}</h1>' in page
        line = client.get("/api/v1/initiatives/", headers={"accept-language": reader}).json()["results"][0]
    assert (line["title"], line["language"], line["languages"]) == (title, language, ["kk", "ru"])


def test_the_other_text_is_a_link_away(both: Initiative, client: Client) -> None:
    with translation.override("ru"):
        here = reverse("initiatives:detail", args=[both.code])
    assert f'href="{here}?text=kk"' in client.get(here).content.decode()
    original = client.get(f"{here}?text=kk").content.decode()
    assert f'<h1 lang="kk">{TITLE}</h1>' in original
    assert f'href="{here}?text=ru"' in original
    # What makes no sense shows what can be shown.
    assert TITLE in client.get(f"{here}?text=%00<script>").content.decode()


def test_programs_get_both_texts_the_original_first(both: Initiative, client: Client) -> None:
    found = client.get(f"/api/v1/initiatives/{both.code}/", headers={"accept-language": "ru"}).json()
    assert [text["language"] for text in found["texts"]] == ["kk", "ru"]
    assert (found["problem"], found["texts"][0]["problem"]) == (RU_PROBLEM, PROBLEM)


def test_either_language_finds_it(both: Initiative, at: datetime) -> None:
    for asked in ("столовые", "столовым", "Обеспечить столовыя", "асханасын"):
        assert [one.code for one in list_page(ListFilter(words=asked), at=at).cards] == [both.code], asked
    for language in ("kk", "ru"):
        assert list_page(ListFilter(language=language), at=at).total == 1


def test_a_second_title_is_looked_up_by_an_index(both: Initiative) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT 1 FROM initiatives_initiative WHERE 'СТОЛОВЫЕ' <%% upper(parallel_title)", [])
        assert "initiatives_parallel_trigrams" in "".join(row[0] for row in cursor.fetchall())


def test_a_letter_has_the_title_in_the_readers_language(both: Initiative, at: datetime) -> None:
    facts = facts_of(both, Published(at=at, subject_id=str(both.pk)))
    assert facts["title"] == {"kk": TITLE, "ru": RU_TITLE, "en": TITLE}


def test_the_editor_keeps_both_texts_and_shows_them_again(draft: Initiative, citizen: User, client: Client) -> None:
    client.force_login(citizen, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("initiatives:edit", args=[draft.code])
    typed = {"language": "kk", "title": TITLE, "problem": PROBLEM, "proposal": PROPOSAL, "revision": 1, **RUSSIAN}
    assert client.post(address, typed, headers={"hx-request": "true"}).status_code == 200
    page = client.get(address).content.decode()
    assert RU_PROBLEM in page
    assert "<details" in page
    assert client.post(address, {**typed, "parallel_title": "x" * 200}).status_code == 422
    assert client.post(address, typed).status_code == 409
    review = client.get(reverse("initiatives:review", args=[draft.code])).content.decode()
    assert RU_TITLE in review
    assert TITLE in review


def test_a_moderator_sees_both(both: Initiative, moderator: User, client: Client) -> None:
    client.force_login(moderator, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("initiatives:moderation_item", args=[both.code])).content.decode()
    assert PROPOSAL in page
    assert RU_PROPOSAL in page


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_poster_and_the_picture_speak_the_language_of_their_address(both: Initiative, language: str) -> None:
    with translation.override(language):
        poster, picture = poster_facts(both), card_facts(both)
    assert (poster.title, picture.title) == (both.title_in(language), both.title_in(language))
    assert poster.text.rstrip("…")[:40] == both.wording_in(language).problem[:40]
