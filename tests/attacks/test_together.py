"""Two people press their buttons at the same instant: one act stands, the other is told so, and the counts agree."""

import contextlib
import itertools
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection

from accounts.models import Body, User
from initiatives.models import (
    Appeal,
    Initiative,
    Milestone,
    PaperLine,
    PaperList,
    PendingTally,
    VoteAct,
)
from initiatives.selectors.counts import exact_count
from initiatives.services import (
    appealing,
    drafting,
    folding,
    log_agreeing,
    moderation,
    moderation_log,
    paper_entering,
    paper_lists,
    promising,
    refusing,
    voters,
    voting,
)
from initiatives.states import State, VoteSource
from portal.audit.log import first_break, history
from portal.errors import Refusal
from portal.webhooks import services
from portal.webhooks.models import Endpoint
from signatures.services import sequencing
from signatures.services.tags import signer_tags
from tests.actors import AT
from tests.factories.initiatives import make_idea, make_milestone, make_petition, make_signature
from tests.initiatives.test_paper import PEOPLE, Lister, in_force

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    time_machine.move_to(AT + timedelta(days=3), tick=False)


def together(*acts: Callable[[], object]) -> list[str]:
    """Do the acts at the same instant, each in a thread of its own; say of each what came of it."""
    start, outcomes = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            start.wait(10)
            act()
            outcomes[place] = "done"
        except Refusal as refusal:
            outcomes[place] = refusal.code
        except Exception as error:
            outcomes[place] = f"!{type(error).__name__}: {error}"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not [one for one in outcomes if one.startswith("!") or not one], outcomes
    return outcomes


NONCES = itertools.count(1)


def act(petition: Initiative, number: str, now: datetime, *, gives: bool) -> None:
    """That person votes with their key, or takes their vote back."""
    tags = signer_tags(subject=petition.signing_subject, iin=number)
    voter = voters.Voter(
        tags=tuple(voters.tag_bytes(tag) for tag in tags),
        shown_name="Айгүл С.",
        birth_date=date(1985, 3, 12),
        source=VoteSource.EDS,
        signature=make_signature(petition, f"{next(NONCES):064x}", petition.state_since),
    )
    voting._act(petition, voter, gives=gives, territory=None, by=None, at=now)


def fresh(one: Initiative) -> Initiative:
    return Initiative.objects.get(pk=one.pk)


def test_a_rejection_is_confirmed_or_returned_and_an_appeal_is_filed_and_decided_once(
    ministry: Body, citizen: User, moderator: User, second_moderator: User, third_moderator: User
) -> None:
    for _round in range(4):
        one = make_petition(body=ministry, author=citizen, state=State.CHECK, at=AT)
        refusing.propose(
            initiative=one, by=moderator, reason="Себеп.", subject_code=None, seen_revision=one.revision, at=AT
        )
        seen = fresh(one).revision
        outcomes = together(
            lambda: refusing.confirm(initiative=one, by=second_moderator, seen_revision=seen, at=AT),  # noqa: B023
            lambda: refusing.send_back(initiative=one, by=third_moderator, note="Жоқ.", seen_revision=seen, at=AT),  # noqa: B023
            lambda: refusing.confirm(initiative=one, by=third_moderator, seen_revision=seen, at=AT),  # noqa: B023
        )
        assert outcomes.count("done") == 1
        if fresh(one).state != State.REJECTED:
            continue
        filed = together(
            *[lambda: appealing.appeal(initiative=one, by=citizen, text="Дұрыс емес.", at=AT) for _tab in range(3)]  # noqa: B023
        )
        assert filed.count("done") == 1 == Appeal.objects.filter(initiative=one).count()
        seen = fresh(one).revision
        judge = third_moderator if outcomes[0] == "done" else second_moderator
        decided = together(
            lambda: appealing.uphold(initiative=one, by=judge, reason="Иә.", seen_revision=seen, at=AT),  # noqa: B023
            lambda: appealing.dismiss(initiative=one, by=judge, reason="Жоқ.", seen_revision=seen, at=AT),  # noqa: B023
            lambda: appealing.appeal(initiative=one, by=citizen, text="Тағы.", at=AT),  # noqa: B023
        )
        assert decided.count("done") == 1
    assert moderation_log.verify().broken_at is None


def test_two_ideas_are_merged_one_way(ministry: Body, citizen: User, moderator: User, second_moderator: User) -> None:
    for _round in range(6):
        one, other = (make_idea(body=ministry, author=citizen, state=State.DISCUSSION, at=AT) for _n in range(2))
        outcomes = together(
            lambda: moderation.merge(initiative=one, into=other, by=moderator, reason="Бір.", at=AT),  # noqa: B023
            lambda: moderation.merge(initiative=other, into=one, by=second_moderator, reason="Бір.", at=AT),  # noqa: B023
        )
        assert outcomes.count("done") == 1


