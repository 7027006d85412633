"""Attacks by many texts and by texts that are not what they seem."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Body, User
from initiatives.limits import OPENED_PER_DAY
from initiatives.models import Initiative, Topic
from initiatives.selectors.twins import copies_of
from initiatives.services import answering, discussing, drafting, flood, moderation, promising, refusing
from initiatives.states import State
from portal import clock
from portal.errors import InvalidInput, TooMany
from tests.factories.initiatives import PROBLEM, PROPOSAL, make_idea, make_kind, make_petition, make_reported_comment

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202e\u2067\u200b\U000e0041"
LIVE = re.compile(r"<script>alert|<img src=x", re.IGNORECASE)
HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
SUBJECTS = ("жол", "мектеп", "саябақ", "көпір", "автобус", "кітапхана", "стадион")


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


def draft_of(author: User, body: Body, at: datetime, **more: Any) -> Initiative:
    return make_petition(author=author, body=body, at=at, state=State.DRAFT, topic=Topic.objects.first(), **more)


def hand_over(initiative: Initiative, at: datetime) -> Initiative:
    return drafting.open_to_joiners(
        initiative=initiative, by=initiative.author, seen_revision=initiative.revision, at=at
    )


def test_of_five_hundred_numbered_copies_one_is_opened(citizen: User, ministry: Body, at: datetime) -> None:
    opened, led_to = 0, set()
    for number in range(500):
        made = draft_of(citizen, ministry, at, title=f"Мектеп асханасындағы тамақты тексеру № {number}")
        try:
            hand_over(made, at + timedelta(days=number))
            opened += 1
        except flood.AlreadyOpen as refusal:
            led_to.add(refusal.twin.title[-3:])
        Initiative.objects.filter(pk=made.pk, state=State.DRAFT).delete()
    assert (opened, led_to) == (1, {"№ 0"})


@pytest.mark.parametrize(
    "disguise",
    [
        lambda text: text.replace("а", "a").replace("о", "o"),  # Latin look-alikes
        lambda text: "\u200b".join(text),
        lambda text: text.upper(),
        lambda text: "\u202e" + text + "\u202c",
        lambda text: text.replace(" ", "\u00a0\u2003"),
    ],
)
def test_a_disguised_copy_is_the_same_text(citizen: User, ministry: Body, at: datetime, disguise: Any) -> None:
    hand_over(draft_of(citizen, ministry, at), at)
    made = draft_of(citizen, ministry, at)
    draft = drafting.Draft(
        language="kk", title=disguise(made.title), problem=disguise(PROBLEM), proposal=disguise(PROPOSAL),
        topic=made.topic,
    )  # fmt: skip
    saved = drafting.save(initiative=made, by=citizen, draft=draft, seen_revision=made.revision, at=at)
    assert not HIDDEN.search(saved.title + saved.problem)
    with pytest.raises(flood.AlreadyOpen):
        hand_over(saved, at)


def test_a_text_taken_back_may_come_again(citizen: User, ministry: Body, at: datetime) -> None:
    first = hand_over(draft_of(citizen, ministry, at), at)
    drafting.withdraw(initiative=first, by=citizen, at=at)
    assert hand_over(draft_of(citizen, ministry, at), at).state == State.JOINING


def test_a_person_opens_so_many_different_texts_a_day(citizen: User, ministry: Body, at: datetime) -> None:
    def different(number: int) -> Initiative:
        word = SUBJECTS[number]
        body = f"Біздің ауданда {word} мәселесі көптен шешілмей келеді. " + f"{word} " * 3
        return draft_of(citizen, ministry, at, title=f"Ауданда {word} туралы", problem=body * 2, proposal=body * 2)

    for number in range(OPENED_PER_DAY):
        hand_over(different(number), at)
    with pytest.raises(TooMany):
        hand_over(different(OPENED_PER_DAY), at)
    assert hand_over(different(OPENED_PER_DAY + 1), at + timedelta(days=1, minutes=1)).state == State.JOINING


def test_copies_of_many_authors_stand_before_the_moderator_as_a_group(
    client: Client, citizen: User, other_citizen: User, moderator: User, ministry: Body, at: datetime
) -> None:
    more = {"body": ministry, "at": at, "state": State.CHECK}
    made = [
        make_petition(author=author, title=f"Мектеп асханасын тексеру {number}", **more)
        for number, author in enumerate([citizen, other_citizen] * 4)
    ]
    make_petition(author=citizen, title="Жол", problem="Жол ойық.", proposal="Жөндеу.", **more)
    assert {one.pk for one in copies_of(made[0])} == {one.pk for one in made[1:]}
    client.force_login(moderator)
    page = client.get(reverse("initiatives:moderation_item", args=[made[0].code])).content.decode()
    assert 'id="copies"' in page
    assert other_citizen.public_name in page


def test_the_author_is_told_and_led_to_the_first(client: Client, citizen: User, ministry: Body, at: datetime) -> None:
    now = clock.now()
    first = hand_over(draft_of(citizen, ministry, now), now)
    again = draft_of(citizen, ministry, now)
    client.force_login(citizen)
    answer = client.post(reverse("initiatives:review", args=[again.code]), {"revision": again.revision})
    assert answer.status_code == 409
    assert reverse("initiatives:detail", args=[first.code]) in answer.content.decode()


@pytest.mark.parametrize("cut", ["\x00", "\ud800"])
def test_what_no_database_keeps_is_refused_in_every_field(
    citizen: User, clerk: User, moderator: User, other_citizen: User, ministry: Body, at: datetime, cut: str
) -> None:
    bad = f"мәтін{cut}" * 60
    petition = make_petition(author=citizen, body=ministry, at=at, state=State.COLLECTING)
    checked = make_petition(author=citizen, body=ministry, at=at, state=State.CHECK)
    registered = make_petition(author=citizen, body=ministry, at=at, state=State.REGISTERED)
    sent = make_petition(author=citizen, body=ministry, at=at, state=State.SENT)
    executed = make_petition(author=citizen, body=ministry, at=at, state=State.EXECUTION)
    idea = make_idea(author=citizen, body=ministry, at=at, state=State.DISCUSSION)
    said = make_reported_comment(petition, author=citizen, reporter=other_citizen, at=at)
    answer = answering.Answer(outcome="full", language="kk", text=bad, appeal_route="Сот")
    acts: list[Any] = [
        lambda: drafting.begin(
            kind=make_kind("central"), body=ministry, by=citizen, draft=drafting.Draft(language="kk", title=bad[:50]), at=at
        ),
        lambda: discussing.comment(initiative=petition, by=citizen, text=bad, stance="for", parent=None, at=at),
        lambda: discussing.report(comment=said, by=moderator, reason=bad[:50], at=at),
        lambda: moderation.hide_comment(comment=said, by=moderator, reason=bad[:50], at=at),
        lambda: refusing.propose(
            initiative=checked, by=moderator, reason=bad, subject_code=None, seen_revision=checked.revision, at=at
        ),
        lambda: answering.register(initiative=sent, by=clerk, number=bad[:10], seen_revision=sent.revision, at=at),
        lambda: answering.draft(initiative=registered, by=clerk, answer=answer, seen_revision=0, at=at),
        lambda: promising.promise(initiative=executed, by=clerk, title=bad[:50], due_date=at.date(), at=at),
        lambda: answering.step(
            initiative=idea, name="answer", by=clerk, reason=bad, seen_revision=idea.revision, at=at
        ),
    ]  # fmt: skip
    for act in acts:
        with pytest.raises(InvalidInput):
            act()


def test_scripts_and_hidden_marks_in_every_field_stay_words(
    client: Client,
    citizen: User,
    clerk: User,
    moderator: User,
    second_moderator: User,
    other_citizen: User,
    ministry: Body,
) -> None:
    at = clock.now() - timedelta(hours=1)
    long = EVIL + "ұ" * 250
    petition = make_petition(author=citizen, body=ministry, at=at, state=State.COLLECTING)
    said = discussing.comment(initiative=petition, by=other_citizen, text=EVIL, stance="for", parent=None, at=at)
    discussing.report(comment=said, by=citizen, reason=EVIL, at=at)
    checked = make_petition(author=citizen, body=ministry, at=at, state=State.CHECK)
    refusing.propose(
        initiative=checked, by=moderator, reason=EVIL, subject_code=None, seen_revision=checked.revision, at=at
    )
    rejected = refusing.confirm(initiative=checked, by=second_moderator, seen_revision=checked.revision + 1, at=at)
    executed = make_petition(author=citizen, body=ministry, at=at, state=State.EXECUTION)
    promised = promising.promise(
        initiative=executed, by=clerk, title=EVIL[:150], due_date=at.date() + timedelta(days=9), at=at
    )
    promising.fulfil(milestone=promised, by=clerk, evidence=EVIL, on=clock.local_date(at), at=at)
    registered = make_petition(author=citizen, body=ministry, at=at, state=State.REGISTERED)
    answer = answering.Answer(outcome="full", language="kk", text=long, appeal_route=EVIL)
    answering.draft(initiative=registered, by=clerk, answer=answer, seen_revision=0, at=at)
    sent = make_petition(author=citizen, body=ministry, at=at, state=State.SENT)
    answering.register(initiative=sent, by=clerk, number=EVIL[:30], seen_revision=sent.revision, at=at)
    draft = drafting.begin(
        kind=make_kind("central"), body=ministry, by=citizen, at=at,
        draft=drafting.Draft(language="kk", title=EVIL, problem=long, proposal=long),
    )  # fmt: skip
    moderation.hide_comment(comment=said, by=moderator, reason=EVIL, at=at)
    addresses = {
        None: [*(reverse("initiatives:detail", args=[one.code]) for one in (petition, rejected, executed, sent)),
               f"/api/v1/initiatives/{rejected.code}/", f"/api/v1/initiatives/{executed.code}/"],
        citizen: [reverse(f"initiatives:{name}", args=[draft.code]) for name in ("edit", "review", "withdraw")],
        moderator: [reverse("initiatives:moderation") + "?show=comments",
                    reverse("initiatives:moderation_comment", args=[said.pk]),
                    reverse("initiatives:moderation_item", args=[rejected.code])],
        clerk: [reverse("initiatives:inbox_item", args=[one.code]) for one in (registered, executed)],
    }  # fmt: skip
    for reader, several in addresses.items():
        client.logout()
        if reader is not None:
            client.force_login(reader)
        for address in several:
            got = client.get(address)
            assert got.status_code == 200, address
            html = got.content.decode()
            # The API is JSON: its text may hold the letters "<script>", no browser reads it as a page.
            if "json" in got["Content-Type"]:
                assert got["X-Content-Type-Options"] == "nosniff"
            else:
                assert not LIVE.search(html), address
            assert not HIDDEN.search(html), address
