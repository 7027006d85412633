"""Who is told of each step: the table of recipients, and that each message can be read in each language."""

import inspect
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.utils.translation import override

from accounts.models import User
from initiatives import events, notifications
from initiatives.models import Comment, Follow, Initiative
from initiatives.services import discussing, moderation, refusing, voting
from initiatives.states import State
from portal.events import outbox
from portal.events.outbox import deliver_due, publish
from portal.notifications.channels import email
from portal.notifications.messages import entry, letter
from portal.notifications.models import Notification
from tests.initiatives.voters import AT, make_initiative, make_petition, make_voter

ALL_EVENTS = [
    event
    for _name, event in inspect.getmembers(events, inspect.isclass)
    if issubclass(event, events.InitiativeEvent) and event not in (events.InitiativeEvent, events.ReviewEvent)
]
TEMPLATES = sorted(
    {template for tellings in notifications.TOLD.values() for _audience, template in tellings}
    | {"comment_hidden", "comment_replied", "question_asked", "question_answered"}
)
LANGUAGES = ("kk", "ru", "en")


def happen(event: type[events.InitiativeEvent], initiative: Initiative, by: User | None = None, **more: Any) -> None:
    """Publish the event as the engine does, and let the portal hear of it."""
    publish(event(at=AT, subject_id=str(initiative.pk), actor_id=str(by.pk) if by else None, **more))
    assert deliver_due(at=AT) == 1


def told() -> dict[str, str]:
    """Who was told what: given name -> template."""
    rows = Notification.objects.order_by("id").values_list("recipient__given_name", "template")
    return {name: template.removeprefix("initiatives/") for name, template in rows}


def roles() -> dict[str, str]:
    """Why each was told: given name -> role."""
    return {one.recipient.given_name: one.context["role"] for one in Notification.objects.select_related("recipient")}


def follow(initiative: Initiative, *people: User) -> None:
    Follow.objects.bulk_create(Follow(initiative=initiative, user=person, since=AT) for person in people)


@pytest.mark.parametrize("event", ALL_EVENTS, ids=lambda event: event.name)
def test_each_event_is_heard(event: type[events.InitiativeEvent]) -> None:
    assert outbox._handlers.get(event.name)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_each_message_can_be_read_in_each_language(citizen: User, template: str, language: str, at: datetime) -> None:
    citizen.language, citizen.email = language, "aigul@example.kz"
    facts = notifications.facts_of(make_petition(), events.Published(at=at, subject_id="1"))
    notice = Notification(
        pk=1,
        recipient=citizen,
        topic="own",
        template=f"initiatives/{template}",
        context={
            **facts, "role": "author", "due_at": "2026-03-05T18:59:59+00:00", "closes_at": None, "reason": "Because.",
            "name": "Dauren A.", "excerpt": "So it is.", "number": "12-A", "merged_title": "Lakes", "milestone": "Plan",
        },
        url_name="initiatives:detail",
        url_args=["abc"],
        created_at=at,
    )  # fmt: skip
    sent = letter(notice)
    assert sent.subject
    assert "/" + language + "/petitions/abc/" in sent.body
    assert "Айгүл" in sent.body
    html = str(sent.alternatives[0][0])
    plain = re.sub(r"<[^>]+>", " ", html)
    with override(language):
        for sentence in _sentences(notice):
            assert sentence in " ".join(sent.body.split())
            assert sentence in " ".join(plain.split())
        assert entry(notice).subject == sent.subject


def _sentences(notice: Notification) -> Iterable[str]:
    """What the message says besides the frame: what happened, what comes next, why one is told."""
    bare = render_to_string(
        f"mail/{notice.template}.txt",
        {
            **notice.context,
            "due_at": datetime(2026, 3, 5),
            "body": _body(notice),
            "layout": "notifications/_message.html",
        },
    )
    found = [" ".join(part.split()) for part in re.findall(r"<p[^>]*>(.*?)</p>", bare, re.S)]
    assert len(found) == 3
    assert all(found), f"{notice.template} leaves something unsaid"
    return found


