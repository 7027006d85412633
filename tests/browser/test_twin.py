"""Before a real screen: a citizen types, sees that somebody asks for the same, and joins that instead."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from accounts.models import Body
from initiatives.models import Initiative
from initiatives.states import State
from portal import clock
from tests.browser.screens import Screen
from tests.factories.accounts import make_citizen
from tests.factories.initiatives import make_petition
from tests.journeys.conftest import Clock

pytestmark = pytest.mark.django_db(transaction=True)
SitDown = Callable[..., Screen]
TITLE = "Ауыл мектебіне жылы дәретхана салу"


@pytest.fixture
def twin(small_akimat: Body) -> Initiative:
    """What Dauren asks for already."""
    author = make_citizen("900701300121", "Дәурен", "Ахметов", sex="male")
    return make_petition(
        author=author, body=small_akimat, at=clock.now(), state=State.COLLECTING, votes=7, threshold=51, title=TITLE,
        problem="Балалар аязда далаға шығады.", proposal="Мектептің ішінде дәретхана салу.",
    )  # fmt: skip


@pytest.mark.parametrize("width", [360, 1280])
def test_who_finds_a_twin_while_typing_joins_it_instead(sit_down: SitDown, twin: Initiative, width: int) -> None:
    aigerim = sit_down("aigerim", width=width).sign_in()
    page = aigerim.visit("petitions/new/").page
    page.locator('input[name="kind"][value="petition-district-akimat"]').check()
    page.locator("#id_body").select_option("small-district")
    aigerim.press("Begin the draft")
    draft = re.search(r"/petitions/([a-z0-9]{12})/", page.url)
    assert draft

    similar = page.locator("#similar")
    expect(similar.get_by_text(TITLE)).to_have_count(0)
    with page.expect_response(lambda response: response.url.endswith("/edit/") and response.request.method == "POST"):
        page.locator("#id_title").press_sequentially("Мектеп даретханасын жылы ету")
        expect(similar.get_by_role("link", name=TITLE)).to_be_visible()
    aigerim.look()
    similar.get_by_role("button", name="Join this one instead").click()
    page.wait_for_url(f"**/petitions/{twin.code}/vote/")
    aigerim.look().sees("Your draft is withdrawn.")
    aigerim.sign().look().sees("Your vote stands")

    # The vote counts, and comes up again where she would vote a second time; the draft says what it was left for.
    Clock.work()
    assert page.request.get(f"{aigerim.address}/en/petitions/{twin.code}/count/").json()["votes"] == 8
    aigerim.visit(f"petitions/{twin.code}/vote/").sees("You voted here already")
    aigerim.visit(f"petitions/{draft[1]}/")
    expect(page.get_by_role("main").get_by_role("link", name=TITLE)).to_be_visible()
    assert Initiative.objects.get(code=draft[1]).state == State.WITHDRAWN
