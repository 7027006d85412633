"""When letters go: digests, quiet hours over midnight, and that no letter is ever lost between them."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from portal.clock import ALMATY
from portal.notifications import preferences
from portal.notifications.channels import email
from portal.notifications.models import Delivery, DeliveryState
from portal.notifications.rhythm import DIGEST_AT, Rhythm, Wish
from tests.portal.test_notifications import reader, tell

__all__ = ["reader"]

MOMENTS = st.datetimes(min_value=datetime(2024, 3, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC))
WISHES = st.builds(
    Wish,
    st.sampled_from(Rhythm.values),
    st.integers(0, 23).map(lambda hour: time(hour)),
    st.integers(0, 23).map(lambda hour: time(hour)),
)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026 by the clocks of Kazakhstan; the 2nd is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=ALMATY)


@given(WISHES, MOMENTS)
def test_the_first_moment_is_never_before_never_quiet_and_never_more_than_eight_days_off(
    wish: Wish, at: datetime
) -> None:
    moment = wish.first_moment(at)
    assert at <= moment <= at + timedelta(days=8)
    assert not wish.is_quiet(moment)
    assert wish.first_moment(moment) == moment or wish.has_digest


@given(MOMENTS)
def test_a_weekly_digest_goes_on_a_monday(at: datetime) -> None:
    moment = Wish(Rhythm.WEEKLY).first_moment(at).astimezone(ALMATY)
    assert (moment.weekday(), moment.time()) == (0, DIGEST_AT)


@pytest.mark.parametrize(
    ("wish", "at", "moment"),
    [
        (Wish(), local(2, 10), local(2, 10)),
        (Wish(), local(2, 22), local(3, 7)),
        (Wish(), local(3, 6, 59), local(3, 7)),
        (Wish(), local(3, 7), local(3, 7)),
        (Wish(quiet_from=time(13), quiet_until=time(14)), local(2, 13, 30), local(2, 14)),
        (Wish(quiet_from=time(9), quiet_until=time(9)), local(2, 3), local(2, 3)),
        (Wish(Rhythm.DAILY), local(2, 8, 29), local(2, 8, 30)),
        (Wish(Rhythm.DAILY), local(2, 8, 31), local(3, 8, 30)),
        (Wish(Rhythm.WEEKLY), local(2, 8, 30), local(2, 8, 30)),
        (Wish(Rhythm.WEEKLY), local(2, 9), local(9, 8, 30)),
        (Wish(Rhythm.DAILY, time(8), time(10)), local(2, 5), local(2, 10)),
    ],
)
def test_the_hours_by_example(wish: Wish, at: datetime, moment: datetime) -> None:
    assert wish.first_moment(at) == moment


class TestLetters:
    """What the sender makes of it."""

    def test_at_night_a_letter_waits_for_the_morning(self, reader: User) -> None:
        tell(reader, at=local(2, 23))
        assert email.send_due(at=local(3, 6)) == 0
        assert email.send_due(at=local(3, 7)) == 1

    def test_a_day_of_news_is_one_letter(self, reader: User) -> None:
        preferences.wish(user=reader, chosen=Wish(Rhythm.DAILY), at=local(2, 9))
        for number in range(3):
            tell(reader, at=local(2, 10 + number), key=f"news {number}")
        assert email.send_due(at=local(2, 20)) == 0
        assert email.send_due(at=local(3, 8, 30)) == 1
        (sent,) = mail.outbox
        assert sent.body.count("Trees") >= 3
        assert sent.extra_headers["Message-ID"].startswith("<digest-")
        assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}
        assert email.send_due(at=local(4, 8, 30)) == 0

    def test_a_digest_longer_than_a_page_says_how_many_more_there_are(self, reader: User) -> None:
        preferences.wish(user=reader, chosen=Wish(Rhythm.WEEKLY), at=local(2, 9))
        for number in range(60):
            tell(reader, at=local(2, 10), key=f"news {number}")
        assert email.send_due(at=local(9, 8, 30)) == 1
        assert "And 10 more" in mail.outbox[0].body or "10" in mail.outbox[0].body.split("*")[-1]

    def test_each_reader_gets_a_digest_of_their_own(self, reader: User, clerk: User) -> None:
        for person in (reader, clerk):
            person.email, person.is_email_confirmed = f"{person.pk}@example.kz", True
            person.save()
            preferences.wish(user=person, chosen=Wish(Rhythm.DAILY), at=local(2, 9))
        tell(reader, clerk, at=local(2, 10))
        tell(reader, at=local(2, 11), key="second")
        assert email.send_due(at=local(3, 9)) == 2
        assert {sent.to[0] for sent in mail.outbox} == {reader.email, clerk.email}

    def test_a_topic_left_meanwhile_is_left_out_of_the_digest(self, reader: User) -> None:
        preferences.wish(user=reader, chosen=Wish(Rhythm.DAILY), at=local(2, 9))
        tell(reader, at=local(2, 10))
        tell(reader, at=local(2, 11), key="own", topic="own", context={"title": "Lakes", "role": "author"})
        preferences.choose(user=reader, chosen={"followed": set()})
        assert email.send_due(at=local(3, 9)) == 1
        assert "Lakes" in mail.outbox[0].body
        assert "Trees" not in mail.outbox[0].body
        assert sorted(Delivery.objects.values_list("state", flat=True)) == ["sent", "skipped"]

    def test_what_waits_follows_a_new_choice(self, reader: User) -> None:
        preferences.wish(user=reader, chosen=Wish(Rhythm.WEEKLY), at=local(2, 9))
        tell(reader, at=local(2, 10))
        preferences.wish(user=reader, chosen=Wish(), at=local(2, 11))
        assert email.send_due(at=local(2, 11)) == 1
        assert mail.outbox[0].extra_headers["Message-ID"].startswith("<notification-")

    def test_hours_that_became_quiet_since_are_kept_and_no_attempt_is_counted(self, reader: User) -> None:
        tell(reader, at=local(2, 10))
        Delivery.objects.update(attempts=1)  # tried already: the new choice leaves its moment alone
        preferences.wish(user=reader, chosen=Wish(quiet_from=time(9), quiet_until=time(18)), at=local(2, 10))
        assert email.send_due(at=local(2, 11)) == 0
        assert Delivery.objects.get().attempts == 1
        assert email.send_due(at=local(2, 18)) == 1
