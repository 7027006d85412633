"""The desks of moderators and officials, over HTTP: who comes in, what a step does, and that a refused one changes nothing."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Body, User
from initiatives.models import Decision, Initiative, Milestone
from initiatives.states import ExcludedSubject, State
from portal import clock
from portal.audit.log import history
from signatures.eds.demo_people import BY_SLUG
from signatures.eds.demo_pki import DemoPki
from signatures.models import Signature
from tests.factories.accounts import make_official
from tests.factories.initiatives import (
    make_decision,
    make_discussion,
    make_idea,
    make_milestone,
    make_petition,
    make_reported_comment,
)

REASON = "Мәтінде нақты ұсыныс көрсетілмеген."
ANSWER = {
    "act": "draft",
    "outcome": "partial",
    "language": "kk",
    "text": "Министрлік петицияны қарап, ұсыныстың бірінші тармағын қабылдады. " * 5,
    "appeal_route": "Сотқа үш ай ішінде.",
    "revision": "0",
}


@pytest.fixture(autouse=True)
def quiet_house(settings: Any) -> None:
    """Nothing cached by another test; where strangers sign in is another test's matter."""
    cache.clear()
    settings.LOGIN_URL = "/en/sign-in/"


@pytest.fixture
def now() -> datetime:
    """Pages read the real clock, so what they show begins a little before now."""
    return clock.now() - timedelta(hours=1)


@pytest.fixture
def checked(ministry: Body, citizen: User, now: datetime) -> Initiative:
    """Aigul's petition, waiting for its check."""
    return make_petition(body=ministry, author=citizen, state=State.CHECK, at=now)


@pytest.fixture
def registered(ministry: Body, citizen: User, clerk: User, now: datetime) -> Initiative:
    """Aigul's petition, under review by the Ministry; the draft of the decision was discussed."""
    made = make_petition(body=ministry, author=citizen, state=State.REGISTERED, at=now)
    make_discussion(made, by=clerk, at=now, is_summarised=True)
    return made


def browser(user: User | None) -> Client:
    """A browser in which that person is signed in."""
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def moderation_url(initiative: Initiative) -> str:
    return f"/en/moderation/{initiative.code}/"


def inbox_url(initiative: Initiative) -> str:
    return f"/en/inbox/{initiative.code}/"


def page_text(response: Any) -> str:
    return str(response.content.decode())


def state_of(initiative: Initiative) -> tuple[str, int, int]:
    """State, revision and number of audit entries: what a refused step must leave as it was."""
    row = Initiative.objects.get(pk=initiative.pk)
    return row.state, row.revision, history(row).count()


# --- who comes in ---------------------------------------------------------------------------------

WHO = ["nobody", "citizen", "moderator", "clerk", "clerk_elsewhere", "head", "administrator"]
ALLOWED = {
    "/en/moderation/": {"moderator"},
    "/en/moderation/?show=comments": {"moderator"},
    "/en/moderation/{checked}/": {"moderator"},
    "/en/moderation/comments/{comment}/": {"moderator"},
    "/en/inbox/": {"clerk", "clerk_elsewhere", "head"},
    "/en/inbox/{registered}/": {"clerk", "head"},
    "/en/inbox/{registered}/sign/": {"head"},
    "/en/statistics/": set(WHO),
    "/en/statistics/regions.csv": set(WHO),
}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("address", ALLOWED)
def test_each_page_opens_to_whose_work_it_is(
    request: pytest.FixtureRequest, address: str, who: str, checked: Initiative, registered: Initiative, now: datetime
) -> None:
    clerk, other = request.getfixturevalue("clerk"), request.getfixturevalue("other_citizen")
    make_decision(registered, by=clerk, at=now, submitted_at=now)
    comment = make_reported_comment(registered, author=other, reporter=checked.author, at=now)
    user = None if who == "nobody" else request.getfixturevalue(who)
    url = address.format(checked=checked.code, registered=registered.code, comment=comment.pk)

    response = browser(user).get(url)

    if who in ALLOWED[address]:
        assert response.status_code == 200
    elif user is None:
        assert response.status_code == 302
        assert "next=" in response["Location"]
    else:
        assert response.status_code == 403
        assert "You cannot open this page" in page_text(response)


