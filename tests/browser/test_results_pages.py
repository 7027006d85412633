"""After the threshold in a real browser: a late body shown late, below the threshold, a remark, the seat, a dispute."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Body, User
from initiatives.models import Commission, CommissionMember, Follow
from initiatives.services import deadlines
from initiatives.states import State
from portal import clock
from tests.browser.test_staff_pages import enter, inspect
from tests.factories.initiatives import make_discussion, make_milestone, make_petition

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_late_body_is_shown_late_on_page_card_and_board(
    page: Page, live_server: LiveServer, ministry: Body, citizen: User
) -> None:
    now = clock.now()
    petition = make_petition(body=ministry, author=citizen, state=State.REGISTERED, at=now - timedelta(days=200))
    assert petition.state_deadline_at is not None
    days = (clock.local_date(now) - clock.local_date(petition.state_deadline_at)).days
    page.goto(f"{live_server.url}/en/petitions/{petition.code}/")
    late = page.locator("#late")
    expect(late).to_contain_text(f"The body is {days} days late")
    late.get_by_text("Why this date?").click()
    expect(late.get_by_text("day 40")).to_be_visible()
    inspect(page)
    page.goto(f"{live_server.url}/en/petitions/")
    expect(page.locator(".card").first).to_contain_text(f"The body is {days} days late")
    page.goto(f"{live_server.url}/en/bodies/")
    page.get_by_role("link", name=str(ministry)).click()
    expect(page.get_by_text(f"{days} days late").first).to_be_visible()
    inspect(page)


def test_below_the_threshold_it_becomes_an_ordinary_appeal(
    page: Page, live_server: LiveServer, ministry: Body, citizen: User
) -> None:
    at = clock.now() - timedelta(days=200)
    petition = make_petition(body=ministry, author=citizen, state=State.COLLECTING, at=at, votes=31)
    assert deadlines.run_due(at=clock.now()) == 1
    page.goto(f"{live_server.url}/en/petitions/{petition.code}/")
    expect(page.locator("#handover")).to_contain_text("becomes an ordinary appeal to Ministry of Tests")
    expect(page.locator("#handover")).to_contain_text("It is to be handed over by")
    inspect(page)


def test_a_citizen_makes_a_remark_and_the_applicant_takes_the_seat(
    page: Page, live_server: LiveServer, ministry: Body, citizen: User, clerk: User
) -> None:
    at = clock.now() - timedelta(hours=2)
    petition = make_petition(body=ministry, author=citizen, state=State.REGISTERED, at=at)
    discussion = make_discussion(petition, by=clerk, at=at)
    commission = Commission.objects.create(initiative=petition, formed_at=at, formed_by=clerk)
    CommissionMember.objects.create(
        commission=commission, name="Асқар Төлегенов", position="Вице-министр", is_chair=True, since=at
    )
    enter(page, live_server, citizen)
    page.goto(f"{live_server.url}/en/petitions/{petition.code}/")
    inspect(page)
    page.get_by_role("button", name="I take the seat").click()
    expect(page.locator("#commission").get_by_text("takes the seat")).to_be_visible()
    page.goto(f"{live_server.url}/en/petitions/{petition.code}/discussions/{discussion.pk}/")
    page.get_by_label("Your remark").fill("Жобада <b>мерзім</b> көрсетілмеген.")
    page.get_by_role("button", name="Send the remark").click()
    expect(page.get_by_text("Жобада <b>мерзім</b> көрсетілмеген.")).to_be_visible()
    inspect(page)


def test_a_follower_says_that_it_is_not_so(
    page: Page, live_server: LiveServer, ministry: Body, citizen: User, other_citizen: User
) -> None:
    at = clock.now() - timedelta(days=40)
    petition = make_petition(body=ministry, author=citizen, state=State.EXECUTION, at=at)
    make_milestone(petition, at=at, done_date=(at + timedelta(days=33)).date(), evidence="Ашылды.")
    Follow.objects.create(initiative=petition, user=other_citizen, since=at)
    enter(page, live_server, other_citizen)
    page.goto(f"{live_server.url}/en/petitions/{petition.code}/")
    page.get_by_text("It is not so", exact=True).click()
    page.get_by_label("What is not so?").fill("Есігі әлі жабық тұр.")
    page.get_by_role("button", name="Say it").click()
    expect(page.get_by_text("1 person says that it is not so")).to_be_visible()
    inspect(page)
