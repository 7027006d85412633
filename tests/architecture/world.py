"""One initiative in each state that a page needs, and one person in each role, for the tests that open every page."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Body, User
from initiatives.models import Attachment, Comment, Initiative, Topic
from initiatives.services import appealing, coauthoring, contesting, moderation, refusing, removing, searches
from initiatives.states import State
from portal.notifications.dispatch import notify
from portal.notifications.models import Notification
from portal.webhooks.models import Delivery, Endpoint, Occurrence
from tests.architecture import results
from tests.factories.accounts import make_official
from tests.factories.initiatives import (
    make_decision,
    make_idea,
    make_kind_draft,
    make_milestone,
    make_paper_list,
    make_petition,
    make_reported_comment,
    make_request,
)

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
UNKNOWN_SESSION = "11111111-2222-4333-8444-555555555555"


@dataclass
class World:
    """Where to find what; `subjects` by the word that the tables of tests use."""

    people: dict[str, User]
    subjects: dict[str, Initiative] = field(default_factory=dict)
    comment: Comment | None = None
    attachments: dict[str, Attachment] = field(default_factory=dict)
    notice: Notification | None = None
    hook: Delivery | None = None
    parts: dict[str, tuple[str | int, ...]] = field(default_factory=dict)
    """What belongs to an initiative or a person, by its word: the parts of the address."""

    def url(self, page: str) -> str:
        """Return the address that a line of a table names: "initiatives:edit draft" and the like."""
        name, _space, word = page.partition(" ")
        if not word:
            return reverse(name)
        if word in self.subjects:
            return reverse(name, args=[self.subjects[word].code])
        if word == "comment":
            assert self.comment is not None
            own = (self.comment.pk,) if ":moderation_" in name else self._of_comment()
            return reverse(name, args=own)
        if word.startswith("file of "):
            one = self.attachments[word.removeprefix("file of ")]
            return reverse(name, args=[one.initiative.code, one.pk])
        if word == "notice":
            assert self.notice is not None
            return reverse(name, args=[self.notice.pk])
        if word == "hook":
            assert self.hook is not None
            of_delivery = (self.hook.pk,) if name.endswith(":resend") else ()
            return reverse(name, args=[self.hook.endpoint.uid, *of_delivery])
        if word in self.parts:
            return reverse(name, args=self.parts[word])
        if word == "unknown-session":
            return reverse(name, args=[UNKNOWN_SESSION])
        return reverse(name, args=[part for part in word.split("/") if part])

    def _of_comment(self) -> tuple[str, int]:
        assert self.comment is not None
        return (self.comment.initiative.code, self.comment.pk)

    def browser(self, role: str) -> Client:
        """A browser in which that person is signed in."""
        client = Client()
        if role != "anonymous":
            client.force_login(self.people[role], backend=MODEL_BACKEND)
        if role == "administrator":
            verify(client, self.people[role])
        return client


def verify(client: Client, person: User) -> None:
    """Let the session have passed the second factor."""
    device, _made = TOTPDevice.objects.get_or_create(user=person, name="telephone", confirmed=True)
    session = client.session
    session["otp_device_id"] = device.persistent_id
    session.save()


def build(people: dict[str, User], body: Body, at: datetime) -> World:
    """Make an initiative of the author's in each state, with what belongs to it."""
    author, clerk, head = people["author"], people["clerk"], people["head"]
    world = World(people)
    of_author: dict[str, Any] = {"body": body, "author": author, "at": at, "topic": Topic.objects.first()}
    for state in (
        State.DRAFT, State.JOINING, State.CHECK, State.REJECTED, State.COLLECTING, State.THRESHOLD_REACHED,
        State.SENT, State.REGISTERED, State.DECIDED, State.PUBLISHED, State.EXECUTION, State.BELOW_THRESHOLD,
        State.LAPSED, State.WITHDRAWN,
    ):  # fmt: skip
        world.subjects[str(state)] = make_petition(state=state, votes=31, **of_author)
    world.subjects["submitted"] = make_petition(state=State.REGISTERED, votes=52, **of_author)
    world.subjects["moderation"] = make_idea(state=State.MODERATION, **of_author)
    world.subjects["idea"] = make_idea(state=State.DISCUSSION, votes=7, **of_author)
    russian = {"parallel_title": "Когда откроют столовые?", "parallel_problem": "Беда.", "parallel_proposal": "Дело."}
    world.subjects["request"] = make_request(state=State.COLLECTING, votes=12, **of_author, **russian)
    _row, secret = coauthoring.invite(initiative=world.subjects["draft"], by=author, at=at)
    world.parts["secret"] = (secret,)
    world.subjects["asked"] = make_request(state=State.REGISTERED, votes=12, **of_author)
    make_decision(world.subjects["asked"], by=clerk, at=at, submitted_at=at, outcome="answered")
    world.subjects["archived"] = make_idea(state=State.ARCHIVED, **of_author)
    world.subjects["merged"] = make_idea(state=State.MERGED, merged_into=world.subjects["idea"], **of_author)
    make_decision(world.subjects["registered"], by=clerk, at=at)
    make_decision(world.subjects["submitted"], by=clerk, at=at, submitted_at=at)
    for signed in ("decided", "published", "execution"):
        public = {"published_at": at, "statement": "Өтініш орындалады."} if signed != "decided" else {}
        make_decision(world.subjects[signed], by=clerk, at=at, signed_by=head, submitted_at=at, **public)
    make_milestone(world.subjects["execution"], at=at)
    make_milestone(
        world.subjects["execution"], at=at, days=3, done_date=(at + timedelta(days=2)).date(), evidence="Ашылды."
    )
    results.add(world, at)
    world.comment = make_reported_comment(
        world.subjects["collecting"], author=people["author"], reporter=people["citizen"], at=at
    )
    Comment.objects.create(
        initiative=world.subjects["collecting"], author=people["citizen"], text="Дұрыс.", stance="for",
        parent=world.comment, created_at=at,
    )  # fmt: skip
    _moderate(world, of_author, at)
    for name in ("draft", "collecting"):
        world.attachments[name] = attach(world.subjects[name], at)
    lists = make_paper_list(
        world.subjects["collecting"],
        of=people["citizen"],
        by=people["moderator"],
        second=people["administrator"],
        at=at,
    )
    world.parts |= {word: (number,) for word, number in lists.items()}
    kept = searches.keep(by=author, name="Мектеп", query={"words": "мектеп"}, frequency="daily", at=at)
    world.parts["search"] = (kept.pk,)
    make_kind_draft("petition-central", at=at)
    told = people.values()
    notify(
        told, topic="own", template="initiatives/published", key="test", at=at, url_name="initiatives:detail",
        url_args=[world.subjects["collecting"].code],
        context={
            "title": world.subjects["collecting"].title, "role": "author", "body": {"kk": "Министрлік"},
            "due_at": at, "closes_at": at + timedelta(days=90), "votes": 31, "threshold": 50, "number": "",
            "reason": "", "outcome": "", "milestone": "", "merged_title": "",
        },
    )  # fmt: skip
    world.notice = Notification.objects.get(recipient=people["citizen"])
    world.hook = make_hook(people["citizen"], at)
    return world