@pytest.mark.parametrize("who", ["nobody", "citizen", "clerk", "head", "administrator"])
def test_only_a_moderator_takes_a_moderators_step(
    request: pytest.FixtureRequest, who: str, checked: Initiative
) -> None:
    before = state_of(checked)
    user = None if who == "nobody" else request.getfixturevalue(who)
    browser(user).post(moderation_url(checked), {"act": "publish", "revision": checked.revision})
    assert state_of(checked) == before


@pytest.mark.parametrize("who", ["nobody", "citizen", "moderator", "clerk_elsewhere", "administrator"])
@pytest.mark.parametrize("act", ["register", "draft", "submit", "take_up", "promise"])
def test_only_an_official_of_the_body_takes_a_step_in_its_inbox(
    request: pytest.FixtureRequest, who: str, act: str, ministry: Body, citizen: User, now: datetime
) -> None:
    petition = make_petition(body=ministry, author=citizen, state=State.SENT, at=now)
    before = state_of(petition)
    user = None if who == "nobody" else request.getfixturevalue(who)
    response = browser(user).post(inbox_url(petition), {**ANSWER, "act": act, "number": "1", "revision": 1})
    assert response.status_code in (302, 403)
    assert state_of(petition) == before
    assert not Decision.objects.exists()


def test_an_official_of_another_body_reads_why_not(clerk_elsewhere: User, registered: Initiative) -> None:
    response = browser(clerk_elsewhere).get(inbox_url(registered))
    assert "Only officials of the addressed body may do this." in page_text(response)


def test_a_draft_is_no_ones_business_but_its_authors(
    moderator: User, clerk: User, ministry: Body, citizen: User, now: datetime
) -> None:
    draft = make_petition(body=ministry, author=citizen, state=State.DRAFT, at=now)
    assert browser(moderator).get(moderation_url(draft)).status_code == 404
    assert browser(clerk).get(inbox_url(draft)).status_code == 404


def test_menus_offer_each_desk_to_whom_it_belongs(moderator: User, clerk: User, citizen: User) -> None:
    def menu(user: User) -> tuple[bool, bool]:
        text = page_text(browser(user).get("/en/statistics/"))
        return 'href="/en/moderation/"' in text, 'href="/en/inbox/"' in text

    assert (menu(moderator), menu(clerk), menu(citizen)) == ((True, False), (False, True), (False, False))


# --- moderation -----------------------------------------------------------------------------------


def test_the_queue_puts_the_nearest_deadline_first_and_says_which_is_overdue(
    moderator: User, ministry: Body, citizen: User, checked: Initiative, now: datetime
) -> None:
    late = make_petition(
        body=ministry, author=citizen, state=State.CHECK, at=now - timedelta(days=60), title="Кешіккен петиция"
    )
    response = browser(moderator).get("/en/moderation/")
    assert [item.initiative.pk for item in response.context["queue"].items] == [late.pk, checked.pk]
    assert [item.term.is_late for item in response.context["queue"].items] == [True, False]
    text = page_text(response)
    assert text.count("Overdue") == 1
    assert "Why this date?" in text
    assert "APPC, art. 90-2(5)" in text


def test_the_queue_can_be_narrowed(
    moderator: User, ministry: Body, akimat: Body, citizen: User, checked: Initiative, now: datetime
) -> None:
    idea = make_idea(body=akimat, author=citizen, state=State.MODERATION, at=now, language="ru")

    def found(query: str) -> list[int]:
        return [
            item.initiative.pk for item in browser(moderator).get(f"/en/moderation/?{query}").context["queue"].items
        ]

    assert found("kind=idea") == [idea.pk]
    assert found("body=test-ministry") == [checked.pk]
    assert found("language=ru") == [idea.pk]
    assert found("body=there-is-none") == []
    assert set(found("body=%00")) == {checked.pk, idea.pk}


