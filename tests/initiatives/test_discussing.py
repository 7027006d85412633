"""Comments, reports, following."""

from datetime import datetime

import pytest

from accounts.models import Body, User
from initiatives.limits import COMMENT_MAX
from initiatives.models import Comment, CommentReport, Follow, Initiative
from initiatives.services import discussing
from initiatives.states import State
from portal.errors import Conflict, InvalidInput, NotAllowed
from portal.events.models import OutboxEvent
from tests.factories.initiatives import make_idea, make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def idea(citizen: User, ministry: Body, at: datetime) -> Initiative:
    return make_idea(state=State.DISCUSSION, author=citizen, body=ministry, at=at)


def say(idea: Initiative, by: User, at: datetime, text: str = "Дұрыс.", parent: Comment | None = None) -> Comment:
    return discussing.comment(initiative=idea, by=by, text=text, stance="for", parent=parent, at=at)


def test_a_reply_to_a_reply_goes_under_the_first_comment(
    idea: Initiative, citizen: User, other_citizen: User, at: datetime
) -> None:
    first = say(idea, citizen, at)
    reply = say(idea, other_citizen, at, parent=first)
    again = say(idea, citizen, at, parent=reply)
    assert (reply.parent, again.parent) == (first, first)
    assert OutboxEvent.objects.filter(name="initiatives.comment_replied").count() == 2


@pytest.mark.parametrize("text", ["", "  \n", "ә" * (COMMENT_MAX + 1)])
def test_empty_and_endless_comments_are_refused(idea: Initiative, citizen: User, at: datetime, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        say(idea, citizen, at, text)
    assert "text" in refused.value.fields
    assert not Comment.objects.exists()


def test_an_unknown_stance_is_refused(idea: Initiative, citizen: User, at: datetime) -> None:
    with pytest.raises(InvalidInput):
        discussing.comment(initiative=idea, by=citizen, text="Дұрыс.", stance="loud", parent=None, at=at)


def test_an_answer_stays_in_its_discussion(idea: Initiative, citizen: User, ministry: Body, at: datetime) -> None:
    elsewhere = say(make_idea(state=State.DISCUSSION, author=citizen, body=ministry, at=at), citizen, at)
    with pytest.raises(InvalidInput):
        say(idea, citizen, at, parent=elsewhere)


def test_a_closed_discussion_takes_no_comment(citizen: User, ministry: Body, at: datetime) -> None:
    closed = make_petition(state=State.SENT, author=citizen, body=ministry, at=at)
    with pytest.raises(NotAllowed, match="discussion_closed"):
        say(closed, citizen, at)


def test_a_person_reports_a_comment_once(idea: Initiative, citizen: User, other_citizen: User, at: datetime) -> None:
    said = say(idea, citizen, at)
    discussing.report(comment=said, by=other_citizen, reason="Тіл тигізу", at=at)
    with pytest.raises(Conflict, match="already_reported"):
        discussing.report(comment=said, by=other_citizen, reason="Тағы да", at=at)
    assert CommentReport.objects.count() == 1


@pytest.mark.parametrize("reason", ["", " ", "ә" * 301])
def test_a_report_owes_a_short_reason(
    idea: Initiative, citizen: User, other_citizen: User, at: datetime, reason: str
) -> None:
    with pytest.raises(InvalidInput):
        discussing.report(comment=say(idea, citizen, at), by=other_citizen, reason=reason, at=at)


def test_following_twice_is_following_once(idea: Initiative, other_citizen: User, at: datetime) -> None:
    for _time in range(2):
        discussing.follow(initiative=idea, by=other_citizen, at=at)
    assert Follow.objects.count() == 1
    for _time in range(2):
        discussing.unfollow(initiative=idea, by=other_citizen)
    assert not Follow.objects.exists()


def test_nobody_follows_what_they_may_not_read(
    citizen: User, other_citizen: User, ministry: Body, at: datetime
) -> None:
    draft = make_petition(state=State.DRAFT, author=citizen, body=ministry, at=at)
    with pytest.raises(NotAllowed):
        discussing.follow(initiative=draft, by=other_citizen, at=at)
