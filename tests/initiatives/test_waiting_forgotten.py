"""What waited for the certification authority is forgotten with its person, too, whatever became of it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from accounts.models import User
from initiatives.models import Initiative, VoteAct, WaitingAct
from initiatives.selectors.counts import exact_count
from initiatives.services import log_agreeing, vote_forgetting, waiting
from initiatives.states import State, WaitingOutcome
from signatures.eds.demo_people import BY_SLUG
from signatures.eds.demo_pki import DemoPki
from signatures.models import EntrySecret, ErasureDue, Signature
from signatures.services import sequencing, trust
from signatures.services.demo_responder import DemoResponder
from signatures.states import Purpose
from tests.factories.accounts import make_citizen
from tests.initiatives.test_vote_forgetting import erase, frozen
from tests.initiatives.test_waiting import sign
from tests.initiatives.voters import AT

pytestmark = pytest.mark.django_db
LATER, MUCH_LATER = AT + timedelta(hours=1), AT + timedelta(hours=2)


@pytest.fixture
def petition(db: None) -> Initiative:
    return frozen()


@pytest.fixture
def responder(demo_trust: DemoPki) -> Iterator[DemoResponder]:
    """The demo's responder, stopped."""
    found = trust.source()
    assert isinstance(found, DemoResponder)
    found.stop(at=AT)
    yield found
    found.start()


def _person(slug: str) -> User:
    who = BY_SLUG[slug]
    return make_citizen(who.iin, who.given_name, who.surname, birth_date=who.birth_date, sex=who.sex)


def _kept() -> list[str]:
    """The signatures that still hold their file."""
    return [one.status for one in Signature.objects.filter(erased_at=None)]


def test_a_signature_that_was_refused_after_waiting_is_forgotten_with_its_person(
    demo_trust: DemoPki, responder: DemoResponder, petition: Initiative
) -> None:
    person = _person("revoked")
    sign(demo_trust, "revoked", petition, signed_in=person)
    responder.start()
    waiting.recheck(at=LATER)
    assert (WaitingAct.objects.get().outcome, _kept()) == (WaitingOutcome.REFUSED, ["refused"])

    erase(person, MUCH_LATER)

    assert _kept() == []


def test_a_vote_that_was_taken_back_while_it_waited_leaves_neither_signature(
    demo_trust: DemoPki, responder: DemoResponder, petition: Initiative
) -> None:
    person = _person("aigerim")
    sign(demo_trust, "aigerim", petition, signed_in=person)
    responder.start()
    sign(demo_trust, "aigerim", petition, Purpose.WITHDRAW, at=LATER, signed_in=person)
    assert (WaitingAct.objects.get().outcome, len(_kept())) == (WaitingOutcome.TAKEN_BACK, 2)

    erase(person, MUCH_LATER)

    assert _kept() == []


def test_what_still_waits_is_forgotten_when_it_is_refused(
    demo_trust: DemoPki, responder: DemoResponder, petition: Initiative
) -> None:
    person = _person("revoked")
    sign(demo_trust, "revoked", petition, signed_in=person)
    erase(person, AT)
    assert (vote_forgetting.forget_due(at=AT), _kept()) == (0, ["pending"])

    responder.start()
    waiting.recheck(at=LATER)

    assert (vote_forgetting.forget_due(at=LATER), _kept(), ErasureDue.objects.count()) == (1, [], 0)


def test_what_still_waits_and_is_counted_keeps_its_evidence_until_the_petition_is_over(
    demo_trust: DemoPki, responder: DemoResponder, petition: Initiative
) -> None:
    person = _person("aigerim")
    sign(demo_trust, "aigerim", petition, signed_in=person)
    erase(person, AT)
    responder.start()
    waiting.recheck(at=LATER)
    sequencing.run(at=LATER)
    assert exact_count(petition) == 1
    assert (vote_forgetting.forget_due(at=LATER), len(_kept())) == (0, 1)
    assert ErasureDue.objects.get().pk == VoteAct.objects.get().entry

    Initiative.objects.filter(pk=petition.pk).update(state=State.BELOW_THRESHOLD, state_since=MUCH_LATER)

    assert vote_forgetting.forget_due(at=MUCH_LATER) == 1
    assert (_kept(), EntrySecret.objects.count(), exact_count(petition)) == ([], 0, 1)
    assert log_agreeing.check(at=MUCH_LATER) == 0
