"""The recount: agrees to the last vote, finds whatever was planted, corrects it and says so in public."""

import logging
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from initiatives import tasks
from initiatives.models import AgeTally, HourTally, Initiative, PendingTally, Tally, TerritoryTally
from initiatives.selectors.counts import exact_count
from initiatives.services import folding, recounting, voting
from portal.audit.log import first_break, history
from tests.initiatives.voters import AT, district, make_initiative, make_petition, make_voter

pytestmark = pytest.mark.django_db


@pytest.fixture
def idea() -> Initiative:
    """Four voted, one of them withdrew; all of it is folded, and a fifth vote still waits."""
    made = make_initiative()
    voters = [make_voter(number, territory=district() if number % 2 else None) for number in range(5)]
    for voter in voters[:4]:
        voting.cast_signed_in(initiative=made, by=voter, at=AT)
    voting.withdraw_signed_in(initiative=made, by=voters[0], at=AT + timedelta(minutes=5))
    folding.fold_all(at=AT)
    voting.cast_signed_in(initiative=made, by=voters[4], at=AT + timedelta(minutes=9))
    return made


def test_a_recount_agrees_while_votes_wait(idea: Initiative) -> None:
    result = recounting.recount(at=AT)
    assert (result.initiatives, result.votes, result.differences) == (1, 3, ())
    assert Tally.objects.get().recounted_at == AT
    assert not history(idea).exists()


def test_an_initiative_without_votes_agrees_too() -> None:
    make_initiative()
    assert recounting.compare().differences == ()


def test_nothing_at_all_agrees() -> None:
    assert recounting.compare() == recounting.Recount(0, 0, ())


PLANTED: dict[str, Callable[[Initiative], object]] = {
    "a vote too many": lambda idea: Tally.objects.update(votes=4),
    "a vote too few": lambda idea: Tally.objects.update(votes=2),
    "a tally lost": lambda idea: Tally.objects.all().delete(),
    "a waiting row lost": lambda idea: PendingTally.objects.all().delete(),
    "a waiting row doubled": lambda idea: PendingTally.objects.create(initiative=idea, delta=1, counted_at=AT),
    "an hour altered": lambda idea: HourTally.objects.update(votes=9),
    "a region lost": lambda idea: TerritoryTally.objects.all().delete(),
    "an age band invented": lambda idea: AgeTally.objects.create(initiative=idea, age_band=65, votes=7),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_difference_is_found_corrected_and_told(
    idea: Initiative, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    PLANTED[fault](idea)
    with caplog.at_level(logging.ERROR):
        result = recounting.recount(at=AT)
    assert [found.initiative_id for found in result.differences] == [idea.pk]
    assert f"initiative {idea.pk}" in caplog.text
    entry = history(idea).get()
    assert (entry.action, entry.actor_id) == ("count_corrected", None)
    assert first_break(history(idea)) is None
    assert recounting.compare().differences == ()
    folding.fold_all(at=AT)
    assert exact_count(idea) == 4
    assert recounting.compare().differences == ()


def test_a_correction_makes_all_series_anew(idea: Initiative) -> None:
    folding.fold_all(at=AT)
    before = _everything()
    Tally.objects.update(votes=40, progress=3.0, trend=1.0, last_vote_at=None)
    for table in (HourTally, TerritoryTally, AgeTally):
        table.objects.all().delete()
    recounting.recount(at=AT)
    assert _everything() == before


def test_a_rebuild_leaves_other_initiatives_alone(idea: Initiative) -> None:
    other = make_petition(threshold=50)
    voting.cast_signed_in(initiative=other, by=make_voter(77), at=AT)
    folding.fold_all(at=AT)
    HourTally.objects.filter(initiative=other).update(votes=5)
    recounting.rebuild([idea.pk])
    assert HourTally.objects.get(initiative=other).votes == 5


def test_the_command_says_that_all_agree(idea: Initiative) -> None:
    out = StringIO()
    call_command("recount", "--check", stdout=out)
    assert "3 votes on 1 initiatives: all counts agree." in out.getvalue()


def test_the_command_fails_loudly_and_only_looks_when_asked_to(idea: Initiative) -> None:
    Tally.objects.update(votes=7)
    err = StringIO()
    with pytest.raises(CommandError, match="1 of 1 counts differ"):
        call_command("recount", "--check", stderr=err)
    assert "shown 7, counted 3" in err.getvalue()
    assert Tally.objects.get().votes == 7
    with pytest.raises(CommandError):
        call_command("recount", stderr=err)
    call_command("recount", stdout=StringIO())
    assert Tally.objects.get().votes == 3


def test_the_command_rebuilds(idea: Initiative) -> None:
    TerritoryTally.objects.update(votes=100)
    call_command("recount", "--rebuild", stdout=StringIO())
    assert recounting.compare().differences == ()


def test_the_tasks_do_what_the_schedule_names(idea: Initiative) -> None:
    assert tasks.fold_votes() == 1
    assert tasks.refresh_rankings() >= 0
    Tally.objects.update(votes=9)
    assert tasks.recount() == 1
    tasks.run_due_transitions()


def test_every_task_of_the_schedule_exists(settings: Any) -> None:
    named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} | set(settings.CELERY_TASK_ROUTES)
    ours = {name.removeprefix("initiatives.tasks.") for name in named if name.startswith("initiatives.tasks.")}
    assert ours == {name for name in dir(tasks) if hasattr(getattr(tasks, name), "delay")}


def _everything() -> list[Any]:
    tallies = Tally.objects.values_list("votes", "progress", "last_vote_at")
    trends = [round(trend or 0, 9) for trend in Tally.objects.values_list("trend", flat=True)]
    cells = [
        sorted(table.objects.exclude(votes=0).values_list(column, "votes"), key=str)
        for table, column in ((HourTally, "hour"), (TerritoryTally, "territory_id"), (AgeTally, "age_band"))
    ]
    return [*tallies, trends, *cells]
