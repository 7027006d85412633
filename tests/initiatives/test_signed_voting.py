"""Votes with real signatures of the demo's people: verified, stored and counted in one transaction."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from initiatives.models import Initiative, VoteAct
from initiatives.selectors.counts import exact_count
from initiatives.services import voting
from initiatives.states import State, VoteSource
from portal.errors import Conflict, NotAllowed
from signatures.eds.demo_pki import DemoPki
from signatures.services import acceptance, statements
from signatures.states import Purpose
from tests.initiatives.test_voting import at_once
from tests.initiatives.voters import AT, district, make_initiative, make_kind


@pytest.fixture
def petition(db: None) -> Initiative:
    """A petition whose votes need a signature."""
    return make_initiative(make_kind("petition", requires_eds=True), state=State.COLLECTING, threshold=1000)


def sign(pki: DemoPki, key: str, petition: Initiative, purpose: Purpose = Purpose.VOTE) -> dict[str, Any]:
    """What the person's browser sends."""
    issued = statements.issue(purpose=purpose, subject=petition.signing_subject, revision=1, language="en", at=AT)
    cms = pki.sign(key, issued.text.encode(), at=AT)
    return {"token": issued.token, "cms": cms, "purpose": purpose, "subject": petition.signing_subject, "at": AT}


def vote(pki: DemoPki, key: str, petition: Initiative) -> voting.VoteReceipt:
    """Sign and vote, as the view does it."""
    with transaction.atomic():
        accepted = acceptance.accept(**sign(pki, key, petition))
        return voting.cast(initiative=petition, accepted=accepted, territory=district(), by=None, at=AT)


def take_back(pki: DemoPki, key: str, petition: Initiative) -> voting.VoteReceipt:
    """Sign and withdraw."""
    with transaction.atomic():
        accepted = acceptance.accept(**sign(pki, key, petition, Purpose.WITHDRAW))
        return voting.withdraw(initiative=petition, accepted=accepted, by=None, at=AT)


def test_a_signed_vote_is_kept_with_its_signature(demo_trust: DemoPki, petition: Initiative) -> None:
    receipt = vote(demo_trust, "aigerim", petition)
    act = VoteAct.objects.get()
    assert (receipt.votes, receipt.act.pk, act.source) == (1, act.pk, VoteSource.EDS)
    assert act.signature is not None
    assert act.signature.is_valid
    assert bytes(act.signer_tag)[0] == 1
    given_name, initial = act.shown_name.split(" ")
    assert given_name
    assert len(initial) == 2
    assert initial.endswith(".")


def test_two_certificates_of_one_person_are_one_vote(demo_trust: DemoPki, petition: Initiative) -> None:
    vote(demo_trust, "two-keys", petition)
    with pytest.raises(Conflict, match="already_voted"):
        vote(demo_trust, "two-keys.second", petition)
    assert exact_count(petition) == 1


def test_a_refused_vote_keeps_no_signature(demo_trust: DemoPki, petition: Initiative) -> None:
    vote(demo_trust, "aigerim", petition)
    kept = VoteAct.objects.get().signature.__class__.objects  # type: ignore[union-attr]
    Initiative.objects.filter(pk=petition.pk).update(closes_at=AT - timedelta(seconds=1))
    with pytest.raises(NotAllowed, match="voting_closed"):
        vote(demo_trust, "two-keys", petition)
    assert kept.count() == 1, "the statement may be used again, nothing was kept"


def test_a_withdrawal_with_the_other_certificate_takes_the_vote_back(
    demo_trust: DemoPki,
    petition: Initiative,
    settings: Any,
) -> None:
    vote(demo_trust, "two-keys", petition)
    settings.SIGNATURES_PEPPERS = ["a newer pepper of signatures 0123456789abcd", *settings.SIGNATURES_PEPPERS]
    receipt = take_back(demo_trust, "two-keys.second", petition)
    assert (receipt.is_in_force, receipt.votes, receipt.act.sequence) == (False, 0, 2)
    with pytest.raises(Conflict, match="nothing_to_withdraw"):
        take_back(demo_trust, "two-keys", petition)


@pytest.mark.django_db(transaction=True)
def test_one_signature_sent_from_twenty_tabs_is_one_vote(demo_trust: DemoPki, petition: Initiative) -> None:
    sent = sign(demo_trust, "aigerim", petition)

    def act(_number: int) -> object:
        with transaction.atomic():
            accepted = acceptance.accept(**sent)
            return voting.cast(initiative=petition, accepted=accepted, territory=None, by=None, at=AT)

    results = at_once(20, act)
    codes = sorted(getattr(result, "code", "counted") for result in results)
    assert codes == ["counted"] + ["replayed"] * 19
    assert exact_count(petition) == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_signatures_of_one_person_at_once_are_one_vote(
    demo_trust: DemoPki,
    petition: Initiative,
) -> None:
    results = at_once(20, lambda number: vote(demo_trust, f"two-keys{'.second' * (number % 2)}", petition))
    codes = sorted(getattr(result, "code", "counted") for result in results)
    assert codes == ["already_voted"] * 19 + ["counted"]
    assert exact_count(petition) == 1
