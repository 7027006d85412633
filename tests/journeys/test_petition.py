"""A petition from the first word to the answer of the akimat, over HTTP only (arts 90-2 to 90-6)."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from accounts.models import Body, User
from initiatives.states import State
from portal import clock
from signatures.eds.demo_people import BY_SLUG
from tests.factories.accounts import make_citizen
from tests.factories.initiatives import make_petition
from tests.journeys.conftest import Clock, Meet
from tests.journeys.pages import Page
from tests.journeys.people import Person, Visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("officials")]

TITLE = "Ауыл мектебінің асханасын жылы тамақпен қамтамасыз ету"
PROBLEM = (
    "Ауылдағы мектеп асханасында балаларға ыстық тамақ берілмейді, ата-аналар бұл туралы әкімдікке бірнеше рет жазған, "
    "бірақ жауап болған жоқ. Қыста балалар күні бойы суық тамақпен отырады."
)
PROPOSAL = (
    "Әр мектепте күнделікті ыстық тамақ беріп, ас мәзірін ата-аналар комитетімен бірге апта сайын тексеру керек. "
    "Қаражатты аудан бюджетінен бөліп, есебін жариялау қажет."
)
DECISION = (
    "Әкімдік петицияны қарап, ұсыныстың бір бөлігін қабылдады: асхана жаңа оқу жылынан бастап жұмыс істейді. " * 4
)
APPEAL = "Шешімге жоғары тұрған органға немесе сотқа үш ай ішінде шағым жасауға болады."


def begin(citizen: Person, *, kind: str = "petition-district-akimat", body: str = "small-district") -> Page:
    page = citizen.visit("petitions/new/")
    return citizen.send(page, page.form(field="language"), kind=kind, body=body, language="kk")


def write(citizen: Person, draft: Page) -> Page:
    """Type it all, and go to the last look."""
    texts: dict[str, Any] = {
        "title": TITLE,
        "problem": PROBLEM,
        "proposal": PROPOSAL,
        "topic": "education",
        "review": "1",
    }
    return citizen.send(draft, draft.form(field="title"), **texts)


def hand_over(citizen: Person, **to: str) -> Page:
    """Write it and hand it over; return its page."""
    review = write(citizen, begin(citizen, **to))
    return citizen.send(review, review.form(field="revision"))


def code_of(page: Page) -> str:
    found = re.search(r"/petitions/([a-z0-9]{12})/", page.url)
    assert found, page.url
    return found[1]


def join(meet: Meet, code: str, numbers: range) -> None:
    """Let these demo voters sign, each with their own key and browser."""
    for number in numbers:
        person = meet(number)
        person.sign(person.visit(f"petitions/{code}/vote/"))


def moderate(moderator: Person, code: str, act: str, *, status: int = 200, **typed: Any) -> Page:
    page = moderator.visit(f"moderation/{code}/")
    return moderator.send(page, page.form(act=act), status=status, act=act, **typed)


def handle(official: Person, code: str, act: str, *, status: int = 200, **typed: Any) -> Page:
    page = official.visit(f"inbox/{code}/")
    return official.send(page, page.form(act=act), status=status, act=act, **typed)


def review(official: Person, code: str, act: str, *, status: int = 200, **typed: Any) -> Page:
    """Take an act on the page of discussion, commission and visits."""
    page = official.visit(f"inbox/{code}/review/")
    return official.send(page, page.form(act=act), status=status, act=act, **typed)


def discuss_the_draft(story: Clock, clerk: Person, code: str) -> None:
    """Announce the discussion with a week's notice, hold it for a day, summarise it."""
    begins = clock.now().astimezone(clock.ALMATY) + timedelta(days=7)
    review(
        clerk, code, "announce", text_kk=DECISION, place="Аудандық әкімдік, мәжіліс залы",
        starts_at=begins.strftime("%Y-%m-%dT10:00"), ends_at=begins.strftime("%Y-%m-%dT18:00"),
    )  # fmt: skip
    story.later(days=8)
    clerk.sign_in()
    summary = "Талқылауға он екі адам келді, ескерту айтылған жоқ, жоба өзгермейді."
    review(clerk, code, "summarise", summary=summary, language="kk")


def letters_to(address: str) -> list[str]:
    return [f"{letter.subject}\n{letter.body}" for letter in mail.outbox if letter.to == [address]]


