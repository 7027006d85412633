"""Texts, files and decisions that must not pass: the status, the sentence, what was typed, and that nothing changed."""

import io
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Body
from initiatives.limits import ATTACHMENT_BYTES_MAX, TEXT_MAX, TITLE_MAX
from initiatives.models import Attachment, Initiative
from initiatives.states import State
from tests.factories.initiatives import make_decision, make_discussion, make_petition
from tests.journeys.conftest import Clock, Meet
from tests.journeys.people import Person
from tests.journeys.test_petition import PROBLEM, TITLE, begin, code_of, enrolled, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("officials")]
ENGLISH = (
    "The school canteen of our village has served no hot food for two winters, and nobody answers the parents. " * 2
)


@pytest.fixture
def aigerim(story: Clock, meet: Meet) -> Person:
    return meet("aigerim").sign_in()


@pytest.mark.parametrize(
    ("field", "text"), [("title", "ә" * (TITLE_MAX + 1)), ("problem", "ә" * (TEXT_MAX + 1)), ("proposal", "ә" * 20_000)]
)
def test_a_text_that_is_too_long_is_kept_on_the_page_and_not_cut(aigerim: Person, field: str, text: str) -> None:
    draft = begin(aigerim)
    page = aigerim.send(draft, draft.form(field="title"), status=422, **{"problem": PROBLEM, field: text})
    assert page.form(field="title").fields[field] == [text]
    kept = Initiative.objects.get(code=code_of(draft))
    assert (getattr(kept, field), kept.revision) == ("", 1)


def test_an_empty_text_is_saved_as_a_draft_and_not_handed_over(aigerim: Person) -> None:
    draft = begin(aigerim)
    review = aigerim.send(draft, draft.form(field="title"), review="1")
    assert "Give a title that says what you ask for" in review.words
    assert review.forms == []
    answer = aigerim.client.post(review.url, {"revision": "2", "csrfmiddlewaretoken": token(aigerim)})
    assert answer.status_code == 422
    assert Initiative.objects.get().state == State.DRAFT


def test_a_text_in_a_third_language_is_not_handed_over(aigerim: Person) -> None:
    draft = begin(aigerim)
    texts: dict[str, Any] = {
        "title": "Hot food for the school canteen",
        "problem": ENGLISH,
        "proposal": ENGLISH,
        "topic": "education",
    }
    review = aigerim.send(draft, draft.form(field="title"), review="1", **texts)
    assert "Write in Kazakh or in Russian." in review.words
    answer = aigerim.client.post(review.url, {"revision": "2", "csrfmiddlewaretoken": token(aigerim)})
    assert answer.status_code == 422
    assert Initiative.objects.get().state == State.DRAFT


def test_a_draft_saved_in_another_tab_is_not_overwritten(aigerim: Person) -> None:
    draft = begin(aigerim)
    other_tab = aigerim.visit(draft.url)
    aigerim.send(draft, draft.form(field="title"), title=TITLE)
    page = aigerim.send(other_tab, other_tab.form(field="title"), status=409, title="Мүлде басқа тақырып жазылды")
    assert page.form(field="title").fields["title"] == ["Мүлде басқа тақырып жазылды"]
    assert "saved in another window" in page.words
    assert Initiative.objects.get().title == TITLE


def png() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8)).save(made, format="PNG")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("letter.pdf", png(), "not what its name says"),
        ("photo.png", b"%PDF-1.7 letter", "not what its name says"),
        ("photo.png", b"<html><script>alert(1)</script>", "none of them"),
        ("letter.pdf", b"MZ\x90\x00 a program", "none of them"),
        ("photo.jpg", png(), "not what its name says"),
        ("photo.png", png()[:40], "none of them"),
        ("letter.pdf", b"%PDF-" + b"0" * ATTACHMENT_BYTES_MAX, "larger than 5 MB"),
    ],
    ids=["picture as letter", "letter as picture", "page as picture", "program", "png as jpeg", "half", "large"],
)
def test_a_file_that_lies_is_not_attached(aigerim: Person, name: str, content: bytes, sentence: str) -> None:
    draft = begin(aigerim)
    upload = SimpleUploadedFile(name, content)
    page = aigerim.send(draft, draft.form(to="/attachments/"), status=422, file=upload)
    assert sentence in page.words
    assert Attachment.objects.count() == 0


def test_an_honest_picture_is_attached_anew_without_what_it_hid(aigerim: Person, settings: object) -> None:
    draft = begin(aigerim)
    upload = SimpleUploadedFile("сурет.png", png() + b"hidden words")
    page = aigerim.send(draft, draft.form(to="/attachments/"), file=upload)
    assert "сурет.png" in page.words
    with Attachment.objects.get().file.open("rb") as kept:
        assert b"hidden words" not in kept.read()


@pytest.fixture
def waiting(story: Clock, akimat_of_district: Body, at: datetime) -> Initiative:
    """A petition on the moderators' desk."""
    return make_petition(body=akimat_of_district, author=enrolled("aigerim"), state=State.CHECK, at=at, votes=50)


