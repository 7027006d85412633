"""Who looks at an item, who has taken it: shown to colleagues, and deciding nothing."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Body, User
from initiatives.models import Initiative, ModerationLock, ModerationTask
from initiatives.selectors.queues import QueueFilter, moderation_queue
from initiatives.services import queueing, refusing
from initiatives.states import State
from portal import clock
from portal.errors import InvalidInput, NotAllowed
from tests.factories.initiatives import make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition(citizen: User, ministry: Body, at: datetime) -> Initiative:
    return make_petition(state=State.CHECK, author=citizen, body=ministry, at=at)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


class TestLooking:
    def test_the_first_one_holds_it_for_five_minutes(
        self, petition: Initiative, moderator: User, second_moderator: User, at: datetime
    ) -> None:
        queueing.look(initiative=petition, by=moderator, at=at)
        other = queueing.look(initiative=petition, by=second_moderator, at=at + timedelta(minutes=4, seconds=59))
        assert (other.moderator, other.since) == (moderator, at)
        later = at + timedelta(minutes=5)
        assert queueing.look(initiative=petition, by=second_moderator, at=later).moderator == second_moderator

    def test_an_open_page_says_so_again(
        self, petition: Initiative, moderator: User, second_moderator: User, at: datetime
    ) -> None:
        for minutes in (0, 4, 8):
            held = queueing.look(initiative=petition, by=moderator, at=at + timedelta(minutes=minutes))
        assert (held.since, held.until) == (at, at + timedelta(minutes=13))
        other = queueing.look(initiative=petition, by=second_moderator, at=at + timedelta(minutes=12))
        assert other.moderator == moderator

    def test_who_leaves_lets_the_next_one_in_but_nobody_puts_another_out(
        self, petition: Initiative, moderator: User, second_moderator: User, at: datetime
    ) -> None:
        queueing.look(initiative=petition, by=moderator, at=at)
        queueing.leave(initiative=petition, by=second_moderator)
        assert queueing.look(initiative=petition, by=second_moderator, at=at).moderator == moderator
        queueing.leave(initiative=petition, by=moderator)
        assert queueing.look(initiative=petition, by=second_moderator, at=at).moderator == second_moderator

    def test_a_lock_decides_nothing(
        self, petition: Initiative, moderator: User, second_moderator: User, at: datetime
    ) -> None:
        queueing.look(initiative=petition, by=moderator, at=at)
        refusing.propose(
            initiative=petition, by=second_moderator, reason="Себеп.", subject_code=None,
            seen_revision=petition.revision, at=at,
        )  # fmt: skip
        assert Initiative.objects.get(pk=petition.pk).revision == petition.revision + 1

    def test_a_citizen_does_not_look(self, petition: Initiative, other_citizen: User, at: datetime) -> None:
        with pytest.raises(NotAllowed):
            queueing.look(initiative=petition, by=other_citizen, at=at)

    def test_a_colleague_sees_on_the_page_who_looks(
        self, petition: Initiative, moderator: User, second_moderator: User
    ) -> None:
        url = f"/en/moderation/{petition.code}/"
        assert "is looking at this" not in browser(moderator).get(url).content.decode()
        page = browser(second_moderator).get(url).content.decode()
        assert f"{moderator.public_name} is looking at this" in page
        beat = browser(second_moderator).post(f"{url}lock/", {"revision": "1"}).content.decode()
        assert "is looking at this" in beat
        assert browser(moderator).post(f"{url}lock/", {"leave": "1"}).status_code == 204
        assert ModerationLock.objects.count() == 0

    def test_an_open_page_learns_that_it_is_stale(self, petition: Initiative, moderator: User) -> None:
        url = f"/en/moderation/{petition.code}/lock/"
        Initiative.objects.filter(pk=petition.pk).update(revision=7)
        assert "Somebody has changed this" in browser(moderator).post(url, {"revision": "1"}).content.decode()
        assert "Somebody has changed this" not in browser(moderator).post(url, {"revision": "x"}).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_come_at_the_same_instant_one_holds_it(
    petition: Initiative, moderator: User, second_moderator: User, third_moderator: User, at: datetime
) -> None:
    people, seen = [moderator, second_moderator, third_moderator], []
    start = threading.Barrier(len(people))

    def come(by: User) -> None:
        start.wait(10)
        seen.append(queueing.look(initiative=petition, by=by, at=at).moderator_id)
        connection.close()

    threads = [threading.Thread(target=come, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(seen) == 3
    assert len(set(seen)) == 1


class TestAssigning:
    def test_items_go_to_one_and_not_to_who_wrote_them(
        self, petition: Initiative, moderator: User, second_moderator: User, ministry: Body, at: datetime
    ) -> None:
        own = make_petition(state=State.CHECK, author=second_moderator, body=ministry, at=at)
        given = queueing.assign(initiatives=[petition, own], to=second_moderator, by=moderator, at=at)
        assert given == (1, 1)
        assert ModerationTask.objects.get().initiative == petition

    def test_items_do_not_go_to_a_citizen(
        self, petition: Initiative, moderator: User, other_citizen: User, at: datetime
    ) -> None:
        with pytest.raises(InvalidInput):
            queueing.assign(initiatives=[petition], to=other_citizen, by=moderator, at=at)

    def test_the_queue_is_narrowed_to_ones_own(
        self, petition: Initiative, moderator: User, second_moderator: User, citizen: User, ministry: Body, at: datetime
    ) -> None:
        other = make_petition(state=State.CHECK, author=citizen, body=ministry, at=at)
        queueing.assign(initiatives=[petition], to=moderator, by=moderator, at=at)
        refusing.propose(
            initiative=other, by=moderator, reason="Себеп.", subject_code=None, seen_revision=other.revision, at=at
        )

        def codes(whose: str, user: User) -> set[str]:
            return {one.initiative.code for one in moderation_queue(QueueFilter(whose=whose), user=user, at=at).items}

        assert codes("mine", moderator) == {petition.code}
        assert codes("nobody", moderator) == {other.code}
        assert codes("second", second_moderator) == {other.code}
        assert codes("second", moderator) == set()

    @pytest.mark.parametrize(("to", "left"), [("me", 1), ("nobody", 0), ("no-such-person", 1), ("", 1)])
    def test_ticked_items_over_http(self, petition: Initiative, moderator: User, to: str, left: int) -> None:
        queueing.assign(initiatives=[petition], to=moderator, by=moderator, at=clock.now())
        answer: Any = browser(moderator).post("/en/moderation/assign/", {"items": [petition.code], "to": to})
        assert answer.status_code in (302, 422)
        assert ModerationTask.objects.count() == left

    @pytest.mark.parametrize("items", [[], ["no-such-code"], ["\x00"]])
    def test_nothing_ticked_is_said(self, petition: Initiative, moderator: User, items: list[str]) -> None:
        answer = browser(moderator).post("/en/moderation/assign/", {"items": items, "to": "me"}, follow=True)
        assert "Tick items of the queue" in answer.content.decode()