def _body(notice: Notification) -> str:
    from portal.notifications.messages import _fact

    return str(_fact("body", notice.context["body"]))


@pytest.mark.django_db
class TestWhoIsTold:
    """The recipients of each step."""

    def test_moderators_hear_of_work_and_the_author_of_the_check(
        self, moderator: User, second_moderator: User, other_citizen: User
    ) -> None:
        happen(events.SubmittedForCheck, make_petition(State.CHECK))
        assert told() == {"Мадина": "check_due", "Ерлан": "check_due", "Author": "submitted_for_check"}

    def test_a_moderator_is_not_asked_to_check_what_they_wrote(self, moderator: User) -> None:
        petition = make_petition(State.CHECK)
        Initiative.objects.update(author=moderator)
        happen(events.SubmittedForCheck, petition)
        assert told() == {"Мадина": "submitted_for_check"}

    def test_officials_of_the_body_hear_of_what_was_sent_to_it_and_others_do_not(
        self, clerk: User, head: User, clerk_elsewhere: User
    ) -> None:
        petition = make_petition(State.SENT)
        Initiative.objects.update(body=clerk.current_assignments()[0].body)
        happen(events.SentToBody, petition)
        assert told() == {"Сәуле": "registration_due", "Асқар": "registration_due", "Author": "sent_to_body"}

    def test_only_the_head_hears_of_a_draft_that_waits_for_the_signature(
        self, clerk: User, head: User, clerk_elsewhere: User
    ) -> None:
        petition = make_petition(State.REGISTERED)
        Initiative.objects.update(body=clerk.current_assignments()[0].body)
        happen(events.AnswerSubmitted, petition, by=clerk)
        assert told() == {"Асқар": "answer_submitted"}

    def test_followers_and_voters_hear_of_the_answer_each_for_their_own_reason(
        self, citizen: User, other_citizen: User
    ) -> None:
        petition = make_petition()
        follow(petition, citizen)
        voting.cast_signed_in(initiative=petition, by=other_citizen, at=AT)
        happen(events.DecisionPublished, petition)
        assert roles() == {"Author": "author", "Айгүл": "follower", "Дәурен": "voter"}

    def test_who_took_the_vote_back_is_not_told_as_a_voter(self, other_citizen: User) -> None:
        petition = make_petition()
        voting.cast_signed_in(initiative=petition, by=other_citizen, at=AT)
        voting.withdraw_signed_in(initiative=petition, by=other_citizen, at=AT + timedelta(minutes=1))
        happen(events.DecisionPublished, petition)
        assert "Дәурен" not in told()

    def test_a_follower_who_also_voted_is_told_once(self, citizen: User) -> None:
        petition = make_petition()
        follow(petition, citizen)
        voting.cast_signed_in(initiative=petition, by=citizen, at=AT)
        happen(events.DecisionPublished, petition)
        assert Notification.objects.filter(recipient=citizen).count() == 1

    def test_who_took_the_step_is_not_told_of_it(self, moderator: User) -> None:
        petition = make_petition()
        follow(petition, moderator)
        happen(events.Published, petition, by=moderator)
        assert told() == {"Author": "published"}

    def test_an_event_delivered_twice_tells_once(self, citizen: User) -> None:
        petition = make_petition()
        follow(petition, citizen)
        event = events.Published(at=AT, subject_id=str(petition.pk))
        notifications.tell(event)
        notifications.tell(event)
        assert Notification.objects.count() == 2

    def test_a_withdrawn_petition_is_not_linked_to(self, citizen: User) -> None:
        petition = make_petition(State.WITHDRAWN)
        follow(petition, citizen)
        happen(events.Withdrawn, petition)
        assert Notification.objects.get().url_name == "initiatives:index"

    def test_a_merged_idea_leads_to_the_other(self) -> None:
        other = make_initiative(title="Lakes")
        happen(events.Merged, make_initiative(state=State.MERGED, merged_into=other))
        notice = Notification.objects.get()
        assert (notice.url_args, notice.context["merged_title"]) == ([other.code], "Lakes")

    def test_an_event_about_nothing_is_heard_in_silence(self, db: None) -> None:
        publish(events.Published(at=AT, subject_id="999999"))
        assert deliver_due(at=AT) == 1
        assert not Notification.objects.exists()