def test_a_petition_goes_from_the_first_word_to_the_published_decision(
    story: Clock, meet: Meet, visitor: Visitor
) -> None:
    # Aigerim signs in and gives an address; she reads Kazakh.
    aigerim = meet("aigerim", "kk").sign_in()
    aigerim.give_address("aigerim@example.kz")

    # She writes; the editor saves by itself, and what it saved is there when she opens the page again.
    draft = begin(aigerim)
    code = code_of(draft)
    form = draft.form(field="title")
    saved = aigerim.client.post(form.action, form.filled({"title": TITLE}), headers={"HX-Request": "true"})
    assert (saved.status_code, b'name="revision" value="2"' in saved.content) == (200, True)
    again = aigerim.visit(f"petitions/{code}/edit/")
    assert again.form(field="title").fields["title"] == [TITLE]

    # Nobody else sees the draft.
    visitor.visit(f"petitions/{code}/", status=404)

    # She hands it over: the text freezes, the link opens, the list does not show it.
    review = write(aigerim, again)
    assert "58" in review.words
    aigerim.send(review, review.form(field="revision"))
    aigerim.visit(f"petitions/{code}/edit/", status=403)
    assert TITLE in visitor.visit(f"petitions/{code}/").words
    assert TITLE not in visitor.visit("petitions/").words

    # Forty-nine join; the fiftieth hands it over for the check.
    join(meet, code, range(49))
    story.work()
    moderator = meet("moderator").sign_in()
    assert TITLE not in moderator.visit("moderation/").words
    join(meet, code, range(49, 50))
    story.work()
    assert TITLE in moderator.visit("moderation/").words

    # The moderator publishes; it is in the list, and may be discussed and followed.
    story.later(days=2)
    moderator = meet("moderator").sign_in()
    moderate(moderator, code, "publish")
    assert TITLE in visitor.visit("petitions/").words
    story.later(days=1)
    yerlan = meet("yerlan").sign_in()
    page = yerlan.visit(f"petitions/{code}/")
    page = yerlan.send(page, page.form(to=f"/{code}/comments/"), stance="for", text="Балаларға ыстық тамақ керек.")
    assert "Балаларға ыстық тамақ керек." in page.words
    yerlan.send(page, page.form(to=f"/{code}/follow/"))
    yerlan.sign(yerlan.visit(f"petitions/{code}/vote/"))
    assert visitor.client.get(f"/en/petitions/{code}/count/").json() == {"votes": 51, "threshold": 58}

    # Votes to the threshold: the collection ends there, and later votes are told so.
    join(meet, code, range(50, 57))
    story.work()
    assert "Threshold reached" in visitor.visit(f"petitions/{code}/").words
    visitor.visit(f"petitions/{code}/vote/", status=403)

    # The moderator sends it; the akimat cannot refuse it at the door.
    moderate(moderator.sign_in(), code, "send")
    story.later(days=1)
    clerk = meet("akimat-clerk").sign_in()
    assert TITLE in clerk.visit("inbox/").words
    handle(clerk, code, "register", number="АӘ-26/117")

    # The clerk drafts and lays before the head; only the head can sign.
    answer: dict[str, Any] = {"outcome": "partial", "language": "kk", "text": DECISION, "appeal_route": APPEAL}
    handle(clerk, code, "draft", **answer)
    handle(clerk, code, "submit")
    clerk.visit(f"inbox/{code}/sign/", status=403)
    assert DECISION[:60] not in visitor.visit(f"petitions/{code}/").words

    # The draft is discussed in public before the head can sign it (tests/journeys/test_results.py tells more of it).
    discuss_the_draft(story, clerk, code)
    head = meet("akimat-head").sign_in()
    head.sign(head.visit(f"inbox/{code}/sign/"))

    # The decision is published, with a promise.
    clerk = meet("akimat-clerk").sign_in()
    handle(clerk, code, "publish_decision", statement="")
    handle(clerk, code, "promise", title="Асхананы ашу", due_date="2026-09-01")
    published = visitor.visit(f"petitions/{code}/").words
    assert DECISION[:60] in published
    assert "Асхананы ашу" in published

    # Aigerim finds it among her notices, and in a letter in Kazakh; so does who followed it.
    story.later(minutes=1)
    aigerim.sign_in()
    notices = aigerim.visit("my/notifications/").words
    assert notices.count(TITLE) >= 7, notices
    last = letters_to("aigerim@example.kz")[-1]
    assert TITLE in last
    assert re.search(r"[әғқңөұүһі]", last.replace(TITLE, "")), last
    yerlan.sign_in()
    assert TITLE in yerlan.visit("my/notifications/").words

    # The body carries it out and reports.
    clerk.sign_in()
    handle(clerk, code, "carry_out")
    handle(clerk, code, "finish", reason="Асхана ашылды, суреттері әкімдік сайтында.", open_reason="Күзде ашылады.")
    assert "Done" in visitor.visit(f"petitions/{code}/").words


def test_a_voter_sees_the_own_vote_at_once_and_can_take_it_back(story: Clock, meet: Meet, published: str) -> None:
    code = published
    dauren = meet(60)
    page = dauren.sign(dauren.visit(f"petitions/{code}/vote/"))
    assert "Your vote stands" in page.words
    assert dauren.client.get(f"/en/petitions/{code}/count/").json()["votes"] == 51
    dauren.sign(dauren.visit(f"petitions/{code}/vote/withdraw/"))
    assert dauren.client.get(f"/en/petitions/{code}/count/").json()["votes"] == 50
    story.work()
    assert dauren.client.get(f"/en/petitions/{code}/count/").json()["votes"] == 50


