"""Before real screens: two moderators reject, the author appeals on a telephone, a third moderator publishes."""

from collections.abc import Callable

import pytest

from accounts.models import Body
from initiatives.models import Initiative
from initiatives.states import State
from portal import clock
from signatures.eds.demo_people import BY_SLUG
from tests.browser.screens import Screen
from tests.factories.accounts import make_citizen, make_official
from tests.factories.initiatives import make_petition
from tests.journeys.conftest import Clock

pytestmark = pytest.mark.django_db(transaction=True)
SitDown = Callable[..., Screen]
REASON = "Петицияда нақты ұсыныс көрсетілмеген."
APPEAL = "Ұсыныс екінші бөлікте тармақталып жазылған."


@pytest.fixture
def petition(small_akimat: Body) -> Initiative:
    """Aigerim's petition on the desk of three moderators."""
    for slug in ("moderator", "moderator-2", "moderator-3"):
        who = BY_SLUG[slug]
        make_official(who.iin, who.given_name, who.surname.title(), "moderator", birth_date=who.birth_date)
    who = BY_SLUG["aigerim"]
    author = make_citizen(who.iin, who.given_name, who.surname.title(), birth_date=who.birth_date)
    return make_petition(body=small_akimat, author=author, state=State.CHECK, at=clock.now(), votes=50, threshold=51)


def test_rejected_by_two_appealed_and_upheld_by_a_third(sit_down: SitDown, petition: Initiative) -> None:
    code = petition.code
    dinara = sit_down("moderator").sign_in()
    dinara.visit("moderation/").page.get_by_role("link", name=petition.title).click()
    dinara.page.locator("#propose_reason").fill(REASON)
    dinara.look().press("Propose the rejection").look().sees("a second moderator confirms it or returns it")
    dinara.visit(f"moderation/{code}/").sees("You proposed this; another moderator confirms it.")

    viktor = sit_down("moderator-2").sign_in()
    viktor.visit(f"moderation/{code}/").sees("is looking at this").sees(REASON)
    viktor.press("Confirm the rejection").look().sees("It is rejected; the reason is public.")

    aigerim = sit_down("aigerim", width=360).sign_in()
    aigerim.visit(f"petitions/{code}/").page.get_by_role("link", name="Appeal against the rejection").click()
    aigerim.look().page.get_by_label("Why the rejection is wrong").fill(APPEAL)
    aigerim.press("File the appeal").look().sees("Your appeal is filed.")

    asel = sit_down("moderator-3").sign_in()
    asel.visit("moderation/?show=second").page.get_by_role("link", name=petition.title).click()
    asel.look().sees(APPEAL).page.locator("#dismiss_reason").fill("Автор дұрыс айтады.")
    asel.press("Uphold and publish").look().sees("The appeal is upheld; the text is published.")

    Clock.work()
    reader = sit_down(width=360)
    reader.visit(f"petitions/{code}/").sees("Collecting votes")
    reader.visit(f"moderation-log/?code={code}").sees("Moderator 3")
    aigerim.visit("my/notifications/").sees("Your appeal was upheld")
