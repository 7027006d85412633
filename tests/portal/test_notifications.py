"""Notices: each person is told once, in their language, as they chose; letters wait for their server and go once."""

import re
import smtplib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse

from accounts.models import User
from initiatives import events
from initiatives.models import Follow, VoteAct
from initiatives.services import voting
from portal.events.outbox import deliver_due, publish
from portal.notifications import preferences, selectors, tasks, topics, unsubscribing
from portal.notifications.channels import email, inapp
from portal.notifications.dispatch import chunks, notify
from portal.notifications.models import Channel, Delivery, DeliveryState, Notification
from portal.settings import schedule
from tests.initiatives.test_voting import at_once
from tests.initiatives.voters import make_initiative, make_petition, make_voter

TEMPLATE = "initiatives/published"
LETTERS = {"rhythm": "at_once", "quiet_from": "22", "quiet_until": "7"}
CONTEXT: dict[str, Any] = {"title": "Trees", "role": "follower", "closes_at": None}


@pytest.fixture
def reader(citizen: User) -> User:
    """Aigul with a confirmed address."""
    citizen.email, citizen.is_email_confirmed = "aigul@example.kz", True
    citizen.save()
    return citizen


def tell(*people: User, at: datetime, key: str = "occasion", **more: Any) -> int:
    values: dict[str, Any] = {"topic": "followed", "template": TEMPLATE, "context": CONTEXT, **more}
    return notify(people, key=key, at=at, **values)


def html_of(sent: Any) -> str:
    return str(sent.alternatives[0][0])


def states() -> list[str]:
    return list(Delivery.objects.order_by("id").values_list("state", flat=True))


class TestTelling:
    """`notify`: rows only."""

    def test_a_person_gets_a_notice_and_a_letter_waits(self, reader: User, at: datetime) -> None:
        assert tell(reader, at=at) == 1
        assert selectors.unread_count(reader) == 1
        assert states() == [DeliveryState.QUEUED]
        assert mail.outbox == []

    def test_the_same_occasion_is_told_once(self, reader: User, at: datetime) -> None:
        tell(reader, at=at)
        assert tell(reader, at=at) == 0
        assert (Notification.objects.count(), Delivery.objects.count()) == (1, 1)

    def test_another_occasion_is_told_again(self, reader: User, at: datetime) -> None:
        tell(reader, at=at)
        assert tell(reader, at=at, key="another") == 1

    def test_someone_named_twice_is_told_once(self, reader: User, at: datetime) -> None:
        assert tell(reader, reader, at=at) == 1

    def test_without_a_confirmed_address_there_is_no_letter(self, citizen: User, at: datetime) -> None:
        citizen.email = "typed@example.kz"
        citizen.save()
        assert tell(citizen, at=at) == 1
        assert states() == []

    def test_a_closed_account_is_told_nothing(self, reader: User, at: datetime) -> None:
        reader.is_active = False
        reader.save()
        assert tell(reader, at=at) == 0

    def test_a_topic_that_no_app_declared_is_a_mistake(self, reader: User, at: datetime) -> None:
        with pytest.raises(LookupError):
            tell(reader, at=at, topic="weather")

    def test_many_are_told_in_few_statements(self, at: datetime, db: None, django_assert_max_num_queries: Any) -> None:
        User.objects.bulk_create(
            User(given_name=f"Reader{number}", joined_at=at, password="!", language="ru") for number in range(2500)
        )
        everyone = User.objects.filter(given_name__startswith="Reader")
        with django_assert_max_num_queries(3 * 5 + 6):
            assert notify(everyone, topic="followed", template=TEMPLATE, key="k", at=at, context=CONTEXT) == 2500
        assert notify(everyone, topic="followed", template=TEMPLATE, key="k", at=at, context=CONTEXT) == 0

    def test_portions_hold_everyone_once(self, at: datetime, db: None) -> None:
        User.objects.bulk_create(User(given_name=f"R{number}", joined_at=at, password="!") for number in range(7))
        portions = list(chunks(User.objects.all(), size=3))
        assert [len(portion) for portion in portions] == [3, 3, 1]
        assert len({person for portion in portions for person in portion}) == 7


