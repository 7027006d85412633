"""The way to sign in leads back to where somebody was."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_link_to_sign_in_carries_the_page_and_its_query(client: Client) -> None:
    page = client.get("/en/petitions/?q=trees&stage=answered").text
    assert 'href="/en/sign-in/?next=%2Fen%2Fpetitions%2F%3Fq%3Dtrees%26stage%3Danswered"' in page


def test_the_page_to_sign_in_leads_nowhere_else(client: Client) -> None:
    assert 'href="/en/sign-in/?next' not in client.get("/en/sign-in/").text
