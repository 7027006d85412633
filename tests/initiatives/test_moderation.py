"""The check, the sending, and comments that break the rules (arts 90-2(5) to 90-4)."""

from datetime import datetime, timedelta

import pytest

from accounts.models import Body, User
from initiatives.models import Comment, Initiative
from initiatives.services import moderation, refusing
from initiatives.states import State
from portal.audit.log import history
from portal.errors import Conflict, InvalidInput, NotAllowed
from portal.events.models import OutboxEvent
from tests.factories.initiatives import make_idea, make_petition, make_reported_comment

pytestmark = pytest.mark.django_db
REASON = "Мәтінде нақты ұсыныс көрсетілмеген."


@pytest.fixture
def petition(citizen: User, ministry: Body, at: datetime) -> Initiative:
    return make_petition(state=State.CHECK, author=citizen, body=ministry, at=at)


@pytest.fixture
def idea(citizen: User, ministry: Body, at: datetime) -> Initiative:
    return make_idea(state=State.DISCUSSION, author=citizen, body=ministry, at=at)


def propose(
    petition: Initiative, by: User, at: datetime, *, reason: str = REASON, subject: int | None = None
) -> object:
    return refusing.propose(
        initiative=petition, by=by, reason=reason, subject_code=subject, seen_revision=petition.revision, at=at
    )


def test_publication_opens_six_months_of_votes(petition: Initiative, moderator: User, at: datetime) -> None:
    later = at + timedelta(days=3)
    published = moderation.publish(initiative=petition, by=moderator, seen_revision=petition.revision, at=later)
    assert (published.state, published.published_at) == (State.COLLECTING, later)
    assert published.closes_at is not None
    assert published.closes_at == published.state_deadline_at
    assert 180 <= (published.closes_at - later).days <= 186


def test_a_rejection_names_reason_and_subject(
    petition: Initiative, moderator: User, second_moderator: User, at: datetime
) -> None:
    propose(petition, moderator, at, subject=5)
    refusing.confirm(initiative=petition, by=second_moderator, seen_revision=petition.revision + 1, at=at)
    petition.refresh_from_db()
    assert (petition.state, petition.rejection_reason, petition.rejection_subject) == (State.REJECTED, REASON, 5)
    entry = history(petition)[1]
    assert entry.action == "reject"
    assert entry.data["excluded_subject"] == 5


@pytest.mark.parametrize("subject", [0, 17, -1])
def test_a_subject_outside_the_closed_list_is_refused(
    petition: Initiative, moderator: User, at: datetime, subject: int
) -> None:
    with pytest.raises(InvalidInput) as refused:
        propose(petition, moderator, at, subject=subject)
    assert "subject" in refused.value.fields
    petition.refresh_from_db()
    assert petition.state == State.CHECK


def test_a_clerk_does_not_moderate(petition: Initiative, clerk: User, at: datetime) -> None:
    with pytest.raises(NotAllowed, match="moderator_only"):
        propose(petition, clerk, at)


def test_sending_gives_the_body_its_day(citizen: User, ministry: Body, moderator: User, at: datetime) -> None:
    over = make_petition(state=State.THRESHOLD_REACHED, author=citizen, body=ministry, at=at)
    sent = moderation.send_to_body(initiative=over, by=moderator, seen_revision=over.revision, at=at)
    assert sent.state == State.SENT
    assert sent.state_deadline_at is not None


def test_an_idea_is_merged_into_another_that_is_open(
    idea: Initiative, citizen: User, ministry: Body, moderator: User, at: datetime
) -> None:
    other = make_idea(state=State.DISCUSSION, author=citizen, body=ministry, at=at)
    merged = moderation.merge(initiative=idea, into=other, by=moderator, reason=REASON, at=at)
    assert (merged.state, merged.merged_into, merged.closes_at) == (State.MERGED, other, at)


def test_an_idea_is_not_merged_into_itself_or_into_a_closed_one(
    idea: Initiative, citizen: User, ministry: Body, moderator: User, at: datetime
) -> None:
    closed = make_idea(state=State.ARCHIVED, author=citizen, body=ministry, at=at)
    for into in (idea, closed):
        with pytest.raises(Conflict, match="cannot_merge_there"):
            moderation.merge(initiative=idea, into=into, by=moderator, reason=REASON, at=at)
    idea.refresh_from_db()
    assert idea.state == State.DISCUSSION


@pytest.fixture
def reported(idea: Initiative, citizen: User, other_citizen: User, at: datetime) -> Comment:
    return make_reported_comment(idea, author=citizen, reporter=other_citizen, at=at)


def test_hiding_a_comment_leaves_the_reason_and_settles_the_reports(
    reported: Comment, moderator: User, at: datetime
) -> None:
    hidden = moderation.hide_comment(comment=reported, by=moderator, reason="Тіл тигізу.", at=at)
    assert (hidden.hidden_at, hidden.hidden_reason) == (at, "Тіл тигізу.")
    assert not hidden.reports.filter(settled_at__isnull=True).exists()
    assert OutboxEvent.objects.filter(name="initiatives.comment_hidden").count() == 1


def test_a_comment_is_hidden_once(reported: Comment, moderator: User, second_moderator: User, at: datetime) -> None:
    moderation.hide_comment(comment=reported, by=moderator, reason="Тіл тигізу.", at=at)
    with pytest.raises(Conflict, match="already_hidden"):
        moderation.hide_comment(comment=reported, by=second_moderator, reason="Басқа себеп.", at=at)
    reported.refresh_from_db()
    assert reported.hidden_by == moderator


def test_hiding_owes_a_reason(reported: Comment, moderator: User, at: datetime) -> None:
    with pytest.raises(InvalidInput):
        moderation.hide_comment(comment=reported, by=moderator, reason=" ", at=at)
    reported.refresh_from_db()
    assert not reported.is_hidden
