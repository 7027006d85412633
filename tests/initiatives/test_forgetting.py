"""A person takes their data along, or leaves: what is told, what is cut, what belongs to others and stays."""

from datetime import datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils.translation import gettext
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts.models import Body, User
from accounts.services import privacy
from initiatives.models import Comment, CommentReport, Follow, Initiative, VoteAct
from initiatives.selectors.counts import exact_count
from initiatives.services import attaching, voting
from initiatives.states import State
from portal.audit.log import history
from tests.factories.files import make_pdf
from tests.factories.initiatives import make_idea, make_petition, make_reported_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def idea(ministry: Body, other_citizen: User, at: datetime) -> Initiative:
    """Dauren's idea, for which Aigul voted, on which she spoke, and which she follows."""
    return make_idea(body=ministry, author=other_citizen, state=State.DISCUSSION, at=at)


@pytest.fixture
def vote(idea: Initiative, citizen: User, at: datetime) -> VoteAct:
    """Aigul's vote, given in her session."""
    return voting.cast_signed_in(initiative=idea, by=citizen, at=at).act


def test_the_export_tells_what_a_person_did_here(
    vote: VoteAct, idea: Initiative, ministry: Body, citizen: User, other_citizen: User, at: datetime
) -> None:
    draft = make_petition(body=ministry, author=citizen, state=State.DRAFT, at=at, title="Жарық керек")
    Follow.objects.create(initiative=idea, user=citizen, since=at)
    Comment.objects.create(initiative=idea, author=citizen, text="Қолдаймын", stance="for", created_at=at)
    make_reported_comment(idea, author=other_citizen, reporter=citizen, at=at)

    found = privacy.export(user=citizen, by=citizen, at=at)

    assert [(one["code"], one["title"], one["state"]) for one in found["initiatives"]] == [
        (draft.code, "Жарық керек", "draft")
    ]
    assert [(one["initiative"], one["act"]) for one in found["votes"]] == [(idea.code, "vote")]
    assert [one["text"] for one in found["comments"]["written"]] == ["Қолдаймын"]
    assert [one["reason"] for one in found["comments"]["reported"]] == ["It insults people"]
    assert [one["initiative"] for one in found["follows"]] == [idea.code]


@pytest.mark.usefixtures("vote")
def test_nobody_finds_anothers_acts_in_their_export(idea: Initiative, other_citizen: User, at: datetime) -> None:
    found = privacy.export(user=other_citizen, by=other_citizen, at=at)
    assert [one["code"] for one in found["initiatives"]] == [idea.code]
    assert (found["votes"], found["follows"]) == ([], [])
    assert found["comments"] == {"written": [], "reported": [], "contested": [], "agreed": []}
    assert found["appeals"] == []


def test_erasure_cuts_the_voter_and_keeps_the_vote(
    vote: VoteAct, idea: Initiative, citizen: User, at: datetime
) -> None:
    assert vote.shown_name == "Айгүл С."
    privacy.erase(user=citizen, by=citizen, at=at)
    vote.refresh_from_db()
    assert (vote.voter, vote.shown_name) == (None, "")
    assert exact_count(idea) == 1


def test_a_vote_loses_its_voter_only_by_erasure(vote: VoteAct, other_citizen: User) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        VoteAct.objects.filter(pk=vote.pk).update(voter=other_citizen)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        VoteAct.objects.filter(pk=vote.pk).update(voter=None, shown_name="Somebody E.")


def test_erasure_keeps_what_was_said_under_no_name(
    idea: Initiative, citizen: User, other_citizen: User, at: datetime
) -> None:
    said = Comment.objects.create(initiative=idea, author=citizen, text="Қолдаймын", stance="for", created_at=at)
    Follow.objects.create(initiative=idea, user=citizen, since=at)
    make_reported_comment(idea, author=other_citizen, reporter=citizen, at=at)
    privacy.erase(user=citizen, by=citizen, at=at)
    said.refresh_from_db()
    assert (said.text, said.author.public_name) == ("Қолдаймын", gettext("Deleted account"))
    assert not Follow.objects.exists()
    assert CommentReport.objects.get().reason == "It insults people"


def test_erasure_empties_drafts_and_leaves_published_texts(
    ministry: Body,
    citizen: User,
    at: datetime,
    settings: Settings,
    tmp_path: Path,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    draft = make_petition(body=ministry, author=citizen, state=State.DRAFT, at=at)
    published = make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=at)
    upload = SimpleUploadedFile("proof.pdf", make_pdf())
    attaching.attach(initiative=draft, by=citizen, upload=upload, at=at)
    assert [path for path in tmp_path.rglob("*") if path.is_file()]

    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase(user=citizen, by=citizen, at=at)

    draft.refresh_from_db()
    assert (draft.state, draft.title, draft.problem, draft.proposal) == (State.WITHDRAWN, "", "", "")
    assert not draft.attachments.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [entry.action for entry in history(draft)] == ["withdraw"]
    published.refresh_from_db()
    assert published.state == State.COLLECTING
    assert published.problem
    assert published.author.public_name == gettext("Deleted account")
