"""Two persons refuse, a third judges the appeal, and nobody judges their own."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import Body, User
from initiatives.models import Initiative, ModerationLogEntry, Refusal, Removal, RemovedText
from initiatives.policies import moderating as policies
from initiatives.selectors import ListFilter, list_page
from initiatives.services import appealing, moderation, refusing, removing
from initiatives.states import NormCode, Process, State
from initiatives.workflow import PETITION
from portal.audit.log import history
from portal.errors import Conflict, InvalidInput, NotAllowed
from portal.errors import Refusal as Refused
from portal.workflow import perform
from tests.factories.initiatives import make_idea, make_petition, make_refusal

pytestmark = pytest.mark.django_db
REASON = "Мәтінде нақты ұсыныс көрсетілмеген."
OTHER = "В тексте нет конкретного предложения."


@pytest.fixture
def petition(citizen: User, ministry: Body, at: datetime) -> Initiative:
    return make_petition(state=State.CHECK, author=citizen, body=ministry, at=at)


def fresh(initiative: Initiative) -> Initiative:
    return Initiative.objects.get(pk=initiative.pk)


def propose(initiative: Initiative, by: User, at: datetime) -> Refusal:
    return refusing.propose(
        initiative=initiative, by=by, reason=REASON, reason_other=OTHER, subject_code=5,
        seen_revision=fresh(initiative).revision, at=at,
    )  # fmt: skip


def confirm(initiative: Initiative, by: User, at: datetime) -> Initiative:
    return refusing.confirm(initiative=initiative, by=by, seen_revision=fresh(initiative).revision, at=at)


@pytest.fixture
def rejected(petition: Initiative, moderator: User, second_moderator: User, at: datetime) -> Initiative:
    propose(petition, moderator, at)
    return confirm(petition, second_moderator, at)


@pytest.fixture
def appealed(rejected: Initiative, citizen: User, at: datetime) -> Initiative:
    appealing.appeal(initiative=rejected, by=citizen, text="Ұсыныс екінші бөлікте жазылған.", at=at)
    return fresh(rejected)


class TestRefusing:
    """The proposal, its confirmation and its return."""

    def test_a_proposal_rejects_nothing_and_the_clock_runs_on(
        self, petition: Initiative, moderator: User, at: datetime
    ) -> None:
        propose(petition, moderator, at + timedelta(days=2))
        now = fresh(petition)
        assert (now.state, now.state_since, now.state_deadline_at) == (
            State.CHECK, petition.state_since, petition.state_deadline_at,
        )  # fmt: skip
        assert now.revision == petition.revision + 1

    @pytest.mark.parametrize("process", [Process.PETITION, Process.IDEA])
    def test_the_proposer_alone_cannot_reject(
        self, process: str, citizen: User, ministry: Body, moderator: User, at: datetime
    ) -> None:
        make, state = (make_petition, State.CHECK) if process == Process.PETITION else (make_idea, State.MODERATION)
        initiative = make(state=state, author=citizen, body=ministry, at=at)
        propose(initiative, moderator, at)
        with pytest.raises(NotAllowed, match="needs_a_second_moderator"):
            confirm(initiative, moderator, at)
        assert fresh(initiative).state == state

    def test_the_engine_itself_asks_for_a_proposal(self, petition: Initiative, moderator: User, at: datetime) -> None:
        with pytest.raises(NotAllowed, match="nothing_proposed"):
            perform(PETITION, "reject", subject=petition, by=moderator, at=at, reason=REASON)

    def test_the_database_asks_for_two_persons(self, petition: Initiative, moderator: User, at: datetime) -> None:
        make_refusal(petition, by=moderator, at=at)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS initiatives_two_persons_refuse IMMEDIATE")
        with pytest.raises(DatabaseError, match="second moderator"), transaction.atomic():
            Initiative.objects.filter(pk=petition.pk).update(state=State.REJECTED, rejection_reason=REASON)

    def test_the_database_knows_no_confirmation_by_the_proposer(
        self, petition: Initiative, moderator: User, at: datetime
    ) -> None:
        with pytest.raises(DatabaseError, match="initiatives_refusal_two"), transaction.atomic():
            make_refusal(petition, by=moderator, at=at, confirmed_by=moderator)

    def test_only_one_proposal_is_open(
        self, petition: Initiative, moderator: User, second_moderator: User, at: datetime
    ) -> None:
        propose(petition, moderator, at)
        with pytest.raises(NotAllowed, match="rejection_proposed"):
            propose(petition, second_moderator, at)
        with pytest.raises(DatabaseError, match="one_open"), transaction.atomic():
            make_refusal(petition, by=second_moderator, at=at)

    def test_what_is_proposed_is_not_published_past_it(
        self, petition: Initiative, moderator: User, second_moderator: User, at: datetime
    ) -> None:
        propose(petition, moderator, at)
        with pytest.raises(NotAllowed, match="rejection_proposed"):
            moderation.publish(initiative=petition, by=second_moderator, seen_revision=fresh(petition).revision, at=at)

    def test_a_returned_proposal_leaves_the_text_in_the_queue_with_a_note(
        self, petition: Initiative, moderator: User, second_moderator: User, at: datetime
    ) -> None:
        propose(petition, moderator, at)
        with pytest.raises(InvalidInput):
            refusing.send_back(
                initiative=petition, by=second_moderator, note=" ", seen_revision=fresh(petition).revision, at=at
            )
        back = refusing.send_back(
            initiative=petition, by=second_moderator, note="Ұсыныс бар.", seen_revision=fresh(petition).revision, at=at
        )
        assert (back.state, Refusal.objects.get().return_reason) == (State.CHECK, "Ұсыныс бар.")
        published = moderation.publish(initiative=back, by=moderator, seen_revision=back.revision, at=at)
        assert published.state == State.COLLECTING

    def test_a_confirmation_on_a_stale_page_is_refused(
        self, petition: Initiative, moderator: User, second_moderator: User, at: datetime
    ) -> None:
        propose(petition, moderator, at)
        with pytest.raises(Conflict, match="stale_page"):
            refusing.confirm(initiative=petition, by=second_moderator, seen_revision=petition.revision, at=at)


class TestOwnMatter:
    """Whoever wrote a text judges nothing about it."""

    def test_a_moderator_does_nothing_about_what_they_wrote(
        self, moderator: User, second_moderator: User, third_moderator: User, ministry: Body, at: datetime
    ) -> None:
        own = make_petition(state=State.CHECK, author=moderator, body=ministry, at=at)
        with pytest.raises(NotAllowed, match="own_initiative"):
            propose(own, moderator, at)
        propose(own, second_moderator, at)
        for act in (confirm, lambda one, by, at: refusing.send_back(
            initiative=one, by=by, note="Жоқ.", seen_revision=fresh(one).revision, at=at
        )):  # fmt: skip
            with pytest.raises(NotAllowed, match="own_initiative"):
                act(own, moderator, at)
        confirm(own, third_moderator, at)
        appealing.appeal(initiative=own, by=moderator, text="Келіспеймін.", at=at)
        for decide in (appealing.uphold, appealing.dismiss):
            with pytest.raises(NotAllowed, match="own_initiative"):
                decide(initiative=own, by=moderator, reason="Өзім.", seen_revision=fresh(own).revision, at=at)
        with pytest.raises(NotAllowed, match="own_initiative"):
            removing.propose(
                initiative=own, by=moderator, article="1", reason=REASON, seen_revision=fresh(own).revision, at=at
            )
        assert ModerationLogEntry.objects.filter(actor=moderator, role="moderator").count() == 0

    def test_an_idea_is_not_merged_into_ones_own(
        self, citizen: User, moderator: User, ministry: Body, at: datetime
    ) -> None:
        idea = make_idea(state=State.DISCUSSION, author=citizen, body=ministry, at=at)
        own = make_idea(state=State.DISCUSSION, author=moderator, body=ministry, at=at)
        with pytest.raises(NotAllowed, match="own_initiative"):
            moderation.merge(initiative=idea, into=own, by=moderator, reason=REASON, at=at)


class TestAppeal:
    """Once, in time, before somebody who took no part."""

    def test_a_third_moderator_upholds_and_it_is_published(
        self, appealed: Initiative, third_moderator: User, at: datetime
    ) -> None:
        later = at + timedelta(days=3)
        back = appealing.uphold(
            initiative=appealed, by=third_moderator, reason="Ұсыныс нақты.", seen_revision=appealed.revision, at=later
        )
        assert (back.state, back.published_at, back.rejection_reason) == (State.COLLECTING, later, "")
        assert back.closes_at == back.state_deadline_at
        assert [entry.action for entry in history(back)] == ["propose_rejection", "reject", "appeal", "reinstate"]

    def test_a_dismissed_appeal_leaves_it_rejected_with_public_reasons(
        self, appealed: Initiative, third_moderator: User, citizen: User, at: datetime
    ) -> None:
        still = appealing.dismiss(
            initiative=appealed, by=third_moderator, reason="Тақырып сот ісі туралы.", seen_revision=appealed.revision,
            at=at,
        )  # fmt: skip
        assert (still.state, still.appeal.outcome, still.appeal.reason) == (
            State.REJECTED, "dismissed", "Тақырып сот ісі туралы.",
        )  # fmt: skip
        with pytest.raises(NotAllowed, match="already_appealed"):
            appealing.appeal(initiative=still, by=citizen, text="Тағы да.", at=at)

    def test_who_took_part_does_not_decide(
        self, appealed: Initiative, moderator: User, second_moderator: User, at: datetime
    ) -> None:
        for judge in (moderator, second_moderator):
            with pytest.raises(NotAllowed, match="took_part"):
                appealing.uphold(initiative=appealed, by=judge, reason="Иә.", seen_revision=appealed.revision, at=at)
        assert fresh(appealed).state == State.REJECTED

    def test_who_returned_an_earlier_proposal_took_part_too(
        self, petition: Initiative, citizen: User, moderator: User, second_moderator: User, third_moderator: User,
        at: datetime,
    ) -> None:  # fmt: skip
        propose(petition, moderator, at)
        refusing.send_back(
            initiative=petition, by=third_moderator, note="Жоқ.", seen_revision=fresh(petition).revision, at=at
        )
        propose(petition, moderator, at)
        gone = confirm(petition, second_moderator, at)
        appealing.appeal(initiative=gone, by=citizen, text="Келіспеймін.", at=at)
        assert getattr(policies.may_decide_appeal(third_moderator, fresh(gone)), "code", "") == "took_part"

    def test_only_the_author_appeals(self, rejected: Initiative, other_citizen: User, at: datetime) -> None:
        with pytest.raises(NotAllowed, match="author_only"):
            appealing.appeal(initiative=rejected, by=other_citizen, text="Мен қарсымын.", at=at)

    def test_after_its_term_no_appeal_is_taken(self, rejected: Initiative, citizen: User) -> None:
        until = policies.appeal_until(rejected)
        assert until is not None
        with pytest.raises(NotAllowed, match="appeal_too_late"):
            appealing.appeal(initiative=rejected, by=citizen, text="Кеш.", at=until + timedelta(seconds=1))
        appealing.appeal(initiative=rejected, by=citizen, text="Үлгердім.", at=until)

    def test_the_terms_are_the_portals_own_rules(self, rejected: Initiative) -> None:
        for code in (NormCode.REJECTION_APPEAL_PERIOD, NormCode.REJECTION_REVIEW_PERIOD):
            norm = rejected.kind_version.norm(code)
            assert norm is not None
            assert (int(norm.number), norm.unit, norm.article) == (10, "working_days", "rules of the portal")


class TestRemoval:
    """The tombstone."""

    def propose(self, initiative: Initiative, by: User, at: datetime) -> Removal:
        return removing.propose(
            initiative=initiative, by=by, article="«Бұқаралық ақпарат туралы» заң, 2-бап", reason=REASON,
            seen_revision=fresh(initiative).revision, at=at,
        )  # fmt: skip

    def test_two_moderators_leave_a_tombstone(
        self, citizen: User, ministry: Body, moderator: User, second_moderator: User, at: datetime
    ) -> None:
        petition = make_petition(state=State.COLLECTING, author=citizen, body=ministry, at=at)
        problem, digest = petition.problem, petition.text_sha256
        self.propose(petition, moderator, at)
        assert fresh(petition).problem == problem
        with pytest.raises(NotAllowed, match="needs_a_second_moderator"):
            removing.confirm(initiative=petition, by=moderator, seen_revision=fresh(petition).revision, at=at)
        gone = removing.confirm(initiative=petition, by=second_moderator, seen_revision=fresh(petition).revision, at=at)
        assert (gone.title, gone.problem, gone.proposal, gone.text_sha256) == ("Мәтін алып тасталды", "", "", digest)
        assert problem in RemovedText.objects.get().text
        found = list_page(ListFilter(words="мектеп асхана"), at=at)
        assert gone.code not in {card.code for card in found.cards}
        assert ModerationLogEntry.objects.latest("number").text_sha256 == digest
        assert getattr(policies.may_propose_removal(moderator, gone), "code", "") == "already_proposed"

    def test_what_is_removed_takes_no_votes_and_no_comments(
        self, citizen: User, ministry: Body, moderator: User, second_moderator: User, at: datetime
    ) -> None:
        from initiatives.policies import may_comment, takes_votes

        petition = make_petition(state=State.COLLECTING, author=citizen, body=ministry, at=at)
        self.propose(petition, moderator, at)
        gone = removing.confirm(initiative=petition, by=second_moderator, seen_revision=fresh(petition).revision, at=at)
        assert getattr(takes_votes(gone, at), "code", "") == "text_removed"
        assert getattr(may_comment(citizen, gone), "code", "") == "text_removed"


def together(*acts: Callable[[], object]) -> list[str]:
    """Do the acts at the same instant, each in a thread of its own; say of each what came of it."""
    start, outcomes = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            start.wait(10)
            act()
            outcomes[place] = "done"
        except Refused as refusal:
            outcomes[place] = refusal.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


@pytest.mark.django_db(transaction=True)
class TestAtTheSameInstant:
    """Two moderators press their buttons together."""

    def test_of_two_proposals_one_stands(
        self, petition: Initiative, moderator: User, second_moderator: User, at: datetime
    ) -> None:
        revision = petition.revision

        def one(by: User) -> Callable[[], object]:
            return lambda: refusing.propose(
                initiative=petition, by=by, reason=REASON, subject_code=None, seen_revision=revision, at=at
            )

        assert sorted(together(one(moderator), one(second_moderator))) == ["done", "stale_page"]
        assert Refusal.objects.count() == 1

    def test_publishing_and_proposing_do_not_both_happen(
        self, petition: Initiative, moderator: User, second_moderator: User, at: datetime
    ) -> None:
        revision = petition.revision
        outcomes = together(
            lambda: moderation.publish(initiative=petition, by=moderator, seen_revision=revision, at=at),
            lambda: refusing.propose(
                initiative=petition, by=second_moderator, reason=REASON, subject_code=None, seen_revision=revision,
                at=at,
            ),
        )  # fmt: skip
        assert sorted(outcomes) == ["done", "stale_page"]

    def test_lines_of_the_log_written_together_make_one_chain(
        self, citizen: User, ministry: Body, moderator: User, second_moderator: User, at: datetime
    ) -> None:
        from initiatives.services.moderation_log import verify

        many = [make_petition(state=State.CHECK, author=citizen, body=ministry, at=at) for _number in range(8)]
        acts = [
            (lambda one=one, by=by: moderation.publish(initiative=one, by=by, seen_revision=one.revision, at=at))
            for one, by in zip(many, [moderator, second_moderator] * 4, strict=True)
        ]
        assert together(*acts) == ["done"] * 8
        verdict = verify()
        assert (verdict.lines, verdict.broken_at) == (8, None)
