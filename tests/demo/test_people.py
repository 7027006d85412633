"""The named people of the demo: staff have a second door, citizens have not."""

from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from demo.world.people import STAFF_PASSWORD, enrol_named, second_factor
from tests.actors import AT
from tests.factories.accounts import make_body, make_territory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _named() -> None:
    """The people, and the bodies at which two pairs of them work."""
    almaty = make_territory("750000000", "Алматы қаласы", level="region", kind="city")
    make_body("akimat-almaty-city", "oblast_akimat", almaty, "Akimat")
    make_body("ministry-ecology-natural-resources", "central", almaty, "Ministry")
    enrol_named(at=AT)


def test_the_administrator_of_the_demo_reaches_the_administration(client: Client) -> None:
    client.post("/en/staff/sign-in/", {"email": "administrator@demo.example", "password": STAFF_PASSWORD})
    code = f"{totp(second_factor().bin_key):06d}"
    client.post("/en/staff/sign-in/code/", {"code": code})
    page = client.get("/en/admin/")
    assert page.status_code == 200
    assert "/en/admin/accounts/user/" in page.text
    assert "/en/admin/otp_totp/" not in page.text, "nobody sets another's second factor"


def test_a_citizen_of_the_demo_has_no_password() -> None:
    assert authenticate(email="aigerim@demo.example", password=STAFF_PASSWORD) is None
    assert not TOTPDevice.objects.filter(user__email="aigerim@demo.example").exists()


def test_the_list_of_persons_tells_the_code_of_the_moment() -> None:
    before, said, after = totp(second_factor().bin_key), StringIO(), 0
    call_command("demo_persons", stdout=said)
    after = totp(second_factor().bin_key)
    assert f"{before:06d}" in said.getvalue() or f"{after:06d}" in said.getvalue()
