"""Questions to the author: how many may wait, what answers them, who is told, and where each side sees them."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Body, User
from initiatives.limits import QUESTIONS_OPEN
from initiatives.models import CoAuthor, Comment, Initiative
from initiatives.selectors.discussions import discussion_of, questions_to
from initiatives.services import discussing, moderation
from initiatives.states import CoAuthorship, State
from portal.errors import Conflict, NotAllowed
from portal.events.outbox import deliver_due
from portal.notifications.models import Notification
from tests.factories.initiatives import make_petition
from tests.initiatives.test_voting import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition(citizen: User, ministry: Body, at: datetime) -> Initiative:
    return make_petition(state=State.COLLECTING, author=citizen, body=ministry, at=at)


@pytest.fixture
def coauthor(petition: Initiative, third_moderator: User, at: datetime) -> User:
    """Botagoz, who wrote the text together with Aigul."""
    CoAuthor.objects.create(
        initiative=petition, user=third_moderator, standing=CoAuthorship.ACCEPTED, token_sha256="0" * 64,
        invited_at=at, expires_at=at, answered_at=at,
    )  # fmt: skip
    return third_moderator


def ask(petition: Initiative, by: User, at: datetime, text: str = "Қанша тұрады?") -> Comment:
    return discussing.comment(
        initiative=petition, by=by, text=text, stance="neutral", parent=None, is_question=True, at=at
    )


def reply(question: Comment, by: User, at: datetime, text: str = "Екі миллион.") -> Comment:
    return discussing.comment(
        initiative=question.initiative, by=by, text=text, stance="neutral", parent=question, is_question=True, at=at
    )


def waiting(user: User) -> list[str]:
    return [one.text for one in questions_to(user)]


def told(person: User) -> list[str]:
    deliver_due(at=person.joined_at + timedelta(days=9000))
    found = Notification.objects.filter(recipient=person).order_by("id").values_list("template", flat=True)
    return [template.removeprefix("initiatives/") for template in found]


class TestAnswering:
    def test_the_authors_reply_answers_it_and_anothers_does_not(
        self, petition: Initiative, citizen: User, other_citizen: User, clerk: User, at: datetime
    ) -> None:
        question = ask(petition, other_citizen, at)
        reply(question, clerk, at + timedelta(minutes=1))
        assert waiting(citizen) == ["Қанша тұрады?"]
        reply(question, citizen, at + timedelta(minutes=2))
        assert waiting(citizen) == []

    def test_a_coauthors_reply_answers_it_for_both(
        self, petition: Initiative, citizen: User, coauthor: User, other_citizen: User, at: datetime
    ) -> None:
        question = ask(petition, other_citizen, at)
        assert waiting(citizen) == waiting(coauthor) == ["Қанша тұрады?"]
        reply(question, coauthor, at)
        assert waiting(citizen) == waiting(coauthor) == []

    def test_an_invited_person_who_never_accepted_answers_nothing(
        self, petition: Initiative, citizen: User, coauthor: User, other_citizen: User, at: datetime
    ) -> None:
        CoAuthor.objects.update(standing=CoAuthorship.REMOVED)
        reply(ask(petition, other_citizen, at), coauthor, at)
        assert waiting(citizen) == ["Қанша тұрады?"]
        assert waiting(coauthor) == []

    def test_an_answer_that_is_taken_back_or_hidden_is_none(
        self, petition: Initiative, citizen: User, other_citizen: User, moderator: User, at: datetime
    ) -> None:
        question = ask(petition, other_citizen, at)
        discussing.delete(comment=reply(question, citizen, at), by=citizen, at=at)
        assert waiting(citizen) == ["Қанша тұрады?"]
        moderation.hide_comment(comment=reply(question, citizen, at), by=moderator, reason="Дөрекі.", at=at)
        assert waiting(citizen) == ["Қанша тұрады?"]

    def test_nothing_waits_that_is_hidden_or_that_nobody_can_answer_any_more(
        self, petition: Initiative, citizen: User, other_citizen: User, moderator: User, at: datetime
    ) -> None:
        moderation.hide_comment(comment=ask(petition, other_citizen, at), by=moderator, reason="Дөрекі.", at=at)
        assert waiting(citizen) == []
        ask(petition, other_citizen, at)
        Initiative.objects.filter(pk=petition.pk).update(state=State.LAPSED)
        assert waiting(citizen) == []

    def test_a_reply_is_never_a_question(self, petition: Initiative, other_citizen: User, at: datetime) -> None:
        made = reply(ask(petition, other_citizen, at), other_citizen, at)
        assert not made.is_question
        with pytest.raises(DatabaseError), transaction.atomic():
            Comment.objects.filter(pk=made.pk).update(is_question=True)


class TestLimit:
    def test_a_person_has_so_many_open_and_asks_again_when_one_is_answered(
        self, petition: Initiative, citizen: User, other_citizen: User, clerk: User, at: datetime
    ) -> None:
        asked = [ask(petition, other_citizen, at, f"{number}?") for number in range(QUESTIONS_OPEN)]
        with pytest.raises(Conflict, match="questions_open"):
            ask(petition, other_citizen, at, "тағы?")
        ask(petition, clerk, at, "басқа адам?")
        discussing.comment(initiative=petition, by=other_citizen, text="Пікір", stance="for", parent=None, at=at)
        reply(asked[0], citizen, at)
        ask(petition, other_citizen, at, "тағы?")

    def test_elsewhere_is_counted_elsewhere(
        self, petition: Initiative, citizen: User, other_citizen: User, ministry: Body, at: datetime
    ) -> None:
        other = make_petition(state=State.COLLECTING, author=citizen, body=ministry, at=at)
        for number in range(QUESTIONS_OPEN):
            ask(petition, other_citizen, at, f"{number}?")
        ask(other, other_citizen, at)

    @pytest.mark.django_db(transaction=True)
    def test_ten_at_once_are_three(self, petition: Initiative, other_citizen: User, at: datetime) -> None:
        results = at_once(10, lambda number: ask(petition, other_citizen, at, f"{number}?"))
        codes = [str(getattr(one, "code", "asked")) for one in results]
        assert sorted(codes) == ["asked"] * QUESTIONS_OPEN + ["questions_open"] * (10 - QUESTIONS_OPEN)

    def test_nobody_asks_what_they_wrote_themselves(
        self, petition: Initiative, citizen: User, coauthor: User, at: datetime
    ) -> None:
        for writer in (citizen, coauthor):
            with pytest.raises(NotAllowed, match="own_initiative"):
                ask(petition, writer, at)


def test_the_writers_are_told_of_a_question_and_who_asked_of_the_answer(
    petition: Initiative, citizen: User, coauthor: User, other_citizen: User, clerk: User, at: datetime
) -> None:
    question = ask(petition, other_citizen, at)
    reply(question, clerk, at + timedelta(minutes=1))
    reply(question, coauthor, at + timedelta(minutes=2))
    assert told(citizen) == told(coauthor) == ["question_asked"]
    assert told(other_citizen) == ["comment_replied", "question_answered"]
    assert told(clerk) == []
    topics = dict(Notification.objects.values_list("template", "topic"))
    assert (topics["initiatives/question_asked"], topics["initiatives/question_answered"]) == ("own", "comments")


def test_unanswered_ones_come_first_among_questions(
    petition: Initiative, citizen: User, other_citizen: User, at: datetime
) -> None:
    reply(ask(petition, other_citizen, at + timedelta(hours=2), "жаңа"), citizen, at)
    ask(petition, other_citizen, at, "ескі")
    discussing.comment(initiative=petition, by=other_citizen, text="Пікір", stance="for", parent=None, at=at)
    shown = discussion_of(petition, user=None, order="newest", questions_only=True, at=at)
    assert [one.text for one in shown.comments] == ["ескі", "жаңа"]
    assert (shown.questions, shown.open_questions) == (2, 1)


class TestPages:
    def test_the_author_finds_it_answers_it_and_it_is_marked(
        self, client: Client, petition: Initiative, citizen: User, other_citizen: User
    ) -> None:
        detail = reverse("initiatives:detail", args=[petition.code])
        in_english = detail.replace("/kk/", "/en/")
        client.force_login(other_citizen)
        assert "is_question" in client.get(detail).content.decode()
        words = {"text": "Қай мектеп?", "stance": "neutral", "is_question": "on"}
        client.post(reverse("initiatives:comment", args=[petition.code]), words)
        question = Comment.objects.get()
        assert "waits for the author" in client.get(in_english, {"questions": "1"}).content.decode()

        client.force_login(citizen)
        assert "is_question" not in client.get(detail).content.decode()
        mine = client.get(reverse("initiatives:mine")).content.decode()
        assert "Қай мектеп?" in mine
        assert f"questions=1#comment-{question.pk}" in mine
        answer = {"text": "Екеуі де.", "stance": "neutral", "parent": question.pk}
        client.post(reverse("initiatives:comment", args=[petition.code]), answer)
        assert "Қай мектеп?" not in client.get(reverse("initiatives:mine")).content.decode()
        page = client.get(in_english).content.decode()
        assert "waits for the author" not in page
        assert "answered" in page

    def test_a_question_too_many_is_refused_by_the_page(
        self, client: Client, petition: Initiative, other_citizen: User
    ) -> None:
        client.force_login(other_citizen)
        words = {"text": "Қай мектеп?", "stance": "neutral", "is_question": "on"}
        url = reverse("initiatives:comment", args=[petition.code])
        assert [client.post(url, words).status_code for _each in range(4)] == [302, 302, 302, 409]

    def test_programs_read_it(
        self, client: Client, petition: Initiative, citizen: User, other_citizen: User, at: datetime
    ) -> None:
        question = ask(petition, other_citizen, at)
        url = f"/api/v1/initiatives/{petition.code}/comments/"
        (line,) = client.get(url).json()["results"]
        assert (line["is_question"], line["is_answered"]) == (True, False)
        reply(question, citizen, at)
        discussing.comment(initiative=petition, by=other_citizen, text="Пікір", stance="for", parent=None, at=at)
        found = {line["text"]: line["is_answered"] for line in client.get(url).json()["results"]}
        assert found == {"Қанша тұрады?": True, "Пікір": False}

    def test_programs_do_not_read_what_its_writer_deleted(
        self, client: Client, petition: Initiative, other_citizen: User, at: datetime
    ) -> None:
        discussing.delete(comment=ask(petition, other_citizen, at, "Құпия сөз"), by=other_citizen, at=at)
        answer = client.get(f"/api/v1/initiatives/{petition.code}/comments/")
        assert "Құпия" not in answer.content.decode()
        (line,) = answer.json()["results"]
        assert (line["text"], line["author"], line["deleted_at"] is None) == (None, None, False)


ENGLISH = {"accept-language": "en"}
