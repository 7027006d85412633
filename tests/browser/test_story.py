"""The whole story before real screens: a citizen asks, people join, an official answers, the citizen is told."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.models import Body
from initiatives.models import Initiative
from portal import clock
from signatures.eds.demo_people import BY_SLUG
from signatures.eds.demo_pki import DemoPki
from tests.browser.screens import Screen
from tests.factories.accounts import make_official
from tests.factories.initiatives import make_discussion
from tests.journeys.conftest import Clock
from tests.journeys.people import Person
from tests.journeys.test_petition import APPEAL, DECISION, PROBLEM, PROPOSAL, TITLE

pytestmark = pytest.mark.django_db(transaction=True)
SitDown = Callable[..., Screen]


@pytest.fixture
def officials(small_akimat: Body) -> None:
    """A moderator, a clerk and the head of the akimat."""
    for slug, role, body in (
        ("moderator", "moderator", None), ("akimat-clerk", "clerk", small_akimat), ("akimat-head", "head", small_akimat)
    ):  # fmt: skip
        who = BY_SLUG[slug]
        make_official(who.iin, who.given_name, who.surname.title(), role, body, birth_date=who.birth_date)


def test_from_the_first_word_to_the_answer(sit_down: SitDown, officials: None, fresh_pki: DemoPki) -> None:
    code = aigerim_writes(sit_down("aigerim"))

    # On her phone Olga joins in two screens; the others join at home.
    olga = sit_down("olga", width=360)
    olga.visit(f"petitions/{code}/")
    olga.page.get_by_role("link", name=re.compile("Support|Join")).first.click()
    olga.look().sign().look().sees("Your vote stands")
    for number in range(49):
        person = Person(pki=fresh_pki, key=number)
        person.sign(person.visit(f"petitions/{code}/vote/"))
    Clock.work()

    moderator = sit_down("moderator").sign_in()
    moderator.visit("moderation/").page.get_by_role("link", name=TITLE).click()
    moderator.look().press("Publish").look().sees("It is published and open to votes.")

    # The last vote that the threshold needs; the count on the page follows.
    yerlan = sit_down("yerlan")
    yerlan.visit(f"petitions/{code}/vote/").sign().look().sees("Your vote stands")
    Clock.work()
    yerlan.visit(f"petitions/{code}/").sees("Threshold reached")

    moderator.visit(f"moderation/{code}/").press("Send to the body").look()
    akimat_answers(sit_down, code)

    reader = sit_down(width=360)
    reader.visit(f"petitions/{code}/").sees("Satisfied in part").sees(DECISION[:50])
    Clock.work()
    aigerim = sit_down("aigerim").sign_in()
    aigerim.visit("my/notifications/").sees(TITLE)


def aigerim_writes(aigerim: Screen) -> str:
    """She signs in, writes with autosave, and hands it over; return the code."""
    aigerim.sign_in()
    page = aigerim.visit("petitions/new/").page
    page.locator('input[name="kind"][value="petition-district-akimat"]').check()
    page.locator("#id_body").select_option("small-district")
    page.locator('[name="language"]').last.scroll_into_view_if_needed()
    aigerim.press("Begin the draft").look()
    page.locator("#id_title").fill(TITLE)
    page.locator("#id_problem").fill(PROBLEM)
    with page.expect_response(lambda response: response.request.method == "POST") as autosave:
        page.locator("#id_proposal").fill(PROPOSAL)
    assert autosave.value.status == 200
    expect(page.locator('#saved input[name="revision"]')).not_to_have_value("1")
    page.get_by_label("Topic").select_option(index=1)
    aigerim.press("Check it and hand it over").look().sees("51")
    aigerim.press("Hand it over").look().sees("Only those who have the link see this page")
    found = re.search(r"/petitions/([a-z0-9]{12})/", page.url)
    assert found
    return found[1]


def akimat_answers(sit_down: SitDown, code: str) -> None:
    """The clerk registers and drafts, the head signs, the clerk publishes."""
    clerk = sit_down("akimat-clerk").sign_in()
    page = clerk.visit("inbox/").page
    page.get_by_role("link", name=TITLE).click()
    page.get_by_label("Registration number").fill("АӘ-26/117")
    clerk.look().press("Register").look()
    page.get_by_label("Satisfied in part").check()
    page.get_by_label("Decision and its reasons").fill(DECISION)
    page.get_by_label("How the decision can be appealed").fill(APPEAL)
    clerk.press("Save the draft").look().press("Lay before the head").look()

    # The days of the notice and of the discussion cannot be waited for before a screen; tests/journeys waits for them.
    petition = Initiative.objects.get(code=code)
    make_discussion(petition, by=petition.author, at=clock.now() - timedelta(hours=2), is_summarised=True)
    head = sit_down("akimat-head").sign_in()
    head.visit(f"inbox/{code}/").page.get_by_role("link", name="Read and sign").click()
    head.look().sign().look().sees("You have signed the decision.")

    clerk.visit(f"inbox/{code}/").press("Publish the decision").look().sees("The decision is public.")