def test_a_petition_is_rejected_with_a_reason_that_all_can_read(
    story: Clock, meet: Meet, visitor: Visitor, checked: str
) -> None:
    code = checked
    moderate(meet("moderator").sign_in(), code, "propose", subject="5", reason="Петиция соттың қарауындағы іс туралы.")
    assert "Being checked" in visitor.visit(f"petitions/{code}/").words
    moderate(meet("moderator-2").sign_in(), code, "confirm")
    page = visitor.visit(f"petitions/{code}/")
    assert "Петиция соттың қарауындағы іс туралы." in page.words
    assert "90-2(3)" in page.words
    visitor.visit(f"petitions/{code}/vote/", status=403)
    story.work()
    aigerim = meet("aigerim").sign_in()
    assert "ejected" in aigerim.visit("my/notifications/").words


def test_a_rejection_without_a_reason_is_not_taken(story: Clock, meet: Meet, visitor: Visitor, checked: str) -> None:
    code = checked
    moderate(meet("moderator").sign_in(), code, "propose", status=422, reason="  ")
    assert "Being checked" in visitor.visit(f"petitions/{code}/").words


def test_the_author_withdraws_it_before_the_check(story: Clock, meet: Meet, visitor: Visitor) -> None:
    aigerim = meet("aigerim").sign_in()
    code = code_of(hand_over(aigerim))
    join(meet, code, range(2))
    page = aigerim.visit(f"petitions/{code}/withdraw/")
    aigerim.send(page, page.form())
    visitor.visit(f"petitions/{code}/", status=404)
    meet(3).visit(f"petitions/{code}/vote/", status=404)


def test_a_petition_with_too_few_joiners_lapses_after_20_working_days(
    story: Clock, meet: Meet, visitor: Visitor
) -> None:
    code = code_of(hand_over(meet("aigerim").sign_in()))
    join(meet, code, range(2))
    story.later(days=28)
    assert "Gathering" in visitor.visit(f"petitions/{code}/").words
    story.later(days=14)
    assert "Too few joiners" in visitor.visit(f"petitions/{code}/").words
    visitor.visit(f"petitions/{code}/vote/", status=403)


def test_a_petition_below_its_threshold_ends_by_the_clock(
    story: Clock, meet: Meet, visitor: Visitor, published: str
) -> None:
    code = published
    story.later(days=180)
    assert "Collecting votes" in visitor.visit(f"petitions/{code}/").words
    story.later(days=6)
    page = visitor.visit(f"petitions/{code}/")
    assert "90-3(5)" in page.words
    visitor.visit(f"petitions/{code}/vote/", status=403)


def test_an_idea_is_moderated_supported_and_taken_up(
    story: Clock, meet: Meet, visitor: Visitor, akimat_of_district: Body
) -> None:
    aigerim = meet("aigerim").sign_in()
    code = code_of(hand_over(aigerim, kind="idea"))
    visitor.visit(f"petitions/{code}/", status=404)
    moderate(meet("moderator").sign_in(), code, "publish")
    yerlan = meet("yerlan").sign_in()
    page = yerlan.visit(f"petitions/{code}/vote/")
    page = yerlan.send(page, page.form())
    assert "Your vote stands" in page.words
    assert visitor.client.get(f"/en/petitions/{code}/count/").json()["votes"] == 1
    story.work()
    clerk = meet("akimat-clerk").sign_in()
    handle(clerk, code, "take_up", reason="Әкімдік бұл ұсынысты күз айына жоспарлады.")
    page = visitor.visit(f"petitions/{code}/")
    assert "Taken up" in page.words
    story.work()
    assert TITLE in aigerim.visit("my/notifications/").words


def test_an_idea_that_nobody_took_up_is_archived_by_the_clock(story: Clock, meet: Meet, visitor: Visitor) -> None:
    code = code_of(hand_over(meet("aigerim").sign_in(), kind="idea"))
    moderate(meet("moderator").sign_in(), code, "publish")
    story.later(days=93)
    assert "Archived" in visitor.visit(f"petitions/{code}/").words


@pytest.fixture
def checked(story: Clock, akimat_of_district: Body, at: datetime) -> str:
    """The code of a petition of Aigerim's that fifty have joined, on the moderators' desk."""
    return make_petition(
        body=akimat_of_district, author=enrolled("aigerim"), state=State.CHECK, at=at, votes=50, threshold=58
    ).code


@pytest.fixture
def published(story: Clock, akimat_of_district: Body, at: datetime) -> str:
    """The code of a petition of Aigerim's that collects votes."""
    return make_petition(
        body=akimat_of_district, author=enrolled("aigerim"), state=State.COLLECTING, at=at, votes=50, threshold=58
    ).code


def enrolled(slug: str) -> User:
    """The account of a demo person who signed in once."""
    who = BY_SLUG[slug]
    return make_citizen(who.iin, who.given_name, who.surname.title(), birth_date=who.birth_date)
