"""What the page of an initiative says of its numbers and of its past."""

from datetime import datetime

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Body, User
from initiatives.models import Norm
from initiatives.selectors.articles import cite
from initiatives.selectors.pages import joiners_needed, public_history, threshold_sentence
from initiatives.services import drafting
from initiatives.services.thresholds import threshold_for
from initiatives.states import NormCode, State, Unit
from tests.factories.initiatives import make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> object:
    with translation.override("en"):
        yield


def test_sources_are_cited_in_words() -> None:
    assert cite("APPC 90-3(4)") == "APPC, art. 90-3(4)"
    assert cite("rules of the portal") == "rules of the portal"
    assert cite("APPC 90-3(4), demonstration: 1/50") == "APPC, art. 90-3(4), for this demonstration 1/50 of it"
    assert cite("Order 12 of the Minister") == "Order 12 of the Minister"


def test_a_round_percentage_is_written_as_people_write_it(akimat: Body, citizen: User, at: datetime) -> None:
    petition = make_petition(body=akimat, author=citizen, state=State.COLLECTING, at=at, threshold=150_000)
    norms = Norm.objects.filter(version=petition.kind_version)
    norms.filter(code__in=(NormCode.THRESHOLD_VOTES, NormCode.THRESHOLD_PERCENT)).delete()
    norms.create(
        version=petition.kind_version, code=NormCode.THRESHOLD_PERCENT, number=10, unit=Unit.PERCENT,
        start_event="x", article="APPC 90-3(4)",
    )  # fmt: skip
    petition.threshold_basis = threshold_for(petition.kind_version, akimat.territory).basis
    assert petition.threshold_basis["number"] == "10"
    assert threshold_sentence(petition).startswith("10 % of the ")


def test_joiners_are_counted_against_their_own_number(
    ministry: Body, citizen: User, at: datetime, client: Client
) -> None:
    joining = make_petition(body=ministry, author=citizen, state=State.JOINING, at=at, threshold=900)
    collecting = make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=at, threshold=900)
    assert (joiners_needed(joining), joiners_needed(collecting)) == (50, None)
    assert "of 50 joiners" in client.get(f"/en/petitions/{joining.code}/").text
    assert "of 900 votes" in client.get(f"/en/petitions/{collecting.code}/").text


def test_the_history_says_what_it_became(ministry: Body, citizen: User, at: datetime) -> None:
    petition = make_petition(body=ministry, author=citizen, state=State.JOINING, at=at)
    withdrawn = drafting.withdraw(initiative=petition, by=citizen, at=at)
    assert [str(step["title"]) for step in public_history(withdrawn)] == ["Withdrawn by the author"]


def test_what_is_missing_is_named_and_leads_to_its_field(
    ministry: Body, citizen: User, at: datetime, client: Client
) -> None:
    draft = make_petition(body=ministry, author=citizen, state=State.DRAFT, at=at, problem="", topic=None)
    client.force_login(citizen)
    page = client.get(f"/en/petitions/{draft.code}/review/").text
    assert "The problem – Write at least 80 characters here." in page
    assert f'href="/en/petitions/{draft.code}/edit/#id_problem"' in page


def test_a_revision_that_is_no_number_is_a_stale_page(
    ministry: Body, citizen: User, at: datetime, client: Client
) -> None:
    draft = make_petition(body=ministry, author=citizen, state=State.DRAFT, at=at)
    client.force_login(citizen)
    response = client.post(f"/en/petitions/{draft.code}/review/", {"revision": "9" * 40 + "x"})
    assert response.status_code in (409, 422)
    draft.refresh_from_db()
    assert draft.state == State.DRAFT