def test_an_opened_draft_keeps_the_text_that_was_opened(ministry: Body, citizen: User, other_citizen: User) -> None:
    twin = make_petition(body=ministry, author=other_citizen, state=State.COLLECTING, at=AT)
    for _round in range(5):
        one = make_petition(body=ministry, author=citizen, state=State.DRAFT, at=AT)
        together(
            lambda: drafting.withdraw(initiative=one, by=citizen, at=AT),  # noqa: B023
            lambda: drafting.join_instead(initiative=one, twin=twin, by=citizen, at=AT),  # noqa: B023
            lambda: drafting.save(
                initiative=one, by=citizen, draft=drafting.Draft(language="kk", title="Жаңа тақырып осы"),  # noqa: B023
                seen_revision=one.revision, at=AT,  # noqa: B023
            ),
        )  # fmt: skip
        now = fresh(one)
        assert now.text_sha256 == now.hash_text()


def test_paper_electronic_vote_withdrawal_and_recall_keep_one_person_one_vote(
    ministry: Body, citizen: User, moderator: User, second_moderator: User
) -> None:
    petition = make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=AT, threshold=5000)
    now = AT + timedelta(days=3)
    lister = Lister(petition, moderator, second_moderator, now)
    first, second = lister.bring(*PEOPLE[:20]), lister.bring(*PEOPLE[10:30])

    def vote(gives: bool) -> Callable[[], None]:
        def each() -> None:
            for number in PEOPLE[:30]:
                try:
                    act(fresh(petition), number, now, gives=gives)
                except Refusal:
                    continue

        return each

    def enter(paper: PaperList) -> Callable[[], object]:
        paper_lists.confirm(paper=paper, by=second_moderator, at=now)
        return lambda: paper_entering.work_on(paper.pk, at=now, limit=3)

    sequence = partial(sequencing.run, at=now, batch=7)
    together(enter(first), enter(second), vote(True), vote(False), lambda: folding.fold(at=now), sequence)
    paper_lists.ask_recall(paper=first, reason="Қате.", by=moderator, at=now)
    paper_lists.recall(paper=first, by=second_moderator, at=now)
    work = [lambda: paper_entering.work_on(first.pk, at=now, limit=3) for _worker in range(2)]
    together(*work, vote(True), vote(False), sequence, sequence)
    assert exact_count(petition) == in_force(petition)
    assert log_agreeing.check(at=now) == 0, "the public log says the same, leaf by leaf"
    folding.fold(at=now)
    assert exact_count(petition) == in_force(petition)
    assert not PendingTally.objects.exists()
    assert VoteAct.objects.filter(initiative=petition).count() >= 20
    assert not PaperLine.objects.filter(paper_list=first, verdict="good").exists()


def test_a_promise_is_moved_or_kept_and_never_kept_twice(ministry: Body, citizen: User, clerk: User) -> None:
    one = make_petition(body=ministry, author=citizen, state=State.EXECUTION, at=AT)
    for _round in range(4):
        milestone: Milestone = make_milestone(one, at=AT)
        outcomes = together(
            lambda: promising.fulfil(milestone=milestone, by=clerk, evidence="Ашылды.", on=AT.date(), at=AT),  # noqa: B023
            lambda: promising.fulfil(milestone=milestone, by=clerk, evidence="Бітті.", on=AT.date(), at=AT),  # noqa: B023
            lambda: promising.move(milestone=milestone, by=clerk, to=date(2027, 1, 1), reason="Кейін.", at=AT),  # noqa: B023
        )
        assert outcomes[:2].count("done") == 1
        assert first_break(history(milestone)) is None


def test_an_address_goes_while_it_is_being_told(citizen: User) -> None:
    """Its owner is never told of our trouble; what was being told is told anew to those who are left."""
    for number in range(12):
        hook = Endpoint.objects.create(
            owner=citizen, url="https://news.example/hook", kinds=["initiative.published"], created_at=AT
        )
        outcomes: dict[str, str] = {}

        def remove(hook: Endpoint = hook, outcomes: dict[str, str] = outcomes) -> None:
            try:
                services.remove(endpoint=hook)
            except IntegrityError as error:
                outcomes["owner"] = str(error)

        def tell(part: int, number: int = number) -> None:
            for turn in range(4):
                with contextlib.suppress(IntegrityError):  # its event is delivered again
                    services.happened(
                        kind="initiative.published", occasion=f"{number}/{part}/{turn}", keys=[], data={}, at=AT
                    )

        together(remove, lambda: tell(1), lambda: tell(2))
        assert outcomes == {}
        assert not Endpoint.objects.exists()