def test_the_queue_asks_the_same_number_of_questions_however_long_it_is(
    moderator: User, ministry: Body, citizen: User, checked: Initiative, now: datetime, django_assert_num_queries: Any
) -> None:
    client = browser(moderator)
    client.get("/en/moderation/")
    with django_assert_num_queries(count := _queries(client)):
        client.get("/en/moderation/")
    for _number in range(4):
        make_petition(body=ministry, author=citizen, state=State.CHECK, at=now)
    with django_assert_num_queries(count):
        client.get("/en/moderation/")


def _queries(client: Client) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        client.get("/en/moderation/")
    return len(captured)


def test_a_moderator_publishes(moderator: User, checked: Initiative) -> None:
    response = browser(moderator).post(moderation_url(checked), {"act": "publish", "revision": checked.revision})
    assert (response.status_code, response["Location"]) == (302, "/en/moderation/")
    assert state_of(checked)[0] == State.COLLECTING


def test_two_moderators_reject_with_a_reason_and_the_subject(
    moderator: User, second_moderator: User, checked: Initiative
) -> None:
    data = {"act": "propose", "revision": checked.revision, "reason": REASON, "subject": ExcludedSubject.JUSTICE.value}
    assert browser(moderator).post(moderation_url(checked), data).status_code == 302
    assert state_of(checked)[0] == State.CHECK
    confirm = {"act": "confirm", "revision": checked.revision + 1}
    alone = browser(moderator).post(moderation_url(checked), confirm)
    assert (alone.status_code, state_of(checked)[0]) == (403, State.CHECK)
    assert "You proposed this; another moderator confirms it." in page_text(alone)
    assert browser(second_moderator).post(moderation_url(checked), confirm).status_code == 302
    row = Initiative.objects.get(pk=checked.pk)
    assert (row.state, row.rejection_reason, row.rejection_subject) == (State.REJECTED, REASON, 5)


def test_a_rejection_without_a_reason_changes_nothing_and_keeps_the_subject(
    moderator: User, checked: Initiative
) -> None:
    before = state_of(checked)
    data = {"act": "propose", "revision": checked.revision, "reason": " ", "subject": "5"}
    response = browser(moderator).post(moderation_url(checked), data)
    assert response.status_code == 422
    assert state_of(checked) == before
    assert '<option value="5" selected>' in page_text(response)


def test_a_subject_outside_the_closed_list_is_refused(moderator: User, checked: Initiative) -> None:
    before = state_of(checked)
    data = {"act": "propose", "revision": checked.revision, "reason": REASON, "subject": "17"}
    response = browser(moderator).post(moderation_url(checked), data)
    assert response.status_code == 422
    assert REASON in page_text(response)
    assert state_of(checked) == before


def test_a_decision_on_a_stale_page_changes_nothing_and_keeps_what_was_typed(
    moderator: User, checked: Initiative
) -> None:
    Initiative.objects.filter(pk=checked.pk).update(revision=checked.revision + 1)
    before = state_of(checked)
    data = {"act": "propose", "revision": checked.revision, "reason": REASON, "subject": "5"}

    response = browser(moderator).post(moderation_url(checked), data)

    assert response.status_code == 409
    assert state_of(checked) == before
    assert REASON in page_text(response)
    form = response.context["forms"]["propose"]
    assert (form.initial["revision"], form.initial["subject"]) == (checked.revision + 1, 5)


def test_what_was_typed_is_shown_when_a_colleague_was_quicker(
    moderator: User, second_moderator: User, checked: Initiative
) -> None:
    browser(second_moderator).post(moderation_url(checked), {"act": "publish", "revision": checked.revision})
    before = state_of(checked)
    data = {"act": "propose", "revision": checked.revision, "reason": REASON}
    response = browser(moderator).post(moderation_url(checked), data)
    assert response.status_code == 409
    assert "What you had written" in page_text(response)
    assert REASON in page_text(response)
    assert state_of(checked) == before


