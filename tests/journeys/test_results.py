"""After the threshold, over HTTP: discussion to decision, a late body shown late, below the threshold to the reception."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import Body, Territory
from initiatives.models import Initiative, ReceptionHandover, Tally
from initiatives.states import State
from portal import clock
from portal.events.models import OutboxEvent
from tests.factories.initiatives import make_petition
from tests.journeys.conftest import Clock, Meet
from tests.journeys.people import Person, Visitor
from tests.journeys.test_petition import (
    APPEAL,
    DECISION,
    TITLE,
    begin,
    code_of,
    discuss_the_draft,
    enrolled,
    handle,
    join,
    letters_to,
    moderate,
    review,
    write,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("officials")]
PEOPLE = "Гүлнар Сейітова; мектеп директоры; expert\nЕрлан Оспанов; мәслихат депутаты; deputy"


@pytest.fixture
def registered(story: Clock, akimat_of_district: Body, at: datetime) -> Initiative:
    """Aigerim's petition, under review since Monday morning; a local term of 20 working days."""
    return make_petition(body=akimat_of_district, author=enrolled("aigerim"), state=State.REGISTERED, at=at, votes=60)


def test_a_draft_is_discussed_before_it_is_signed(
    story: Clock, meet: Meet, visitor: Visitor, registered: Initiative
) -> None:
    code = registered.code
    aigerim = meet("aigerim", "kk").sign_in()
    aigerim.give_address("aigerim@example.kz")
    clerk = meet("akimat-clerk").sign_in()
    answer: dict[str, Any] = {"outcome": "partial", "language": "kk", "text": DECISION, "appeal_route": APPEAL}
    handle(clerk, code, "draft", **answer)
    handle(clerk, code, "submit")
    head = meet("akimat-head").sign_in()
    assert "has to be discussed in public first" in head.visit(f"inbox/{code}/sign/", status=403).words

    # Monday 2 March: notice on Tuesday, Wednesday, Thursday; Friday is the first lawful day. Sooner is refused, with reasons.
    typed: dict[str, Any] = {
        "text_kk": DECISION,
        "place": "Мәдениет үйі",
        "starts_at": "2026-03-05T10:00",
        "ends_at": "2026-03-11T18:00",
    }
    refused = review(clerk, code, "announce", status=422, **typed)
    assert "The first lawful day is 06.03.2026" in refused.words
    for day in ("03.03.2026 – day 1", "04.03.2026 – day 2", "05.03.2026 – day 3"):
        assert day in refused.words
    assert "90-5(2)" in refused.words
    review(clerk, code, "announce", **{**typed, "starts_at": "2026-03-06T10:00"})

    # Aigerim is told; remarks wait for the beginning.
    story.work()
    assert "Мәдениет үйі" in visitor.visit(f"petitions/{code}/").words
    assert registered.title in letters_to("aigerim@example.kz")[-1]
    talk = f"petitions/{code}/discussions/{registered.draft_discussions.get().pk}/"
    assert not [form for form in aigerim.visit(talk).forms if "text" in form.fields]
    story.later(days=5)

    # Two people say something; who only looks is led to sign in.
    aigerim = meet("aigerim").sign_in()
    page = aigerim.visit(talk)
    page = aigerim.send(page, page.form(to="/remarks/"), text="Жобада асхананың ашылатын күні жоқ.")
    assert "Жобада асхананың ашылатын күні жоқ." in page.words
    yerlan = meet("yerlan").sign_in()
    page = yerlan.visit(talk)
    page = yerlan.send(page, page.form(to="/remarks/"), text="Тамақтың бағасын да жазу керек.")
    yerlan.send(page, page.form(to="/remarks/"), status=422, text="   ")

    # The summary waits for the end, and for a decision on each remark.
    story.later(days=5)
    clerk = meet("akimat-clerk").sign_in()
    summary: dict[str, Any] = {
        "summary": "Екі ескерту айтылды, жобаға асхананың ашылатын күні қосылды.",
        "language": "kk",
    }
    assert "Without one: 2" in review(clerk, code, "summarise", status=409, **summary).words
    desk = clerk.visit(f"inbox/{code}/review/")
    first, second = [form for form in desk.forms if ("act", "decide") in form.buttons]
    clerk.send(desk, first, act="decide", verdict="accepted", reason="Күні жобаға қосылды: 1 қыркүйек.")
    refused = clerk.send(desk, second, status=422, act="decide", verdict="rejected", reason="")
    assert "This field is required" in refused.words
    clerk.send(desk, second, act="decide", verdict="rejected", reason="Баға шартта белгіленеді, шешімде емес.")
    review(clerk, code, "summarise", **summary)

    # The table is public, the decision can be signed now, and what was said can no longer change.
    table = visitor.visit(talk).words
    assert "Күні жобаға қосылды: 1 қыркүйек." in table
    assert "Баға шартта белгіленеді, шешімде емес." in table
    assert "Summarised" in table
    story.work()
    assert "Баға шартта белгіленеді" in yerlan.sign_in().visit("my/notifications/").words
    head.sign_in()
    head.sign(head.visit(f"inbox/{code}/sign/"))
    assert "Decided" in visitor.visit(f"petitions/{code}/").words