class TestPreferences:
    """What a person wants to hear."""

    def test_who_wants_no_letters_still_reads_it_on_the_portal(self, reader: User, at: datetime) -> None:
        preferences.choose(user=reader, chosen={"followed": {Channel.INAPP}})
        tell(reader, at=at)
        assert (selectors.unread_count(reader), states()) == (1, [])

    def test_who_wants_letters_only_has_nothing_unread(self, reader: User, at: datetime) -> None:
        preferences.choose(user=reader, chosen={"followed": {Channel.EMAIL}})
        tell(reader, at=at)
        assert (selectors.unread_count(reader), states()) == (0, [DeliveryState.QUEUED])

    def test_who_wants_nothing_is_told_nothing(self, reader: User, at: datetime) -> None:
        preferences.choose(user=reader, chosen={"followed": set()})
        assert tell(reader, at=at) == 0

    def test_other_topics_are_not_touched(self, reader: User, at: datetime) -> None:
        preferences.choose(user=reader, chosen={"followed": set()})
        assert tell(reader, at=at, topic="own") == 1

    def test_results_of_what_one_voted_for_come_by_letter_only_when_asked_for(self, reader: User, at: datetime) -> None:
        tell(reader, at=at, topic="voted")
        assert states() == []
        preferences.choose(user=reader, chosen={"voted": {Channel.INAPP, Channel.EMAIL}})
        tell(reader, at=at, topic="voted", key="second")
        assert states() == [DeliveryState.QUEUED]

    def test_the_page_saves_what_was_ticked(self, reader: User, client: Client) -> None:
        client.force_login(reader)
        page = reverse("notifications:preferences")
        client.post(page, {"followed": ["inapp"], "own": ["inapp", "email"], **LETTERS})
        chosen = preferences.channels_by_topic(reader)
        assert chosen["followed"] == {Channel.INAPP}
        assert chosen["own"] == {Channel.INAPP, Channel.EMAIL}
        assert chosen["comments"] == frozenset()
        assert b"checked" in client.get(page).content

    def test_a_channel_that_does_not_exist_is_refused(self, reader: User, client: Client) -> None:
        client.force_login(reader)
        response = client.post(reverse("notifications:preferences"), {"followed": ["pigeon"], **LETTERS})
        assert response.status_code == 422
        assert preferences.channels_by_topic(reader)["followed"] == set(Channel.values)


class Server(EmailBackend):
    """A mail server that does as the test says."""

    is_up = True
    refuses: dict[str, int] = {}  # noqa: RUF012
    takes = 1000

    def open(self) -> bool:
        if not Server.is_up:
            raise ConnectionRefusedError
        return True

    def send_messages(self, messages: Sequence[Any]) -> int:
        for message in messages:
            code = Server.refuses.get(message.to[0])
            if code:
                raise smtplib.SMTPRecipientsRefused({message.to[0]: (code, b"no")})
        if len(mail.outbox) >= Server.takes:
            raise smtplib.SMTPServerDisconnected("gone")
        return super().send_messages(messages)


@pytest.fixture
def server(settings: Any) -> Iterator[type[Server]]:
    """The mail server of the test, up until it is said to be down."""
    settings.EMAIL_BACKEND = "tests.portal.test_notifications.Server"
    # Django's settings name a module; pytest may have loaded this one under another name.
    with patch("tests.portal.test_notifications.Server", Server):
        yield Server
    Server.is_up, Server.refuses, Server.takes = True, {}, 1000