def test_own_petition_is_for_another_moderator(
    moderator: User, second_moderator: User, ministry: Body, now: datetime
) -> None:
    own = make_petition(body=ministry, author=moderator, state=State.CHECK, at=now)
    before = state_of(own)
    page = browser(moderator).get(moderation_url(own))
    assert "You wrote this; another moderator decides." in page_text(page)
    assert page.context["forms"] == {}
    response = browser(moderator).post(moderation_url(own), {"act": "publish", "revision": own.revision})
    assert response.status_code == 403
    assert state_of(own) == before
    browser(second_moderator).post(moderation_url(own), {"act": "publish", "revision": own.revision})
    assert state_of(own)[0] == State.COLLECTING


@pytest.mark.parametrize(("language", "words"), [("kk", "нақты ұсыныс"), ("ru", "нет конкретного предложения")])
def test_a_prepared_reason_comes_in_the_language_of_the_text(
    moderator: User, ministry: Body, citizen: User, now: datetime, language: str, words: str
) -> None:
    petition = make_petition(body=ministry, author=citizen, state=State.CHECK, at=now, language=language)
    assert words in page_text(browser(moderator).get(f"{moderation_url(petition)}?reason=no_proposal"))


def test_a_prepared_reason_brings_its_subject(moderator: User, checked: Initiative) -> None:
    response = browser(moderator).get(f"{moderation_url(checked)}?reason=subject-13")
    assert '<option value="13" selected>' in page_text(response)


def test_a_prepared_reason_that_does_not_exist_is_as_if_none_was_chosen(moderator: User, checked: Initiative) -> None:
    assert browser(moderator).get(f"{moderation_url(checked)}?reason=whatever").status_code == 200


def test_similar_titles_stand_side_by_side(
    moderator: User, ministry: Body, citizen: User, checked: Initiative, now: datetime
) -> None:
    alike = make_petition(
        body=ministry, author=citizen, state=State.COLLECTING, at=now, title="Мектеп асханаларындағы тамақты тексеру"
    )
    other = make_petition(
        body=ministry,
        author=citizen,
        state=State.COLLECTING,
        at=now,
        title="Жол салу керек",
        problem="Көпір құлаған.",
        proposal="Көпірді жаңалау.",
    )
    unlisted = make_petition(body=ministry, author=citizen, state=State.LAPSED, at=now)
    response = browser(moderator).get(f"{moderation_url(checked)}?beside={alike.code}")
    codes = {one.code for one in response.context["similar"]}
    assert alike.code in codes
    assert not {other.code, unlisted.code, checked.code} & codes
    assert [one.code for one, _heading in response.context["pair"]] == [checked.code, alike.code]


@pytest.mark.parametrize("as_link", [False, True])
def test_an_idea_is_merged_into_another(
    moderator: User, ministry: Body, citizen: User, now: datetime, as_link: bool
) -> None:
    idea, target = (make_idea(body=ministry, author=citizen, state=State.DISCUSSION, at=now) for _n in range(2))
    into = f"https://example.kz/kk/petitions/{target.code}/" if as_link else target.code
    data = {"act": "merge", "revision": idea.revision, "into": into, "reason": "Бірдей"}
    assert browser(moderator).post(moderation_url(idea), data).status_code == 302
    row = Initiative.objects.get(pk=idea.pk)
    assert (row.state, row.merged_into_id) == (State.MERGED, target.pk)


@pytest.mark.parametrize("into", ["nothing-there", "", "https://example.kz/"])
def test_a_merge_into_nothing_is_refused(
    moderator: User, ministry: Body, citizen: User, now: datetime, into: str
) -> None:
    idea = make_idea(body=ministry, author=citizen, state=State.DISCUSSION, at=now)
    before = state_of(idea)
    data = {"act": "merge", "revision": idea.revision, "into": into, "reason": "Бірдей екі ой"}
    response = browser(moderator).post(moderation_url(idea), data)
    assert response.status_code == 422
    assert "Бірдей екі ой" in page_text(response)
    assert state_of(idea) == before