@pytest.mark.django_db
class TestWhatIsSaid:
    """Facts of the messages."""

    def test_the_reason_of_a_rejection_is_in_the_letter(
        self, moderator: User, second_moderator: User, citizen: User
    ) -> None:
        petition = make_petition(State.CHECK)
        citizen.email, citizen.is_email_confirmed = "aigul@example.kz", True
        citizen.save()
        follow(petition, citizen)
        refusing.propose(
            initiative=petition, by=moderator, reason="It names a person.", subject_code=None,
            seen_revision=petition.revision, at=AT,
        )  # fmt: skip
        refusing.confirm(initiative=petition, by=second_moderator, seen_revision=petition.revision + 1, at=AT)
        deliver_due(at=AT)
        email.send_due(at=AT)
        (sent,) = [letter for letter in mail.outbox if letter.to == ["aigul@example.kz"]]
        assert "It names a person." in sent.body
        assert "You get this because you follow it." in sent.body

    def test_the_day_by_which_the_next_step_is_due_is_said(self, moderator: User) -> None:
        petition = make_petition(State.CHECK, state_deadline_at=datetime.fromisoformat("2026-03-30T18:59:59+00:00"))
        happen(events.SubmittedForCheck, petition)
        notice = Notification.objects.get(recipient=moderator)
        with override("en"):
            assert "30 March 2026" in str(entry(notice).content)

    def test_a_date_that_is_no_longer_true_is_not_said(self, moderator: User) -> None:
        petition = make_petition(state_since=AT + timedelta(days=1), state_deadline_at=AT + timedelta(days=9))
        happen(events.SubmittedForCheck, petition)
        assert Notification.objects.filter(recipient=moderator).get().context["due_at"] is None


@pytest.mark.django_db
class TestComments:
    """Those who wrote one."""

    def _comment(self, idea: Initiative, by: User, parent: Comment | None = None) -> Comment:
        return discussing.comment(initiative=idea, by=by, text="So it is.", stance="for", parent=parent, at=AT)

    def test_a_reply_is_told_to_whom_it_answers(self, citizen: User, other_citizen: User) -> None:
        idea = make_initiative()
        self._comment(idea, other_citizen, self._comment(idea, citizen))
        deliver_due(at=AT)
        assert told() == {"Айгүл": "comment_replied"}
        assert Notification.objects.get().context["name"] == "Дәурен А."

    def test_answering_oneself_is_no_news(self, citizen: User) -> None:
        idea = make_initiative()
        self._comment(idea, citizen, self._comment(idea, citizen))
        deliver_due(at=AT)
        assert told() == {}

    def test_who_wrote_a_hidden_comment_reads_the_reason(self, citizen: User, moderator: User) -> None:
        hidden = self._comment(make_initiative(), citizen)
        moderation.hide_comment(comment=hidden, by=moderator, reason="An insult.", at=AT)
        deliver_due(at=AT)
        assert told() == {"Айгүл": "comment_hidden"}
        assert Notification.objects.get().context["reason"] == "An insult."

    def test_two_replies_are_two_occasions(self, citizen: User) -> None:
        idea = make_initiative()
        first = self._comment(idea, citizen)
        for number in (1, 2):
            self._comment(idea, make_voter(number), first)
        deliver_due(at=AT)
        assert Notification.objects.filter(recipient=citizen).count() == 2
