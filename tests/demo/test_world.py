"""The demo world tells every story to its end; a crowd signs with real keys."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from demo.world import ballots, crowd
from demo.world.stories import read_all
from demo.world.together import read_requests
from initiatives.models import Decision, Initiative, KindVersion, VoteAct
from initiatives.selectors.counts import exact_count
from initiatives.services import folding, recounting
from portal import clock
from portal.audit.log import first_break, history
from signatures.eds.demo_pki import DemoPki
from signatures.models import Signature

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 9, 15, 6, 0, tzinfo=UTC)
"""A Tuesday, far enough from the first day of the law for the longest story."""


@pytest.fixture
def world(demo_trust: DemoPki, monkeypatch: pytest.MonkeyPatch) -> None:
    """The world without its thousands of petition votes, which take half a minute to sign."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(ballots, "seal", lambda wanted: list(wanted) and [])
    call_command("demo_world", verbosity=0)


def test_every_story_stands_where_its_file_says(world: None) -> None:
    told = {story["title"]: story["state"] for story in read_all()}
    told |= {request["title"]: request["state"] for request in read_requests()}
    assert told.items() <= dict(Initiative.objects.values_list("title", "state")).items()


def test_requests_are_joined_in_two_languages_and_answered(world: None) -> None:
    requests = Initiative.objects.filter(kind__slug="request")
    assert {one.language for one in requests} == {"kk", "ru"}
    assert sum(one.has_parallel for one in requests) == 2
    assert sum(len(one.accepted_coauthors) for one in requests) == 3
    assert all(exact_count(one) >= 30 for one in requests)


def test_decisions_carry_a_verified_signature_of_the_head(world: None) -> None:
    decisions = Decision.objects.filter(signed_at__isnull=False)
    assert decisions.count() >= 10
    assert all(decision.signature and decision.signature.is_valid for decision in decisions)


def test_the_history_of_each_story_is_an_unbroken_chain(world: None) -> None:
    assert all(first_break(history(initiative)) is None for initiative in Initiative.objects.all())


def test_divided_thresholds_say_that_they_are_a_demonstration(world: None) -> None:
    divided = KindVersion.objects.filter(number=2)
    assert divided.count() == 6
    assert all("DEMONSTRATION" in version.source for version in divided)


def test_a_second_load_changes_nothing(world: None) -> None:
    before = Initiative.objects.count()
    call_command("demo_world", "--if-empty", verbosity=0)
    with pytest.raises(CommandError):
        call_command("demo_world", verbosity=0)
    assert Initiative.objects.count() == before


def test_a_crowd_votes_with_real_signatures_once_each(
    demo_trust: DemoPki, monkeypatch: pytest.MonkeyPatch, world: None
) -> None:
    monkeypatch.undo()
    petition = Initiative.objects.filter(state="collecting", kind__requires_eds=True).first()
    assert petition is not None
    assert crowd.gather(petition, 10, at=NOW) == 10
    assert crowd.gather(petition, 10, at=NOW) == 10
    folding.fold_all(at=NOW)
    assert exact_count(petition) == 20
    assert VoteAct.objects.filter(initiative=petition).values("signer_tag").distinct().count() == 20
    assert Signature.objects.filter(subject=petition.signing_subject, status="valid").count() == 20


def test_votes_for_benchmarks_are_counted_without_an_alarm(world: None, caplog: pytest.LogCaptureFixture) -> None:
    before = sum(exact_count(initiative) for initiative in Initiative.objects.listed())
    call_command("demo_world", "--scale", "500", verbosity=0)
    assert sum(exact_count(initiative) for initiative in Initiative.objects.listed()) == before + 500
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert not recounting.compare().differences