def test_a_moderators_decision_on_a_stale_page_is_refused_and_the_words_are_kept(
    waiting: Initiative, meet: Meet
) -> None:
    dinara, viktor = meet("moderator").sign_in(), meet("moderator-2").sign_in()
    page, colleagues = dinara.visit(f"moderation/{waiting.code}/"), viktor.visit(f"moderation/{waiting.code}/")
    viktor.send(colleagues, colleagues.form(act="publish"), act="publish")
    reason = "Петицияда нақты ұсыныс көрсетілмеген, толықтыру қажет."
    after = dinara.send(page, page.form(act="propose"), status=409, act="propose", reason=reason)
    assert reason in after.words
    waiting.refresh_from_db()
    assert (waiting.state, waiting.rejection_reason) == (State.COLLECTING, "")


def test_who_wrote_it_does_not_moderate_it(waiting: Initiative, meet: Meet) -> None:
    viktor = meet("moderator-2").sign_in()
    Initiative.objects.filter(pk=waiting.pk).update(author_id=viktor.client.session["_auth_user_id"])
    page = viktor.visit(f"moderation/{waiting.code}/")
    assert "another moderator decides" in page.words
    assert not page.offers("publish")
    data = {"act": "publish", "revision": "1", "csrfmiddlewaretoken": token(viktor)}
    assert viktor.client.post(page.url, data).status_code == 403
    waiting.refresh_from_db()
    assert waiting.state == State.CHECK


class TestAnotherBody:
    """An official who types the address of another body's matter."""

    @pytest.fixture
    def registered(self, story: Clock, akimat_of_district: Body, at: datetime) -> Initiative:
        author = enrolled("aigerim")
        made = make_petition(body=akimat_of_district, author=author, state=State.REGISTERED, at=at, votes=60)
        make_decision(made, by=author, at=at, submitted_at=at)
        make_discussion(made, by=author, at=at, is_summarised=True)
        return made

    def test_sees_and_changes_nothing(self, registered: Initiative, meet: Meet) -> None:
        stranger = meet("ministry-clerk").sign_in()
        for path in (f"inbox/{registered.code}/", f"inbox/{registered.code}/sign/"):
            page = stranger.visit(path, status=403)
            assert "Only officials of the addressed body may do this." in page.words
            assert registered.title not in page.words
        assert registered.title not in stranger.visit("inbox/").words
        data = {"act": "draft", "outcome": "refused", "language": "kk", "text": "Жоқ. " * 60, "appeal_route": "Сотқа."}
        data |= {"revision": "1", "csrfmiddlewaretoken": token(stranger)}
        assert stranger.client.post(f"/en/inbox/{registered.code}/", data).status_code == 403
        registered.decision.refresh_from_db()
        assert (registered.decision.outcome, registered.decision.revision) == ("partial", 1)

    def test_the_clerk_does_not_sign_for_the_head(self, registered: Initiative, meet: Meet) -> None:
        head, clerk = meet("akimat-head").sign_in(), meet("akimat-clerk").sign_in()
        page = head.visit(f"inbox/{registered.code}/sign/")
        data = page.form(field="token").filled({"cms": clerk.signature(page.statement)})
        data["csrfmiddlewaretoken"] = token(clerk)
        assert clerk.client.post(page.url, data).status_code == 403
        registered.refresh_from_db()
        assert registered.state == State.REGISTERED

    def test_the_head_does_not_sign_with_anothers_key(self, registered: Initiative, meet: Meet) -> None:
        head, other = meet("akimat-head").sign_in(), meet("ministry-head")
        page = head.visit(f"inbox/{registered.code}/sign/")
        cms = other.signature(page.statement)
        after = head.send(page, page.form(field="token"), status=403, cms=cms)
        assert "This is another person's signature." in after.words
        registered.refresh_from_db()
        assert registered.state == State.REGISTERED


def test_a_form_without_its_token_is_not_taken(aigerim: Person) -> None:
    draft = begin(aigerim)
    form = draft.form(field="title")
    aigerim.send_only(draft, form, status=419, without=("csrfmiddlewaretoken",), title=TITLE)
    assert Initiative.objects.get().title == ""


def test_nobody_holds_more_than_ten_drafts(aigerim: Person) -> None:
    for _number in range(10):
        begin(aigerim)
    page = aigerim.visit("petitions/new/")
    choice = {"kind": "idea", "body": "small-district", "language": "kk"}
    after = aigerim.send(page, page.form(field="language"), status=429, **choice)
    assert "many unfinished drafts" in after.words


def token(person: Person) -> str:
    """The CSRF token of the person's browser."""
    return person.client.cookies["csrftoken"].value


def test_a_population_that_nobody_counted_stops_the_petition_with_a_sentence(
    aigerim: Person, akimat_of_district: Body
) -> None:
    territory = akimat_of_district.territory
    territory.population = None
    territory.save()
    review = write(aigerim, begin(aigerim))
    assert "The population of this territory is not on record yet" in review.words