def test_a_petition_over_the_threshold_is_sent_to_its_body(
    moderator: User, ministry: Body, citizen: User, now: datetime
) -> None:
    petition = make_petition(body=ministry, author=citizen, state=State.THRESHOLD_REACHED, at=now)
    browser(moderator).post(moderation_url(petition), {"act": "send", "revision": petition.revision})
    assert state_of(petition)[0] == State.SENT


def test_a_step_that_does_not_exist_is_refused(moderator: User, checked: Initiative) -> None:
    assert browser(moderator).post(moderation_url(checked), {"act": "delete"}).status_code == 409


def test_a_reported_comment_is_hidden_with_its_reason(
    moderator: User, other_citizen: User, citizen: User, registered: Initiative, now: datetime
) -> None:
    comment = make_reported_comment(registered, author=other_citizen, reporter=citizen, at=now)
    url = f"/en/moderation/comments/{comment.pk}/"
    assert "тіл тигізетін" in page_text(browser(moderator).get(f"{url}?reason=insult"))
    assert browser(moderator).post(url, {"reason": ""}).status_code == 422
    comment.refresh_from_db()
    assert not comment.is_hidden
    assert browser(moderator).post(url, {"reason": REASON}).status_code == 302
    comment.refresh_from_db()
    assert (comment.hidden_reason, comment.hidden_by) == (REASON, moderator)
    assert browser(moderator).post(url, {"reason": REASON}).status_code == 409
    assert "No reported comments" in page_text(browser(moderator).get("/en/moderation/?show=comments"))


def test_a_reported_comment_that_keeps_to_the_rules_stays(
    moderator: User, citizen: User, other_citizen: User, registered: Initiative, now: datetime
) -> None:
    comment = make_reported_comment(registered, author=other_citizen, reporter=citizen, at=now)
    url = f"/en/moderation/comments/{comment.pk}/keep/"
    assert browser(citizen).post(url).status_code == 403
    assert comment.reports.filter(settled_at__isnull=True).count() == 1
    assert browser(moderator).post(url).status_code == 302
    comment.refresh_from_db()
    assert not comment.is_hidden
    assert not comment.reports.filter(settled_at__isnull=True).exists()
    assert "No reported comments" in page_text(browser(moderator).get("/en/moderation/?show=comments"))
    assert browser(moderator).post(url).status_code == 409


def test_own_comment_is_for_another_moderator(
    moderator: User, citizen: User, registered: Initiative, now: datetime
) -> None:
    comment = make_reported_comment(registered, author=moderator, reporter=citizen, at=now)
    url = f"/en/moderation/comments/{comment.pk}/"
    assert "You wrote this; another moderator decides." in page_text(browser(moderator).get(url))
    assert browser(moderator).post(f"{url}keep/").status_code == 403
    assert browser(moderator).post(url, {"reason": REASON}).status_code == 403
    comment.refresh_from_db()
    assert not comment.is_hidden


# --- the body's inbox -----------------------------------------------------------------------------


def test_the_inbox_shows_own_bodies_only_and_the_overdue_first(
    clerk: User, ministry: Body, akimat: Body, citizen: User, registered: Initiative, now: datetime
) -> None:
    make_petition(body=akimat, author=citizen, state=State.SENT, at=now)
    late = make_petition(body=ministry, author=citizen, state=State.SENT, at=now - timedelta(days=30))
    response = browser(clerk).get("/en/inbox/")
    assert [item.initiative.pk for item in response.context["queue"].items] == [late.pk, registered.pk]
    assert response.context["queue"].late == 1
    assert "1 overdue" in page_text(response)


