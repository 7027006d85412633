"""What webhooks tell of initiatives: each milestone once, of published ones only, through the outbox."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from initiatives import events
from initiatives.api import examples, webhooks
from initiatives.models import Decision, Initiative
from initiatives.services import moderation
from initiatives.states import LISTED, State
from portal.events.outbox import deliver_due, publish
from portal.webhooks import registry, services
from portal.webhooks.models import Delivery, Endpoint, Occurrence
from tests.factories.initiatives import make_decision
from tests.initiatives.test_api import needs
from tests.initiatives.voters import AT, make_initiative, make_petition

ALL = [one.name for one in webhooks.KINDS.values()]
BEFORE = AT - timedelta(days=1)


@pytest.fixture
def endpoint(citizen: User) -> Endpoint:
    """Aigul's newsroom, which hears of everything."""
    return services.register(owner=citizen, url="https://news.example/", note="", kinds=ALL, keys=[], at=BEFORE)


def happen(event: type[events.InitiativeEvent], initiative: Initiative, **more: Any) -> None:
    publish(event(at=AT, subject_id=str(initiative.pk), actor_id=None, **more))
    assert deliver_due(at=AT) == 1


@pytest.mark.django_db
class TestTelling:
    """From the event to the queue."""

    @pytest.mark.parametrize("event", webhooks.KINDS, ids=lambda event: event.name)
    def test_each_milestone_is_told(self, endpoint: Endpoint, event: type[events.InitiativeEvent]) -> None:
        petition = make_petition(State.COLLECTING, title="Түнгі автобус", threshold=50)
        happen(event, petition)
        occurrence = Occurrence.objects.get()
        assert occurrence.kind == occurrence.payload["type"] == webhooks.KINDS[event].name
        told = occurrence.payload["data"]["initiative"]
        assert (told["code"], told["title"], told["threshold"]) == (petition.code, "Түнгі автобус", 50)
        assert told["url"] == f"http://testserver/p/{petition.code}"
        assert told["api_url"] == f"http://testserver/api/v1/initiatives/{petition.code}/"
        assert set(told["body"]["name"]) == {"kk", "ru", "en"}

    def test_the_example_has_the_shape_of_what_is_sent(self, db: None) -> None:
        told = webhooks.facts_of(make_petition())
        assert list(told) == list(examples.TOLD_VALUE)
        assert [isinstance(one, dict) for one in told.values()] == [
            isinstance(one, dict) for one in examples.TOLD_VALUE.values()
        ]

    @pytest.mark.parametrize("state", sorted(set(State) - LISTED))
    def test_what_is_not_published_is_told_to_nobody(self, endpoint: Endpoint, state: str) -> None:
        happen(events.Published, make_initiative(state=state, **needs(state)))
        assert not Occurrence.objects.exists()

    def test_nobody_asked_and_nothing_is_written(self, db: None) -> None:
        happen(events.Published, make_petition())
        assert not Occurrence.objects.exists()

    def test_a_handler_that_ran_twice_tells_once(self, endpoint: Endpoint) -> None:
        event = events.Published(at=AT, subject_id=str(make_petition().pk), actor_id=None)
        webhooks.tell(event)
        webhooks.tell(event)
        assert Delivery.objects.count() == 1

    def test_a_moderators_publishing_is_told(self, endpoint: Endpoint, moderator: User) -> None:
        idea = make_initiative(state=State.MODERATION)
        moderation.publish(initiative=idea, by=moderator, at=AT, seen_revision=idea.revision)
        deliver_due(at=AT)
        assert Occurrence.objects.get().payload["data"]["initiative"]["state"] == State.DISCUSSION

    def test_an_outcome_is_told_with_its_publication_and_not_before(
        self, endpoint: Endpoint, clerk: User, head: User
    ) -> None:
        petition = make_petition(State.DECIDED)
        decision = make_decision(petition, by=clerk, at=AT, signed_by=head, submitted_at=AT)
        happen(events.Decided, petition)
        assert "outcome" not in str(Occurrence.objects.get().payload)
        Decision.objects.filter(pk=decision.pk).update(published_at=AT)
        happen(events.DecisionPublished, petition)
        told = Occurrence.objects.get(kind="initiative.decision_published").payload["data"]
        assert told["outcome"] == decision.outcome

    def test_one_can_choose_a_petition_or_a_body(self, citizen: User) -> None:
        chosen, other = make_petition(title="Chosen"), make_petition(title="Other")
        scopes = {one.name: one for one in registry.scopes()}
        for written in (chosen.code, chosen.code.upper(), f"https://portal.example/kk/petitions/{chosen.code}/"):
            assert scopes["initiative"].read(written) == chosen.code
        assert scopes["initiative"].read("zzzzzzzzzzzz") is None
        assert scopes["initiative"].read(make_initiative(state=State.DRAFT).code) is None
        assert scopes["body"].read(chosen.body.slug) == chosen.body.slug
        by_code = registry.key("initiative", chosen.code)
        by_body = registry.key("body", chosen.body.slug)
        for key in (by_code, by_body):
            services.register(owner=citizen, url="https://news.example/", note="", kinds=ALL, keys=[key], at=BEFORE)
        happen(events.Published, chosen)
        happen(events.Published, other)
        assert sorted(Delivery.objects.values_list("endpoint__keys", flat=True)) == [[by_body], [by_body], [by_code]]