def test_the_applicant_takes_the_seat_and_reads_the_minutes_and_findings(
    story: Clock, meet: Meet, visitor: Visitor, registered: Initiative
) -> None:
    code = registered.code
    clerk = meet("akimat-clerk").sign_in()
    bad: dict[str, Any] = {
        "chair_name": "Асқар Төлегенов",
        "chair_position": "Әкім орынбасары",
        "members": "Гүлнар Сейітова",
    }
    assert "Write each line as" in review(clerk, code, "form", status=422, **bad).words
    review(clerk, code, "form", **{**bad, "members": PEOPLE})
    aigerim = meet("aigerim").sign_in()
    page = aigerim.visit(f"petitions/{code}/")
    page = aigerim.send(page, page.form(to="/commission/seat/"), seat="accepted")
    assert "takes the seat" in page.words
    assert not [form for form in page.forms if form.action.endswith("/commission/seat/")]
    review(clerk, code, "call", held_at="2026-03-04T10:00", place="Мәжіліс залы")
    people: dict[str, Any] = {"place": "№ 4 мектеп", "participants": "Комиссия мүшелері, ата-аналар"}
    review(clerk, code, "visit", planned_at="2026-03-04T15:00", **people)
    story.later(days=3)
    clerk.sign_in()
    assert "Publish the minutes of the commission" in clerk.visit("inbox/").words
    review(clerk, code, "minutes", minutes="Асхананы жөндеу сметасы қаралды, мерзімі белгіленді.")
    found = "Асханада пеш жұмыс істемейді, еден мен шатыр жөндеуді қажет етеді."
    review(clerk, code, "findings", done_at="2026-03-04T15:00", findings=found)
    words = visitor.visit(f"petitions/{code}/").words
    for said in ("Гүлнар Сейітова", "Асхананы жөндеу сметасы қаралды", found):
        assert said in words


def test_a_body_that_lets_its_term_pass_is_shown_late(
    story: Clock, meet: Meet, visitor: Visitor, registered: Initiative, akimat_of_district: Body
) -> None:
    code = registered.code
    assert "late" not in visitor.visit(f"petitions/{code}/").words.split("History")[0].lower()
    assert registered.state_deadline_at is not None
    due = clock.local_date(registered.state_deadline_at)
    story.later(days=(due - clock.local_date(clock.now())).days + 12)
    page = visitor.visit(f"petitions/{code}/")
    assert "The body is 12 days late" in page.words
    assert "day 20" in page.words
    assert "The body is 12 days late" in visitor.visit("petitions/?order=newest").words
    board = visitor.visit("bodies/").words
    assert str(akimat_of_district) in board
    body = visitor.visit("bodies/small-district/").words
    assert "12 days late" in body
    assert registered.title in body
    csv = visitor.client.get("/en/bodies/small-district/petitions.csv").content.decode()
    assert f"{code},{registered.title}" in csv
    assert ",12," in csv
    line = visitor.client.get("/api/v1/bodies/small-district/").json()
    assert (line["late"], line["petitions"][0]["days_late"]) == (1, 12)


def test_a_petition_below_the_threshold_is_marked_for_the_reception(
    story: Clock, meet: Meet, visitor: Visitor, akimat_of_district: Body, at: datetime
) -> None:
    petition = make_petition(
        body=akimat_of_district, author=enrolled("aigerim"), state=State.COLLECTING, at=at, votes=50, threshold=58
    )
    story.later(days=186)
    page = visitor.visit(f"petitions/{petition.code}/")
    assert "becomes an ordinary appeal to Akimat of the small district" in page.words
    assert "15 working days after" in page.words
    handover = ReceptionHandover.objects.get(initiative=petition)
    assert handover.due_at is not None
    assert handover.handed_at is None
    assert OutboxEvent.objects.filter(name="initiatives.handover_due").count() == 1


