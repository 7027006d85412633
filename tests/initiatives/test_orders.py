"""The published orders read their first page off an index, and no initiative is missing for want of a vote."""

import pytest
from django.db import connection

from initiatives.models import Initiative, Tally
from initiatives.states import Order
from tests.initiatives.voters import make_initiative

pytestmark = pytest.mark.django_db


def test_an_initiative_comes_with_its_tally() -> None:
    made = make_initiative()
    assert Tally.objects.values_list("votes", "progress", "rising", "trend").get(initiative=made) == (0, 0, 0, None)


@pytest.mark.parametrize("order", Order.values)
def test_no_order_leaves_out_what_has_no_votes(order: str) -> None:
    older, newer = make_initiative(), make_initiative()
    assert list(Initiative.objects.listed().ranked(order)) == [newer, older]


@pytest.mark.parametrize("order", Order.values)
def test_the_first_page_is_read_off_an_index(order: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("SET LOCAL enable_incremental_sort = off")
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "Sort" not in Initiative.objects.listed().ranked(order)[:50].explain()
