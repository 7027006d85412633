"""The desks and the statistics in a real browser: nothing that axe finds, nothing wider than a phone; the head signs."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Body, User
from initiatives.models import Decision, Initiative
from initiatives.states import State
from portal import clock
from signatures.eds.demo_people import BY_SLUG, PASSWORD
from signatures.eds.demo_pki import DemoPki
from tests import axe
from tests.factories.accounts import make_official
from tests.factories.initiatives import (
    make_decision,
    make_discussion,
    make_idea,
    make_milestone,
    make_petition,
    make_reported_comment,
)

pytestmark = pytest.mark.django_db(transaction=True)

MODERATORS = (
    "moderation/",
    "moderation/?show=comments",
    "moderation/comments/{comment}/?reason=insult",
    "moderation/{check}/?reason=no_proposal&beside={collecting}",
    "moderation/{discussion}/",
)
CLERKS = (
    "inbox/",
    "inbox/?stage=ideas",
    "inbox/{sent}/",
    "inbox/{registered}/",
    "inbox/{registered}/review/",
    "inbox/{decided}/",
    "inbox/{execution}/",
    "inbox/{discussion}/",
)


def enter(page: Page, server: LiveServer, user: User) -> None:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])


def inspect(page: Page) -> None:
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert axe.violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url} is wider than {width} px"


@pytest.fixture
def matters(ministry: Body, citizen: User, other_citizen: User, clerk: User, head: User) -> dict[str, Any]:
    """One matter in each state that the desks show; each of the codes by its state."""
    at = clock.now() - timedelta(days=90)
    states = (State.CHECK, State.COLLECTING, State.SENT, State.REGISTERED, State.DECIDED, State.EXECUTION)
    made = {state: make_petition(body=ministry, author=citizen, state=state, at=at, votes=60) for state in states}
    made[State.DISCUSSION] = make_idea(body=ministry, author=citizen, state=State.DISCUSSION, at=at)
    make_decision(made[State.REGISTERED], by=clerk, at=at, submitted_at=at)
    make_discussion(made[State.REGISTERED], by=clerk, at=at, is_summarised=True)
    for state in (State.DECIDED, State.EXECUTION):
        make_decision(made[state], by=clerk, at=at, signed_by=head, submitted_at=at)
    make_milestone(made[State.EXECUTION], at=at)
    comment = make_reported_comment(made[State.COLLECTING], author=other_citizen, reporter=citizen, at=at)
    return {"comment": comment.pk, **{str(state): one.code for state, one in made.items()}}


@pytest.mark.parametrize("path", MODERATORS)
def test_the_moderators_pages(
    page: Page, live_server: LiveServer, path: str, moderator: User, matters: dict[str, Any]
) -> None:
    enter(page, live_server, moderator)
    page.goto(f"{live_server.url}/ru/{path.format(**matters)}")
    inspect(page)


@pytest.mark.parametrize("path", CLERKS)
def test_the_officials_pages(
    page: Page, live_server: LiveServer, path: str, clerk: User, matters: dict[str, Any]
) -> None:
    enter(page, live_server, clerk)
    page.goto(f"{live_server.url}/kk/{path.format(**matters)}")
    inspect(page)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_statistics(page: Page, live_server: LiveServer, language: str, matters: dict[str, Any]) -> None:
    page.goto(f"{live_server.url}/{language}/statistics/")
    inspect(page)
    for number in range(page.locator("main details").count()):
        page.locator("main details > summary").nth(number).click()
    inspect(page)


def test_a_refused_step_in_the_browser(
    page: Page, live_server: LiveServer, moderator: User, matters: dict[str, Any]
) -> None:
    enter(page, live_server, moderator)
    page.goto(f"{live_server.url}/en/moderation/{matters['check']}/")
    page.get_by_role("button", name="Reject").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    inspect(page)
    page.locator("#propose_reason").fill("Мәтінде нақты ұсыныс жоқ.")
    Initiative.objects.filter(code=matters["check"]).update(revision=7)
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("Nothing was changed")).to_be_visible()
    expect(page.locator("#propose_reason")).to_have_value("Мәтінде нақты ұсыныс жоқ.")
    inspect(page)
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("The rejection is proposed; a second moderator confirms it")).to_be_visible()


def test_the_head_signs_with_a_key_file_in_the_page(
    page: Page,
    live_server: LiveServer,
    trust_of_today: DemoPki,
    ministry: Body,
    matters: dict[str, Any],
) -> None:
    person = BY_SLUG["ministry-head"]
    enter(page, live_server, make_official(person.iin, person.given_name, person.surname, "head", ministry, sex="male"))

    page.goto(f"{live_server.url}/en/inbox/{matters['registered']}/")
    page.get_by_role("link", name="Read and sign").click()
    inspect(page)
    page.get_by_text("Sign with a key file, without NCALayer").click()
    page.get_by_label("Key file (.p12)").set_input_files(trust_of_today.directory / "people" / "ministry-head.p12")
    page.get_by_label("Password of the key file").fill(PASSWORD)
    page.get_by_role("button", name="Sign with the key file").click()

    expect(page.get_by_text("You have signed the decision. Now it can be published.")).to_be_visible()
    decision = Decision.objects.get(initiative__code=matters["registered"])
    assert decision.is_signed
    inspect(page)