def test_a_local_petition_reaches_its_number_and_is_answered(
    story: Clock, meet: Meet, visitor: Visitor, akimat_of_district: Body, at: datetime
) -> None:
    """2,500 votes of a district above 50,000 (art. 90-3(4)), all but the last ten given before the story goes on."""
    Territory.objects.filter(pk=akimat_of_district.territory_id).update(population=64_300)
    aigerim = meet("aigerim").sign_in()
    review_page = write(aigerim, begin(aigerim))
    assert "2,500" in review_page.words.replace("\N{NO-BREAK SPACE}", ",")
    code = code_of(aigerim.send(review_page, review_page.form(field="revision")))
    published = {"published_at": at, "closes_at": at + timedelta(days=180), "state_deadline_at": None}
    Initiative.objects.filter(code=code).update(state=State.COLLECTING, state_since=at, **published)
    Tally.objects.filter(initiative__code=code).update(votes=2490)
    assert visitor.client.get(f"/en/petitions/{code}/count/").json() == {"votes": 2490, "threshold": 2500}

    join(meet, code, range(9))
    story.work()
    assert "Collecting votes" in visitor.visit(f"petitions/{code}/").words
    join(meet, code, range(9, 10))
    story.work()
    assert "Threshold reached" in visitor.visit(f"petitions/{code}/").words
    visitor.visit(f"petitions/{code}/vote/", status=403)

    clerk = send_and_register(story, meet, code)
    assert TITLE in clerk.visit("inbox/?stage=decide").words
    assert "Announce the discussion" in clerk.visit("inbox/").words
    handle(clerk, code, "draft", outcome="full", language="kk", text=DECISION, appeal_route=APPEAL)
    handle(clerk, code, "submit")
    head = meet("akimat-head").sign_in()
    head.visit(f"inbox/{code}/sign/", status=403)
    discuss_the_draft(story, clerk, code)
    head.sign_in().sign(head.visit(f"inbox/{code}/sign/"))
    handle(clerk.sign_in(), code, "publish_decision", statement="")
    page = visitor.visit(f"petitions/{code}/").words
    assert DECISION[:60] in page
    assert "2,500" in page.replace("\N{NO-BREAK SPACE}", ",")
    found = visitor.client.get(f"/api/v1/initiatives/{code}/").json()
    assert (found["votes"], found["threshold"], found["state"]) == (2500, 2500, "published")
    assert (found["threshold_basis"]["rule"], found["threshold_basis"]["population"]) == ("threshold_votes", 64_300)


def send_and_register(story: Clock, meet: Meet, code: str) -> Person:
    """The moderator sends it, the clerk registers it; return the clerk."""
    moderate(meet("moderator").sign_in(), code, "send")
    clerk = meet("akimat-clerk").sign_in()
    handle(clerk, code, "register", number="АӘ-26/118")
    return clerk


def test_promises_are_moved_kept_and_disputed(
    story: Clock, meet: Meet, visitor: Visitor, akimat_of_district: Body, at: datetime
) -> None:
    petition = make_petition(
        body=akimat_of_district, author=enrolled("aigerim"), state=State.EXECUTION, at=at, votes=60
    )
    code = petition.code
    clerk = meet("akimat-clerk").sign_in()
    today = clock.local_date(clock.now())
    handle(clerk, code, "promise", title="Асхананы ашу", due_date=str(today + timedelta(days=10)))
    handle(clerk, code, "move", due_date=str(today + timedelta(days=20)), reason="Мердігер ауысты.")
    words = visitor.visit(f"petitions/{code}/").words
    assert "Promised for 22 March 2026 , moved from 12 March 2026 ." in words
    assert "Мердігер ауысты." in words
    story.later(days=24)
    assert "4 days late" in visitor.visit(f"petitions/{code}/").words
    clerk.sign_in()
    future: dict[str, Any] = {"evidence": "Ашылды.", "done_date": str(today + timedelta(days=60)), "links": ""}
    assert "give a day that has come" in handle(clerk, code, "fulfil", status=422, **future).words
    done = {**future, "done_date": str(today + timedelta(days=23)), "links": "javascript:alert(1)"}
    assert "https://" in handle(clerk, code, "fulfil", status=422, **done).words
    handle(clerk, code, "fulfil", **{**done, "links": "https://example.kz/canteen"})
    page = visitor.visit(f"petitions/{code}/")
    assert "https://example.kz/canteen" in page.words
    assert "3 days late" in page.words

    # Who neither follows nor voted cannot dispute; a follower can, once.
    yerlan = meet("yerlan").sign_in()
    page = yerlan.visit(f"petitions/{code}/")
    assert not [form for form in page.forms if form.action.endswith("/dispute/")]
    page = yerlan.send(page, page.form(to=f"/{code}/follow/"))
    page = yerlan.send(page, page.form(to="/dispute/"), text="Асхана әлі жабық тұр.")
    assert "1 person says that it is not so" in page.words
    assert not [form for form in page.forms if form.action.endswith("/dispute/")]
    handle(clerk, code, "answer_dispute", answer="Дүйсенбіден бастап ашық, өтінеміз, қайта келіңіз.")
    assert "Дүйсенбіден бастап ашық" in visitor.visit(f"petitions/{code}/").words
    story.work()
    assert "Дүйсенбіден бастап ашық" in yerlan.sign_in().visit("my/notifications/").words