def test_an_official_of_two_bodies_has_one_inbox(
    clerk: User, ministry: Body, akimat: Body, citizen: User, registered: Initiative, now: datetime
) -> None:
    clerk.assignments.create(role="clerk", body=akimat, since=now - timedelta(days=1))
    other = make_petition(body=akimat, author=citizen, state=State.SENT, at=now)

    def found(query: str) -> set[int]:
        return {item.initiative.pk for item in browser(clerk).get(f"/en/inbox/{query}").context["queue"].items}

    assert found("") == {registered.pk, other.pk}
    assert found("?body=test-akimat") == {other.pk}


@pytest.mark.parametrize(
    ("stage", "state"),
    [
        ("register", State.SENT),
        ("decide", State.REGISTERED),
        ("publish", State.DECIDED),
        ("carry_out", State.EXECUTION),
        ("ideas", State.DISCUSSION),
    ],
)
def test_each_stage_holds_what_stands_there(
    clerk: User, ministry: Body, citizen: User, now: datetime, stage: str, state: str
) -> None:
    make = make_idea if stage == "ideas" else make_petition
    made = {one: make(body=ministry, author=citizen, state=one, at=now) for one in (state, State.REJECTED)}
    response = browser(clerk).get(f"/en/inbox/?stage={stage}")
    assert [item.initiative.pk for item in response.context["queue"].items] == [made[state].pk]


def test_a_petition_is_registered(clerk: User, ministry: Body, citizen: User, now: datetime) -> None:
    petition = make_petition(body=ministry, author=citizen, state=State.SENT, at=now)
    client = browser(clerk)
    refused = client.post(inbox_url(petition), {"act": "register", "revision": petition.revision, "number": ""})
    assert (refused.status_code, state_of(petition)[0]) == (422, State.SENT)
    client.post(inbox_url(petition), {"act": "register", "revision": petition.revision, "number": "ЗТ-7"})
    row = Initiative.objects.get(pk=petition.pk)
    assert (row.state, row.registration_number) == (State.REGISTERED, "ЗТ-7")


def test_a_number_typed_on_a_stale_page_is_kept(clerk: User, ministry: Body, citizen: User, now: datetime) -> None:
    petition = make_petition(body=ministry, author=citizen, state=State.SENT, at=now)
    before = state_of(petition)
    data = {"act": "register", "revision": petition.revision + 5, "number": "ЗТ-7"}
    response = browser(clerk).post(inbox_url(petition), data)
    assert response.status_code == 409
    assert 'value="ЗТ-7"' in page_text(response)
    assert state_of(petition) == before


def test_a_draft_is_saved_changed_and_laid_before_the_head(clerk: User, head: User, registered: Initiative) -> None:
    client = browser(clerk)
    assert client.post(inbox_url(registered), ANSWER).status_code == 302
    assert client.post(inbox_url(registered), {**ANSWER, "revision": "1", "outcome": "full"}).status_code == 302
    assert "Read and sign" not in page_text(browser(head).get(inbox_url(registered)))
    client.post(inbox_url(registered), {"act": "submit", "revision": "2"})
    decision = Decision.objects.get(initiative=registered)
    assert (decision.outcome, decision.revision, decision.submitted_at is not None) == ("full", 2, True)
    assert "Read and sign" in page_text(browser(head).get(inbox_url(registered)))
    assert "Read and sign" not in page_text(client.get(inbox_url(registered)))


def test_a_draft_over_a_colleagues_draft_is_refused_and_both_texts_are_shown(
    clerk: User, head: User, registered: Initiative
) -> None:
    theirs = "Әріптестің мәтіні. " * 20
    browser(head).post(inbox_url(registered), {**ANSWER, "text": theirs})
    response = browser(clerk).post(inbox_url(registered), ANSWER)
    assert response.status_code == 409
    text = page_text(response)
    assert "Әріптестің мәтіні." in text
    assert "ұсыныстың бірінші тармағын" in text
    assert Decision.objects.get().text == theirs.strip()
    assert response.context["forms"]["draft"].initial["revision"] == 1