class TestLetters:
    """Sending."""

    def test_a_letter_is_sent_once(self, reader: User, at: datetime) -> None:
        tell(reader, at=at)
        assert email.send_due(at=at) == 1
        assert email.send_due(at=at + timedelta(days=1)) == 0
        assert len(mail.outbox) == 1

    @pytest.mark.parametrize("language", ["kk", "ru", "en"])
    def test_it_is_in_the_language_the_reader_has_when_it_is_sent(
        self, reader: User, at: datetime, language: str
    ) -> None:
        tell(reader, at=at)
        reader.language = language
        reader.save()
        email.send_due(at=at)
        (sent,) = mail.outbox
        assert sent.extra_headers["Content-Language"] == language
        assert f"/{language}/" in sent.body

    def test_it_can_be_left_by_one_click(self, reader: User, at: datetime) -> None:
        tell(reader, at=at)
        email.send_due(at=at)
        headers = mail.outbox[0].message()
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert re.fullmatch(r"<http://testserver/en/notifications/unsubscribe/\S+/>", headers["List-Unsubscribe"])

    def test_a_line_break_in_a_title_starts_no_header(self, reader: User, at: datetime) -> None:
        tell(reader, at=at, context={**CONTEXT, "title": "Trees\nBcc: everyone@example.kz"})
        email.send_due(at=at)
        assert "Bcc" not in mail.outbox[0].message()
        assert "\n" not in mail.outbox[0].subject

    def test_markup_in_a_title_stays_text(self, reader: User, at: datetime) -> None:
        tell(reader, at=at, context={**CONTEXT, "title": "<b>Trees</b> & lakes"})
        email.send_due(at=at)
        (sent,) = mail.outbox
        assert "<b>Trees</b> & lakes" in sent.body
        assert "&lt;b&gt;Trees&lt;/b&gt; &amp; lakes" in html_of(sent)

    def test_while_the_server_is_down_letters_wait_and_no_attempt_is_counted(
        self, reader: User, at: datetime, server: type[Server]
    ) -> None:
        tell(reader, at=at)
        server.is_up = False
        assert email.send_due(at=at) == 0
        assert list(Delivery.objects.values_list("state", "attempts")) == [("queued", 0)]
        server.is_up = True
        assert email.send_due(at=at + timedelta(seconds=5)) == 1

    def test_when_the_server_goes_away_half_way_the_rest_waits(
        self, reader: User, clerk: User, head: User, at: datetime, server: type[Server]
    ) -> None:
        tell(reader, clerk, head, at=at)
        server.takes = 1
        assert email.send_due(at=at) == 1
        assert sorted(states()) == ["queued", "queued", "sent"]
        server.takes = 1000
        assert email.send_due(at=at + timedelta(minutes=1)) == 2
        assert len({sent.to[0] for sent in mail.outbox}) == 3

    def test_a_refused_address_fails_and_holds_up_nobody(
        self, reader: User, clerk: User, at: datetime, server: type[Server]
    ) -> None:
        tell(reader, clerk, at=at)
        server.refuses = {reader.email: 550}
        email.send_due(at=at)
        assert sorted(states()) == ["failed", "sent"]

    def test_a_busy_mailbox_is_tried_again_later_and_later(
        self, reader: User, at: datetime, server: type[Server]
    ) -> None:
        tell(reader, at=at)
        server.refuses = {reader.email: 450}
        email.send_due(at=at)
        assert email.send_due(at=at + timedelta(seconds=59)) == 0
        email.send_due(at=at + timedelta(seconds=60))
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.attempts) == ("queued", 2)
        assert delivery.next_attempt_at == at + timedelta(seconds=180)

    def test_after_the_last_attempt_it_fails(self, reader: User, at: datetime, server: type[Server]) -> None:
        tell(reader, at=at)
        server.refuses = {reader.email: 450}
        for day in range(email.MAX_ATTEMPTS + 2):
            email.send_due(at=at + timedelta(days=day))
        assert list(Delivery.objects.values_list("state", "attempts")) == [("failed", email.MAX_ATTEMPTS)]

    def test_a_sender_killed_in_mid_letter_loses_nothing(self, reader: User, at: datetime) -> None:
        class Killed(BaseException):
            """The worker dies."""

        tell(reader, at=at)
        with patch.object(EmailBackend, "send_messages", side_effect=Killed), pytest.raises(Killed):
            email.send_due(at=at)
        assert states() == [DeliveryState.SENDING]
        assert email.send_due(at=at + timedelta(minutes=1)) == 0
        assert email.send_due(at=at + email.LEASE) == 1

    def test_both_attempts_of_one_letter_carry_one_message_id(self, reader: User, at: datetime) -> None:
        tell(reader, at=at)
        email.send_due(at=at)
        Delivery.objects.update(state=DeliveryState.SENDING, settled_at=None)
        email.send_due(at=at + email.LEASE)
        first, second = (sent.message()["Message-ID"] for sent in mail.outbox)
        assert first == second

    def test_who_unsubscribed_meanwhile_gets_no_letter(self, reader: User, at: datetime) -> None:
        tell(reader, at=at)
        preferences.choose(user=reader, chosen={"followed": {Channel.INAPP}})
        assert email.send_due(at=at) == 0
        assert states() == [DeliveryState.SKIPPED]

    def test_a_letter_that_cannot_be_worded_holds_up_nobody(self, reader: User, clerk: User, at: datetime) -> None:
        tell(reader, at=at, template="initiatives/no_such_template")
        tell(clerk, at=at, key="second")
        assert email.send_due(at=at) == 1
        assert sorted(states()) == ["failed", "sent"]


