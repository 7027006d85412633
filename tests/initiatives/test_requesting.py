"""A consolidated request: many put one question to one body, and one answer comes to all of them."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Body, User
from initiatives import events, policies
from initiatives.models import Decision, Initiative, InitiativeKind, Topic
from initiatives.notifications import tell
from initiatives.selectors.clocks import three_clocks
from initiatives.selectors.counts import exact_count
from initiatives.selectors.lists import ListFilter, list_page
from initiatives.selectors.queues import REQUEST_TASKS, QueueFilter, inbox
from initiatives.selectors.statistics import statistics
from initiatives.services import answering, deadlines, drafting, folding, moderation, requesting, standing, voting
from initiatives.services.drafting import Draft
from initiatives.states import NormCode, State
from portal.audit.log import history
from portal.errors import Conflict, InvalidInput, NotAllowed
from portal.events.models import OutboxEvent
from portal.notifications.models import Notification
from tests.actors import AT
from tests.factories.initiatives import PROBLEM, PROPOSAL, make_decision, make_request, make_signature
from tests.initiatives.test_voting import at_once
from tests.initiatives.voters import make_voter

BACKEND = "django.contrib.auth.backends.ModelBackend"
ANSWER = answering.Answer(
    outcome="answered",
    language="kk",
    text="Орган сұрақты қарап, былай деп жауап береді: мектеп асханаларының кестесі қыркүйекте жарияланады. " * 3,
    appeal_route="Жоғары тұрған органға үш ай ішінде шағым жасауға болады.",
)


@pytest.fixture
def collecting(citizen: User, ministry: Body, at: datetime) -> Initiative:
    return make_request(
        state=State.COLLECTING, author=citizen, body=ministry, at=at, published_at=at, closes_at=at + timedelta(days=31)
    )


def joined(initiative: Initiative, count: int, at: datetime, first: int = 1) -> list[User]:
    people = [make_voter(number) for number in range(first, first + count)]
    for person in people:
        voting.cast_signed_in(initiative=initiative, by=person, at=at)
    return people


def send(initiative: Initiative, at: datetime) -> Initiative:
    return requesting.send(initiative=initiative, by=initiative.author, seen_revision=initiative.revision, at=at)


@pytest.mark.django_db
class TestKind:
    def test_its_numbers_say_where_they_come_from(self) -> None:
        kind = InitiativeKind.objects.get(slug="request")
        version = kind.versions.get()
        found = {norm.code: (norm.number, norm.unit, norm.article) for norm in version.norms.all()}
        assert found[NormCode.ANSWER_PERIOD] == (Decimal(15), "working_days", "APPC 76(1)")
        assert found[NormCode.REGISTRATION_PERIOD] == (Decimal(1), "working_days", "APPC 64(2)")
        assert found[NormCode.THRESHOLD_VOTES] == (Decimal(10), "votes", "rules of the portal")
        assert found[NormCode.COLLECTION_PERIOD] == (Decimal(1), "months", "rules of the portal")
        assert (kind.requires_eds, kind.body_kind, kind.process) == (False, "", "request")
        assert len({getattr(kind, f"name_{code}") for code in ("kk", "ru", "en")}) == 3

    def test_one_finds_it_among_the_kinds(self, client: Client, citizen: User) -> None:
        kinds = client.get("/api/v1/kinds/", headers={"accept-language": "ru"}).json()
        assert ("request", "Консолидированный запрос") in [(one["slug"], one["name"]) for one in kinds]
        client.force_login(citizen, backend=BACKEND)
        assert 'value="request"' in client.get(reverse("initiatives:begin")).content.decode()


@pytest.mark.django_db
class TestLife:
    def test_from_the_draft_to_the_answer(
        self, citizen: User, ministry: Body, moderator: User, clerk: User, head: User, at: datetime
    ) -> None:
        words = Draft(
            language="kk", title="Мектеп асханаларының кестесі қашан шығады?", problem=PROBLEM, proposal=PROPOSAL,
            topic=Topic.objects.first(),
        )  # fmt: skip
        kind = InitiativeKind.objects.get(slug="request")
        request = drafting.begin(kind=kind, body=ministry, by=citizen, draft=words, at=at)
        request = drafting.open_to_joiners(initiative=request, by=citizen, seen_revision=1, at=at)
        assert (request.state, request.threshold) == (State.MODERATION, 10)
        request = moderation.publish(initiative=request, by=moderator, seen_revision=2, at=at)
        assert request.closes_at is not None
        assert request.closes_at.date() == date(2026, 4, 2)
        asked = joined(request, 10, at)
        request = send(request, at)
        assert request.state == State.SENT
        assert not policies.takes_votes(request, at)
        request = answering.register(initiative=request, by=clerk, number="КС-1", seen_revision=request.revision, at=at)
        # 15 working days from the day after registration; 8 March, moved to Monday, and Nauryz lie between.
        assert request.state_deadline_at is not None
        assert request.state_deadline_at.date() > date(2026, 3, 23)
        decision = answering.draft(initiative=request, by=clerk, answer=ANSWER, seen_revision=0, at=at)
        decision = answering.submit(decision=decision, by=clerk, seen_revision=1, at=at)
        answered = sign(decision, head, at)
        decision.refresh_from_db()
        assert (answered.state, answered.answered_at, decision.published_at) == (State.ANSWERED, at, at)
        assert answered.state_deadline_at is None
        event = OutboxEvent.objects.get(name="initiatives.request_answered")
        tell(events.RequestAnswered(at=event.payload["at"] and at, subject_id=str(request.pk), actor_id=str(head.pk)))
        told = set(
            Notification.objects.filter(template="initiatives/request_answered").values_list("recipient", "topic")
        )
        assert told == {(citizen.pk, "own"), *((person.pk, "asked") for person in asked)}

    def test_too_few_are_not_sent(self, collecting: Initiative, at: datetime) -> None:
        joined(collecting, 9, at)
        with pytest.raises(Conflict, match="too_few_joined") as refused:
            send(collecting, at)
        assert "1" in str(refused.value.message)
        collecting.refresh_from_db()
        assert (collecting.state, history(collecting).count()) == (State.COLLECTING, 0)

    def test_who_took_their_vote_back_does_not_count(self, collecting: Initiative, at: datetime) -> None:
        people = joined(collecting, 10, at)
        folding.fold_all(at=at)
        voting.withdraw_signed_in(initiative=collecting, by=people[0], at=at)
        with pytest.raises(Conflict, match="too_few_joined"):
            send(collecting, at)

    def test_only_the_author_sends(self, collecting: Initiative, moderator: User, clerk: User, at: datetime) -> None:
        joined(collecting, 10, at)
        for other in (moderator, clerk):
            with pytest.raises(NotAllowed, match="author_only"):
                requesting.send(initiative=collecting, by=other, seen_revision=1, at=at)
        with pytest.raises(Conflict, match="stale_page"):
            requesting.send(initiative=collecting, by=collecting.author, seen_revision=9, at=at)

    @pytest.mark.parametrize(("count", "state"), [(10, State.SENT), (9, State.BELOW_THRESHOLD)])
    def test_at_the_end_the_clock_sends_it_or_closes_it(
        self, collecting: Initiative, at: datetime, count: int, state: str
    ) -> None:
        joined(collecting, count, at)
        deadline = collecting.state_deadline_at
        assert deadline is not None
        assert deadlines.run_due(at=deadline - timedelta(seconds=1)) == 0
        assert deadlines.run_due(at=deadline) == 1
        assert deadlines.run_due(at=deadline) == 0
        collecting.refresh_from_db()
        assert collecting.state == state

    def test_the_author_hears_once_that_enough_joined(self, collecting: Initiative, at: datetime) -> None:
        joined(collecting, 9, at)
        folding.fold_all(at=at)
        assert standing.advance(None, at=at) == 0
        joined(collecting, 1, at, first=50)
        folding.fold_all(at=at)
        standing.advance(None, at=at)
        standing.advance(None, at=at)
        assert OutboxEvent.objects.filter(name="initiatives.enough_joined").count() == 1
        assert not OutboxEvent.objects.filter(name="initiatives.threshold_reached").exists()

    def test_a_question_is_answered_not_granted(self, citizen: User, ministry: Body, clerk: User, at: datetime) -> None:
        request = make_request(state=State.REGISTERED, author=citizen, body=ministry, at=at)
        for outcome in ("full", "partial", "refused"):
            wrong = answering.Answer(outcome=outcome, language="kk", text=ANSWER.text, appeal_route="Сотқа.")
            with pytest.raises(InvalidInput) as refused:
                answering.draft(initiative=request, by=clerk, answer=wrong, seen_revision=0, at=at)
            assert set(refused.value.fields) == {"outcome"}


def sign(decision: Decision, head: User, at: datetime) -> Initiative:
    """Sign as the head; what their signature is worth, other tests say."""
    signature = make_signature(decision.initiative, decision.text_sha256, at)
    accepted: Any = SimpleNamespace(signature=signature, signer=SimpleNamespace(iin="750909300161"))
    return answering.sign(decision=decision, by=head, accepted=accepted, seen_revision=decision.revision, at=at)


@pytest.fixture
def at_that_time(at: datetime) -> Iterator[None]:
    """Pages read the clock: it stands an hour after the stories began."""
    with time_machine.travel(at + timedelta(hours=1), tick=True):
        yield


@pytest.mark.django_db
class TestSeen:
    def test_it_stands_in_lists_statistics_and_the_inbox(
        self, collecting: Initiative, citizen: User, ministry: Body, at: datetime
    ) -> None:
        sent = make_request(state=State.SENT, author=citizen, body=ministry, at=at)
        [facet] = [one for one in list_page(ListFilter(order="newest"), at=at).facets["kind"] if one.value == "request"]
        assert facet.count == 2
        numbers = statistics(at=at)
        assert numbers.totals["requests"] == 2
        assert {row.state: row.requests for row in numbers.states} == {State.COLLECTING: 1, State.SENT: 1}
        queue = inbox(QueueFilter(stage="due"), bodies=[ministry], at=at)
        assert [(item.initiative, item.task) for item in queue.items] == [(sent, REQUEST_TASKS[State.SENT])]
        assert [clock.name for clock in three_clocks(sent, None, at=at)] == ["register", "decide"]

    @pytest.mark.usefixtures("at_that_time")
    def test_its_pages_speak_of_a_request(
        self, collecting: Initiative, citizen: User, other_citizen: User, clerk: User, at: datetime
    ) -> None:
        page = Client().get(f"/en/petitions/{collecting.code}/").content.decode()
        assert "Join this request" in page
        assert "The question" in page
        joined(collecting, 10, at)
        author, guest, official = Client(), Client(), Client()
        for browser, person in ((author, citizen), (guest, other_citizen), (official, clerk)):
            browser.force_login(person, backend=BACKEND)
        address = f"/en/petitions/{collecting.code}/send/"
        assert address in author.get(f"/en/petitions/{collecting.code}/").content.decode()
        assert address not in guest.get(f"/en/petitions/{collecting.code}/").content.decode()
        assert guest.post(address, {"revision": 1}).status_code == 403
        assert author.post(address, {"revision": 7}).status_code == 409
        assert author.post(address, {"revision": 1}).status_code == 302
        assert author.post(address, {"revision": 2}).status_code == 409
        collecting.refresh_from_db()
        collecting = answering.register(
            initiative=collecting, by=clerk, number="1", seen_revision=collecting.revision, at=at
        )
        desk = official.get(f"/en/inbox/{collecting.code}/").content.decode()
        assert "Draft of the answer" in desk
        assert "Satisfied in part" not in desk
        sent = {
            "act": "draft",
            "revision": 0,
            "outcome": "answered",
            "language": "kk",
            "text": ANSWER.text,
            "appeal_route": "Сотқа.",
        }
        assert official.post(f"/en/inbox/{collecting.code}/", sent).status_code == 302
        assert (
            official.post(f"/en/inbox/{collecting.code}/", {**sent, "revision": 1, "outcome": "full"}).status_code
            == 422
        )
        decision = Decision.objects.get()
        Decision.objects.filter(pk=decision.pk).delete()
        make_decision(
            collecting, by=clerk, at=at, outcome="answered", signed_by=clerk, submitted_at=at, published_at=at
        )
        Initiative.objects.filter(pk=collecting.pk).update(state=State.ANSWERED, answered_at=at)
        assert "The answer to all who joined" in Client().get(f"/en/petitions/{collecting.code}/").content.decode()

    def test_too_few_is_said_without_the_law_of_petitions(self, citizen: User, ministry: Body, at: datetime) -> None:
        low = make_request(state=State.BELOW_THRESHOLD, author=citizen, body=ministry, at=at)
        page = Client().get(f"/en/petitions/{low.code}/").content.decode()
        assert "Too few people joined" in page
        assert "90-3(5)" not in page


@pytest.mark.django_db(transaction=True)
def test_sending_and_the_last_vote_at_the_same_moment_agree(citizen: User, ministry: Body) -> None:
    """Either the vote is counted and sent with the others, or it is refused; none is acknowledged and left behind."""
    for round_number in range(4):
        request = make_request(
            state=State.COLLECTING, author=citizen, body=ministry, at=AT, published_at=AT,
            closes_at=AT + timedelta(days=31),
        )  # fmt: skip
        joined(request, 10, AT, first=100 * round_number)
        last = make_voter(100 * round_number + 90)
        acts: list[Any] = [
            lambda: send(request, AT),  # noqa: B023
            lambda: voting.cast_signed_in(initiative=request, by=last, at=AT),  # noqa: B023
        ]
        got = at_once(2, lambda number: acts[number]())  # noqa: B023
        assert isinstance(got[0], Initiative)
        sent = history(request).get(action="send").data["votes"]
        assert sent == exact_count(request) == (10 if getattr(got[1], "code", "") == "voting_closed" else 11)