def test_an_incomplete_draft_is_refused_and_kept(clerk: User, registered: Initiative) -> None:
    response = browser(clerk).post(inbox_url(registered), {**ANSWER, "text": "Қысқа."})
    assert response.status_code == 422
    assert "Қысқа." in page_text(response)
    assert not Decision.objects.exists()


def test_a_signed_decision_is_published_carried_out_and_reported(
    clerk: User, head: User, ministry: Body, citizen: User, now: datetime
) -> None:
    petition = make_petition(body=ministry, author=citizen, state=State.DECIDED, at=now)
    make_decision(petition, by=clerk, at=now, signed_by=head, submitted_at=now)
    client = browser(clerk)

    def take(act: str, **data: str) -> None:
        revision = str(Initiative.objects.get(pk=petition.pk).revision)
        response = client.post(inbox_url(petition), {"act": act, "revision": revision, **data})
        assert response.status_code == 302, page_text(response)

    take("publish_decision", statement="Біз мұны орындаймыз.")
    today = clock.local_date(clock.now())
    take("promise", title="Мәзірді жариялау", due_date=str(today + timedelta(days=90)))
    take("carry_out")
    milestone = Milestone.objects.get()
    take("fulfil", milestone=str(milestone.pk), evidence="Сайтта жарияланды.", done_date=str(today))
    take("finish", reason="Бәрі орындалды.")
    milestone.refresh_from_db()
    decision = Decision.objects.get()
    assert state_of(petition)[0] == State.DONE
    assert (decision.statement, decision.published_at is not None) == ("Біз мұны орындаймыз.", True)
    assert (milestone.is_done, milestone.evidence) == (True, "Сайтта жарияланды.")


def test_a_promise_of_another_petition_cannot_be_reported_here(
    clerk: User, ministry: Body, citizen: User, now: datetime
) -> None:
    here, there = (make_petition(body=ministry, author=citizen, state=State.EXECUTION, at=now) for _n in range(2))
    milestone = make_milestone(there, at=now)
    data = {"act": "fulfil", "milestone": str(milestone.pk), "evidence": "Орындалды", "done_date": "2026-11-01"}
    assert browser(clerk).post(inbox_url(here), data).status_code == 404
    milestone.refresh_from_db()
    assert not milestone.is_done


def test_evidence_is_owed(clerk: User, ministry: Body, citizen: User, now: datetime) -> None:
    petition = make_petition(body=ministry, author=citizen, state=State.EXECUTION, at=now)
    milestone = make_milestone(petition, at=now)
    data = {"act": "fulfil", "milestone": str(milestone.pk), "evidence": "", "done_date": "2026-11-01"}
    response = browser(clerk).post(inbox_url(petition), data)
    assert response.status_code == 422
    assert 'value="2026-11-01"' in page_text(response)
    milestone.refresh_from_db()
    assert not milestone.is_done


@pytest.mark.parametrize(("act", "state"), [("take_up", State.TAKEN_UP), ("answer", State.ANSWERED)])
def test_an_idea_is_taken_up_or_answered_with_a_reason(
    clerk: User, ministry: Body, citizen: User, now: datetime, act: str, state: str
) -> None:
    idea = make_idea(body=ministry, author=citizen, state=State.DISCUSSION, at=now)
    client = browser(clerk)
    assert client.post(inbox_url(idea), {"act": act, "revision": idea.revision, "reason": ""}).status_code == 422
    client.post(inbox_url(idea), {"act": act, "revision": idea.revision, "reason": "Келесі жылғы жоспарға енді."})
    assert state_of(idea)[0] == state


# --- the head's signature -------------------------------------------------------------------------


@pytest.fixture
def signing_head(ministry: Body) -> User:
    """Yerbolat, who heads the Ministry and has a key of the demo."""
    person = BY_SLUG["ministry-head"]
    return make_official(person.iin, person.given_name, person.surname, "head", ministry, sex="male")


@pytest.fixture
def laid(registered: Initiative, clerk: User, now: datetime) -> Decision:
    """Saule's draft, laid before the head."""
    return make_decision(registered, by=clerk, at=now, submitted_at=now)


