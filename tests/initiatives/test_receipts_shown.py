"""The voter meets the receipt at once: in the thanks, on the page, among their votes, and in the API's answer."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Body, User
from initiatives.models import Initiative, VoteAct
from initiatives.services import log_agreeing
from initiatives.states import State
from portal import clock
from signatures.log import leaves
from signatures.services import log_keys
from tests.factories.initiatives import make_idea

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="(/api/v1/initiatives/[a-z0-9]+/log/receipts/[0-9a-f]{32}/)"')


@pytest.fixture
def idea(ministry: Body, clerk: User) -> Initiative:
    return make_idea(body=ministry, author=clerk, state=State.DISCUSSION, at=clock.now() - timedelta(days=1))


def receipt_in(client: Client, html: str) -> leaves.Entry:
    """Follow the link of the page and verify what is there."""
    answer = client.get(LINK.findall(html)[0])
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="receipt-')
    return leaves.verify_receipt(json.loads(answer.content), [log_keys.in_use().public])[1]


def test_thanks_page_votes_and_withdrawal_lead_to_the_receipt(client: Client, idea: Initiative, citizen: User) -> None:
    client.force_login(citizen)

    thanked = client.post(f"/en{reverse('initiatives:vote', args=[idea.code])[3:]}", follow=True)
    html = thanked.content.decode()
    assert len(LINK.findall(html)) == 2, "in the thanks and beside the vote"
    act = VoteAct.objects.get()
    assert act.entry is not None
    assert receipt_in(client, html).id == act.entry.hex
    for page in ("initiatives:detail", "initiatives:vote"):
        shown = client.get(f"/en{reverse(page, args=[idea.code])[3:]}").content.decode()
        assert receipt_in(client, shown).id == act.entry.hex
    mine = client.get(f"/en{reverse('initiatives:mine')[3:]}").content.decode()
    assert receipt_in(client, mine).action == "vote"
    taken = client.post(
        f"/en{reverse('initiatives:withdraw_vote', args=[idea.code])[3:]}", follow=True
    ).content.decode()
    withdrawal = receipt_in(client, taken)
    assert (withdrawal.action, withdrawal.cancels) == ("withdraw", act.entry.hex)


def test_the_page_states_the_final_head_when_voting_has_ended(client: Client, idea: Initiative, citizen: User) -> None:
    client.force_login(citizen)
    client.post(f"/en{reverse('initiatives:vote', args=[idea.code])[3:]}")
    page = f"/en{reverse('initiatives:detail', args=[idea.code])[3:]}"
    assert "final head" not in client.get(page).content.decode()
    Initiative.objects.filter(pk=idea.pk).update(state=State.ANSWERED)
    assert log_agreeing.close_ended(at=clock.now()) == 1
    html = client.get(page).content.decode()
    assert "The final head of the vote log" in html
    head = client.get(f"/api/v1/initiatives/{idea.code}/log/").json()
    assert head["is_final"]
    assert head["head"]["root"].replace("+", "&#x2B;") in html or head["head"]["root"] in html
