"""A moderator judging own petition: by page, by service and by program, whether as author or as co-author."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from accounts.models import Body, User
from initiatives import policies
from initiatives.models import CoAuthor, Comment, Initiative, MilestoneDispute, ModerationTask, PaperContest, PaperList
from initiatives.services import (
    draft_discussing,
    moderation,
    paper_contesting,
    paper_lists,
    promising,
    queueing,
    removing,
)
from initiatives.states import CoAuthorship, State
from portal.errors import NotAllowed
from tests.factories.initiatives import (
    make_discussion,
    make_milestone,
    make_paper_list,
    make_petition,
    make_remark,
    make_reported_comment,
)

pytestmark = pytest.mark.django_db
Write = Callable[..., Initiative]
OWN = "own_comment|own_words|own_initiative"


@pytest.fixture(params=["author", "co-author"])
def wrote(
    request: pytest.FixtureRequest, moderator: User, citizen: User, ministry: Body, at: datetime, media: None
) -> Write:
    """Make a petition in a state that Madina, a moderator, wrote or co-wrote."""

    def make(state: str) -> Initiative:
        is_author = request.param == "author"
        made = make_petition(state=state, author=moderator if is_author else citizen, body=ministry, at=at)
        if not is_author:
            CoAuthor.objects.create(
                initiative=made, user=moderator, standing=CoAuthorship.ACCEPTED, token_sha256=made.code,
                invited_at=at, expires_at=at, answered_at=at,
            )  # fmt: skip
        return made

    return make


@pytest.fixture
def media(tmp_path: object, settings: object) -> None:
    """Files of a test stay in the test."""
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


@pytest.fixture
def screen(client: Client, moderator: User) -> Client:
    client.force_login(moderator)
    return client


def test_comments_under_it_stay_for_another(
    wrote: Write, screen: Client, moderator: User, second_moderator: User, other_citizen: User, at: datetime
) -> None:
    own = wrote(State.COLLECTING)
    said = make_reported_comment(own, author=other_citizen, reporter=second_moderator, at=at)
    with pytest.raises(NotAllowed, match=OWN):
        moderation.hide_comment(comment=said, by=moderator, reason="Ұнамайды.", at=at)
    with pytest.raises(NotAllowed, match=OWN):
        moderation.keep_comment(comment=said, by=moderator, at=at)
    hide = reverse("initiatives:hide_comment", args=[own.code, said.pk])
    detail = reverse("initiatives:detail", args=[own.code])
    assert hide not in screen.get(detail).content.decode()
    for url in (
        hide,
        reverse("initiatives:moderation_keep_comment", args=[said.pk]),
    ):
        assert screen.post(url, {"reason": "Ұнамайды."}).status_code == 403
    screen.post(reverse("initiatives:moderation_comment", args=[said.pk]), {"reason": "Ұнамайды."})
    said.refresh_from_db()
    assert (said.is_hidden, said.reports.get().settled_at) == (False, None)

    screen.force_login(second_moderator)
    assert hide in screen.get(detail).content.decode()
    moderation.hide_comment(comment=said, by=second_moderator, reason="Дөрекі.", at=at)


def test_remarks_on_its_draft_decision_stay_for_another(
    wrote: Write,
    screen: Client,
    moderator: User,
    second_moderator: User,
    other_citizen: User,
    clerk: User,
    at: datetime,
) -> None:
    own = wrote(State.REGISTERED)
    remark = make_remark(make_discussion(own, by=clerk, at=at), author=other_citizen, at=at)
    with pytest.raises(NotAllowed, match=OWN):
        draft_discussing.hide(remark=remark, by=moderator, reason="Ұнамайды.", at=at)
    hide = reverse("initiatives:hide_remark", args=[own.code, remark.pk])
    page = reverse("initiatives:draft_discussion", args=[own.code, remark.discussion_id])
    assert hide not in screen.get(page).content.decode()
    assert screen.post(hide, {"reason": "Ұнамайды."}).status_code == 403
    remark.refresh_from_db()
    assert remark.hidden_at is None

    screen.force_login(second_moderator)
    assert hide in screen.get(page).content.decode()
    assert screen.post(hide, {"reason": "Дөрекі."}).status_code == 302


def test_disputes_of_its_promises_stay_for_another(
    wrote: Write, screen: Client, moderator: User, second_moderator: User, other_citizen: User, at: datetime
) -> None:
    own = wrote(State.EXECUTION)
    promise = make_milestone(own, at=at, done_date=(at + timedelta(days=3)).date(), evidence="Ашылды.")
    dispute = MilestoneDispute.objects.create(milestone=promise, author=other_citizen, text="Жабық.", created_at=at)
    with pytest.raises(NotAllowed, match=OWN):
        promising.hide_dispute(dispute=dispute, by=moderator, reason="Ұнамайды.", at=at)
    hide = reverse("initiatives:hide_dispute", args=[own.code, dispute.pk])
    detail = reverse("initiatives:detail", args=[own.code])
    assert hide not in screen.get(detail).content.decode()
    assert screen.post(hide, {"reason": "Ұнамайды."}).status_code == 403
    screen.force_login(second_moderator)
    assert hide in screen.get(detail).content.decode()
    assert screen.post(hide, {"reason": "Дөрекі."}).status_code == 302


def test_its_paper_lists_are_neither_seen_nor_entered_nor_settled(
    wrote: Write, screen: Client, moderator: User, second_moderator: User, third_moderator: User, other_citizen: User,
    at: datetime,
) -> None:  # fmt: skip
    own = wrote(State.COLLECTING)
    made = make_paper_list(own, of=other_citizen, by=second_moderator, second=third_moderator, at=at)
    paper, contest = PaperList.objects.get(pk=made["paper"]), PaperContest.objects.get(pk=made["contest"])
    for act in (
        lambda: paper_lists.confirm(paper=paper, by=moderator, at=at),
        lambda: paper_lists.ask_recall(paper=paper, reason="Қате.", by=moderator, at=at),
        lambda: paper_lists.discard(paper=paper, by=moderator, at=at),
        lambda: paper_contesting.settle(contest=contest, finding="Жоқ.", by=moderator, at=at),
    ):
        with pytest.raises(NotAllowed, match=OWN):
            act()
    page = reverse("initiatives:paper_list", args=[paper.pk])
    assert screen.get(page).status_code == 403
    assert screen.get(reverse("initiatives:paper_scan", args=[paper.pk])).status_code == 403
    assert screen.post(page, {"act": "ask_recall", "reason": "Қате."}).status_code == 403
    settle = reverse("initiatives:settle_contest", args=[contest.pk])
    assert screen.post(settle, {"finding": "Жоқ."}).status_code == 403
    screen.force_login(second_moderator)
    assert screen.get(page).status_code == 200


def test_its_removal_and_its_turn_in_the_queue_are_for_others(
    wrote: Write, screen: Client, moderator: User, second_moderator: User, at: datetime
) -> None:
    own = wrote(State.COLLECTING)
    removing.propose(initiative=own, by=second_moderator, article="1", reason="Заң.", seen_revision=own.revision, at=at)
    own.refresh_from_db()
    with pytest.raises(NotAllowed, match=OWN):
        removing.confirm(initiative=own, by=moderator, seen_revision=own.revision, at=at)
    with pytest.raises(NotAllowed, match=OWN):
        removing.send_back(initiative=own, by=moderator, note="Жоқ.", seen_revision=own.revision, at=at)
    waits = wrote(State.CHECK)
    assert queueing.assign(initiatives=[waits], to=moderator, by=second_moderator, at=at) == (0, 1)
    assert queueing.assign(initiatives=[waits], to=second_moderator, by=moderator, at=at) == (0, 1)
    queueing.assign(initiatives=[waits], to=second_moderator, by=second_moderator, at=at)
    assert queueing.unassign(initiatives=[waits], by=moderator) == 0
    assert ModerationTask.objects.get().moderator == second_moderator
    page = reverse("initiatives:moderation_item", args=[waits.code])
    for act in ("publish", "propose"):
        words = {"act": act, "reason": "Ұнамайды.", "revision": waits.revision}
        assert screen.post(page, words).status_code == 403
    waits.refresh_from_db()
    assert waits.state == State.CHECK


def test_programs_cannot_judge_at_all(wrote: Write, screen: Client, other_citizen: User, at: datetime) -> None:
    own = wrote(State.COLLECTING)
    Comment.objects.create(initiative=own, author=other_citizen, text="Қарсымын.", created_at=at)
    for path in ("", "comments/", "history/", "milestones/"):
        for send in (screen.post, screen.patch, screen.put, screen.delete):
            answer = send(f"/api/v1/initiatives/{own.code}/{path}", {"reason": "Ұнамайды."}, "application/json")
            assert answer.status_code in (403, 405), (path, send)
    assert screen.post("/api/v1/moderation-log/", {}, "application/json").status_code in (403, 405)


def test_strangers_are_told_to_sign_in_not_that_they_wrote_it(wrote: Write, at: datetime) -> None:
    assert not policies.judges_words_under(AnonymousUser(), wrote(State.COLLECTING))