def signed(client: Client, decision: Decision, keys: DemoPki, whose: str) -> dict[str, Any]:
    """Open the page, sign the statement that it shows, and return what the page would send."""
    page = client.get(f"{inbox_url(decision.initiative)}sign/")
    statement = page.context["statement"]
    cms = keys.sign(whose, statement.text.encode(), at=datetime.now(UTC))
    return {
        "token": statement.token,
        "cms": base64.b64encode(cms).decode(),
        "revision": str(page.context["revision"]),
    }


def test_the_head_signs_the_decision(signing_head: User, laid: Decision, trust_of_today: DemoPki) -> None:
    client = browser(signing_head)
    url = f"{inbox_url(laid.initiative)}sign/"
    page = client.get(url)
    assert laid.text.strip() in page_text(page)
    assert laid.text_sha256 in page.context["statement"].text
    response = client.post(url, signed(client, laid, trust_of_today, "ministry-head"))
    assert response.status_code == 302, page_text(response)
    laid.refresh_from_db()
    assert laid.signed_by == signing_head
    assert laid.signature is not None
    assert laid.signature.text_sha256 == laid.text_sha256
    assert state_of(laid.initiative)[0] == State.DECIDED


def test_anothers_key_does_not_sign_for_the_head(signing_head: User, laid: Decision, trust_of_today: DemoPki) -> None:
    before = state_of(laid.initiative)
    client = browser(signing_head)
    response = client.post(f"{inbox_url(laid.initiative)}sign/", signed(client, laid, trust_of_today, "akimat-head"))
    assert response.status_code == 403
    assert "This is another person&#x27;s signature. Sign with your own key." in page_text(response)
    laid.refresh_from_db()
    assert not laid.is_signed
    assert not Signature.objects.exists()
    assert state_of(laid.initiative) == before


def test_a_text_changed_meanwhile_is_not_signed(
    signing_head: User, clerk: User, laid: Decision, trust_of_today: DemoPki, now: datetime
) -> None:
    client = browser(signing_head)
    sent = signed(client, laid, trust_of_today, "ministry-head")
    browser(clerk).post(inbox_url(laid.initiative), {**ANSWER, "revision": "1"})
    browser(clerk).post(inbox_url(laid.initiative), {"act": "submit", "revision": "2"})
    response = client.post(f"{inbox_url(laid.initiative)}sign/", sent)
    assert response.status_code == 409
    assert "Nothing was changed" in page_text(response)
    laid.refresh_from_db()
    assert not laid.is_signed
    assert not Signature.objects.exists()


def test_a_signature_is_used_once(signing_head: User, laid: Decision, trust_of_today: DemoPki) -> None:
    client = browser(signing_head)
    sent = signed(client, laid, trust_of_today, "ministry-head")
    url = f"{inbox_url(laid.initiative)}sign/"
    assert client.post(url, sent).status_code == 302
    after = state_of(laid.initiative)
    assert client.post(url, sent).status_code == 409
    assert state_of(laid.initiative) == after


def test_a_form_without_a_signature_is_refused(signing_head: User, laid: Decision) -> None:
    response = browser(signing_head).post(f"{inbox_url(laid.initiative)}sign/", {"token": "x", "revision": "1"})
    assert response.status_code == 422
    assert "The signature has not arrived." in page_text(response)


def test_a_clerk_reads_that_the_head_signs(clerk: User, laid: Decision) -> None:
    response = browser(clerk).get(f"{inbox_url(laid.initiative)}sign/")
    assert response.status_code == 403
    assert "Only the head of the body signs the decision." in page_text(response)


def test_a_draft_that_was_not_laid_before_the_head_is_not_signed(
    signing_head: User, clerk: User, registered: Initiative, now: datetime
) -> None:
    make_decision(registered, by=clerk, at=now)
    assert browser(signing_head).get(f"{inbox_url(registered)}sign/").status_code == 409