@pytest.mark.django_db(transaction=True)
def test_two_senders_share_the_letters_and_nobody_gets_two(at: datetime) -> None:
    people = [
        User.objects.create(
            given_name="R", joined_at=at, password="!", email=f"r{number}@example.kz", is_email_confirmed=True
        )
        for number in range(30)
    ]
    tell(*people, at=at)
    at_once(3, lambda _number: email.send_due(at=at))
    email.send_due(at=at)
    assert sorted(sent.to[0] for sent in mail.outbox) == sorted(person.email for person in people)


class TestUnsubscribing:
    """From the letter, without signing in."""

    def test_a_mail_program_posts_once_and_the_letters_stop(self, reader: User, at: datetime) -> None:
        client = Client(enforce_csrf_checks=True)
        page = reverse("notifications:unsubscribe", args=[unsubscribing.token(reader.pk, "followed")])
        response = client.post(page, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
        assert response.status_code == 200
        tell(reader, at=at)
        assert (selectors.unread_count(reader), states()) == (1, [])

    def test_a_program_that_only_looks_at_links_changes_nothing(self, reader: User, client: Client) -> None:
        page = reverse("notifications:unsubscribe", args=[unsubscribing.token(reader.pk, "followed")])
        assert client.get(page).status_code == 200
        assert Channel.EMAIL in preferences.channels_by_topic(reader)["followed"]

    def test_it_can_be_taken_back_at_once(self, reader: User, client: Client) -> None:
        page = reverse("notifications:unsubscribe", args=[unsubscribing.token(reader.pk, "followed")])
        client.post(page)
        client.post(page, {"resume": "1"})
        assert Channel.EMAIL in preferences.channels_by_topic(reader)["followed"]

    @pytest.mark.parametrize("change", ["x", ":x"])
    def test_an_altered_token_opens_nothing(self, reader: User, client: Client, change: str) -> None:
        page = reverse("notifications:unsubscribe", args=[unsubscribing.token(reader.pk, "followed") + change])
        assert client.post(page).status_code == 404

    def test_one_persons_token_does_nothing_to_another(self, reader: User, other_citizen: User, client: Client) -> None:
        client.post(reverse("notifications:unsubscribe", args=[unsubscribing.token(reader.pk, "followed")]))
        assert Channel.EMAIL in preferences.channels_by_topic(other_citizen)["followed"]


class TestCentre:
    """The page of one's notices."""

    def test_a_stranger_is_led_to_sign_in(self, client: Client, settings: Any) -> None:
        settings.LOGIN_URL = "/door/"
        page = reverse("notifications:index")
        assert client.get(page)["Location"] == f"/door/?next={page}"

    @pytest.mark.parametrize("language", ["kk", "ru", "en"])
    def test_it_shows_what_happened_and_why_one_is_told(
        self, reader: User, client: Client, at: datetime, language: str
    ) -> None:
        tell(reader, at=at)
        client.force_login(reader)
        response = client.get(f"/{language}/my/notifications/")
        assert response.status_code == 200
        assert "Trees" in response.content.decode()

    def test_nobody_sees_anothers(self, reader: User, other_citizen: User, client: Client, at: datetime) -> None:
        tell(reader, at=at)
        notice = Notification.objects.get()
        client.force_login(other_citizen)
        assert "Trees" not in client.get(reverse("notifications:index")).content.decode()
        assert client.get(reverse("notifications:open", args=[notice.pk])).status_code == 404
        assert client.post(reverse("notifications:mark", args=[notice.pk])).status_code == 404
        client.post(reverse("notifications:mark_all"))
        assert selectors.unread_count(reader) == 1

    def test_opening_it_marks_it_read_and_leads_to_the_matter(self, reader: User, client: Client, at: datetime) -> None:
        tell(reader, at=at, url_name="initiatives:detail", url_args=["abc"])
        client.force_login(reader)
        response = client.get(reverse("notifications:open", args=[Notification.objects.get().pk]))
        assert response["Location"] == reverse("initiatives:detail", args=["abc"])
        assert selectors.unread_count(reader) == 0

    def test_all_are_marked_read_at_once(self, reader: User, client: Client, at: datetime) -> None:
        tell(reader, at=at)
        tell(reader, at=at, key="second")
        client.force_login(reader)
        client.post(reverse("notifications:mark_all"))
        assert selectors.unread_count(reader) == 0

    def test_the_moment_of_reading_is_kept_when_marked_again(self, reader: User, at: datetime) -> None:
        tell(reader, at=at)
        inapp.mark_read(user=reader, ids=None, at=at)
        assert inapp.mark_read(user=reader, ids=None, at=at + timedelta(days=1)) == 0
        assert Notification.objects.get().read_at == at

    def test_the_header_counts_the_unread(self, reader: User, client: Client, at: datetime) -> None:
        tell(reader, at=at)
        client.force_login(reader)
        assert "menu__count" in client.get(reverse("notifications:preferences")).content.decode()


def test_each_topic_says_what_it_is_about() -> None:
    assert {topic.name for topic in topics.topics()} >= {"own", "followed", "voted", "comments", "work"}
    assert all(str(topic.label) and str(topic.explanation) for topic in topics.topics())


def test_a_backend_is_what_the_sender_expects() -> None:
    assert issubclass(Server, BaseEmailBackend)


def test_the_worker_hands_on_events_and_then_sends_the_letters(
    reader: User, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "now", lambda: at)  # at night letters wait
    idea = make_initiative()
    Follow.objects.create(initiative=idea, user=reader, since=at)
    publish(events.Published(at=at, subject_id=str(idea.pk)))
    assert tasks.dispatch_events() == 1
    assert tasks.send_mail() == 1
    assert "More trees in our streets" in mail.outbox[0].subject
    assert (tasks.dispatch_events(), tasks.send_mail()) == (0, 0)


def test_the_schedule_names_these_tasks() -> None:
    named = {entry["task"] for entry in schedule.BEAT.values()}
    assert {tasks.dispatch_events.name, tasks.fan_out.name, tasks.send_mail.name} <= named


@pytest.mark.django_db(transaction=True)
def test_a_vote_stands_and_is_told_later_while_the_broker_is_gone(at: datetime, settings: Any) -> None:
    settings.CELERY_BROKER_URL, settings.CELERY_TASK_ALWAYS_EAGER = "redis://127.0.0.1:1", False
    petition = make_petition()
    voting.cast_signed_in(initiative=petition, by=make_voter(1), at=at)
    publish(events.ThresholdReached(at=at, subject_id=str(petition.pk)))
    assert (VoteAct.objects.count(), Notification.objects.count()) == (1, 0)
    deliver_due(at=at + timedelta(hours=1))
    assert Notification.objects.filter(topic="voted").count() == 1