def make_hook(owner: User, at: datetime) -> Delivery:
    """An address that has heard of one thing and failed to hear of another."""
    kind = "initiative.published"
    hook = Endpoint.objects.create(
        owner=owner, url="https://news.example/hook", note="Жаңалықтар", kinds=[kind], created_at=at
    )
    answers: tuple[dict[str, Any], ...] = (
        {"state": "delivered", "status": 200},
        {"state": "failed", "error": "timeout"},
    )
    for number, answer in enumerate(answers):
        told = Occurrence.objects.create(occasion=f"world {number}", kind=kind, payload={}, at=at)
        last = Delivery.objects.create(
            endpoint=hook, occurrence=told, attempts=1, next_attempt_at=at, settled_at=at, excerpt="жауап", **answer
        )
    return last


def _moderate(world: World, of_author: dict[str, Any], at: datetime) -> None:
    """A proposed rejection, an appeal and a tombstone, all by two moderators who sit in another room; a hidden comment."""
    first = make_official("690909300176", "Самат", "Ибраев", "moderator", sex="male")
    second = make_official("790909400175", "Гүлжан", "Сатова", "moderator")
    proposed = make_petition(state=State.CHECK, votes=51, **of_author)
    refusing.propose(
        initiative=proposed, by=first, reason="Нақты ұсыныс жоқ.", reason_other="Нет предложения.", subject_code=5,
        seen_revision=proposed.revision, at=at,
    )  # fmt: skip
    appealed = make_petition(state=State.CHECK, votes=51, **of_author)
    refusing.propose(
        initiative=appealed, by=first, reason="Нақты ұсыныс жоқ.", reason_other="Нет предложения.", subject_code=None,
        seen_revision=appealed.revision, at=at,
    )  # fmt: skip
    appealed = refusing.confirm(initiative=appealed, by=second, seen_revision=appealed.revision + 1, at=at)
    appealing.appeal(initiative=appealed, by=of_author["author"], text="Ұсыныс екінші бөлікте жазылған.", at=at)
    removed = make_petition(state=State.COLLECTING, votes=51, **of_author)
    removing.propose(
        initiative=removed, by=first, article="«Дербес деректер туралы» заң, 7-бап", reason="Басқа адамның мекенжайы.",
        seen_revision=removed.revision, at=at,
    )  # fmt: skip
    removing.confirm(initiative=removed, by=second, seen_revision=removed.revision + 1, at=at)
    world.subjects |= {"proposed": proposed, "appealed": appealed, "removed": removed}
    hidden = Comment.objects.create(
        initiative=world.subjects["collecting"], author=world.people["citizen"], text="Ұят!", created_at=at
    )
    moderation.hide_comment(comment=hidden, by=first, reason="Тіл тигізу.", reason_other="Оскорбление.", at=at)
    contesting.contest(comment=hidden, by=world.people["citizen"], text="Бұл тіл тигізу емес.", at=at)


def attach(initiative: Initiative, at: datetime) -> Attachment:
    made = Attachment(
        initiative=initiative, name="хат.pdf", content_type="application/pdf", size=9, sha256="0" * 64, uploaded_at=at,
        safety="clean", checked_at=at,
    )  # fmt: skip
    made.file.save(f"{initiative.code}.pdf", ContentFile(b"%PDF-1.7\n"), save=False)
    made.save()
    return made
